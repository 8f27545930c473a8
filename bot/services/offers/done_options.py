"""What may be meant where an action is said to be done whose steps are open."""

from collections.abc import Iterator
from dataclasses import replace

from bot.commands import ACTION_ALONE, ALL_STEPS, Command, Option, UpdateStatus, map_updates, updates_in
from bot.plan.statuses import Status
from bot.sentences import sentence
from bot.services.actions.open_steps import SAYS_DONE, OpenStepsError, name_step

# As many as are offered by themselves, besides the other options.
MAX_STEPS = 6
MAX_LABEL_LENGTH = 60


def split_option(option: Option, error: OpenStepsError) -> Iterator[Option]:
    """The option as two: with the open steps, and without. Its commands are combined, and pinned."""
    yield replace(
        option,
        label=sentence("services.option_all_steps", label=option.label),
        commands=_with_steps(option, ALL_STEPS),
    )
    is_several = len(error.open_steps) > 1
    yield replace(
        option,
        label=sentence("services.option_action_alone", label=option.label, several=is_several),
        commands=_with_steps(option, ACTION_ALONE),
    )


def list_options(
    commands: tuple[Command, ...], error: OpenStepsError, *, asks_reason: bool = False
) -> Iterator[Option]:
    """As split_option, with one option for each step, where there is one action, and one for `not yet`."""
    updates = [each for command in commands for each in updates_in(command)]
    is_verified = any(each.status is Status.VERIFIED for each in updates)
    label = sentence("services.option_done", is_verified=is_verified)
    option = Option(label, commands, asks_reason)
    yield from split_option(option, error)
    if len(updates) == 1 and len(error.open_steps) == 1:
        [steps] = error.open_steps.values()
        for step in steps[:MAX_STEPS]:
            label = sentence("services.option_one_step", name=name_step(step, MAX_LABEL_LENGTH))
            yield replace(option, label=label, commands=_with_steps(option, str(step.id)))
    if not is_verified:
        yield replace(option, label=sentence("services.option_not_yet"), commands=_as_begun(option, error))


def _with_steps(option: Option, steps: str) -> tuple[Command, ...]:
    """A step by itself is complete; only its action can be verified."""
    is_all = steps in {ALL_STEPS, ACTION_ALONE}

    def say(update: UpdateStatus) -> UpdateStatus:
        if update.status not in SAYS_DONE:
            return update
        return replace(update, steps=steps, status=update.status if is_all else Status.COMPLETE)

    return tuple(map_updates(each, say) for each in option.commands)


def _as_begun(option: Option, error: OpenStepsError) -> tuple[Command, ...]:
    """What has open steps is in progress; the others are as they were said to be."""

    def say(update: UpdateStatus) -> UpdateStatus:
        is_asked = update.status in SAYS_DONE and update.action_id in error.open_steps
        return replace(update, status=Status.IN_PROGRESS) if is_asked else update

    return tuple(map_updates(each, say) for each in option.commands)
