"""Renders inline content as mrkdwn, Slack's markup. The only place that creates mentions and links."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

from bot.plan.rag import Colour
from bot.plan.wording import ELLIPSIS
from bot.rendering import document as d
from bot.rendering.limits import MAX_URL_LENGTH, utf16_length

WORD_JOINER = "\u2060"
GRAVE_ACCENT = "\u02cb"
FULLWIDTH_MARKS = {"\uff0a": "*", "\uff3f": "_", "\uff5e": "~", "\uff40": "`"}
_MARKS = re.compile(f"[*_~`{''.join(FULLWIDTH_MARKS)}]")
_ESCAPED = re.compile("[&<>]")
_QUOTES = re.compile("(?m)^(?=[\u2060 ]*[>\uff1e])")


class MrkdwnSpan(NamedTuple):
    """kind: written, people's text, kept literal; code, only escaped; mark, our own markup, unchanged."""

    text: str
    kind: Literal["written", "code", "mark"] = "written"


def escape(text: str) -> str:
    """The text with the three characters escaped that Slack requires."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def join_spans(spans: Sequence[MrkdwnSpan]) -> str:
    """The spans as mrkdwn of one or more lines, in which only those of the kind mark take effect."""
    whole = "".join([span.text for span in spans])
    replacements = _find_replacements(whole, spans)
    if replacements or _ESCAPED.search(whole):
        whole = _escape_spans(spans, replacements)
    return whole.replace(WORD_JOINER * 2, WORD_JOINER)


def _find_replacements(whole: str, spans: Sequence[MrkdwnSpan]) -> dict[int, str]:
    """Replacements by index in the whole text: none in most lines."""
    replacements: dict[int, str] = {}
    if ">" in whole or "\uff1e" in whole:
        replacements = {
            match.start(): WORD_JOINER + whole[match.start()] for match in _QUOTES.finditer(whole)
        }
    if _MARKS.search("".join([span.text for span in spans if span.kind == "written"])):
        replacements |= {at: _neutralise(whole[at]) for at in _effective_marks(whole, spans)}
    return replacements


def _escape_spans(spans: Iterable[MrkdwnSpan], replacements: dict[int, str]) -> str:
    parts: list[str] = []
    at = 0
    for span in spans:
        text = _replace_characters(span.text, at, replacements) if span.kind == "written" else span.text
        parts.append(span.text if span.kind == "mark" else escape(text))
        at += len(span.text)
    return "".join(parts)


def _neutralise(mark: str) -> str:
    return GRAVE_ACCENT if FULLWIDTH_MARKS.get(mark, mark) == "`" else f"{WORD_JOINER}{mark}{WORD_JOINER}"


def _replace_characters(text: str, start: int, replacements: dict[int, str]) -> str:
    """The text with its replacements. start: its index in the whole text."""
    if not replacements:
        return text
    return "".join(replacements.get(at, letter) for at, letter in enumerate(text, start))


def is_plain(text: str) -> bool:
    """Whether the text can be put between formatting marks without interfering with them."""
    return (
        bool(text.strip())
        and text == text.strip()
        and not any(
            _can_open(text, match.start()) or _can_close(text, match.start())
            for match in _MARKS.finditer(text)
        )
    )


def _effective_marks(whole: str, spans: Iterable[MrkdwnSpan]) -> frozenset[int]:
    """The indexes in the whole text of the marks that people wrote and that could pair with another."""
    opens: dict[tuple[str, int], int] = {}
    closes: dict[tuple[str, int], int] = {}
    written: list[tuple[int, tuple[str, int]]] = []
    for at, mark, kind, line in _find_marks(spans):
        key = (mark, 0 if mark == "`" else line)
        if _can_open(whole, at):
            opens.setdefault(key, at)
        if _can_close(whole, at):
            closes[key] = at
        if kind == "written":
            written.append((at, key))
    return frozenset(
        at
        for at, key in written
        if (_can_open(whole, at) and closes.get(key, -1) > at)
        or (_can_close(whole, at) and opens.get(key, at) < at)
    )


def _find_marks(spans: Iterable[MrkdwnSpan]) -> Iterable[tuple[int, str, str, int]]:
    """Each mark: its index, the mark, the kind of its span, and its line."""
    start = line = 0
    for span in spans:
        if span.kind == "written" or (span.kind == "mark" and len(span.text) == 1):
            for match in _MARKS.finditer(span.text):
                mark = match.group()
                yield start + match.start(), FULLWIDTH_MARKS.get(mark, mark), span.kind, line
        start += len(span.text)
        line += span.text.count("\n")


def _can_open(text: str, at: int) -> bool:
    if FULLWIDTH_MARKS.get(text[at], text[at]) == "`":
        return True
    return not _is_word_character(text[at - 1 : at]) and text[at + 1 : at + 2] not in {"", " ", "\n"}


def _can_close(text: str, at: int) -> bool:
    if FULLWIDTH_MARKS.get(text[at], text[at]) == "`":
        return True
    return not _is_word_character(text[at + 1 : at + 2]) and text[max(0, at - 1) : at] not in {"", " ", "\n"}


def _is_word_character(letter: str) -> bool:
    """ASCII letters and digits only: how Slack classifies others is unknown, so they are not relied on."""
    return letter.isascii() and letter.isalnum()


COLOUR_EMOJI = {Colour.RED: "🟥", Colour.AMBER: "🔶", Colour.GREEN: "🟢", Colour.BLUE: "☑️", Colour.GREY: "⬜"}
USER_ID = re.compile(r"[UW][A-Z0-9]+")
CHANNEL_ID = re.compile(r"[CGD][A-Z0-9]+")
_SCHEMES = {"http", "https", "mailto"}
_BACKTICKS = re.compile("[`\uff40]")
_BACKTICK, _LINE_END = MrkdwnSpan("`", "mark"), MrkdwnSpan("\n", "mark")
_COLOUR_SPANS = {colour: MrkdwnSpan(f"{shape} ", "mark") for colour, shape in COLOUR_EMOJI.items()}
_UNSAFE_IN_LINK = re.compile(r"[\s<>|\x00-\x1f\x7f\"`]")


def to_mrkdwn(content: d.Inlines) -> str:
    """The content as mrkdwn, in which only the template's markup takes effect."""
    return join_spans(_spans_of(content))


