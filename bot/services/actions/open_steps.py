"""What is done of an action whose steps are open: asked, wherever somebody says that it is done, unless they
have said it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from bot.commands import ACTION_ALONE, ALL_STEPS, UpdateStatus
from bot.errors import CipError, NotUnderstoodError
from bot.plan.statuses import Status
from bot.plan.text import plain_marks
from bot.sentences import sentence
from bot.services.actions import presenters
from bot.services.actions.ref_resolver import Target
from bot.services.actions.update_values import UpdateValues
from models.plans import Action, Milestone

SAYS_DONE = frozenset({Status.COMPLETE, Status.VERIFIED})
# As many as are named in the sentence that asks.
MAX_NAMED = 4
_ALL_OF_THEM = re.compile(
    r"\b(?P<denied>(?:not|n't|nearly|almost|before|until|unless|if|when|once|bar|except|apart from|but)\s)?+"
    r"(?:all|every|each|both)(?: of)?+(?: (?:its|the|their|these|those|my|our))?+"
    r"(?: (?:[0-9]{1,3}|two|three|four|five|six|open|other)){0,2}+ "
    r"(?:sub-?)?+(?:steps?|milestones?|actions|tasks|parts)\b"
    r"(?:(?: (?:of it|in it|is|are|has|have|been|now|also|too|all))*+ "
    r"(?:done|complete|completed|finished|closed|delivered))?+",
    re.IGNORECASE,
)


class OpenStepsError(CipError):
    """An action is said to be done of which steps are open. Not a failure: the asker is offered what they may
    mean. open_steps: by the action's id.
    """

    def __init__(self, problem: str, open_steps: Mapping[int, Sequence[Milestone]]) -> None:
        super().__init__(problem)
        self.open_steps = open_steps


def list_steps(action: Action) -> list[Milestone]:
    """The milestones of the plan as it is now."""
    return [each for each in action.milestones if each.gone_at is None]


def list_open_steps(action: Action) -> list[Milestone]:
    """The milestones that are not done, with a mark of their own or not."""
    return [each for each in list_steps(action) if each.status.is_open]


def find_done_targets(action: Action, ref: str, choice: str) -> list[Target]:
    """What of an action is done, the action first where it is. ref: as it is shown. choice: ALL_STEPS,
    ACTION_ALONE, the id of a step, or "" where it was not asked. Raises OpenStepsError where it has to be,
    and NotUnderstoodError where no such step is open.
    """
    steps = list_open_steps(action)
    if not choice and steps:
        raise OpenStepsError(describe([(action, ref)]), {action.id: steps})
    if choice in {"", ACTION_ALONE}:
        return [Target(action)]
    if choice == ALL_STEPS:
        return [Target(action), *(Target(action, each) for each in steps)]
    chosen = [Target(action, each) for each in steps if choice == str(each.id)]
    if not chosen:
        raise NotUnderstoodError(sentence("services.step_not_open", ref=ref))
    return chosen


def describe(actions: Iterable[tuple[Action, str]]) -> str:
    """What is open of them. actions: each with its ref as it is shown."""
    return " ".join(
        sentence(
            "services.steps_open",
            ref=ref,
            total=len(list_steps(action)),
            open=len(steps := list_open_steps(action)),
            names=[name_step(each) for each in steps[:MAX_NAMED]],
        )
        for action, ref in actions
    )


def name_step(step: Milestone, limit: int = 60) -> str:
    return presenters.shorten(f"{step.label} {step.title}".strip(), limit)


def require_choice(said: Sequence[tuple[UpdateStatus, Sequence[Target]]], shared_refs: set[str]) -> None:
    """Raises OpenStepsError where updates say that an action is done, and neither they nor their words say
    what of its open steps.
    """
    closed = {
        target.milestone.id
        for command, targets in said
        for target in targets
        if target.milestone is not None and command.status is not None and not command.status.is_open
    }
    asked = {
        target.action.id: target.action
        for command, targets in said
        for target in targets
        if _has_to_be_asked(command, target, closed)
    }
    if asked:
        named = [(each, presenters.format_ref(each, shared_refs)) for each in asked.values()]
        raise OpenStepsError(describe(named), {each.id: list_open_steps(each) for each in asked.values()})


def _has_to_be_asked(command: UpdateStatus, target: Target, closed: set[int]) -> bool:
    is_new = command.status in SAYS_DONE and target.action.status not in SAYS_DONE
    if not is_new or target.milestone is not None or command.steps or says_all_steps(command.note):
        return False
    return any(each.id not in closed for each in list_open_steps(target.action))


def says_all_steps(words: str) -> bool:
    """Whether they say that each step of it is done: `all steps complete`."""
    found = _ALL_OF_THEM.search(plain_marks(words))
    return found is not None and not found["denied"] and found.end() == len(words.rstrip(" .!"))


def spread(
    command: UpdateStatus, targets: Iterable[Target], values: UpdateValues, shared_refs: set[str]
) -> Iterator[tuple[list[Target], UpdateValues]]:
    """What is recorded of each target: the words with the action; the steps that are done with it have
    none.
    """
    choice = command.steps or (ALL_STEPS if says_all_steps(command.note) else ACTION_ALONE)
    for target in targets:
        if target.milestone is not None:
            yield [target], values
        else:
            ref = presenters.format_ref(target.action, shared_refs)
            yield from spread_done(find_done_targets(target.action, ref, choice), values)


def spread_done(
    targets: Sequence[Target], values: UpdateValues
) -> Iterator[tuple[list[Target], UpdateValues]]:
    """As `spread`, of what find_done_targets has found of one action."""
    first, *steps = targets
    if first.milestone is not None:
        yield [first], replace(values, status=Status.COMPLETE, answer="update")
        return
    yield [first], values
    if steps:
        yield steps, UpdateValues(Status.COMPLETE, source=values.source, answer=values.answer)
