"""A person as a line names them: `@ann`, `<@U123|ann>`, or initials."""

import re

from bot.commands import PersonRef
from bot.plan.owners import is_initials
from bot.plan.text import plain_marks

MENTION = re.compile(r"<@(?P<id>[A-Z0-9]{2,32})(?:\|(?P<name>[^>]{0,80}))?>", re.IGNORECASE)
_AT_NAME = re.compile(r"@(?P<name>[^\s@<>,;:()]{1,80})")
_MOST_LETTERS = 3


def leading_person(text: str) -> tuple[PersonRef, str] | None:
    """Take the person a text starts with when it is marked with an @, and the rest."""
    mention = MENTION.match(text)
    if mention:
        return PersonRef(mention["id"].upper(), mention["name"] or ""), text[mention.end() :].strip()
    name = _AT_NAME.match(text)
    if name:
        return PersonRef(name=name["name"].rstrip(".!?")), text[name.end() :].strip()
    return None


def looks_like_initials(word: str) -> bool:
    """Tell whether a word is meant as initials, `RM` or `rm`. Four letters are a section's: `MTFS`."""
    bare = plain_marks(word).strip(".,")
    return is_initials(bare.upper()) and len(initials(bare)) <= _MOST_LETTERS


def initials(word: str) -> str:
    return plain_marks(word).replace(".", "").strip(",").upper()
