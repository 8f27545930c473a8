"""Questions about who is meant: initials nobody is known by, or that fit more than one person."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.importing.drafting.draft import PlanDraft
from bot.importing.questions.asked import Choice, Needs, Question, key_of
from bot.importing.questions.effects import OWNER
from bot.plan.owners import initials_of

LEFT = "left"
MOST_STRANGERS = 5
_MOST_NAMED = 8


@dataclass(frozen=True)
class Known:
    """Somebody the workspace knows. reachable: with an account, an address or at least a name."""

    initials: str
    name: str
    reachable: bool


def owner_questions(draft: PlanDraft, people: Sequence[Known]) -> list[Question]:
    """One for each owner nobody, or more than one person, is known by. Where many are unknown, a list of
    people is what is wanted, not twenty questions: then only those are asked about whom there is a guess.
    """
    by_initials = {each.initials.casefold(): each for each in people}
    asked: list[Question] = []
    strangers: list[Question] = []
    for owner in dict.fromkeys(owner for action in draft.actions for owner in action.owners):
        own = by_initials.get(owner.casefold())
        others = [each for each in people if each is not own and _may_be(each, owner)]
        if others:
            asked.append(_person_question(draft, owner, own, others))
        elif own is None or not own.reachable:
            strangers.append(_person_question(draft, owner, own, others))
    few = any(each.reachable for each in people) and len(strangers) <= MOST_STRANGERS
    return [*asked, *strangers] if few else asked


def _may_be(person: Known, owner: str) -> bool:
    name = person.name.casefold()
    return person.reachable and bool(name) and (initials_of(person.name) == owner or name == owner.casefold())


def _person_question(draft: PlanDraft, owner: str, own: Known | None, others: Sequence[Known]) -> Question:
    refs = [f"{each.section}/{each.ref}" for each in draft.actions if owner in each.owners]
    known = own is not None and own.reachable
    shared = (
        f"More than one person may be \u201c{owner}\u201d."
        if known
        else f"I know nobody called \u201c{owner}\u201d."
    )
    choices = [Choice(f"is {each.initials}", _named(each)) for each in others[:_MOST_NAMED]]
    if known and own is not None:
        choices.insert(0, Choice(LEFT, _named(own)))
    else:
        choices.append(Choice("person", "The person I choose below", Needs.PERSON))
        choices.append(Choice(LEFT, f"Leave it as {owner}: nobody here"))
    meanwhile = f"{owner} is asked." if known else f"Nobody is asked about what {owner} owns."
    owned = ", ".join(refs[:_MOST_NAMED]) + (" and more" if len(refs) > _MOST_NAMED else "")
    return Question(
        key_of(OWNER, owner),
        OWNER,
        f"{shared} Who is it?",
        tuple(choices),
        meanwhile,
        printed=owner,
        subject=f"Owner of {owned}",
    )


def _named(person: Known) -> str:
    return f"{person.initials}, {person.name}" if person.name else person.initials
