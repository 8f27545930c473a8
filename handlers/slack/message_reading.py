"""What a message says that somebody wants to use as an update: read as a direct message is."""

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from bot.commands import (
    AskedAction,
    Choose,
    Command,
    Offer,
    Option,
    PromptContext,
    UpdateSeveral,
    UpdateStatus,
    updates_in,
)
from bot.errors import NotUnderstoodError
from bot.plan.refs import read_ref
from bot.rendering.limits import utf16_length
from bot.rendering.modals import MAX_METADATA_LENGTH
from bot.sentences import sentence
from bot.services import people
from bot.services.actions import presenters, ref_resolver
from bot.services.actions.ref_resolver import AmbiguousError
from bot.services.people import Actor
from handlers.command_parser import MAX_NOTE_LENGTH, LineReading
from handlers.command_parser.offers import describe
from handlers.slack.message_source import SourceMessage, encode_source


def require_readable(source: SourceMessage) -> None:
    """A longer message does not go into the form that asks for its ref, nor into a note."""
    if not source.text:
        raise NotUnderstoodError(sentence("handlers.message_empty"))
    size = utf16_length(encode_source(source))
    if len(source.text) > MAX_NOTE_LENGTH or size > MAX_METADATA_LENGTH:
        raise NotUnderstoodError(
            sentence(
                "handlers.message_too_long", length=f"{len(source.text):,}", limit=f"{MAX_NOTE_LENGTH:,}"
            )
        )


def find_asked(session: Session, actor: Actor, ref: str) -> PromptContext:
    """The action that the person says the message is about. Raises NotUnderstoodError where there is none."""
    if not ref:
        return PromptContext(())
    query = read_ref(ref)
    if query is None:
        raise NotUnderstoodError(sentence("handlers.unreadable_ref"))
    try:
        target = ref_resolver.resolve(session, actor, query)
    except AmbiguousError as ambiguous:
        refs = [
            ref_resolver.build_unique_ref(each, query.ref, ambiguous.targets) for each in ambiguous.targets
        ]
        raise NotUnderstoodError(sentence("handlers.message_is_ambiguous", refs=refs)) from None
    shared = ref_resolver.find_shared_refs(session, actor, [target])
    shown = presenters.format_ref(target.action, shared)
    people.require_update(session, actor, target.action, shown)
    return PromptContext((AskedAction(target.action.id, shown, 0),))


def read_offer(source: SourceMessage, asked: PromptContext, today: date, command_name: str) -> Offer | None:
    """What may be recorded of the message; None where it names no action, and none was named for it."""
    try:
        command: Command | None = LineReading(source.text, today=today, command=command_name).to_command(
            asked
        )
    except NotUnderstoodError:
        command = None
    if isinstance(command, Offer) and updates_in(command):
        return command
    if isinstance(command, UpdateStatus | UpdateSeveral):
        command = replace(command, public=False)
        label = (
            describe(command) if isinstance(command, UpdateStatus) else sentence("handlers.option_all_of_it")
        )
        option = Option(label, (command,), asks_reason=_asks_reason(command))
        return Offer(problem=sentence("handlers.message_plain"), words=source.text, options=(option,))
    return _offer_note(source, asked) if asked.actions and not isinstance(command, Choose) else None


def _asks_reason(command: Command) -> bool:
    return any(each.due is not None and not each.because for each in updates_in(command))


def _offer_note(source: SourceMessage, asked: PromptContext) -> Offer | None:
    """The words alone, where no update is read in them."""
    [action] = asked.actions
    ref = read_ref(action.ref)
    if ref is None:
        return None
    note = UpdateStatus(refs=(ref,), note=source.text, action_id=action.action_id)
    return Offer(
        problem=sentence("handlers.message_no_status", ref=action.ref),
        words=source.text,
        options=(Option(sentence("handlers.option_note"), (note,)),),
    )
