"""Owners as a plan names them: `RC, OC`, `ST/SH`, `JM and SC`, a name, a role, `Lead TBC`, or nothing."""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.plan.text import one_line, plain_marks

_SEPARATOR = re.compile(r"[\n\r\v\f,;/&+|]|\band\b|\bwith\b|(?<=\s)-(?=\s)", re.IGNORECASE)
_LABEL = re.compile(
    r"^(?:joint |co-)?(?:leads?|owners?|responsible|supported by|support)\s*:\s*", re.IGNORECASE
)
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_NOBODY_YET = re.compile(
    r"\b(?:tbc|tba|tbd|to be (?:confirmed|agreed|appointed|decided|recruited)|vacant|vacancy)\b|^\?+$",
    re.IGNORECASE,
)
_NOBODY = re.compile(r"(?:n/?a|none|nil|-+|\.+)", re.IGNORECASE)
_ADDRESS_MARKS = re.compile(r"<[^<>\s]{1,200}@[^<>\s]{1,200}>|(?:mailto:)")
_SURNAME_FIRST = re.compile(
    r"\b(?P<last>[A-Z][A-Z'-]{2,40}),[ ]{1,3}(?P<first>[A-Z][a-z'-]{1,40})"
    r"(?=[ ]{0,3}(?:[;,\n/&+|()]|$)| and )"
)
_ROLE_WORDS = (
    "head|director|manager|chief|assistant|deputy|service|portfolio|cabinet|executive|strategic|senior|principal|"
    "team|lead|leader|chair|officer|secretary|clerk|dean|vice|associate|corporate|group|interim|acting|governor|"
    "trustee|councillor"
)
_ROLE_START = re.compile(rf"(?:{_ROLE_WORDS})s?\b", re.IGNORECASE)
_ROLE_OF = re.compile(rf"(?:(?:{_ROLE_WORDS})s?\b ?){{1,4}}(?:of|for|-|:)? ?", re.IGNORECASE)
_DEPUTY = re.compile(
    r"\b(?:deputis(?:ing|es)|deputiz(?:ing|es)|deputy|supporting|supported by|support|cover(?:ing)?|acting|"
    r"lead(?:ing)?|on behalf of|with|from|maternity)\b|:",
    re.IGNORECASE,
)
# Teams, and words of their names: whoever stands in brackets behind one of them is of it.
_OFFICES = {
    "estates", "estate", "finance", "hr", "od", "it", "ict", "legal", "housing", "planning",
    "procurement", "education", "health", "children", "adults", "service", "services", "team",
    "teams", "department", "directorate", "council", "unit", "office", "facilities", "property",
    "communications", "comms", "digital", "highways", "parks", "policy", "governance", "audit",
    "operations", "transport", "environment", "resources", "people", "safeguarding",
    "commissioning", "school", "schools", "board", "committee", "group", "centre", "external",
    "contractor", "contractors", "library", "libraries", "admin", "administration", "marketing",
    "sales", "engineering", "maintenance", "building", "buildings", "partnership", "partnerships",
    "leisure", "catering", "security", "payroll", "registry", "research", "strategy", "performance",
    "quality", "risk", "customer", "care", "social", "works", "nursing", "pharmacy", "clinical",
    "wellbeing", "curriculum", "regeneration", "economy", "licensing", "waste", "cleansing",
    "streetscene", "slt", "smt", "cmt", "pmo",
}  # fmt: skip
_SMALL_WORDS = {"van", "de", "der", "den", "von", "la", "le", "bin", "al", "ap", "ab", "o'"}
_MAX_NAME_WORDS = 4
_TITLES = {"dr", "mr", "mrs", "ms", "miss", "mx", "cllr", "councillor", "sir", "dame", "prof", "rev"}
_MIN_INITIALS, _MAX_INITIALS, _MAX_CELL_LENGTH = 2, 4, 4000


@dataclass(frozen=True)
class OwnersReading:
    """Who a cell names.

    owners: everyone named, once each, in printed order; initials in capitals, names and roles as printed.
    unsure: the parts someone should look at (a name or role instead of initials, "Lead TBC").
    """

    owners: tuple[str, ...]
    unsure: tuple[str, ...]


def read_owners(text: str) -> OwnersReading:
    """Read an owner cell; nothing, a dash or "n/a" names nobody. Nobody is invented for "TBC"."""
    owners: list[str] = []
    unsure: list[str] = []
    for part in _split_parts(text[:_MAX_CELL_LENGTH]):
        if _NOBODY_YET.search(part):
            unsure.append(part)
            owners += [word for word in re.findall(r"\S+", _NOBODY_YET.sub("", part)) if is_initials(word)]
            continue
        named, sure = _read_part(part)
        owners += named
        unsure += [] if sure else [part]
    return OwnersReading(tuple(dict.fromkeys(owners)), tuple(dict.fromkeys(unsure)))


def read_owner_lines(text: str) -> list[OwnersReading]:
    """Read each line that names someone on its own: two lines may stand for two milestones."""
    readings = [read_owners(line) for line in text[:_MAX_CELL_LENGTH].splitlines()]
    return [reading for reading in readings if reading.owners or reading.unsure]


