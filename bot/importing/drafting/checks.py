"""What only shows when the whole plan has been read: refs that stand twice, finance references cut short."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from bot.importing.drafting.drafts import ActionDraft
from bot.importing.drafting.plan_rows import CellText
from bot.importing.table.problems import Doubt, ProblemLog
from bot.plan.refs import natural_key

_LAST_DIGITS = re.compile(r"[0-9]*$")
_MOST_NAMED = 8


def tell_repeated_refs(actions: Sequence[ActionDraft], notes: ProblemLog) -> None:
    """Tell refs that two actions of one section share; the same ref in two sections is as it should be."""
    first: dict[tuple[str, str], ActionDraft] = {}
    for action in actions:
        known = first.setdefault((action.section, action.ref), action)
        if known is not action:
            message = (
                f"Ref {action.ref} stands twice in section {action.section}: also at {known.where}. "
                "Give one of them another ref, so that people can say which they mean."
            )
            about = notes.of(f"{action.section}/{action.ref}")
            about.warning(action.where, "ref", action.ref, message, Doubt.REF_TWICE)


def tell_refs_of_two_sections(actions: Sequence[ActionDraft], notes: ProblemLog) -> None:
    """Note how many refs stand in more than one section, once for the plan."""
    sections: dict[str, set[str]] = defaultdict(set)
    for action in actions:
        sections[action.ref].add(action.section)
    shared = sorted((ref for ref, where in sections.items() if len(where) > 1), key=natural_key)
    if shared:
        named = ", ".join(shared[:_MOST_NAMED]) + (" and more" if len(shared) > _MOST_NAMED else "")
        example = min(sections[shared[0]], key=natural_key)
        stand = "1 ref stands" if len(shared) == 1 else f"{len(shared)} refs stand"
        message = (
            f"{stand} in more than one section. That is fine: write "
            f"{example}/{shared[0]} to say which is meant."
        )
        notes.info("the plan", "ref", named, message)


def tell_short_finance_refs(refs: Mapping[tuple[str, str], CellText], notes: ProblemLog) -> None:
    """Tell finance references with fewer digits than the rest have: "SAV 0" among "SAV 02" and "SAV 04".

    refs: by section and project number, those printed only.
    """
    digits = {project: len(_digits(cell.text)) for project, cell in refs.items()}
    usual = Counter(digits.values()).most_common(1)
    for (section, number), cell in refs.items():
        if usual and digits[section, number] < usual[0][0]:
            message = (
                f"The finance reference of project {number} looks cut off. Check it in the budget papers."
            )
            notes.warning(cell.where, "finance_ref", cell.text, message)


def _digits(text: str) -> str:
    found = _LAST_DIGITS.search(text.strip())
    return found[0] if found else ""
