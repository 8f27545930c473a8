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
    plain = plain_marks(text)
    whole = one_line(plain)
    if _NOBODY.fullmatch(whole):
        return []
    parts = (
        _LABEL.sub("", one_line(part)).strip(" .:-") for part in _SEPARATOR.split(_drop_not_applicable(plain))
    )
    return [part for part in parts if part and not _NOBODY.fullmatch(part)]


def _drop_not_applicable(text: str) -> str:
    """Keep "n/a" inside a longer cell from being cut at its slash."""
    return re.sub(r"\bn/a\b", "", text, flags=re.IGNORECASE)


def _read_part(part: str) -> tuple[list[str], bool]:
    """Give the owners one part names, and whether they are plainly initials."""
    bare = one_line(_BRACKETS.sub(" ", part))
    inside = [one_line(one or two) for one, two in _BRACKETS.findall(part)]
    for remark in inside:
        if bare and is_initials(remark) and remark == initials_of(bare):
            return [remark], True
    words = bare.split()
    if words and all(is_initials(word) for word in words):
        return [_strip_dots(word) for word in words], True
    return [bare or part], False


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
