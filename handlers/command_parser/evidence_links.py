"""A link in a text that is the evidence of what it says."""

import re
from datetime import date

from handlers.command_parser.clauses import Sense, split_clauses
from handlers.command_parser.lexemes import EDGES, REF_MARK

_LINK = re.compile(r"<(?P<marked>https?://[^|<>\s]+)(?:\|[^<>]*)?>|(?P<bare>https?://[^\s<>\"|]+)")
# Words between what is said and a link that is its evidence. Those of the second group say that it is.
_BEFORE_LINK = frozenset(
    {"the", "my", "our", "and", "with", "is", "at", "attached"}
    | {"to", "in", "below", "on", "here's", "by", "for", "of", "this", "that", "it", "action", REF_MARK}
)
_MAX_LEAD = 6
_NAMES_LINK = frozenset({"evidence", "evidenced", "proof", "link", "see", "here", "here's", "attached"})


def split_evidence(text: str) -> tuple[str, str]:
    """The text without a link that is its evidence: one that stands at its end or alone, or after that
    word.
    """
    found = list(_LINK.finditer(text))
    if len(found) != 1:
        return text, ""
    link = found[0]
    start, named = _lead_of_link(text[: link.start()])
    ahead, after = text[: link.start()].rstrip(), text[link.end() :].strip(EDGES + ")")
    if not named and ahead and ahead[-1] not in ",;:.)(\n-" and not _is_only_status(ahead):
        return text, ""
    if after and not named and not _is_only_status(text[: link.start()]):
        return text, ""
    return f"{text[:start]} {text[link.end() :]}", link["marked"] or link["bare"].rstrip(".,;)")


def _lead_of_link(before: str) -> tuple[int, bool]:
    """Where the words begin that lead to a link ("evidence is at:"), and whether they call it evidence."""
    words = list(re.finditer(r"\S+", before))[-_MAX_LEAD:]
    start, named = len(before), False
    for word in reversed(words):
        bare = word[0].strip(",;:.()-=").casefold()
        bare = bare if bare.strip(REF_MARK) else REF_MARK
        if bare and bare not in _BEFORE_LINK and bare not in _NAMES_LINK:
            break
        start, named = word.start(), named or bare in _NAMES_LINK
    return (start, True) if named else (len(before), False)


def _is_only_status(words: str) -> bool:
    clauses = split_clauses(words, today=date.min)
    return bool(clauses) and clauses[-1].sense is Sense.CLEAR and clauses[-1].note is None
