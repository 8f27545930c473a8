"""Questions about single cells: what was doubtful in reading an action."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.importing.drafting.draft import ActionDraft, PlanDraft
from bot.importing.questions.apply_answers import OWNER
from bot.importing.questions.catalogue import QUESTION_BUILDERS
from bot.importing.questions.model import Choice, Needs, Question, question_key
from bot.importing.table.problems import Diagnostic, Doubt
from bot.plan.owners import initials_of
from bot.services.actions.presenters import shorten

# What depends on the printed text alone is asked once for the whole plan.
_ASKED_ONCE_PER_TEXT = {Doubt.STATUS_UNREAD}


def cell_questions(draft: PlanDraft) -> Iterator[Question]:
    """The questions of a draft as it was read, in the document's order; each once."""
    seen: set[str] = set()
    for problem in draft.problems:
        place = _action_index(draft, problem)
        if problem.doubt is None or place < 0:
            continue
        question = _build_question(draft, problem, place)
        if question is not None and question.key not in seen:
            seen.add(question.key)
            yield question


def identity(action: ActionDraft) -> tuple[str, str]:
    """What tells an action whatever its ref: its section and title, or its ref when it has no title."""
    return action.section, action.title or action.ref


def problems_without_question(draft: PlanDraft, questions: Sequence[Question]) -> list[Diagnostic]:
    """What was doubtful and no question is about."""
    asked = {(each.kind, each.where, each.printed) for each in questions}
    of_the_text = {(each.kind, each.printed) for each in questions if each.kind in _ASKED_ONCE_PER_TEXT}
    named = {each.printed for each in questions if each.kind == OWNER}
    return [
        each
        for each in draft.problems
        if (each.doubt, each.where, each.text) not in asked
        and (each.doubt, each.text) not in of_the_text
        and not (each.doubt is Doubt.ROLE_AS_OWNER and each.text in named)
    ]


def _action_index(draft: PlanDraft, problem: Diagnostic) -> int:
    named = [
        place
        for place, action in enumerate(draft.actions)
        if f"{action.section}/{action.ref}" == problem.about
    ]
    here = [place for place in named if problem.where.startswith(draft.actions[place].where)]
    if problem.doubt is Doubt.REF_TWICE:
        return next((place for place in named if draft.actions[place].where == problem.where), -1)
    return next(iter(here or named), -1)


def _build_question(draft: PlanDraft, problem: Diagnostic, index: int) -> Question | None:
    maker = QUESTION_BUILDERS.get(problem.doubt) if problem.doubt else None
    action = draft.actions[index]
    made = maker(draft, action, problem) if maker else None
    if problem.doubt is None or made is None:
        return None
    name = () if problem.doubt in _ASKED_ONCE_PER_TEXT else identity(action)
    return Question(
        question_key(problem.doubt.value, *name, problem.text),
        problem.doubt.value,
        made.asks,
        made.choices,
        made.meanwhile,
        index,
        problem.where,
        problem.text,
        f"{action.section}/{action.ref} {shorten(action.title)}",
        made.details,
    )


LEAVE_AS_PRINTED = "left"
MAX_UNKNOWN_OWNERS = 5
_MAX_NAMED = 8


@dataclass(frozen=True)
class KnownPerson:
    """Somebody the workspace knows. reachable: with an account, an address or at least a name."""

    initials: str
    name: str
    reachable: bool


def owner_questions(draft: PlanDraft, people: Sequence[KnownPerson]) -> list[Question]:
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
    few = any(each.reachable for each in people) and len(strangers) <= MAX_UNKNOWN_OWNERS
    return [*asked, *strangers] if few else asked


def _may_be(person: KnownPerson, owner: str) -> bool:
    name = person.name.casefold()
    return person.reachable and bool(name) and (initials_of(person.name) == owner or name == owner.casefold())


def _person_question(
    draft: PlanDraft, owner: str, exact: KnownPerson | None, others: Sequence[KnownPerson]
) -> Question:
    refs = [f"{each.section}/{each.ref}" for each in draft.actions if owner in each.owners]
    known = exact is not None and exact.reachable
    shared = (
        f"More than one person may be \u201c{owner}\u201d."
        if known
        else f"I know nobody called \u201c{owner}\u201d."
    )
    choices = [Choice(f"is {each.initials}", _describe_person(each)) for each in others[:_MAX_NAMED]]
    if known and exact is not None:
        choices.insert(0, Choice(LEAVE_AS_PRINTED, _describe_person(exact)))
    else:
        choices.append(Choice("person", "The person I choose below", Needs.PERSON))
        choices.append(Choice(LEAVE_AS_PRINTED, f"Leave it as {owner}: nobody here"))
    meanwhile = f"{owner} is asked." if known else f"Nobody is asked about what {owner} owns."
    owned = ", ".join(refs[:_MAX_NAMED]) + (" and more" if len(refs) > _MAX_NAMED else "")
    return Question(
        question_key(OWNER, owner),
        OWNER,
        f"{shared} Who is it?",
        tuple(choices),
        meanwhile,
        printed=owner,
        subject=f"Owner of {owned}",
    )


def _describe_person(person: KnownPerson) -> str:
    return f"{person.initials}, {person.name}" if person.name else person.initials
