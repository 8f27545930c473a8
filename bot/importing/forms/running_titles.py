"""Mend titles and names that the columns of a page cut, where the document has them whole elsewhere."""

import re
from collections.abc import Sequence

from bot.importing.forms.running_overviews import Overview
from bot.importing.forms.torn_lines import mended
from bot.importing.table.problems import ProblemLog
from bot.plan.typing_marks import letters_only

_CONTENTS = re.compile(r"(?P<title>[A-Z].*?)[ .]+[0-9]{1,3}")
_LONGEST_SHOWN = 80
_LONGEST_LINE = 300


def contents_in(lines: Sequence[str], known: frozenset[str]) -> list[str]:
    """Give the titles that a table of contents names: words, then the number of a page."""
    found = (
        _CONTENTS.fullmatch(mended(line, known))
        for line in lines
        if "\t" in line and len(line) <= _LONGEST_LINE
    )
    return [entry["title"].strip() for entry in found if entry]


def complete(found: Sequence[Overview], contents: Sequence[str], text: str, notes: ProblemLog) -> None:
    """Mend every overview and tell what was taken from where. text: of the whole document."""
    places = {letters_only(title): place for place, title in enumerate(contents)}
    for before, each, after in zip([None, *found], found, [*found[1:], None], strict=False):
        where = f"line {each.start + 1}"
        at = places.get(letters_only(each.title)) if each.title else None
        if at is not None:
            each.title = contents[at]
        elif not each.title and before and after:
            first = places.get(letters_only(before.title))
            last = places.get(letters_only(after.title))
            between = contents[first + 1 : last] if first is not None and last is not None else []
            each.title = between[0] if len(between) == 1 else ""
            message = "This project's title cannot be read here. "
            message += "It was taken from the table of contents." if each.title else "Give it one."
            notes.warning(where, "project", each.title, message)
        _complete_name(each, text, where, notes)
        if not each.ref:
            message = "No finance reference can be read for this project."
            notes.warning(where, "finance_ref", each.title[:_LONGEST_SHOWN], message)


def _complete_name(each: Overview, text: str, where: str, notes: ProblemLog) -> None:
    if not each.is_cut or len(re.findall(rf"{re.escape(each.manager)}\b", text)) > 1:
        return
    longer = set(re.findall(rf"{re.escape(each.first_cell)}[a-z]+(?![\w\t])", text))
    if len(longer) == 1:
        printed, each.manager = each.first_cell, longer.pop()
        message = f"The manager's name is cut off. It was taken as {each.manager}, named elsewhere. Is it?"
        notes.warning(where, "manager", printed, message)
    else:
        message = "The manager's name may be cut off. Check it against the paper."
        notes.warning(where, "manager", each.manager, message)