def fit_mrkdwn(content: d.Inlines, limit: int) -> str:
    """The content as mrkdwn in at most `limit` units, cut with an ellipsis; never cut through markup."""
    whole = to_mrkdwn(content)
    if utf16_length(whole) <= limit:
        return whole
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if utf16_length(_truncate(content, middle)) <= limit else (low, middle - 1)
    return _truncate(content, low)


def _truncate(content: d.Inlines, characters: int) -> str:
    return to_mrkdwn((*_take_characters(content, characters)[0], d.TextRun(ELLIPSIS)))


def _take_characters(content: d.Inlines, left: int) -> tuple[d.Inlines, int]:
    """The content up to so many visible characters, and how many are left over."""
    head: list[d.Inline] = []
    for inline in content:
        if left <= 0:
            break
        if isinstance(inline, d.TextRun):
            head.append(d.TextRun(inline.text[:left]))
            left -= len(inline.text)
        elif isinstance(inline, (d.Bold, d.Italic)):
            inner, left = _take_characters(inline.content, left)
            head.append(type(inline)(inner))
        else:
            head.append(inline)
            left -= len(visible_text((inline,)))
    return tuple(head), left


def visible_text(content: d.Inlines) -> str:
    """The characters a reader sees, without any markup."""
    return "".join(span.text for span in _spans_of(content) if span.kind != "mark" or span.text == "\n")


def safe_link(href: str) -> str:
    """The url if it may be linked to, else ""."""
    try:
        is_allowed = urlsplit(href).scheme.casefold() in _SCHEMES
    except ValueError:
        return ""
    return (
        href
        if is_allowed and not _UNSAFE_IN_LINK.search(href) and utf16_length(escape(href)) <= MAX_URL_LENGTH
        else ""
    )


def _spans_of(content: d.Inlines) -> list[MrkdwnSpan]:
    spans: list[MrkdwnSpan] = []
    for inline in content:
        spans += _SPAN_BUILDERS[type(inline)](inline)
    return spans


def _text_spans(inline: d.TextRun) -> Sequence[MrkdwnSpan]:
    return (MrkdwnSpan(inline.text),)


def _formatting_spans(mark: str) -> Callable[[d.Bold | d.Italic], Sequence[MrkdwnSpan]]:
    edge = MrkdwnSpan(mark, "mark")

    def build_spans(inline: d.Bold | d.Italic) -> Sequence[MrkdwnSpan]:
        inner = _spans_of(inline.content)
        written = all(span.kind == "written" for span in inner)
        return (edge, *inner, edge) if written and is_plain("".join(span.text for span in inner)) else inner

    return build_spans


def _code_spans(inline: d.Code) -> Sequence[MrkdwnSpan]:
    """Nothing can be escaped in code, so a backtick becomes an apostrophe."""
    text = _BACKTICKS.sub("'", inline.text)
    return (_BACKTICK, MrkdwnSpan(text, "code"), _BACKTICK) if text.strip() else ()


def _break_spans(_inline: d.LineBreak) -> Sequence[MrkdwnSpan]:
    return (_LINE_END,)


def _link_spans(inline: d.Hyperlink) -> Sequence[MrkdwnSpan]:
    href = safe_link(inline.href)
    label = "".join(span.text for span in _spans_of(inline.content) if span.kind != "mark")
    if not href:
        return (MrkdwnSpan(label or inline.href),)
    if label:
        return (MrkdwnSpan(f"<{escape(href)}|", "mark"), MrkdwnSpan(label), MrkdwnSpan(">", "mark"))
    return (MrkdwnSpan(f"<{escape(href)}>", "mark"),)


def _user_spans(inline: d.UserMention) -> Sequence[MrkdwnSpan]:
    if USER_ID.fullmatch(inline.user_id) is None:
        return (MrkdwnSpan(inline.initials or inline.user_id),)
    mention = MrkdwnSpan(f"<@{inline.user_id}>", "mark")
    return (MrkdwnSpan(inline.initials), MrkdwnSpan(" "), mention) if inline.initials else (mention,)


def _channel_spans(inline: d.ChannelMention) -> Sequence[MrkdwnSpan]:
    if CHANNEL_ID.fullmatch(inline.channel_id):
        return (MrkdwnSpan(f"<#{inline.channel_id}>", "mark"),)
    return (MrkdwnSpan(inline.label or inline.channel_id),)


def _colour_spans(inline: d.ColourLabel) -> Sequence[MrkdwnSpan]:
    return _COLOUR_SPANS[inline.colour], MrkdwnSpan(f"{inline.count} {inline.colour.words}".strip())


_SPAN_BUILDERS: dict[type[d.Inline], Callable[[Any], Sequence[MrkdwnSpan]]] = {
    d.TextRun: _text_spans,
    d.Bold: _formatting_spans("*"),
    d.Italic: _formatting_spans("_"),
    d.Code: _code_spans,
    d.LineBreak: _break_spans,
    d.Hyperlink: _link_spans,
    d.UserMention: _user_spans,
    d.ChannelMention: _channel_spans,
    d.ColourLabel: _colour_spans,
}
