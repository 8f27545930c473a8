"""What the buttons of a prompt do, and the forms that they open. Raises CipError where nothing was done."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from bot.commands import Asker, Away, NotMine, Undo, UpdateStatus
from bot.errors import NotUnderstoodError
from bot.messages import Message, NotMineReceipt, PromptForm, StepsForm
from bot.plan.rag import Colour
from bot.plan.refs import RefQuery
from bot.plan.statuses import Status
from bot.plan.wording import format_day
from bot.sentences import sentence
from bot.services import people
from bot.services.actions import open_steps, presenters, updates
from bot.services.actions.open_steps import OpenStepsError
from bot.services.actions.ref_resolver import Target
from bot.services.actions.undo import require_in_time, undo_batch
from bot.services.actions.update_values import UpdateValues
from bot.services.people import Actor
from bot.services.prompts import absences, messages, not_mine, prompt_forms
from bot.services.scheduling import next_prompts
from bot.services.scheduling.closing import close_item, enqueue_rewrite
from models.outbox import PromptItem, StatusChange
from models.plans import Action, ActionOwner
from models.queries import actions as actions_query
from models.queries import prompts

# How it is going is a colour, and no status: what has not started has still not started.
VALUES_BY_CHOICE = {
    "on-track": UpdateValues(declared=Colour.GREEN, source="button", answer="on-track"),
    "at-risk": UpdateValues(declared=Colour.AMBER, source="button", answer="at-risk"),
    "complete": UpdateValues(Status.COMPLETE, source="button", answer="complete"),
    "not-started": UpdateValues(Status.NOT_STARTED, source="button", answer="update"),
    "in-progress": UpdateValues(Status.IN_PROGRESS, source="button", answer="update"),
}


def answer_prompt(
    session: Session, asker: Asker, value: str, choice: str, now: datetime
) -> PromptForm | None:
    """What a button of a prompt does: record a status change, or a snooze. The message is rewritten through
    the outbox. Returns the form that asks about open steps where something is said to be done.
    """
    actor, item = _lock_open_item(session, asker, value)
    if choice == "later":
        _snooze(session, item, actor, now)
        return None
    if choice not in VALUES_BY_CHOICE:
        raise NotUnderstoodError(sentence("services.unknown_button"), suggestion="/cip mine")
    try:
        _record(session, actor, item, choice, "", now)
    except OpenStepsError:
        return prompt_forms.build_form(session, asker, StepsForm.name, value, now)
    return None


def _answer_steps(
    session: Session, asker: Asker, value: str, fields: Mapping[str, str], now: datetime
) -> None:
    """Of an action with open steps: all of it is done, the action alone, or one step by its id."""
    actor, item = _lock_open_item(session, asker, value)
    _record(session, actor, item, "complete", fields["done"], now)


def _record(session: Session, actor: Actor, item: PromptItem, choice: str, steps: str, now: datetime) -> None:
    """steps: of an action that is done, what of its open steps; "" where that was not asked."""
    people.require_update(session, actor, item.action, item.action.ref)
    said = list(say(item.action, item.action.ref, choice, steps))
    updates.record_all(session, actor, said, now, set(), uuid4().hex)
    close_item(session, item, said[0][1].answer, actor.user_id, now)


def say(
    action: Action, ref: str, choice: str, steps: str, note: str = ""
) -> Iterator[tuple[list[Target], UpdateValues]]:
    """What a choice of VALUES_BY_CHOICE says of which targets. Raises OpenStepsError where it says that an
    action is done whose steps are open, and steps is "".
    """
    values = replace(VALUES_BY_CHOICE[choice], note=note)
    if choice != "complete":
        yield [Target(action)], values
        return
    yield from open_steps.spread_done(open_steps.find_done_targets(action, ref, steps), values)


def take_back(session: Session, asker: Asker, value: str, now: datetime) -> None:
    """Take back what was answered, with the sentences that the same person added since: the question is open
    again.
    """
    actor, item = _lock_own_item(session, asker, value)
    mine = [each for each in messages.changes_of_answer(session, item) if each.user_id == actor.user_id]
    taken = _with_added_sentences(mine)
    if not taken or taken[0].at != item.answered_at:
        raise NotUnderstoodError(sentence("services.nothing_to_take_back"), suggestion="/cip mine")
    require_in_time(session, actor, taken[-1], now)
    for batch in dict.fromkeys(each.batch for each in reversed(taken)):
        undo_batch(session, actor, Undo(batch=batch), now)


def _with_added_sentences(changes: Sequence[StatusChange]) -> list[StatusChange]:
    """The batch of the first, and those after it that added words and nothing else."""
    return [
        each
        for each in changes
        if each.batch == changes[0].batch
        or (
            each.to_status is each.from_status
            and each.to_declared is each.from_declared
            and each.new_due is None
        )
    ]


def _add_sentence(
    session: Session, asker: Asker, value: str, fields: Mapping[str, str], now: datetime
) -> None:
    """Add words and evidence to what was answered; once, however often they come."""
    actor, item = _lock_own_item(session, asker, value)
    note, evidence = fields.get("note") or fields.get("words", ""), fields.get("link", "")
    added = {(each.note, each.evidence) for each in messages.changes_of_answer(session, item)}
    if (note, evidence) not in added:
        updates.update_actions(session, actor, _as_update(item.action, note=note, evidence=evidence), now)
    if item.answered_at is not None:
        for each in prompts.items_answered_at(session, item.action_id, item.answered_at):
            enqueue_rewrite(session, each.delivery, now)


def _move_date(session: Session, asker: Asker, value: str, fields: Mapping[str, str], now: datetime) -> None:
    actor, item = _lock_open_item(session, asker, value)
    move_date(session, actor, item.action, fields, now)
    close_item(session, item, "update", actor.user_id, now)


def move_date(
    session: Session, actor: Actor, action: Action, fields: Mapping[str, str], now: datetime
) -> date:
    """The new day of an action, from the fields "day" and "reason". Raises CipError where it stays."""
    day = prompt_forms.read_day(fields["day"])
    prompt_forms.require_coming_day(day, people.today_of(actor, now))
    command = _as_update(action, due=day, due_text=format_day(day), because=fields["reason"])
    updates.update_actions(session, actor, command, now)
    return day


def _as_update(action: Action, **said: object) -> UpdateStatus:
    return UpdateStatus(refs=(_ref_of(action),), action_id=action.id, **said)  # type: ignore[arg-type] # its own fields


def _ref_of(action: Action) -> RefQuery:
    return RefQuery(action.section.number or None, action.ref)


def _say_not_mine(
    session: Session, asker: Asker, value: str, fields: Mapping[str, str], now: datetime
) -> Message:
    actor, item = _lock_open_item(session, asker, value)
    return say_not_mine(session, actor, item.action, fields, now)


def say_not_mine(
    session: Session, actor: Actor, action: Action, fields: Mapping[str, str], now: datetime
) -> NotMineReceipt:
    """An action is another's, as the fields "person" and "whose" say. Raises CipError where nobody hears."""
    whose, user_id = not_mine.name_owner(session, actor, fields.get("person", ""), fields.get("whose", ""))
    command = NotMine(ref=_ref_of(action), whose=whose, user_id=user_id, action_id=action.id)
    return not_mine.say_not_mine(session, actor, command, now)


