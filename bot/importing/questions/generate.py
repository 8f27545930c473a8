"""Questions about single cells: what was doubtful in reading an action."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.importing.drafting.draft import ActionDraft, PlanDraft
from bot.importing.questions.apply_answers import OWNER
from bot.importing.questions.catalogue import MAKERS
from bot.importing.questions.model import Choice, Needs, Question, key_of
from bot.importing.table.problems import Doubt, Problem
from bot.plan.owners import initials_of
from bot.services.actions.presenters import short

# What depends on the printed text alone is asked once for the whole plan.
_OF_THE_TEXT = {Doubt.STATUS_UNREAD}


def cell_questions(draft: PlanDraft) -> Iterator[Question]:
    """The questions of a draft as it was read, in the document's order; each once."""
    seen: set[str] = set()
    for problem in draft.problems:
        place = _place_of(draft, problem)
        if problem.doubt is None or place < 0:
            continue
        question = _asked(draft, problem, place)
        if question is not None and question.key not in seen:
            seen.add(question.key)
            yield question


def identity(action: ActionDraft) -> tuple[str, str]:
    """What tells an action whatever its ref: its section and title, or its ref when it has no title."""
    return action.section, action.title or action.ref


def left_to_tell(draft: PlanDraft, questions: Sequence[Question]) -> list[Problem]:
    """What was doubtful and no question is about."""
    asked = {(each.kind, each.where, each.printed) for each in questions}
    of_the_text = {(each.kind, each.printed) for each in questions if each.kind in _OF_THE_TEXT}
    named = {each.printed for each in questions if each.kind == OWNER}
    return [
        each
        for each in draft.problems
        if (each.doubt, each.where, each.text) not in asked
        and (each.doubt, each.text) not in of_the_text
        and not (each.doubt is Doubt.ROLE_AS_OWNER and each.text in named)
    ]


def _place_of(draft: PlanDraft, problem: Problem) -> int:
    named = [
        place
        for place, action in enumerate(draft.actions)
        if f"{action.section}/{action.ref}" == problem.about
    ]
    here = [place for place in named if problem.where.startswith(draft.actions[place].where)]
    if problem.doubt is Doubt.REF_TWICE:
        return next((place for place in named if draft.actions[place].where == problem.where), -1)
    return next(iter(here or named), -1)


def _asked(draft: PlanDraft, problem: Problem, place: int) -> Question | None:
    maker = MAKERS.get(problem.doubt) if problem.doubt else None
    action = draft.actions[place]
    made = maker(draft, action, problem) if maker else None
    if problem.doubt is None or made is None:
        return None
    name = () if problem.doubt in _OF_THE_TEXT else identity(action)
    return Question(
        key_of(problem.doubt.value, *name, problem.text),
        problem.doubt.value,
        made.asks,
        made.choices,
        made.meanwhile,
        place,
        problem.where,
        problem.text,
        f"{action.section}/{action.ref} {short(action.title)}",
        made.details,
    )


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
