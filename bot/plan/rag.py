"""The colour of an action: the worse of what its owner declared and what the facts say.

There is no national standard, so the rules are the plan's own (RagRules) and every output prints LEGEND.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.plan.statuses import Status


class Colour(StrEnum):
    """Worst first; `rank` orders them."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    BLUE = "blue"
    GREY = "grey"

    @property
    def words(self) -> str:
        return self.value.capitalize()

    @property
    def rank(self) -> int:
        return list(Colour).index(self)


@dataclass(frozen=True)
class RagRules:
    """Thresholds in days; `verify`: complete counts only once someone else has checked it."""

    due_soon: int = 14
    silence: int = 30
    unconfirmed: int = 30
    tolerance: int = 30
    verify: bool = False


@dataclass(frozen=True)
class RagFacts:
    """What is known of an action.

    next_due: the earliest open date, None when there is none. silent_since: the day of the last word, or
    of the import when nothing was said yet. slipped_days: how far its dates moved in all.
    """

    status: Status
    declared: Colour | None
    next_due: date | None
    confirmed: bool
    silent_since: date
    slipped_days: int = 0
    spoken: bool = True


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


def days(count: int) -> str:
    return "1 day" if count == 1 else f"{count:,} days"


def rag(facts: RagFacts, *, today: date, rules: RagRules) -> Rag:
    """The reported colour on `today`, with its reason in words."""
    settled = _settled(facts, rules)
    if settled is not None:
        return settled
    colour, reason = _from_facts(facts, today, rules)
    declared = facts.declared
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


def _settled(facts: RagFacts, rules: RagRules) -> Rag | None:
    if facts.status is Status.VERIFIED:
        return Rag(Colour.BLUE, "complete and verified", Colour.BLUE)
    if facts.status is Status.COMPLETE and not rules.verify:
        return Rag(Colour.BLUE, "complete", Colour.BLUE)
    if facts.status is Status.COMPLETE:
        return Rag(Colour.GREEN, "complete, waiting to be verified", Colour.GREEN)
    if facts.status is Status.DROPPED:
        return Rag(Colour.GREY, "dropped", Colour.GREY)
    if facts.status is Status.ON_HOLD:
        return Rag(Colour.GREY, "on hold", Colour.GREY)
    return None


def _from_facts(facts: RagFacts, today: date, rules: RagRules) -> tuple[Colour, str]:
    due = facts.next_due
    if due is not None and due < today:
        return Colour.RED, f"{days((today - due).days)} late"
    ambers = list(_ambers(facts, today, rules))
    if ambers:
        return Colour.AMBER, "; ".join(ambers)
    if due is None and not facts.spoken:
        return Colour.GREY, "nothing due and no date"
    if due is None:
        return Colour.GREEN, "no date to miss, and recently heard of"
    return Colour.GREEN, "due today" if due == today else f"due in {days((due - today).days)}"


def _ambers(facts: RagFacts, today: date, rules: RagRules) -> list[str]:
    reasons: list[str] = []
    left = (facts.next_due - today).days if facts.next_due is not None else None
    if left is not None and left <= rules.due_soon and facts.status is Status.NOT_STARTED:
        reasons.append(f"due {'today' if left == 0 else f'in {days(left)}'} and not started")
    silent = (today - facts.silent_since).days
    if silent >= rules.silence:
        reasons.append(f"no word for {days(silent)}")
    if left is not None and left <= rules.unconfirmed and not facts.confirmed:
        reasons.append(f"date not confirmed, {days(left)} to go")
    if facts.slipped_days > rules.tolerance:
        reasons.append(f"date moved by {days(facts.slipped_days)} in all")
    return reasons


LEGEND = (
    "Red: a date has passed and it is not complete, or it was declared Red.",
    (
        "Amber: due within {due_soon} days and not started, no word for {silence} days, a date not confirmed"
        " within {unconfirmed} days of it, moved by more than {tolerance} days, or it was declared Amber."
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
            unconfirmed=rules.unconfirmed,
            tolerance=rules.tolerance,
            verified=" and verified" if rules.verify else "",
        )
        for line in LEGEND
    )
