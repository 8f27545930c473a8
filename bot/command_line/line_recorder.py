"""A dispatcher that notes what it is given and what came of it, for `read`."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.command_line.line_askers import AskedQuestion, add_prompt_item
from bot.command_line.line_effects import CommandEffect, describe_effects
from bot.commands import (
    ACTION_ALONE,
    ALL_STEPS,
    Choose,
    Command,
    Offer,
    Snooze,
    TakeOption,
    UpdateSeveral,
    UpdateStatus,
)
from bot.errors import CipError
from bot.messages import Message
from bot.plan.reading import ReadPolicy
from bot.runtime.bot import build_dispatcher
from bot.services.actions import presenters, ref_resolver
from bot.services.actions.ref_resolver import Target
from bot.services.dispatcher import Dispatcher, Handler
from bot.services.people import Actor
from models.plans import Action


class CommandRecorder(Dispatcher):
    """question: what the bot asked whoever sends the commands. commands, does: what was dispatched since
    `begin`, and what it did.
    """

    def __init__(self, read: str) -> None:
        """read: CIP_READ."""
        handlers = build_dispatcher(read).handlers
        # Those of offers come with the dispatcher, since they dispatch what is chosen.
        others = {kind: each for kind, each in handlers.items() if kind not in (Choose, Offer, TakeOption)}
        super().__init__(others, policy=ReadPolicy(read))
        for kind in (UpdateStatus, UpdateSeveral):
            self.handlers[kind] = self._with_refs(self.handlers[kind])
        self.question: AskedQuestion | None = None
        self.is_pressing = False
        self.begin()

    def begin(self, *, is_pressing: bool = False) -> None:
        """is_pressing: an option that was offered is taken next; what that runs is noted in its place."""
        self.is_pressing = is_pressing
        self.commands: list[Command] = []
        self.does: list[CommandEffect] = []
        self._refs: dict[UpdateStatus, Sequence[str]] = {}

    def dispatch(self, session: Session, actor: Actor, command: Command, now: datetime) -> Message:
        self.commands.append(command)
        if self.question is not None and _puts_off(command):
            command = _put_off(command, add_prompt_item(session, self.question, now))
        message = super().dispatch(session, actor, command, now)
        if not self.is_pressing:
            self.does += describe_effects(session, actor, command, message, self._refs)
        return message

    def _handle(self, session: Session, actor: Actor, command: Command, now: datetime) -> Message:
        message = super()._handle(session, actor, command, now)
        if self.is_pressing and not isinstance(command, TakeOption):
            self.does += describe_effects(session, actor, command, message, self._refs)
        return message

    def _with_refs(self, handler: Handler) -> Handler:
        """The handler. The refs of each update are noted before: afterwards they may mean something else."""

        def handle(session: Session, actor: Actor, command: Any, now: datetime) -> Message:
            for update in command.updates if isinstance(command, UpdateSeveral) else (command,):
                self._refs[update] = _name_targets(session, actor, update)
            return handler(session, actor, command, now)

        return handle


def _puts_off(command: Command) -> bool:
    """Whether it is, or offers, to ask again later."""
    if isinstance(command, Offer):
        return any(_puts_off(each) for option in command.options for each in option.commands)
    return isinstance(command, Snooze)


def _put_off(command: Command, item_id: int) -> Command:
    """The command about the question that has this id."""
    if isinstance(command, Offer):
        options = (
            replace(option, commands=tuple(_put_off(each, item_id) for each in option.commands))
            for option in command.options
        )
        return replace(command, options=tuple(options))
    return replace(command, item_ids=(item_id,)) if isinstance(command, Snooze) else command


def _name_targets(session: Session, actor: Actor, update: UpdateStatus) -> list[str]:
    """The refs of the update as the plan shows them; none where the handler is going to refuse them."""
    try:
        targets = [
            ref_resolver.resolve(session, actor, ref, preferred_action_id=update.action_id)
            for ref in update.refs
        ]
    except CipError:
        return []
    shared = ref_resolver.find_shared_refs(session, actor, targets)
    if update.steps not in {"", ALL_STEPS, ACTION_ALONE}:
        return [_name_step(each.action, update.steps, shared) for each in targets]
    named = [_name_target(each, ref.ref, shared) for each, ref in zip(targets, update.refs, strict=True)]
    return list(dict.fromkeys(named))


def _name_step(action: Action, step: str, shared: set[str]) -> str:
    """A milestone that is done in place of its action, as it can be typed where it has a mark."""
    ref = presenters.format_ref(action, shared)
    found = next((each for each in action.milestones if str(each.id) == step), None)
    return f"{ref} {found.label or found.title}".strip() if found else ref


def _name_target(target: Target, typed: str, shared: set[str]) -> str:
    """Of a milestone, the ref that was typed, in the section where that is needed."""
    action = target.action
    if target.milestone is None:
        return presenters.format_ref(action, shared)
    return f"{action.section.number}/{typed}" if action.ref.lower() in shared else typed
