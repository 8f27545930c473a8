"""The refs that stand in a line, wherever they stand: `5.2`, `s2 5.2`, `Action 1`, `R-0001`, `5.2 to 5.4`."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from bot.plan.refs import RefQuery, read_ref
from bot.plan.text import plain_marks
from handlers.command_parser.vocabulary import PHRASES

_SUFFIX = r"(?:\s?\((?:[a-z]|[ivx]{2,5})\)|\s?(?:[a-z]|[ivx]{2,5})\)|[a-jln-z](?![a-z0-9]))?"
_DOTTED = rf"[0-9]{{1,4}}+(?:\.[0-9]{{1,4}}+)++{_SUFFIX}"
_SECTION = r"(?:(?:section|sect|sec|s)\.?\s?[0-9]{1,3}\s?[/:,]?\s?|[0-9]{1,3}\s?/\s?)"
_NAMES = (
    r"(?:actions?|recommendations?|recs?|priority|priorities|items?|objectives?|outcomes?|milestones?|refs?"
    r"|reference)"
)
# Letters and a number that are something else than a ref: a quarter, a key stage, an illness.
_NOT_LETTERED = frozenset(
    [
        "q",
        "fy",
        "h",
        "ks",
        "v",
        "ver",
        "wk",
        "week",
        "day",
        "yr",
        "year",
        "phase",
        "stage",
        "covid",
        "c19",
        "g",
        "s",
        "p",
        "part",
        "step",
        "tier",
        "band",
        "x",
        "k",
        "m",
    ]
)
# "2.1/2.2" and "5.1..5.3" are two refs each; "harbour-1/5.2" begins with its section.
_START = (
    r"(?:(?<![\w.,/\u00a3$\u20ac#&!=])|(?<=\.[0-9]/)(?=[0-9]{1,4}\.)|(?<=\.[0-9][0-9]/)(?=[0-9]{1,4}\.)"
    r"|(?<=[0-9]\.\.))(?<![a-z]-)#?"
)
_END = r"(?![\w%\u00b0]|[.,:][0-9]|/[0-9]{1,2}(?:/|\b(?!\.))|\s?%|-[a-z])"
_MENTION = re.compile(
    rf"{_START}(?:{_NAMES}(?:\s*+:)?+\s++(?:no\.?\s?|number\s)?#?|number\s++|"
    rf"no\.?\s)?(?P<dotted>{_SECTION}?{_DOTTED}){_END}"
    rf"|{_START}(?P<slashed>[0-9]{{1,3}}/[0-9]{{1,4}}{_SUFFIX}){_END}"
    rf"|{_START}(?P<named>{_NAMES}\s++(?:no\.?\s?|number\s)?#?[0-9]{{1,4}}{_SUFFIX}){_END}"
    rf"|{_START}(?:(?P<of_section>[0-9]{{1,3}})/)?+(?P<lettered>(?P<letters>[a-z]{{1,5}})-?[0-9]{{1,4}}+(?:\.[0-9]{{1,4}}+)*+[a-z]?){_END}",
    re.IGNORECASE,
)
_CAPITALS = re.compile(rf"{_START}(?P<ref>[A-Z]{{3,12}}[ -][0-9]{{1,4}}+(?:\.[0-9]{{1,4}}+)*+[a-z]?){_END}")
_THEN_DOTTED = re.compile(r"[ /]++[0-9]{1,4}\.[0-9]")
_BETWEEN = re.compile(
    r"\s*+(?:[,;&+/]|\band\b|\bor\b|\bplus\b|\bas well as\b)?+\s*+(?:and\b)?+\s*+(?:also\b|both\b)?+\s*+",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\s*+(?:-|\.{2,3}|\bto\b|\bthrough\b|\bthru\b)\s*+", re.IGNORECASE)
_MARKUP = re.compile(r"<[^<>\s][^<>]{0,2000}>|https?://[^\s<>]+", re.IGNORECASE)
_LAST_PART = re.compile(r"(?P<head>.*?)(?P<last>[0-9]{1,4})", re.DOTALL)
# A share, a length of time or a count, not a ref: "2.5 days", "5.2 of them", "1.5 million".
UNIT_AFTER = re.compile(
    r"\s*(?:%|per\s?cent|of\s+(?:the\s+)?[0-9]|days?|weeks?|months?|years?|hours?|hrs?|mins?|million|m\b|"
    r"k\b|bn\b|fte|wte|out of|times|am\b|pm\b|points?)",
    re.IGNORECASE,
)
# "At 2.30" is a time, and "working at 2.3" a ref.
_TIME = re.compile(r"[0-9]{1,2}\.[0-9]{2}")
_AT = re.compile(r"\bat\s*$", re.IGNORECASE)
_TIME_BEFORE = re.compile(
    r"(?:\bversion|\bver|\bv|\bby another)\s*$",
    re.IGNORECASE,
)
MAX_REFS = 20
_WORD_AND_NUMBER = re.compile(
    r"(?P<word>[^\W\d_]{2,}(?:[ &-][^\W\d_]+)*)[\s-]*0*(?P<number>[0-9]{1,4}(?:\.[0-9]{1,4})?)"
)
_SAID_NUMBERS = {
    "one": "1", "won": "1", "two": "2", "to": "2", "too": "2", "three": "3", "four": "4", "for": "4",
    "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10",
}  # fmt: skip
_SAID_DOTTED = re.compile(
    rf"\b({'|'.join(_SAID_NUMBERS)}|[0-9]{{1,4}})\s++(?:point|dot)\s++({'|'.join(_SAID_NUMBERS)}"
    rf"|[0-9]{{1,4}})\b",
    re.IGNORECASE,
)
_COMMAND_WORDS = frozenset(
    [
        "update",
        "show",
        "section",
        "sect",
        "sec",
        "phase",
        "stage",
        "page",
        "year",
        "week",
        "covid",
        "please",
        "why",
        "is",
    ]
)


@dataclass(frozen=True)
class RefGroup:
    """Refs that stand together: "5.2, 5.3 and 5.4". start, end: in the text."""

    refs: tuple[RefQuery, ...]
    start: int
    end: int


def find_ref_groups(text: str) -> list[RefGroup]:
    """Every group of refs, in order. Numbers that count something are none."""
    # An address, or an account, is no ref.
    plain = (
        _MARKUP.sub(lambda found: "<" * len(found[0]), plain_marks(text))
        if "<" in text or "://" in text
        else plain_marks(text)
    )
    groups: list[RefGroup] = []
    for start, end, ref in _mentions(plain):
        previous = groups[-1] if groups else None
        if (
            previous
            and _RANGE.fullmatch(plain, previous.end, start)
            and (more := _between(previous.refs[-1], ref))
        ):
            groups[-1] = RefGroup(_merged(previous.refs, more), previous.start, end)
        elif previous and _BETWEEN.fullmatch(plain, previous.end, start):
            # The section of the first applies to the others: "S1 5.2, 5.3".
            inherited = (
                ref
                if ref.section or "/" in plain[previous.start : previous.end]
                else RefQuery(previous.refs[-1].section, ref.ref)
            )
            groups[-1] = RefGroup(_merged(previous.refs, (inherited,)), previous.start, end)
        else:
            groups.append(RefGroup((ref,), start, end))
    return groups


def spell_refs(text: str, refs: Iterable[str]) -> str | None:
    """The text with refs that are a word and a number written as the plan prints them: "ofsted1" as
    "OFSTED 1"; None where nothing changes. refs: of the plan.
    """
    printed: dict[str, dict[str, str]] = {}
    for ref in refs:
        if parts := _WORD_AND_NUMBER.fullmatch(ref):
            printed.setdefault(parts["word"].casefold(), {})[parts["number"]] = ref
    spelled = _SAID_DOTTED.sub(_spell_dotted, text)
    for word, numbered in printed.items():
        if word in text.casefold():
            spelled = _spell_refs_of(spelled, word, numbered)
    return spelled if spelled != text else None


def _spell_dotted(found: re.Match[str]) -> str:
    """`one point two` as 1.2."""
    return ".".join(_SAID_NUMBERS.get(each.casefold(), each) for each in found.groups())


def _spell_refs_of(text: str, word: str, numbered: Mapping[str, str]) -> str:
    """numbered: the refs that begin with this word, by their number."""

    def spell(found: re.Match[str]) -> str:
        number = found["number"].casefold()
        return numbered.get(_SAID_NUMBERS.get(number, number), found[0])

    said = "|".join(_SAID_NUMBERS)
    pattern = (
        rf"(?<!\w){re.escape(word)}[\s-]*+0*+(?P<number>[0-9]{{1,4}}(?:\.[0-9]{{1,4}})?|{said})(?![\w.])"
    )
    return re.sub(pattern, spell, text, flags=re.IGNORECASE)


def _merged(refs: tuple[RefQuery, ...], more: tuple[RefQuery, ...]) -> tuple[RefQuery, ...]:
    return tuple(dict.fromkeys((*refs, *more)))


def _mentions(plain: str) -> Iterator[tuple[int, int, RefQuery]]:
    at = 0
    capitals = list(_CAPITALS.finditer(plain))
    while True:
        match = _MENTION.search(plain, at)
        while capitals and capitals[0].start() < at:
            capitals.pop(0)
        if (
            capitals
            and (match is None or capitals[0].start() <= match.start())
            and not _is_generic(capitals[0]["ref"])
            # "MTFS 1 5.2": the plan's name, and the action.
            and not _THEN_DOTTED.match(plain, capitals[0].end())
        ):
            found = capitals.pop(0)
            yield found.start(), found.end(), RefQuery(None, found["ref"].replace("-", " "))
            at = found.end()
            continue
        if match is None:
            return
        at = match.end()
        ref = _ref_of(plain, match)
        if ref is not None:
            yield match.start(), match.end(), ref


def _is_generic(words: str) -> bool:
    """Whether the word in capitals before a number is no part of a ref: "DONE 5.2"."""
    word = re.split("[ -]", words)[0].lower()
    return word in PHRASES or word in _COMMAND_WORDS or re.fullmatch(_NAMES, word) is not None


def _ref_of(plain: str, match: re.Match[str]) -> RefQuery | None:  # noqa: PLR0911 - one rule each
    if UNIT_AFTER.match(plain, match.end()) and not match["named"]:
        return None
    ahead = max(0, match.start() - 12), match.start()
    is_time = match["dotted"] and _TIME.fullmatch(match["dotted"]) and _AT.search(plain, *ahead)
    if is_time or (match["dotted"] and _TIME_BEFORE.search(plain, *ahead)):
        return None
    if match["lettered"]:
        if match["letters"].casefold() in _NOT_LETTERED or match["lettered"].casefold().startswith(
            ("q1", "q2", "q3", "q4")
        ):
            return None
        found = read_ref(match["lettered"].replace(" ", ""))
        section = match["of_section"]
        return replace(found, section=str(int(section))) if found and section else found
    if match["slashed"]:
        if plain[: match.start()].strip():
            return None
        section, _, number = match["slashed"].partition("/")
        return RefQuery(str(int(section)), number) if int(section) else None
    if match["named"]:
        words = " ".join(match["named"].replace("#", "").split())
        return RefQuery(None, words.split()[-1], printed=words)
    ref = read_ref(match["dotted"])
    words = " ".join(plain[match.start() : match.end()].replace("#", "").replace(":", " ").split())
    return ref and (replace(ref, printed=words) if " " in words and ref.section is None else ref)


def _between(first: RefQuery, last: RefQuery) -> tuple[RefQuery, ...]:
    """The refs from the one after `first` to `last`; () where these make no range."""
    start, end = _LAST_PART.fullmatch(first.ref), _LAST_PART.fullmatch(last.ref)
    if start is None or end is None or start["head"] != end["head"]:
        return ()
    numbers = range(int(start["last"]) + 1, int(end["last"]) + 1)
    if not 0 < len(numbers) <= MAX_REFS:
        return ()
    return tuple(RefQuery(first.section, f"{start['head']}{number}") for number in numbers)
