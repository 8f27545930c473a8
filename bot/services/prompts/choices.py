"""What a press of On track, At risk or Done records of an action outside the message that asked: on the Home
tab, and in the form that goes through all that is due.
"""

from datetime import date, datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from bot.errors import NotUnderstoodError
from bot.messages import Change
from bot.plan.periods import FORTNIGHT
from bot.sentences import sentence
from bot.services import people
from bot.services.actions import presenters, updates
from bot.services.actions.ref_resolver import Target
from bot.services.actions.update_values import UpdateValues
from bot.services.people import Actor
from bot.services.prompts import answers
from bot.services.scheduling import next_prompts
from bot.services.scheduling.closing import REWRITE_WINDOW
from models.base import parse_id
from models.plans import Action
from models.queries import actions as actions_query
from models.queries import home as query
from models.queries import ref_index

NOTE = "note"


def button_value(action_id: int, ref: str) -> str:
    """What a button about an action carries: its id, and its ref, which another action with that id after a
    restore hardly has.
    """
    return f"{action_id} {ref}"


def lock_action(session: Session, actor: Actor, value: str) -> tuple[Action, str]:
    """The action that a button is about, locked, and its ref as it is shown. Raises CipError where it is not
    known, or the actor may not update it.
    """
    action_id = parse_id(value.partition(" ")[0])
    action = actions_query.lock_actions(session, [action_id]).get(action_id) if action_id else None
    ref = _format_ref(session, action) if action else ""
    is_known = action is not None and action.workspace_id == actor.workspace_id
    if action is None or not is_known or button_value(action.id, ref) != value:
        raise NotUnderstoodError(sentence("services.unknown_message"), suggestion="/cip mine")
    people.require_update(session, actor, action, ref)
    return action, ref


def _format_ref(session: Session, action: Action) -> str:
    return presenters.format_ref(action, ref_index.shared_refs(session, action.workspace_id, [action.ref]))


def record_choice(
    session: Session, actor: Actor, value: str, choice: str, note: str, now: datetime
) -> tuple[Change, str]:
    """Record what was chosen of an action, with the words that came with it; NOTE for words alone. choice:
    where it is done and its steps were asked about, with what of them ("complete:all"). Returns the change
    and its batch. Raises OpenStepsError where that has to be asked first, and CipError where nothing was
    recorded.
    """
    action, ref = lock_action(session, actor, value)
    kind, _, done = choice.partition(":")
    if kind != NOTE and kind not in answers.VALUES_BY_CHOICE:
        raise NotUnderstoodError(sentence("services.unknown_button"), suggestion="/cip mine")
    require_open(action, ref)
    if kind == NOTE:
        said = [([Target(action)], UpdateValues(source="button", note=note))]
    else:
        said = list(answers.say(action, ref, kind, done, note))
    batch = uuid4().hex
    shared = ref_index.shared_refs(session, action.workspace_id, [action.ref])
    changes = updates.record_all(session, actor, said, now, shared, batch)
    return changes[0], batch


def require_open(action: Action, ref: str) -> None:
    """Raises NotUnderstoodError where there is no more to say of it on a button."""
    if action.gone_at is not None:
        raise NotUnderstoodError(sentence("services.action_is_gone", ref=ref), suggestion="/cip mine")
    if not action.status.is_open:
        raise NotUnderstoodError(
            sentence("services.already_answered", ref=ref, status=action.status.words),
            suggestion=f"/cip update {ref} in-progress",
        )


def find_due(session: Session, actor: Actor, now: datetime) -> list[str]:
    """The button values of the actor's open actions that are to be gone through, the earliest date first:
    those with a question that waits for an answer, and those that are late or due within a fortnight; but
    none on which there was word today.
    """
    if actor.person is None:
        return []
    asked = query.unanswered_of_owner(session, actor.person.id, now - REWRITE_WINDOW)
    owned = actions_query.load_actions(session, actions_query.owned_ids(session, actor.person.id))
    due = [
        each
        for each in owned.values()
        if each.gone_at is None and each.status.is_open and _is_due(each, actor, asked, now)
    ]
    due.sort(key=lambda each: (each.next_due_on or date.max, each.id))
    shared = ref_index.shared_refs(session, actor.workspace_id, [each.ref for each in due])
    return [button_value(each.id, presenters.format_ref(each, shared)) for each in due]


def _is_due(action: Action, actor: Actor, asked: set[int], now: datetime) -> bool:
    today = presenters.today_of(action.plan, now)
    if action.last_word_at and presenters.local_day(action.last_word_at, action.plan.board.timezone) == today:
        return False
    dates = next_prompts.dates_for(action, actor.person) if actor.person else []
    return action.id in asked or any(each <= today + FORTNIGHT for each in dates)
