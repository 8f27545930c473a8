"""What each answer does to a draft. Pure: the same draft and answers always give the same draft."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from bot.importing.drafting.draft import ActionDraft, MilestoneDraft, PlanDraft
from bot.importing.drafting.step_allocation import overall_status
from bot.importing.questions.catalogue import PROPOSED, WHOLE_ACTION, parse_allocation
from bot.importing.questions.column_questions import COLUMNS, apply_column, apply_swap
from bot.importing.questions.model import Answer, Question
from bot.importing.table.problems import Doubt
from bot.plan.due_dates import DueDate, Precision, Role
from bot.plan.refs import normalise_ref
from bot.plan.statuses import Status, read_statuses
from bot.plan.wording import format_day

OWNER = "owner"
# Stands before the id of a chat account that is to be linked to the initials.
ACCOUNT_MARK = "@"
_MAX_REF_LENGTH = 40
_DEADLINE_ROLES = {Role.DUE, Role.MILESTONE}
Effect = Callable[[PlanDraft, Question, Answer], PlanDraft]


def apply_answers(
    draft: PlanDraft, questions: Iterable[Question], answers: Mapping[str, Answer]
) -> PlanDraft:
    """The draft with the answers applied. answers: by the question's key. A question without an answer, or
    with one it no longer offers, changes nothing; neither do the kinds of change_questions, which take effect
    when the plan is compared with its version before.
    """
    for question in questions:
        answer = answers.get(question.key)
        effect = _EFFECTS.get(question.kind)
        if answer is not None and effect is not None and question.choice(answer.choice) is not None:
            draft = effect(draft, question, answer)
    return draft


def _on_action(change: Callable[[ActionDraft, Answer], ActionDraft]) -> Effect:
    def effect(draft: PlanDraft, question: Question, answer: Answer) -> PlanDraft:
        actions = list(draft.actions)
        actions[question.action_index] = change(actions[question.action_index], answer)
        return replace(draft, actions=tuple(actions))

    return effect


def _answered_date(answer: Answer, role: Role = Role.DUE) -> DueDate:
    return DueDate(format_day(answer.day), answer.day, Precision.DAY, role)


def _apply_late(draft: PlanDraft, question: Question, answer: Answer) -> PlanDraft:
    as_at = draft.as_at

    def is_late(due: DueDate) -> bool:
        return bool(as_at and due.role in _DEADLINE_ROLES and due.date and due.date < as_at)

    def change(action: ActionDraft, answer: Answer) -> ActionDraft:
        if answer.choice == "day":
            return _replace_dates(action, is_late, answer)
        return _complete_late(action, is_late) if answer.choice == "complete" else action

    return _on_action(change)(draft, question, answer)


def _replace_dates(
    action: ActionDraft, should_replace: Callable[[DueDate], bool], answer: Answer
) -> ActionDraft:
    """Put the answered day in the place of these dates of the action and of its open steps."""

    def moved(dues: Iterable[DueDate]) -> tuple[DueDate, ...]:
        new = (_answered_date(answer, due.role) if should_replace(due) else due for due in dues)
        return tuple(dict.fromkeys(new))

    steps = tuple(
        replace(step, due=moved(step.due)) if step.status.is_open else step for step in action.milestones
    )
    return replace(action, due=moved(action.due), milestones=steps)


def _complete_late(action: ActionDraft, is_late: Callable[[DueDate], bool]) -> ActionDraft:
    """Complete the steps the late dates belong to, or the whole action where one of them is its own."""
    own = any(is_late(due) for due in action.due if due.role is not Role.MILESTONE)
    steps = tuple(
        replace(step, status=Status.COMPLETE) if own or any(map(is_late, step.due)) else step
        for step in action.milestones
    )
    every = own or all(step.status is Status.COMPLETE for step in steps)
    return replace(action, milestones=steps, status=Status.COMPLETE if every else action.status)


def _apply_later_date(action: ActionDraft, answer: Answer) -> ActionDraft:
    if answer.choice == "column":
        return action
    last = max(due.date for due in action.due if due.date and due.role in _DEADLINE_ROLES)
    if answer.choice.startswith("words "):
        answer = replace(answer, value=answer.choice.removeprefix("words "))
    return _replace_dates(action, lambda due: due.date == last and due.role in _DEADLINE_ROLES, answer)


def _apply_date(action: ActionDraft, answer: Answer) -> ActionDraft:
    """Put a date, or "Ongoing", in the place of what could not be read."""
    readable = tuple(due for due in action.due if due.precision is not Precision.NONE)
    if answer.choice == "day" or answer.choice.startswith(PROPOSED):
        given = (
            replace(answer, value=answer.choice.removeprefix(PROPOSED)) if answer.choice != "day" else answer
        )
        return replace(action, due=(*readable, _answered_date(given)))
    if answer.choice == "ongoing":
        return replace(action, due=(*readable, DueDate("Ongoing", None, Precision.ONGOING, Role.ONGOING)))
    return action


def _apply_owner(action: ActionDraft, answer: Answer) -> ActionDraft:
    return replace(action, owners=(answer.value,)) if answer.choice == "person" else action


def _apply_status(action: ActionDraft, answer: Answer) -> ActionDraft:
    status = Status(answer.choice)
    steps = tuple(replace(step, status=status) for step in action.milestones)
    return replace(action, status=status, milestones=steps)


def _apply_status_by_text(draft: PlanDraft, question: Question, answer: Answer) -> PlanDraft:
    """The answer counts for every action with the same printed status."""
    actions = tuple(
        _apply_status(action, answer) if action.status_text == question.printed else action
        for action in draft.actions
    )
    return replace(draft, actions=actions)


def _allocate_statuses(action: ActionDraft, answer: Answer) -> ActionDraft:
    read = read_statuses(action.status_text).statuses
    given = dict(zip(parse_allocation(answer.choice), read, strict=False))
    steps = tuple(
        replace(step, status=given.get(index, Status.NOT_STARTED))
        for index, step in enumerate(action.milestones)
    )
    return replace(action, milestones=steps, status=overall_status(read, len(steps)))


def _allocate_dates(draft: PlanDraft, question: Question, answer: Answer) -> PlanDraft:
    def change(action: ActionDraft, answer: Answer) -> ActionDraft:
        if answer.choice == WHOLE_ACTION:
            return action
        asked = [due for due in action.due if due.text in question.printed]
        of_steps = [replace(due, role=Role.MILESTONE) if due.role is Role.DUE else due for due in asked]
        given = dict(zip(parse_allocation(answer.choice), of_steps, strict=False))
        steps = tuple(
            replace(step, due=(given[index],)) if index in given else step
            for index, step in enumerate(action.milestones)
        )
        rest = tuple(due for due in action.due if due not in asked)
        return replace(action, due=(*of_steps, *rest), milestones=steps)

    return _on_action(change)(draft, question, answer)


def _allocate_owners(action: ActionDraft, answer: Answer) -> ActionDraft:
    if answer.choice == WHOLE_ACTION:
        return action
    given = dict(zip(parse_allocation(answer.choice), action.owners, strict=False))
    steps: tuple[MilestoneDraft, ...] = tuple(
        replace(step, owners=(given[index],)) if index in given else step
        for index, step in enumerate(action.milestones)
    )
    return replace(action, milestones=steps)


def _apply_ref(action: ActionDraft, answer: Answer) -> ActionDraft:
    if answer.choice == "keep":
        return action
    ref = answer.value if answer.choice == "ref" else answer.choice.removeprefix("ref ")
    return replace(action, ref=normalise_ref(ref)[:_MAX_REF_LENGTH] or action.ref)


def _move_steps(draft: PlanDraft, question: Question, answer: Answer) -> PlanDraft:
    if answer.choice == "keep":
        return draft
    source, ref = draft.actions[question.action_index], answer.choice.removeprefix("move ")
    moved = [step for step in source.milestones if normalise_ref(step.label).rpartition(".")[0] == ref]
    stay = tuple(step for step in source.milestones if step not in moved)
    actions = list(draft.actions)
    actions[question.action_index] = replace(source, milestones=stay)
    for index, action in enumerate(actions):
        if (action.section, action.ref) == (source.section, ref) and index != question.action_index:
            actions[index] = replace(action, milestones=(*action.milestones, *moved))
            break
    return replace(draft, actions=tuple(actions))


def _replace_owner(draft: PlanDraft, question: Question, answer: Answer) -> PlanDraft:
    """Put other initials in the place of those printed, or of the role printed, throughout the plan."""
    initials = answer.value or answer.choice.removeprefix("is ")
    if initials == answer.choice or initials.startswith(ACCOUNT_MARK):
        return draft

    def rename(owners: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(initials if each == question.printed else each for each in owners))

    actions = tuple(
        replace(
            action,
            owners=rename(action.owners),
            milestones=tuple(replace(step, owners=rename(step.owners)) for step in action.milestones),
        )
        for action in draft.actions
    )
    return replace(draft, actions=actions)


_EFFECTS: dict[str, Effect] = {
    Doubt.DATES_UNPLACED: _allocate_dates,
    Doubt.OWNERS_UNPLACED: _on_action(_allocate_owners),
    Doubt.STATUSES_UNPLACED: _on_action(_allocate_statuses),
    Doubt.NO_DATE: _on_action(_apply_date),
    Doubt.DATE_UNREAD: _on_action(_apply_date),
    Doubt.LATE: _apply_late,
    Doubt.LATER_IN_WORDS: _on_action(_apply_later_date),
    Doubt.NO_OWNER: _on_action(_apply_owner),
    Doubt.NO_STATUS: _on_action(_apply_status),
    Doubt.STATUS_UNREAD: _apply_status_by_text,
    Doubt.REF_TWICE: _on_action(_apply_ref),
    Doubt.MISPLACED_STEPS: _move_steps,
    Doubt.DATES_SWAPPED: apply_swap,
    COLUMNS: apply_column,
    OWNER: _replace_owner,
}
