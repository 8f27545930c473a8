"""The colour of an action: the worse of what its owner declared and what the facts say.

There is no national standard, so the rules are the plan's own (RagRules) and every output prints the legend.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from bot.plan.periods import FORTNIGHT_DAYS
from bot.plan.statuses import Status
from bot.plan.wording import count_noun


class Colour(StrEnum):
    """Worst first. words: as a sentence has it. rank: 0 for the worst."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    BLUE = "blue"
    GREY = "grey"

    words: str
    rank: int

    def __init__(self, value: str) -> None:
        # Attributes, since a list asks them of thousands.
        self.words = value.capitalize()
        self.rank = len(type(self).__members__)


class Silence(StrEnum):
    """What was asked since the last word: nothing, or nothing for long enough yet; a question that was not
    answered for `answer` working days; or nobody could be asked.
    """

    UNASKED = "unasked"
    UNANSWERED = "unanswered"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class RagRules:
    """Thresholds in days; answer: in working days; `verify`: complete counts only once someone else has
    checked it.
    """

    due_soon: int = FORTNIGHT_DAYS
    silence: int = 30
    answer: int = 5
    unconfirmed: int = 30
    tolerance: int = 30
    verify: bool = False


class RagFacts(NamedTuple):
    """What the colour of an action depends on. A tuple, since a large board needs thousands of them at once.

    next_due: the earliest open date, None when there is none. silent_since: the day of the last word, or
    of the import when nothing was said yet. slipped_days: how far its dates moved in all. silence: what was
    asked since then.
    """

    status: Status
    declared: Colour | None
    next_due: date | None
    confirmed: bool
    silent_since: date
    slipped_days: int = 0
    has_update: bool = True
    silence: Silence = Silence.UNASKED


def judge_silence(unanswered_since: date | None, asked_before: date, *, can_be_asked: bool) -> Silence:
    """unanswered_since: the day of the first question since the last word. asked_before: a question of that
    day or an earlier one should have been answered by now. can_be_asked: an owner has a chat account.
    """
    if unanswered_since is not None:
        return Silence.UNANSWERED if unanswered_since <= asked_before else Silence.UNASKED
    return Silence.UNASKED if can_be_asked else Silence.UNREACHABLE


@dataclass(frozen=True)
class Rag:
    """A colour and why. `facts` is what the facts alone say; `disagrees` when the owner said better."""

    colour: Colour
    reason: str
    facts: Colour
    declared: Colour | None = None

    @property
    def disagrees(self) -> bool:
        return self.declared is not None and self.declared.rank > self.facts.rank


def count_days(count: int) -> str:
    return count_noun(count, "day")


def compute_rag(facts: RagFacts, *, today: date, rules: RagRules) -> Rag:
    """The reported colour on `today`, with its reason in words."""
    settled = _colour_of_status(facts.status, rules)
    if settled is not None:
        return Rag(*settled, settled[0])
    colour, declared = _colour_of_facts(facts, today, rules), facts.declared
    reason = _format_reason(facts, colour, today, rules)
    if declared is None or declared.rank > colour.rank:
        if declared is not None and colour in {Colour.RED, Colour.AMBER}:
            reason = f"{reason}; declared {declared.words}, facts say {colour.words}"
        return Rag(colour, reason, colour, declared)
    if declared is colour:
        return Rag(
            colour,
            reason if colour is Colour.GREEN else f"declared {colour.words}; {reason}",
            colour,
            declared,
        )
    return Rag(declared, f"declared {declared.words}", colour, declared)


def colour_of(facts: RagFacts, *, today: date, rules: RagRules) -> Colour:
    """The reported colour alone: the same as `compute_rag` gives, without the reason, for counting many."""
    settled = _colour_of_status(facts.status, rules)
    if settled is not None:
        return settled[0]
    colour, declared = _colour_of_facts(facts, today, rules), facts.declared
    return colour if declared is None or declared.rank > colour.rank else declared


def find_reasons(facts: RagFacts, *, today: date, rules: RagRules) -> tuple[tuple[str, int], ...]:
    """What makes an open action worse than Green by the facts, each by its name ("late", or as in
    _AMBER_REASONS) and with its days; () for a closed one.
    """
    if not facts.status.is_open:
        return ()
    if facts.next_due is not None and facts.next_due < today:
        return (("late", (today - facts.next_due).days),)
    return tuple(_amber_reasons(facts, today, rules))


