"""Questions about a draft alone: about doubtful cells, and about who the owners are."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from bot.importing.drafting.draft import ActionDraft, PlanDraft
from bot.importing.questions.apply_answers import OWNER
from bot.importing.questions.catalogue import QUESTION_BUILDERS
from bot.importing.questions.model import Choice, Needs, Question, question_key
from bot.importing.table.problems import Diagnostic, Doubt
from bot.plan.owners import initials_of
from bot.sentences import sentence
from bot.services.actions.presenters import shorten

# What depends on the printed text alone is asked once for the whole plan.
_ASKED_ONCE_PER_TEXT = {Doubt.STATUS_UNREAD}
LEAVE_AS_PRINTED = "left"
MAX_UNKNOWN_OWNERS = 5
_MAX_NAMED = 8


@dataclass(frozen=True)
class KnownPerson:
    """A person of the workspace. reachable: with an account, an e-mail address or at least a name."""

    initials: str
    name: str
    reachable: bool


def cell_questions(draft: PlanDraft) -> Iterator[Question]:
    """The questions of a draft as it was read, in the document's order; each once."""
    seen: set[str] = set()
    by_ref: defaultdict[str, list[int]] = defaultdict(list)
    for index, action in enumerate(draft.actions):
        by_ref[f"{action.section}/{action.ref}"].append(index)
    repeated = {name for name, times in Counter(map(identity, draft.actions)).items() if times > 1}
    for problem in draft.problems:
        index = _action_index(draft, problem, by_ref.get(problem.about, []))
        if problem.doubt is None or index < 0:
            continue
        question = _build_question(draft, problem, index, repeated)
        if question is not None and question.key not in seen:
            seen.add(question.key)
            yield question


def identity(action: ActionDraft) -> tuple[str, str]:
    """What identifies an action whatever its ref: its section and title, or its ref when it has no title."""
    return action.section, action.title or action.ref


def problems_without_question(draft: PlanDraft, questions: Sequence[Question]) -> list[Diagnostic]:
    """The problems of the draft that no question is about."""
    asked = {(each.kind, each.where, each.printed) for each in questions}
    of_the_text = {(each.kind, each.printed) for each in questions if each.kind in _ASKED_ONCE_PER_TEXT}
    owners = {each.printed for each in questions if each.kind == OWNER}
    return [
        each
        for each in draft.problems
        if (each.doubt, each.where, each.text) not in asked
        and (each.doubt, each.text) not in of_the_text
        and not (each.doubt is Doubt.ROLE_AS_OWNER and each.text in owners)
    ]


def _action_index(draft: PlanDraft, problem: Diagnostic, same_ref: Sequence[int]) -> int:
    """The index of the action the problem is about, -1 for none. same_ref: those of the ref that it names; it
    may repeat, and then its row decides.
    """
    same_row = [index for index in same_ref if problem.where.startswith(draft.actions[index].where)]
    if problem.doubt is Doubt.REF_TWICE:
        return next((index for index in same_ref if draft.actions[index].where == problem.where), -1)
    return next(iter(same_row or same_ref), -1)


def _build_question(
    draft: PlanDraft, problem: Diagnostic, index: int, repeated: AbstractSet[tuple[str, str]]
) -> Question | None:
    """repeated: what identifies more than one action of the draft; of these the ref tells them apart."""
    builder = QUESTION_BUILDERS.get(problem.doubt) if problem.doubt else None
    action = draft.actions[index]
    built = builder(draft, action, problem) if builder else None
    if problem.doubt is None or built is None:
        return None
    name: tuple[str, ...] = identity(action)
    name = (*name, action.ref) if name in repeated else name
    name = () if problem.doubt in _ASKED_ONCE_PER_TEXT else name
    return Question(
        question_key(problem.doubt.value, *name, problem.text),
        problem.doubt.value,
        built.asks,
        built.choices,
        built.meanwhile,
        index,
        problem.where,
        problem.text,
        f"{action.section}/{action.ref} {shorten(action.title)}",
        built.details,
    )


def owner_questions(draft: PlanDraft, people: Sequence[KnownPerson]) -> list[Question]:
    """One for each owner that stands for nobody in `people`, or for more than one person. Beyond
    MAX_UNKNOWN_OWNERS unknown ones a list of people helps more than so many questions: then only those with
    a candidate are asked about.
    """
    by_initials = {each.initials.casefold(): each for each in people}
    asked: list[Question] = []
    unknown: list[Question] = []
    refs: defaultdict[str, list[str]] = defaultdict(list)
    for action in draft.actions:
        for owner in dict.fromkeys(action.owners):
            refs[owner].append(f"{action.section}/{action.ref}")
    for owner, owned in refs.items():
        own = by_initials.get(owner.casefold())
        others = [each for each in people if each is not own and _may_be(each, owner)]
        if others:
            asked.append(_person_question(owned, owner, own, others))
        elif own is None or not own.reachable:
            unknown.append(_person_question(owned, owner, own, others))
    few = any(each.reachable for each in people) and len(unknown) <= MAX_UNKNOWN_OWNERS
    return [*asked, *unknown] if few else asked


def _may_be(person: KnownPerson, owner: str) -> bool:
    name = person.name.casefold()
    return person.reachable and bool(name) and (initials_of(person.name) == owner or name == owner.casefold())


def _person_question(
    refs: Sequence[str], owner: str, exact: KnownPerson | None, others: Sequence[KnownPerson]
) -> Question:
    """refs: of the actions that have this owner."""
    is_known = exact is not None and exact.reachable
    choices = [Choice(f"is {each.initials}", _describe_person(each)) for each in others[:_MAX_NAMED]]
    if is_known and exact is not None:
        choices.insert(0, Choice(LEAVE_AS_PRINTED, _describe_person(exact)))
    else:
        choices.append(Choice("person", sentence("questions.other_person_choice"), Needs.PERSON))
        choices.append(Choice(LEAVE_AS_PRINTED, sentence("questions.leave_owner_choice", printed=owner)))
    return Question(
        question_key(OWNER, owner),
        OWNER,
        sentence("questions.owner", printed=owner, is_known=is_known),
        tuple(choices),
        sentence("questions.owner_meanwhile", printed=owner, is_known=is_known),
        printed=owner,
        subject=sentence("questions.owner_subject", refs=refs[:_MAX_NAMED], is_cut=len(refs) > _MAX_NAMED),
    )


def _describe_person(person: KnownPerson) -> str:
    return f"{person.initials}, {person.name}" if person.name else person.initials
