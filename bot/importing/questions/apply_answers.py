"""What each answer does to a draft. Pure: the same draft and answers always give the same plan."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from bot.importing.drafting.diagnostics import day_words
from bot.importing.drafting.draft import ActionDraft, MilestoneDraft, PlanDraft
from bot.importing.drafting.step_allocation import overall
from bot.importing.questions.catalogue import WHOLE, places
from bot.importing.questions.model import Answer, Question
from bot.importing.table.problems import Doubt
from bot.plan.due_dates import DueDate, Precision, Role
from bot.plan.refs import normalise_ref
from bot.plan.statuses import Status, read_statuses

OWNER = "owner"
# Before the id of a chat account that is to be tied to the initials.
ACCOUNT_MARK = "@"
_LONGEST_REF = 40
_COUNTED = {Role.DUE, Role.MILESTONE}


def settled(draft: PlanDraft, questions: Iterable[Question], answers: Mapping[str, Answer]) -> PlanDraft:
    """The draft as the answers have it. Questions without an answer, or with one they no longer offer, change
    nothing; neither does what is decided when the plan is compared with the one before it.
    """
    for question in questions:
        answer = answers.get(question.key)
        effect = _EFFECTS.get(question.kind)
        if answer is not None and effect is not None and question.choice(answer.choice) is not None:
            draft = effect(draft, question, answer)
    return draft


def _on_action(change: Callable[[ActionDraft, Answer], ActionDraft]) -> "Effect":
    def effect(draft: PlanDraft, question: Question, answer: Answer) -> PlanDraft:
        actions = list(draft.actions)
        actions[question.place] = change(actions[question.place], answer)
        return replace(draft, actions=tuple(actions))

    return effect


def _given(answer: Answer, role: Role = Role.DUE) -> DueDate:
    return DueDate(day_words(answer.day), answer.day, Precision.DAY, role)


def _late(draft: PlanDraft, question: Question, answer: Answer) -> PlanDraft:
    as_at = draft.as_at

    def is_late(due: DueDate) -> bool:
        return bool(as_at and due.role in _COUNTED and due.date and due.date < as_at)

    def change(action: ActionDraft, answer: Answer) -> ActionDraft:
        if answer.choice == "day":
            return _redated(action, is_late, answer)
        return _completed(action, is_late) if answer.choice == "complete" else action

    return _on_action(change)(draft, question, answer)


def _redated(action: ActionDraft, wanted: Callable[[DueDate], bool], answer: Answer) -> ActionDraft:
    """Put the day given in the place of the dates wanted that something open still waits for."""

    def moved(dues: Iterable[DueDate]) -> tuple[DueDate, ...]:
        new = (_given(answer, due.role) if wanted(due) else due for due in dues)
        return tuple(dict.fromkeys(new))

    steps = tuple(
        replace(step, due=moved(step.due)) if step.status.is_open else step for step in action.milestones
    )
    return replace(action, due=moved(action.due), milestones=steps)


def _completed(action: ActionDraft, is_late: Callable[[DueDate], bool]) -> ActionDraft:
    """Only the steps the dates belong to, or the whole action where they are its own."""
    own = any(is_late(due) for due in action.due if due.role is not Role.MILESTONE)
    steps = tuple(
        replace(step, status=Status.COMPLETE) if own or any(map(is_late, step.due)) else step
        for step in action.milestones
    )
    every = own or all(step.status is Status.COMPLETE for step in steps)
    return replace(action, milestones=steps, status=Status.COMPLETE if every else action.status)


def _later_in_words(action: ActionDraft, answer: Answer) -> ActionDraft:
    if answer.choice == "column":
        return action
    last = max(due.date for due in action.due if due.date and due.role in _COUNTED)
    if answer.choice.startswith("words "):
        answer = replace(answer, value=answer.choice.removeprefix("words "))
    return _redated(action, lambda due: due.date == last and due.role in _COUNTED, answer)


def _dated(action: ActionDraft, answer: Answer) -> ActionDraft:
    """Give a date, or say that there is none, in the place of what could not be read."""
    left = tuple(due for due in action.due if due.precision is not Precision.NONE)
    if answer.choice == "day":
        return replace(action, due=(*left, _given(answer)))
    if answer.choice == "ongoing":
        return replace(action, due=(*left, DueDate("Ongoing", None, Precision.ONGOING, Role.ONGOING)))
    return action


def _owned(action: ActionDraft, answer: Answer) -> ActionDraft:
    return replace(action, owners=(answer.value,)) if answer.choice == "person" else action


def _status(action: ActionDraft, answer: Answer) -> ActionDraft:
    status = Status(answer.choice)
    steps = tuple(replace(step, status=status) for step in action.milestones)
    return replace(action, status=status, milestones=steps)


def _status_of_text(draft: PlanDraft, question: Question, answer: Answer) -> PlanDraft:
    """Every action with these words for its status."""
    actions = tuple(
        _status(action, answer) if action.status_text == question.printed else action
        for action in draft.actions
    )
    return replace(draft, actions=actions)


def _statuses_placed(action: ActionDraft, answer: Answer) -> ActionDraft:
    read = read_statuses(action.status_text).statuses
    given = dict(zip(places(answer.choice), read, strict=False))
    steps = tuple(
        replace(step, status=given.get(place, Status.NOT_STARTED))
        for place, step in enumerate(action.milestones)
    )
    return replace(action, milestones=steps, status=overall(read, len(steps)))


def _dates_placed(draft: PlanDraft, question: Question, answer: Answer) -> PlanDraft:
    def change(action: ActionDraft, answer: Answer) -> ActionDraft:
        if answer.choice == WHOLE:
            return action
        taken = [due for due in action.due if due.text in question.printed]
        of_steps = [replace(due, role=Role.MILESTONE) if due.role is Role.DUE else due for due in taken]
        given = dict(zip(places(answer.choice), of_steps, strict=False))
        steps = tuple(
            replace(step, due=(given[place],)) if place in given else step
            for place, step in enumerate(action.milestones)
        )
        rest = tuple(due for due in action.due if due not in taken)
        return replace(action, due=(*of_steps, *rest), milestones=steps)

    return _on_action(change)(draft, question, answer)


def _owners_placed(action: ActionDraft, answer: Answer) -> ActionDraft:
    if answer.choice == WHOLE:
        return action
    given = dict(zip(places(answer.choice), action.owners, strict=False))
    steps: tuple[MilestoneDraft, ...] = tuple(
        replace(step, owners=(given[place],)) if place in given else step
        for place, step in enumerate(action.milestones)
    )
    return replace(action, milestones=steps)


def _ref(action: ActionDraft, answer: Answer) -> ActionDraft:
    if answer.choice == "keep":
        return action
    ref = answer.value if answer.choice == "ref" else answer.choice.removeprefix("ref ")
    return replace(action, ref=normalise_ref(ref)[:_LONGEST_REF] or action.ref)


def _steps_moved(draft: PlanDraft, question: Question, answer: Answer) -> PlanDraft:
    if answer.choice == "keep":
        return draft
    source, ref = draft.actions[question.place], answer.choice.removeprefix("move ")
    moved = [step for step in source.milestones if normalise_ref(step.label).rpartition(".")[0] == ref]
    stay = tuple(step for step in source.milestones if step not in moved)
    actions = list(draft.actions)
    actions[question.place] = replace(source, milestones=stay)
    for place, action in enumerate(actions):
        if (action.section, action.ref) == (source.section, ref) and place != question.place:
            actions[place] = replace(action, milestones=(*action.milestones, *moved))
            break
    return replace(draft, actions=tuple(actions))


def _owner(draft: PlanDraft, question: Question, answer: Answer) -> PlanDraft:
    """Whoever goes by these initials, or this role, in the plan is called otherwise here."""
    known = answer.value or answer.choice.removeprefix("is ")
    if known == answer.choice or known.startswith(ACCOUNT_MARK):
        return draft

    def named(owners: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(known if each == question.printed else each for each in owners))

    actions = tuple(
        replace(
            action,
            owners=named(action.owners),
            milestones=tuple(replace(step, owners=named(step.owners)) for step in action.milestones),
        )
        for action in draft.actions
    )
    return replace(draft, actions=actions)


Effect = Callable[[PlanDraft, Question, Answer], PlanDraft]
_EFFECTS: dict[str, Effect] = {
    Doubt.DATES_UNPLACED: _dates_placed,
    Doubt.OWNERS_UNPLACED: _on_action(_owners_placed),
    Doubt.STATUSES_UNPLACED: _on_action(_statuses_placed),
    Doubt.NO_DATE: _on_action(_dated),
    Doubt.DATE_UNREAD: _on_action(_dated),
    Doubt.LATE: _late,
    Doubt.LATER_IN_WORDS: _on_action(_later_in_words),
    Doubt.NO_OWNER: _on_action(_owned),
    Doubt.NO_STATUS: _on_action(_status),
    Doubt.STATUS_UNREAD: _status_of_text,
    Doubt.REF_TWICE: _on_action(_ref),
    Doubt.STRANGE_STEPS: _steps_moved,
    OWNER: _owner,
}
