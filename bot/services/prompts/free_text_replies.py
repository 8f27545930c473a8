"""What somebody was asked about, so that an answer in words needs no ref."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.commands import AskedAction, PromptContext, Snooze
from bot.errors import NotUnderstoodError
from bot.messages import SnoozeReceipt
from bot.services.actions import presenters
from bot.services.people import Actor
from bot.services.prompts import answers, messages
from models.outbox import PromptItem
from models.queries import prompts, ref_index

# Whoever answers later has to name the action.
REPLY_WINDOW = timedelta(days=7)
# Marks a reply that is about no other action: the text could not be read, or raised a question.
ASIDE_KEY = "aside"


def find_in_thread(session: Session, actor: Actor, ts: str) -> PromptContext | None:
    """What the prompt with this time asked; None where no prompt to the asker has it."""
    items = prompts.items_of_message(session, actor.person.id, ts) if actor.person and ts else []
    if not items:
        return None
    unanswered = [item for item in items if messages.is_open(session, item)]
    return PromptContext(_list_asked_actions(session, actor, unanswered or items), items[0].delivery_id)


def find_recent(session: Session, actor: Actor, ts: str, now: datetime) -> PromptContext:
    """What was asked in the days before and not answered yet. ts: of what the asker writes now. Nothing is,
    while nobody knows whether a prompt was sent: it may be the one that is answered.
    """
    if actor.person is None or not ts:
        return PromptContext(())
    sent = prompts.prompts_before(session, actor.person.id, now - REPLY_WINDOW, ts)
    if not sent or not all(prompt.is_sent for prompt in sent):
        return PromptContext(())
    items = prompts.items_of_prompts(session, [prompt.id for prompt in sent])
    newest = max(prompt.sent_at or now for prompt in sent)
    since = prompts.replies_since(session, actor.workspace_id, actor.channel_id, newest)
    unanswered = [item for item in items if messages.is_open(session, item)]
    return PromptContext(
        _list_asked_actions(session, actor, unanswered),
        is_latest_topic=all(ASIDE_KEY in facts for facts in since),
    )


def _list_asked_actions(
    session: Session, actor: Actor, items: Iterable[PromptItem]
) -> tuple[AskedAction, ...]:
    newest = {item.action_id: item for item in items if item.action.gone_at is None}
    shared = ref_index.shared_refs(session, actor.workspace_id, [each.action.ref for each in newest.values()])
    return tuple(
        AskedAction(at, presenters.format_ref(item.action, shared), item.id) for at, item in newest.items()
    )


def postpone_questions(session: Session, actor: Actor, command: Snooze, now: datetime) -> SnoozeReceipt:
    """Raises NotUnderstoodError where nothing of it waits for an answer any more. What is offered is a reply,
    since no command can be typed in a thread.
    """
    items = answers.postpone_items(session, actor, command.item_ids, now, command.until)
    if not items:
        raise NotUnderstoodError(
            "What I asked there is answered, so I will not ask it again. Nothing was changed.",
            suggestion="mine",
        )
    refs = tuple(each.ref for each in _list_asked_actions(session, actor, items))
    return SnoozeReceipt(refs, answers.find_day_of_next_question(items) if command.until else None)
