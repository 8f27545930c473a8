"""Closing prompts: once an action has an update, the prompts that asked about it show it and lose their
buttons. When the update is taken back, they ask again. Once a newer prompt asks the same, only that one asks.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.plan.periods import FORTNIGHT
from bot.services.outbox import outbox
from models.outbox import Delivery, PromptItem
from models.plans import Action
from models.queries import outbox as query
from models.queries import prompts

REWRITE_WINDOW = FORTNIGHT


def close_prompts(session: Session, action: Action, answer: str, user_id: str, now: datetime) -> None:
    """Mark every open question about the action as answered and plan the rewriting of those messages."""
    if action.unanswered_since is not None:
        action.unanswered_since = None
    for item in prompts.open_items_of_action(session, action.id, now - REWRITE_WINDOW):
        close_item(session, item, answer, user_id, now)


def close_item(session: Session, item: PromptItem, answer: str, user_id: str, now: datetime) -> None:
    """Mark one question as answered, however old it is; an answer that is there already stays."""
    if item.answer in {"", "later"}:
        item.answer, item.answered_at, item.answered_by = answer, now, user_id
    enqueue_rewrite(session, item.delivery, now)


def reopen_prompts(session: Session, action: Action, answered_at: datetime, now: datetime) -> None:
    """The update of that moment was taken back: the questions it answered are open again, with buttons."""
    for item in prompts.items_answered_at(session, action.id, answered_at):
        item.answer, item.answered_at, item.answered_by = "", None, ""
        enqueue_rewrite(session, item.delivery, now)
    session.flush()
    action.unanswered_since = prompts.first_unanswered(session, action.id)


def record_asked(session: Session, prompt_id: int, now: datetime) -> None:
    """A prompt is sent: what it asks waits for an answer from now on. Called before the prompt's own row is
    changed, as actions are locked before it everywhere.
    """
    prompts.mark_unanswered(session, prompt_id, now)


def close_older_prompts(session: Session, prompt: Delivery, now: datetime) -> None:
    """A prompt was just sent: an older one that asked the same points to it from now on, so that nobody sees
    two live questions about one action.
    """
    for older in {each.id: each for each in prompts.earlier_prompts(session, prompt).values()}.values():
        enqueue_rewrite(session, older, now)


def enqueue_rewrite(session: Session, delivery: Delivery, now: datetime) -> None:
    """Plan the rewriting of a prompt. One that is not sent yet is built as things stand then. The row is
    locked: of two who answer parts of one message at once, the second sees what the first planned.
    """
    delivery = query.lock_delivery(session, delivery.id)
    if delivery.state in query.UNCLAIMED or query.has_planned_update(session, delivery.id):
        return
    count = query.count_updates(session, delivery.id)
    outbox.enqueue(
        session,
        outbox.NewDelivery(
            delivery.workspace_id,
            "prompt-update",
            f"prompt-update:{delivery.id}:{count + 1}",
            delivery.target,
            now,
            board_id=delivery.board_id,
            person=delivery.person,
            updates_id=delivery.id,
        ),
    )
