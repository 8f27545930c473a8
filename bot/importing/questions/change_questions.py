"""Questions that only show beside the plan there is: which plan this is, and what became of what it lacks."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from rapidfuzz import fuzz

from bot.importing.diff import Differences, Resolution, ResolutionKind
from bot.importing.drafting.draft import PlanDraft
from bot.importing.matching import find_similar
from bot.importing.questions.model import Answer, Choice, Needs, Question, question_key
from bot.services.actions.presenters import shorten
from models.plans import Action, Plan

GONE, WHICH_PLAN = "gone", "which-plan"
NEW_PLAN = "new"
# Two titles that are as alike as this, apart from their years, may be two versions of one plan.
SIMILAR_PLANS_SCORE = 80.0
_MAX_OFFERED = 4
_MAX_SHOWN_LENGTH = 55


def plan_question(draft: PlanDraft, plans: Collection[Plan]) -> Question | None:
    """Asked when no plan has this title, but one has a title like it: last year's."""
    near = [
        plan
        for plan in plans
        if fuzz.ratio(_without_years(plan.title), _without_years(draft.title)) >= SIMILAR_PLANS_SCORE
    ]
    if not near:
        return None
    newer = [Choice(f"plan {plan.id}", f"A newer version of {_shorten(plan.title)}") for plan in near]
    return Question(
        question_key(WHICH_PLAN, draft.title),
        WHICH_PLAN,
        f"There is no plan \u201c{draft.title}\u201d yet. What is this file?",
        (*newer[:_MAX_OFFERED], Choice(NEW_PLAN, "A new plan, beside what there is")),
        "It waits for this answer.",
        printed=draft.title,
        subject="The plan's title",
        details=("A newer version keeps the history of every action and takes the new title.",),
    )


def gone_questions(
    draft: PlanDraft, differences: Differences, actions: Sequence[Action]
) -> Iterator[Question]:
    """One for each action the document lacks and nobody has given the reason for. It may be one of those that
    are new, or came when it went.
    """
    new = [place for place, _ in differences.new]
    for action in differences.missing:
        if not (action.gone_at and action.gone_reason):
            came = [each for each in actions if action.gone_at and each.created_at >= action.gone_at]
            since = [differences.positions[each.id] for each in came if each.id in differences.positions]
            yield _gone_question(draft, action, [*new, *since])


def resolutions_of(actions: Sequence[Action], answers: Mapping[str, Answer]) -> dict[int, Resolution]:
    """What somebody said became of each action, by its id."""
    told = {action.id: answers.get(gone_key(action)) for action in actions}
    return {
        action_id: fate
        for action_id, answer in told.items()
        if answer and (fate := _parse_resolution(answer))
    }


def gone_key(action: Action) -> str:
    return question_key(GONE, action.section.number, action.title or action.ref)


def _gone_question(draft: PlanDraft, action: Action, free_indexes: Sequence[int]) -> Question:
    ref = f"{action.section.number}/{action.ref}"
    now = [draft.actions[place] for place in find_similar(action, draft.actions, free_indexes)[:_MAX_OFFERED]]
    candidates = [
        Choice(
            f"now {each.section}/{each.ref}", f"It is now {each.section}/{each.ref} {_shorten(each.title)}"
        )
        for each in now
    ]
    return Question(
        gone_key(action),
        GONE,
        f"{ref} is not in this version. What became of it?",
        (
            *candidates,
            Choice("complete", "It is complete"),
            Choice("dropped", "It was dropped, for the reason I write below", Needs.WORDS),
            Choice("kept", "It was forgotten: keep it in the plan"),
        ),
        "It leaves the lists and nobody is asked about it. Its history stays.",
        printed="",
        subject=f"{ref} {shorten(action.title)}",
        details=tuple(f"New in this version: {each.section}/{each.ref} {each.title}" for each in now),
    )


def _parse_resolution(answer: Answer) -> Resolution | None:
    by = f", as {answer.by} said" if answer.by else ""
    if answer.choice == "complete":
        return Resolution(ResolutionKind.COMPLETE, f"Complete{by}.")
    if answer.choice == "dropped":
        return Resolution(ResolutionKind.DROPPED, f"Dropped{by}: {answer.value}")
    if answer.choice == "kept":
        return Resolution(
            ResolutionKind.RETAINED, f"Kept in the plan{by}, though its newest version lacks it."
        )
    section, slash, ref = answer.choice.removeprefix("now ").partition("/")
    return Resolution(ResolutionKind.MOVED, f"Now {section}/{ref}{by}.", (section, ref)) if slash else None


def _without_years(title: str) -> str:
    return " ".join(re.sub(r"[0-9]+(?:\s*[/\u2013\u2014-]\s*[0-9]+)*", " ", title.casefold()).split())


def _shorten(text: str) -> str:
    return text if len(text) <= _MAX_SHOWN_LENGTH else text[: _MAX_SHOWN_LENGTH - 1].rstrip() + "\u2026"