def _colour_of_status(status: Status, rules: RagRules) -> tuple[Colour, str] | None:
    """The colour that a status settles by itself, None for an open one."""
    if status.is_open:
        return None
    if status is Status.COMPLETE and rules.verify:
        return Colour.GREEN, "complete, waiting to be verified"
    return _SETTLED.get(status)


_SETTLED = {
    Status.VERIFIED: (Colour.BLUE, "complete and verified"),
    Status.COMPLETE: (Colour.BLUE, "complete"),
    Status.DROPPED: (Colour.GREY, "dropped"),
    Status.ON_HOLD: (Colour.GREY, "on hold"),
}


def _colour_of_facts(facts: RagFacts, today: date, rules: RagRules) -> Colour:
    due = facts.next_due
    if due is not None and due < today:
        return Colour.RED
    if next(_amber_reasons(facts, today, rules), None) is not None:
        return Colour.AMBER
    return Colour.GREY if due is None and not facts.has_update else Colour.GREEN


def _format_reason(facts: RagFacts, colour: Colour, today: date, rules: RagRules) -> str:
    due = facts.next_due
    if colour is Colour.AMBER:
        return "; ".join(_AMBER_REASONS[why](count) for why, count in _amber_reasons(facts, today, rules))
    if due is None:
        if colour is Colour.GREY:
            return "nothing due and no date"
        is_recent = (today - facts.silent_since).days < rules.silence
        return "no date to miss, and recently heard of" if is_recent else "no date to miss"
    if colour is Colour.RED:
        return f"{count_days((today - due).days)} late"
    return "due today" if due == today else f"due in {count_days((due - today).days)}"


_AMBER_REASONS: dict[str, Callable[[int], str]] = {
    "soon": lambda left: f"due {'today' if left == 0 else f'in {count_days(left)}'} and not started",
    "silent": lambda silent: f"no word for {count_days(silent)}",
    "unreachable": lambda silent: f"no word for {count_days(silent)}, and nobody could be asked",
    "unconfirmed": lambda left: f"date not confirmed, {count_days(left)} to go",
    "slipped": lambda slipped: f"date moved by {count_days(slipped)} in all",
}


def _amber_reasons(facts: RagFacts, today: date, rules: RagRules) -> Iterator[tuple[str, int]]:
    """What makes an action that is not late Amber, each by its name in _AMBER_REASONS and with its days. The
    words are made only where they are shown: lists look at thousands.
    """
    left = (facts.next_due - today).days if facts.next_due is not None else None
    if left is not None and left <= rules.due_soon and facts.status is Status.NOT_STARTED:
        yield "soon", left
    if facts.silence is not Silence.UNASKED:
        silent = (today - facts.silent_since).days
        if silent >= rules.silence:
            yield "silent" if facts.silence is Silence.UNANSWERED else "unreachable", silent
    if left is not None and left <= rules.unconfirmed and not facts.confirmed:
        yield "unconfirmed", left
    if facts.slipped_days > rules.tolerance:
        yield "slipped", facts.slipped_days


LEGEND = (
    "Red: a date has passed and it is not complete, or it was declared Red.",
    (
        "Amber: due within {due_soon} days and not started, no word for {silence} days and a question not"
        " answered for {answer} working days, a date not confirmed within {unconfirmed} days of it, moved by"
        " more than {tolerance} days, or it was declared Amber."
    ),
    "Green: nothing that makes it Red or Amber.",
    "Blue: complete{verified}.",
    "Grey: dropped, on hold, or nothing due.",
)


def legend(rules: RagRules) -> tuple[str, ...]:
    """What each colour means under these rules, one line each, worst first."""
    return tuple(
        line.format(
            due_soon=rules.due_soon,
            silence=rules.silence,
            answer=rules.answer,
            unconfirmed=rules.unconfirmed,
            tolerance=rules.tolerance,
            verified=" and verified" if rules.verify else "",
        )
        for line in LEGEND
    )
