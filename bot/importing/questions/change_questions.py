"""Questions raised by comparing a draft with the stored plan: which plan it is a version of, and what became
of the actions it lacks.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from rapidfuzz import fuzz

from bot.importing.diff import Differences, Resolution, ResolutionKind
from bot.importing.drafting.draft import ActionDraft, PlanDraft
from bot.importing.matching import find_similar
from bot.importing.questions.model import Answer, Choice, Needs, Question, question_key
from bot.plan import wording
from bot.plan.text import letters_only
from bot.sentences import sentence
from bot.services.actions.presenters import shorten
from models.plans import Action, Plan

GONE, WHICH_PLAN = "gone", "which-plan"
NEW_PLAN, OTHER_PLAN = "new", "another"
_MAX_TITLE = 300
# Two titles that are as alike as this, apart from their years, may be two versions of one plan.
SIMILAR_PLANS_SCORE = 80.0
_MAX_OFFERED = 4
# How the actions of a file and of the plan of its title agree: less than this, and it may be another plan.
_MIN_AGREEING, _MIN_COMPARED, _SAME_WORDS_SCORE = 0.2, 2, 60.0
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
    newer = [
        Choice(f"plan {plan.id}", sentence("questions.newer_version_choice", title=_shorten(plan.title)))
        for plan in near
    ]
    return Question(
        question_key(WHICH_PLAN, draft.title),
        WHICH_PLAN,
        sentence("questions.which_plan", title=draft.title),
        (*newer[:_MAX_OFFERED], Choice(NEW_PLAN, sentence("questions.new_plan_choice"))),
        sentence("questions.which_plan_meanwhile"),
        printed=draft.title,
        subject="The plan's title",
        details=(sentence("questions.newer_version_detail"),),
    )


def agrees_with(draft: PlanDraft, stored: Sequence[Action]) -> bool:
    """Whether enough actions of the draft and of the plan of its title are the same, by their words. Too few
    to tell count as the same.
    """
    fewer = min(len(draft.actions), len(stored))
    if fewer < _MIN_COMPARED:
        return True
    titles = {letters_only(each.title) for each in draft.actions}
    by_ref: defaultdict[str, list[str]] = defaultdict(list)
    for each in draft.actions:
        by_ref[each.ref].append(each.title)
    same = sum(
        letters_only(action.title) in titles
        or any(fuzz.token_set_ratio(action.title, title) >= _SAME_WORDS_SCORE for title in by_ref[action.ref])
        for action in stored
    )
    return same >= max(1, fewer * _MIN_AGREEING)


def other_plan_question(draft: PlanDraft, plan: Plan) -> Question:
    """Asked when the plan of this title has hardly an action of the draft."""
    return Question(
        question_key(WHICH_PLAN, "same title", draft.title),
        WHICH_PLAN,
        sentence("questions.other_plan", title=draft.title),
        (
            Choice(f"plan {plan.id}", sentence("questions.newer_version_choice", title=_shorten(plan.title))),
            Choice(OTHER_PLAN, sentence("questions.other_plan_choice"), Needs.WORDS),
        ),
        sentence("questions.which_plan_meanwhile"),
        printed=draft.title,
        subject="The plan's title",
    )


def other_title(question: Question, answers: Mapping[str, Answer]) -> str:
    """The title somebody gave what is another plan; "" where nobody did."""
    answer = answers.get(question.key)
    return answer.value[:_MAX_TITLE] if answer and answer.choice == OTHER_PLAN else ""


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
    """What became of each action as somebody answered, by the action's id."""
    given = {action.id: answers.get(gone_key(action)) for action in actions}
    return {
        action_id: resolution
        for action_id, answer in given.items()
        if answer and (resolution := _parse_resolution(answer))
    }


def gone_key(action: Action) -> str:
    return question_key(GONE, action.section.number, action.title or action.ref)


def _gone_question(draft: PlanDraft, action: Action, free_indexes: Sequence[int]) -> Question:
    ref = f"{action.section.number}/{action.ref}"
    now = [draft.actions[place] for place in find_similar(action, draft.actions, free_indexes)[:_MAX_OFFERED]]
    candidates = [
        Choice(
            f"now {_ref(each)}",
            sentence("questions.renumbered_choice", ref=_ref(each), title=_shorten(each.title)),
        )
        for each in now
    ]
    return Question(
        gone_key(action),
        GONE,
        sentence("questions.missing_action", ref=ref),
        (
            *candidates,
            Choice("complete", sentence("questions.complete_choice")),
            Choice("dropped", sentence("questions.dropped_choice"), Needs.WORDS),
            Choice("kept", sentence("questions.retained_choice")),
        ),
        sentence("questions.missing_action_meanwhile"),
        printed="",
        subject=f"{ref} {shorten(action.title)}",
        details=tuple(
            sentence("questions.new_action_detail", ref=_ref(each), title=each.title) for each in now
        ),
    )


def _ref(draft: ActionDraft) -> str:
    return f"{draft.section}/{draft.ref}"


def _parse_resolution(answer: Answer) -> Resolution | None:
    """None where the choice is none of those above. The reason goes on record with the action."""
    if answer.choice == "complete":
        return Resolution(ResolutionKind.COMPLETE, sentence("questions.complete_reason", by=answer.by))
    if answer.choice == "dropped":
        reason = sentence("questions.dropped_reason", by=answer.by, reason=answer.value)
        return Resolution(ResolutionKind.DROPPED, reason)
    if answer.choice == "kept":
        return Resolution(ResolutionKind.RETAINED, sentence("questions.retained_reason", by=answer.by))
    moved_to = answer.choice.removeprefix("now ")
    section, slash, ref = moved_to.partition("/")
    if not slash:
        return None
    reason = sentence("questions.renumbered_reason", by=answer.by, ref=moved_to)
    return Resolution(ResolutionKind.MOVED, reason, (section, ref))


def _without_years(title: str) -> str:
    return " ".join(re.sub(r"[0-9]+(?:\s*[/\u2013\u2014-]\s*[0-9]+)*", " ", title.casefold()).split())


def _shorten(text: str) -> str:
    return wording.shorten(text, _MAX_SHOWN_LENGTH)
