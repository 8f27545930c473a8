"""Which actions the updates of an option are of, each named so that a press later means the same one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from bot.commands import Command, Option, UpdateSeveral, UpdateStatus, map_updates, updates_in
from bot.errors import NotUnderstoodError
from bot.plan.periods import move_by
from bot.plan.refs import RefQuery
from bot.plan.rest_days import describe_rest_day
from bot.plan.wording import format_day
from bot.sentences import sentence
from bot.services.actions import ref_resolver
from bot.services.actions.ref_resolver import AmbiguousError
from bot.services.people import Actor
from models.plans import Action


def combine(commands: Sequence[Command]) -> tuple[Command, ...]:
    """The same commands with all their updates as one, of one ref each, before everything else. None of them
    is late: they are recorded when somebody chooses them.
    """
    changing = [each for each in commands if updates_in(each)]
    updates = dict.fromkeys(
        replace(update, refs=(ref,), public=False, sent_at=None)
        for each in changing
        for update in updates_in(each)
        for ref in update.refs
    )
    others = tuple(each for each in commands if not updates_in(each))
    if not updates:
        return others
    is_public = any(each.public for each in changing)
    if len(updates) == 1:
        return (*(replace(each, public=is_public) for each in updates), *others)
    return UpdateSeveral(updates=tuple(updates), line=changing[0].line, public=is_public), *others


def add_reason(commands: Sequence[Command], because: str) -> tuple[Command, ...]:
    """The commands with this reason for each new date that has none."""

    def add(update: UpdateStatus) -> UpdateStatus:
        return replace(update, because=because) if update.due and not update.because else update

    return tuple(map_updates(each, add) for each in commands)


def list_rest_days(
    session: Session, actor: Actor, commands: Sequence[Command]
) -> tuple[tuple[date, str], ...]:
    """Of their new dates, those on which nobody works where the action's board is, each with what it is."""
    days: dict[date, str] = {}
    for update in (update for each in commands for update in updates_in(each)):
        if update.due is not None:
            action = _resolve_action(session, actor, update)
            days[update.due] = describe_rest_day(update.due, action.plan.board.country)
    return tuple((day, words) for day, words in days.items() if words)


def pin(session: Session, actor: Actor, commands: Sequence[Command]) -> tuple[Command, ...]:
    """Combined commands with the id of the action that each update is of, where its ref names one, and the
    new day of a date that moves by so much. Raises NotUnderstoodError where a ref names none, or where there
    is no date to move.
    """

    def pin_update(update: UpdateStatus) -> UpdateStatus:
        try:
            action = _resolve_action(session, actor, update)
        except AmbiguousError:
            if update.by_months or update.by_days:
                raise NotUnderstoodError(sentence("services.no_date_to_move")) from None
            return update
        return replace(_with_day(update, action.next_due_on), action_id=action.id)

    return tuple(map_updates(each, pin_update) for each in commands)


def _with_day(update: UpdateStatus, due: date | None) -> UpdateStatus:
    """due: of the action as it stands."""
    if not (update.by_months or update.by_days):
        return update
    if due is None:
        raise NotUnderstoodError(sentence("services.no_date_to_move"))
    day = move_by(due, months=update.by_months, days=update.by_days)
    return replace(update, due=day, due_text=format_day(day), by_months=0, by_days=0)


def describe_moved(option: Option, commands: Sequence[Command]) -> str:
    """The label of the option, with the day where the option itself had only how far a date moves."""
    before = [update for each in option.commands for update in updates_in(each)]
    after = [update for each in commands for update in updates_in(each)]
    if len(before) != 1 or len(after) != 1 or before[0].due == after[0].due or after[0].due is None:
        return option.label
    return sentence("services.option_moved_date", day=after[0].due)


def require_same_actions(session: Session, actor: Actor, commands: Sequence[Command]) -> None:
    """Raises NotUnderstoodError where a ref names another action by now, as after a new version of the
    plan.
    """
    for update in (update for each in commands for update in updates_in(each)):
        if update.action_id is not None and _resolve_id(session, actor, update) != update.action_id:
            raise NotUnderstoodError(sentence("services.offer_unreadable"))


def _resolve_id(session: Session, actor: Actor, update: UpdateStatus) -> int:
    return _resolve_action(session, actor, update).id


def _resolve_action(session: Session, actor: Actor, update: UpdateStatus) -> Action:
    [ref] = update.refs
    return ref_resolver.resolve(session, actor, ref, preferred_action_id=update.action_id).action


def name_action(
    commands: Sequence[Command], ref: RefQuery, unique_ref: str, action_id: int
) -> tuple[Command, ...]:
    """Combined commands with the first update of this ref made one of that action alone."""
    section, _, number = unique_ref.rpartition("/")
    is_named = False

    def name_first(update: UpdateStatus) -> UpdateStatus:
        nonlocal is_named
        if is_named or update.refs != (ref,) or update.action_id == action_id:
            return update
        is_named = True
        return replace(update, refs=(RefQuery(section, number),), action_id=action_id)

    return tuple(map_updates(each, name_first) for each in commands)
