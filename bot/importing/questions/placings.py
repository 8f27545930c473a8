"""The ways in which a few dates, owners or statuses may belong to the steps of an action, in their order."""

from collections.abc import Sequence
from itertools import combinations
from math import comb

from bot.importing.drafting.draft import ActionDraft, MilestoneDraft
from bot.importing.questions.asked import Choice

MOST_WAYS = 8
WHOLE = "whole"
_SHORT = 30


def ways(items: Sequence[str], steps: Sequence[MilestoneDraft]) -> list[Choice]:
    """One choice for each way of giving the items to the steps; none where there are too many."""
    if not 0 < len(items) <= len(steps) or comb(len(steps), len(items)) > MOST_WAYS:
        return []
    names = step_names(steps)
    return [
        Choice(
            ",".join(map(str, taken)),
            "; ".join(f"{names[place]}: {_short(item)}" for place, item in zip(taken, items, strict=True)),
        )
        for taken in combinations(range(len(steps)), len(items))
    ]


def places(choice: str) -> list[int]:
    return [int(each) for each in choice.split(",")]


def step_names(steps: Sequence[MilestoneDraft]) -> list[str]:
    """What each step is called: its label, or which it is."""
    return [step.label or f"step {number}" for number, step in enumerate(steps, 1)]


def step_lines(action: ActionDraft) -> tuple[str, ...]:
    """The steps, for reading along."""
    names = step_names(action.milestones)
    return tuple(f"{name}: {step.title}" for name, step in zip(names, action.milestones, strict=True))


def _short(text: str) -> str:
    return text if len(text) <= _SHORT else text[: _SHORT - 1].rstrip() + "…"