def is_initials(text: str) -> bool:
    """Tell whether the text is two to four capital letters, with or without dots, hyphen or apostrophe."""
    letters = re.sub(r"[.'-]", "", plain_marks(text))
    return letters.isalpha() and letters.isupper() and _MIN_INITIALS <= len(letters) <= _MAX_INITIALS


def initials_of(name: str) -> str:
    """Give the initials of a name, without titles and small words: "Dr Ann van Dale" is "AD"."""
    words = [word.strip(".'\"()-") for word in plain_marks(name).split()]
    kept = [word for word in words if word[:1].isalpha() and word.casefold() not in _TITLES]
    proud = [word for word in kept if not word[0].islower()] or kept
    return "".join(word[0].upper()[:1] for word in proud)


def _split_parts(text: str) -> list[str]:
    plain = _put_first_names_first(_ADDRESS_MARKS.sub(" ", plain_marks(text)))
    whole = one_line(plain)
    if _NOBODY.fullmatch(whole):
        return []
    parts = (_LABEL.sub("", one_line(part)).strip(" .:-@") for part in _split(_drop_not_applicable(plain)))
    return [part for part in parts if part and not _NOBODY.fullmatch(part)]


def _split(text: str) -> list[str]:
    """Cut at the separators outside brackets, but not within a role: "Director of Finance and Resources"."""
    depth, at, begin = 0, 0, 0
    parts: list[str] = []
    for found in _SEPARATOR.finditer(text):
        depth += sum((letter in "([") - (letter in ")]") for letter in text[at : found.start()])
        at = found.start()
        if depth > 0 and ")" in text[found.end() :]:
            continue
        following = text[found.end() :].lstrip()
        if found[0].casefold() in {"&", "and"} and _goes_on(text[begin : found.start()], following):
            continue
        parts.append(text[begin : found.start()])
        begin = found.end()
    return [*parts, text[begin:]]


def _goes_on(before: str, after: str) -> bool:
    """Whether a role goes on behind "and" or "&"."""
    first = re.split(r"[\s,;/&+|]", after, maxsplit=1)[0]
    named_initials = is_initials(first) and first.casefold() not in _OFFICES
    return bool(_ROLE_OF.match(before.strip())) and not (
        named_initials or _ROLE_START.match(after) or "@" in first
    )


def _put_first_names_first(text: str) -> str:
    """Write "EXAMPLE, Ann" as "Ann Example"."""
    return _SURNAME_FIRST.sub(lambda found: f"{found['first']} {found['last'].title()}", text)


def _drop_not_applicable(text: str) -> str:
    """Keep "n/a" inside a longer cell from being cut at its slash."""
    return re.sub(r"\bn/a\b", "", text, flags=re.IGNORECASE)


def _read_part(part: str) -> tuple[list[str], bool]:
    """Give the owners one part names, and whether they are plainly initials."""
    bare = one_line(_BRACKETS.sub(" ", part)).strip(" .:-@")
    inside = [one_line(one or two) for one, two in _BRACKETS.findall(part)]
    for remark in inside:
        if bare and is_initials(remark) and remark == initials_of(bare):
            return [remark], True
    people = [person for remark in inside for person in _people_in(remark, bare)]
    words = bare.split()
    if words and all(is_initials(word) for word in words) and not (people and bare.casefold() in _OFFICES):
        return [*map(_strip_dots, words), *people], not people or all(map(is_initials, people))
    if people and not _is_person(bare):
        return people, all(map(is_initials, people))
    kept = _without_brackets(bare or part)
    return [kept, *people] if kept else people, False


def _people_in(remark: str, bare: str) -> list[str]:
    """Who a bracket names behind a team, a role or somebody else: "(Ann Example)", "(CD deputising)"."""
    without = one_line(_DEPUTY.sub(" ", remark))
    if not without or any(letter.isdigit() for letter in without) or _NOBODY_YET.search(without):
        return []
    pieces = [one_line(piece).strip(" .:-@") for piece in _SEPARATOR.split(without)]
    pieces = [piece for piece in pieces if piece]
    is_plain = without != remark or not _is_person(bare)
    if is_plain and all(_is_person(piece) or is_initials(piece) for piece in pieces):
        return [
            _strip_dots(piece) if is_initials(piece) else piece
            for piece in pieces
            if piece.casefold() not in _OFFICES
        ]
    return []


def _is_person(text: str) -> bool:
    """Whether the text is somebody's name or initials, and not a team or a role."""
    words = plain_marks(text).split()
    if not 0 < len(words) <= _MAX_NAME_WORDS or _ROLE_START.match(text):
        return False
    if {word.strip(".,").casefold() for word in words} & _OFFICES:
        return False
    return all(word[0].isupper() or word.casefold() in _SMALL_WORDS for word in words)


def _without_brackets(text: str) -> str:
    """A bracket that lost its partner goes."""
    return text if text.count("(") == text.count(")") else one_line(re.sub(r"[()\[\]]", " ", text))


def _strip_dots(word: str) -> str:
    return word.replace(".", "")


class PersonRole(StrEnum):
    """A person's role on the board. Owners and leads are known from the plan itself as well."""

    OWNER = "owner"
    LEAD = "lead"
    PLAN_MANAGER = "plan-manager"
    BOARD_CHAIR = "board-chair"
    VIEWER = "viewer"

    @property
    def words(self) -> str:
        return self.value.replace("-", " ")
