"""Several actions to choose from: each with a line that asks the same again, but names it outright."""

import re
from collections.abc import Sequence

from bot.commands import Command
from bot.messages import Candidate
from bot.plan.refs import RefQuery
from bot.services.lines import short
from bot.services.people import owner_of
from bot.services.resolving import Target, words_of

# A shorter one with a number after it is a ref of its own: "EH-3".
SHORTEST_WORD = 6


def outright(target: Target, ref: str, targets: Sequence[Target]) -> str:
    """A ref that names just this one of the targets: "1/5.2", and where another plan has that too, with the
    first long word that only this one's plan or section is called: "children-1/5.2".
    """
    section, plan = target.action.section, target.action.plan
    others = [each.action for each in targets if each.action.section is not section]
    titles = {each.section.title for each in others} | {each.plan.title for each in others} - {plan.title}
    taken = [word for title in titles for word in words_of(title)]
    own = [
        word
        for word in words_of(f"{plan.title} {section.title}")
        if len(word) >= SHORTEST_WORD
        and word.isalpha()
        and not any(other.startswith(word) for other in taken)
    ]
    is_shared = any(each.section.number == section.number for each in others)
    return f"{own[0]}-{section.number}/{ref}" if is_shared and own else f"{section.number}/{ref}"


def naming(command: Command, ref: RefQuery, chosen: str) -> str:
    """`command.line` with the first mention of `ref` (as typed) replaced by `chosen` ("1/5.2")."""
    section = rf"(?:s|sec|sect|section)?[ .]*{re.escape(ref.section)}[\s/:]+" if ref.section else ""
    pattern = rf"(?<![\w./])(?:{section})?{re.escape(ref.ref)}\.?(?![\w/]|\.\d)"
    line, count = re.subn(pattern, lambda _: chosen, command.line, count=1, flags=re.IGNORECASE)
    return line if count else f"show {chosen}"


def candidate(target: Target, ref: str, run: str) -> Candidate:
    """One of several to choose from. run: the line that means just this one."""
    action, milestone = target.action, target.milestone
    return Candidate(
        ref=ref,
        title=short(f"{milestone.label} {milestone.title}" if milestone else action.title),
        section=f"{action.section.number} {action.section.title}",
        owners=tuple(owner_of(owner.person) for owner in action.owners),
        run=run,
    )