def _go_away(session: Session, asker: Asker, value: str, fields: Mapping[str, str], now: datetime) -> Message:
    actor, item = _lock_open_item(session, asker, value)
    until = prompt_forms.read_day(fields["until"])
    receipt = absences.go_away(session, actor, Away(until=until, cover=fields.get("cover", "")), now)
    _snooze(session, item, actor, now)
    return receipt


def _answer_more(
    session: Session, asker: Asker, value: str, fields: Mapping[str, str], now: datetime
) -> None:
    answer_prompt(session, asker, value, fields["answer"], now)


SubmittedForm = Callable[[Session, Asker, str, Mapping[str, str], datetime], Message | None]
FORMS: dict[str, SubmittedForm] = {
    "more": _answer_more,
    "steps": _answer_steps,
    "sentence": _add_sentence,
    "evidence": _add_sentence,
    "due_date": _move_date,
    "not_mine": _say_not_mine,
    "away": _go_away,
}


def submit_form(
    session: Session, asker: Asker, name: str, value: str, fields: Mapping[str, str], now: datetime
) -> Message | None:
    """Do what the form of this name says. fields: what was filled in, by name. Returns what is to be said."""
    return FORMS[name](session, asker, value, fields, now)


def postpone_items(
    session: Session, actor: Actor, item_ids: Collection[int], now: datetime, until: date | None = None
) -> list[PromptItem]:
    """Ask about these later, as the button does, or on the day `until`. Returns those that still waited for
    an answer.
    """
    items = prompts.items_by_id(session, item_ids)
    _lock_items(session, items)
    waiting = [item for item in items if messages.is_waiting_for(actor, item) and item.action.status.is_open]
    for item in waiting:
        _snooze(session, item, actor, now, until)
    return waiting


def _lock_open_item(session: Session, asker: Asker, value: str) -> tuple[Actor, PromptItem]:
    """The question a button stands for, locked. Raises CipError where it is not the asker's to answer."""
    actor, item = _lock_own_item(session, asker, value)
    messages.require_waiting(item)
    return actor, item


def _lock_own_item(session: Session, asker: Asker, value: str) -> tuple[Actor, PromptItem]:
    actor = people.identify(session, asker)
    item = messages.find_own_item(session, actor, value)
    _lock_items(session, [item])
    return actor, item


def _lock_items(session: Session, items: Sequence[PromptItem]) -> None:
    """Lock their actions, and read their answers once nobody else can answer them."""
    actions_query.lock_actions(session, [item.action_id for item in items])
    for item in items:
        session.refresh(item, ["answer", "answered_at", "answered_by"])


def _snooze(
    session: Session, item: PromptItem, actor: Actor, now: datetime, until: date | None = None
) -> None:
    """Later means the next working day, or the first from the day `until`. It is no update: the colour and
    the last word stay.
    """
    item.answer, item.answered_at, item.answered_by = "later", now, actor.user_id
    for owner in _find_ownership(item):
        calendar = next_prompts.build_calendar(item.action.plan.board, owner.person)
        moment = absences.next_prompt_moment(calendar, owner.person, now)
        if until is not None:
            moment = max(moment, absences.first_prompt_moment(calendar, until))
        owner.snoozed_until = owner.prompt_at = moment
    enqueue_rewrite(session, item.delivery, now)


def find_day_of_next_question(items: Iterable[PromptItem]) -> date | None:
    """The last day on which their owners are asked about them again; None where that is not planned."""
    days = [
        presenters.local_day(owner.snoozed_until, item.action.plan.board.timezone)
        for item in items
        for owner in _find_ownership(item)
        if owner.snoozed_until is not None
    ]
    return max(days, default=None)


def _find_ownership(item: PromptItem) -> list[ActionOwner]:
    return [owner for owner in item.action.owners if owner.person_id == item.person_id]
