"""Questions about single cells: what was doubtful in reading an action."""

from collections.abc import Iterator, Sequence

from bot.importing.drafting.draft import ActionDraft, PlanDraft
from bot.importing.questions.asked import Question, key_of
from bot.importing.questions.doubts import MAKERS
from bot.importing.questions.effects import OWNER
from bot.importing.table.problems import Doubt, Problem
from bot.services.lines import short

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
