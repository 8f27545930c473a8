"""Parse an action's cell: its title, tags, detail, and steps with their labels and sub-bullets."""

import re
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from bot.plan.text import one_line

_GLYPHS = (
    "\u2022\u25cf\u25aa\u25e6\u2023\u00b7\u2043\u25cb\u25a0\u25a1\u27a2\u2713\u2714\u2756\uf0b7\uf0a7\uf0d8*"
)
_DASHES = "-\u2013\u2014"
_SUB_GLYPHS = _DASHES + "o\u25e6\u25cb"
_LINE = re.compile(rf"(?P<indent>[ ]*+)(?:(?P<glyph>[{_GLYPHS}]|[{_DASHES}o](?=\s))\s*+)?+(?P<text>.*+)")
_LABEL = re.compile(
    r"(?P<label>[0-9]{1,3}(?:\.[0-9]{1,3}){2,}[.)]?"
    r"|(?:\((?:[ivx]{1,5}|[a-z]|[0-9]{1,2})\)\s?)+"
    r"|(?:[ivx]{1,5}|[a-z]|[0-9]{1,2})[.)])\s+(?P<text>\S.*)",
    re.IGNORECASE,
)
_TAG_LINE = re.compile(r"\[(?P<tag>[^\[\]]++)\]")
_TAG_AT_END = re.compile(r"(?:(?<!\s)\s++)?+\[(?P<tag>[^\[\]]++)\]\s*+$")
_ROMAN = re.compile(r"\(?[ivx]+[.)]", re.IGNORECASE)


@dataclass(frozen=True)
class Step:
    """One step as written. detail: its sub-bullets, one per line."""

    label: str
    title: str
    detail: str = ""


@dataclass
class Activity:
    """What an action's cell holds. detail: its lines that are neither title, tag nor part of a step."""

    title: str = ""
    detail: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)


@dataclass(frozen=True)
class _ActivityLine:
    indent: int
    glyph: str
    label: str
    text: str

    def is_sub_bullet(self, first_step: "_ActivityLine") -> bool:
        """Tell a sub-bullet from a step: it is indented further than the first step, or has a lesser mark."""
        if not self.glyph or self.label:
            return False
        lesser = self.glyph in _SUB_GLYPHS and first_step.glyph not in _SUB_GLYPHS
        return bool(first_step.label) or self.indent > first_step.indent or lesser

    @property
    def is_step(self) -> bool:
        return bool(self.label or self.glyph)


def read_activity(text: str) -> Activity:
    """Read the cell: its first line is the title, labelled or bulleted lines are steps, [lines] are tags.

    Sub-bullets are the detail of the step above. A step that only heads lettered steps below it ("(ii)
    Working together:") is no step of its own; its words go before theirs.
    """
    activity = Activity()
    lines = [line for line in map(_parse_line, text.split("\n")) if line.text]
    lines = [line for line in lines if not _is_tag(line, activity)]
    if not lines:
        activity.title = activity.tags.pop(0) if activity.tags else ""
        return activity
    only_steps = (
        len(lines) > 1 and all(line.is_step for line in lines) and not lines[1].is_sub_bullet(lines[0])
    )
    _set_title(lines[0] if only_steps else lines.pop(0), activity)
    first = next((line for line in lines if line.is_step), None)
    for line in lines:
        _add_line(line, first, activity)
    activity.steps = _without_headers(activity.steps)
    return activity


def _parse_line(raw: str) -> _ActivityLine:
    match = _LINE.fullmatch(raw.rstrip())
    assert match is not None
    text = match["text"].strip()
    label = _LABEL.fullmatch(text)
    if label is None:
        return _ActivityLine(len(match["indent"]), match["glyph"] or "", "", one_line(text))
    return _ActivityLine(
        len(match["indent"]), match["glyph"] or "", _normalise_label(label["label"]), one_line(label["text"])
    )


def _normalise_label(printed: str) -> str:
    """Give the label without spaces, and once where it is printed twice: "(ii)(a) (a)" is "(ii)(a)"."""
    parts = printed.split()
    repeated = len(parts) > 1 and parts[-2].endswith(parts[-1])
    return "".join(parts[:-1] if repeated else parts)


def _is_tag(line: _ActivityLine, activity: Activity) -> bool:
    match = None if line.label else _TAG_LINE.fullmatch(line.text)
    if match is None:
        return False
    activity.tags.append(one_line(match["tag"]))
    return True


def _set_title(line: _ActivityLine, activity: Activity) -> None:
    title = line.text
    while (match := _TAG_AT_END.search(title)) and match.start() > 0:
        activity.tags.insert(0, one_line(match["tag"]))
        title = title[: match.start()]
    activity.title = f"{line.label} {title}".strip()


def _add_line(line: _ActivityLine, first: _ActivityLine | None, activity: Activity) -> None:
    """Add a line to the title, the detail or the steps. first: the line of the first step, None for none."""
    steps = activity.steps
    if steps and first and line.is_sub_bullet(first):
        steps[-1] = replace(steps[-1], detail=f"{steps[-1].detail}\n{line.text}".strip())
    elif line.is_step:
        steps.append(Step(line.label, line.text))
    elif steps:
        steps[-1] = _extend_step(steps[-1], line.text)
    elif line.text[0].islower():
        activity.title = f"{activity.title} {line.text}"
    else:
        activity.detail.append(line.text)


def _extend_step(step: Step, text: str) -> Step:
    """Join a line without a mark to the step above: to its last line when it goes on in lower case."""
    if not text[0].islower():
        return replace(step, detail=f"{step.detail}\n{text}".strip())
    if step.detail:
        return replace(step, detail=f"{step.detail} {text}")
    return replace(step, title=f"{step.title} {text}")


def _without_headers(steps: list[Step]) -> list[Step]:
    result: list[Step] = []
    header: Step | None = None
    for step, following in zip_longest(steps, steps[1:]):
        if following is not None and _is_header_of(step, following):
            header = step
            continue
        if header is not None and not _is_under_header(header, step):
            header = None
        result.append(step if header is None else _with_header(header, step))
    return result


def _is_header_of(step: Step, following: Step) -> bool:
    if not step.label or not following.label:
        return False
    if following.label != step.label and following.label.startswith(step.label):
        return True
    return (
        step.title.endswith(":")
        and not step.detail
        and _label_style(step.label) != _label_style(following.label)
    )


def _is_under_header(header: Step, step: Step) -> bool:
    if step.label.startswith(header.label) and step.label != header.label:
        return True
    return bool(step.label) and _label_style(step.label) != _label_style(header.label)


def _with_header(header: Step, step: Step) -> Step:
    label = step.label if step.label.startswith(header.label) else header.label + step.label
    title = header.title.rstrip(": ")
    return Step(label, step.title, f"{header.label} {title}\n{step.detail}".strip())


def _label_style(label: str) -> str:
    """Tell roman, lettered and numbered labels apart. "(i)" counts as roman, as lists begin with (a)."""
    if label.strip("().")[:1].isdigit():
        return "number"
    return "roman" if _ROMAN.fullmatch(label) else "letter"
