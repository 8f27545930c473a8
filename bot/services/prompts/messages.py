"""The message of a prompt, built when it is sent, and what its buttons do."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from bot.commands import Asker
from bot.errors import NotAllowedError
from bot.messages import ActionLine, ErrorMessage, Message, MilestoneLine, Prompt, PromptLine
from bot.plan.rag import Colour
from bot.plan.statuses import Status
from bot.sentences import sentence
from bot.services import people
from bot.services.actions import presenters, updates
from bot.services.actions.ref_resolver import Target
from bot.services.actions.updates import UpdateValues
from bot.services.people import Actor
from bot.services.scheduling import next_prompts
from bot.services.scheduling.closing import close_item, enqueue_rewrite
from models.base import parse_id
from models.outbox import Delivery, PromptItem
from models.plans import Action, ActionOwner
from models.queries import actions as actions_query
from models.queries import changes as changes_query
from models.queries import prompts

BUTTON_TOKEN_LENGTH = 8
VALUES_BY_CHOICE = {
    "on-track": UpdateValues(Status.IN_PROGRESS, Colour.GREEN, source="button", answer="on-track"),
    "at-risk": UpdateValues(Status.IN_PROGRESS, Colour.AMBER, source="button", answer="at-risk"),
    "complete": UpdateValues(Status.COMPLETE, source="button", answer="complete"),
}


def build_prompt(session: Session, delivery: Delivery, now: datetime) -> Prompt | None:
    """The message as it is true now; None when nothing in it is left to ask or show.

    A message already sent keeps its answered lines, so that it shows the answers.
    """
    items = [item for item in delivery.items if not item.reason]
    actions = {item.action_id: item.action for item in items}
    shown = presenters.build_lines(session, delivery.workspace_id, actions, now)
    if delivery.updates_id is None and not delivery.message_ts:
        items = [item for item in items if _is_still_open(item)]
    if not items or delivery.board_id is None:
        return None
    board = items[0].action.plan.board
    again = prompts.later_prompts(session, delivery) if delivery.message_ts else {}
    return Prompt(
        lines=tuple(
            _build_line(session, item, shown[item.action_id], again.get(item.action_id), now)
            for item in items
            if not item.as_lead
        ),
        board=board.name,
        day=date.fromisoformat(delivery.facts["day"]),
        escalated=tuple(shown[item.action_id] for item in items if item.as_lead),
    )


def _is_still_open(item: PromptItem) -> bool:
    return item.answer == "" and item.action.status.is_open and item.action.gone_at is None


def _button_value(item: PromptItem) -> str:
    """What a button of a prompt carries. The second half belongs to that one message, so that a button from
    before a restore or a fresh start is never taken for whatever has the same number now.
    """
    return f"{item.id}-{item.delivery.token[:BUTTON_TOKEN_LENGTH]}"


def find_item(session: Session, value: str) -> PromptItem | None:
    """The question a button is about, by what the button carries; None when it is not known."""
    item_id = parse_id(value.partition("-")[0])
    found = prompts.item_by_id(session, item_id) if item_id is not None else None
    return found if found is not None and _button_value(found) == value else None


def _build_line(
    session: Session, item: PromptItem, action_line: ActionLine, newer: Delivery | None, now: datetime
) -> PromptLine:
    """newer: the prompt that asks the same person the same since."""
    return PromptLine(
        line=action_line,
        value=_button_value(item),
        answer=item.answer,
        answered=_describe_answer(item, action_line),
        has_reason=item.answer == "at-risk" and _has_reason(session, item),
        milestones=tuple(_list_open_milestones(item.action, presenters.today_of(item.action.plan, now))),
        asked_again_on=date.fromisoformat(newer.facts["day"]) if newer else None,
    )


def is_open(session: Session, item: PromptItem) -> bool:
    """Whether it waits for an answer: there is none, or "at risk" without a reason."""
    if item.answer == "at-risk":
        return not _has_reason(session, item)
    return item.answer in {"", "later"}


def _has_reason(session: Session, item: PromptItem) -> bool:
    """Whether a note was given with, or since, the answer."""
    return item.answered_at is not None and changes_query.has_note_since(
        session, item.action_id, item.answered_at
    )


def _describe_answer(item: PromptItem, action_line: ActionLine) -> str:
    """The colour follows with its reason, so a declared one is added only where the reason leaves it out."""
    if item.answer in {"", "later"}:
        return ""
    declared_colour = item.action.declared if "declared" not in action_line.rag.reason else None
    declared = f", declared {declared_colour.words}" if declared_colour else ""
    return f"{item.action.status.words}{declared}"


def _list_open_milestones(action: Action, today: date) -> list[MilestoneLine]:
    return [
        presenters.build_milestone_line(action, each, today)
        for each in action.milestones
        if each.gone_at is None and each.status.is_open and each.label
    ]


def answer_prompt(session: Session, asker: Asker, value: str, choice: str, now: datetime) -> Message | None:
    """What a button of a prompt does: record a status change, or a snooze. The message is rewritten through
    the outbox. Returns a Message only when there is something else to say to the person.
    """
    actor = people.identify(session, asker)
    item = _lock_item(session, value)
    if item is None or item.workspace_id != actor.workspace_id:
        return ErrorMessage(sentence("services.unknown_message"), "/cip mine")
    refusal = _find_refusal(actor, item)
    if refusal is not None:
        return refusal
    if choice == "later":
        _snooze(session, item, actor, now)
        return None
    values = VALUES_BY_CHOICE.get(choice)
    if values is None:
        return ErrorMessage(sentence("services.unknown_button"), "/cip mine")
    action = item.action
    people.require_update(session, actor, action, action.ref)
    updates.record_batch(session, actor, [Target(action)], values, now, set(), uuid4().hex)
    close_item(session, item, values.answer, actor.user_id, now)
    return None


def postpone_items(
    session: Session, actor: Actor, item_ids: Collection[int], now: datetime
) -> list[PromptItem]:
    """Ask about these later, as the button does. Returns those that still waited for an answer."""
    items = prompts.items_by_id(session, item_ids)
    _lock_items(session, items)
    waiting = [item for item in items if _find_refusal(actor, item) is None and item.action.status.is_open]
    for item in waiting:
        _snooze(session, item, actor, now)
    return waiting


def _lock_item(session: Session, value: str) -> PromptItem | None:
    """The question a button stands for, locked."""
    found = find_item(session, value)
    if found is not None:
        _lock_items(session, [found])
    return found


def _lock_items(session: Session, items: Sequence[PromptItem]) -> None:
    """Lock their actions, and read their answers once nobody else can answer them."""
    actions_query.lock_actions(session, [item.action_id for item in items])
    for item in items:
        session.refresh(item, ["answer", "answered_at", "answered_by"])


def _find_refusal(actor: Actor, item: PromptItem) -> Message | None:
    action = item.action
    if actor.person is None or item.person_id != actor.person.id:
        raise NotAllowedError("That prompt was for someone else. Nothing was changed.")
    if item.answer not in {"", "later"}:
        return ErrorMessage(
            sentence("services.already_answered", ref=action.ref, status=action.status.words),
            f"/cip update {action.ref} in-progress",
        )
    if action.gone_at is not None:
        return ErrorMessage(sentence("services.action_is_gone", ref=action.ref), "/cip mine")
    return None


def _snooze(session: Session, item: PromptItem, actor: Actor, now: datetime) -> None:
    """Later means the next working day. It is no update: the colour and the last word stay."""
    item.answer, item.answered_at, item.answered_by = "later", now, actor.user_id
    for owner in _find_ownership(item):
        calendar = next_prompts.build_calendar(item.action.plan.board, owner.person)
        owner.snoozed_until = owner.prompt_at = calendar.next_prompt_moment(now)
    enqueue_rewrite(session, item.delivery, now)


def _find_ownership(item: PromptItem) -> list[ActionOwner]:
    return [owner for owner in item.action.owners if owner.person_id == item.person_id]
