"""What became of the cases, counted for each family; and whether that is good enough."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.command_line.line_results import LineResult
from tests.language.cases import Case
from tests.language.matching import holds_never, matches_reading

# Of a hundred lines: at most, at most, at least, at least.
MAX_WRONG, MAX_WRONG_OF_AIMED, MIN_CARRIED_OUT, MIN_ONE_PRESS = 0.5, 5.0, 65.0, 90.0
# Commands that change what is recorded.
RECORDING = {"update", "undo", "link", "timezone"}


class Verdict(StrEnum):
    """right: carried out as it was meant. wrong: something else was recorded. misread: something else was
    shown. asked: nothing was recorded or shown. failed: it could not be run.
    """

    RIGHT = "right"
    WRONG = "wrong"
    MISREAD = "misread"
    ASKED = "asked"
    FAILED = "failed"


@dataclass(frozen=True)
class Outcome:
    """has_target: it was asked, and there is something that should have been offered. is_one_press: that was
    offered. failing: how many offers would be refused. is_never_offered: False where one of the offers is one
    that must not be.
    """

    case: Case
    result: LineResult | None
    verdict: Verdict
    has_target: bool = False
    is_one_press: bool = False
    failing: int = 0
    is_never_offered: bool = True


def judge(case: Case, result: LineResult | None) -> Outcome:
    """result: None where it could not be run."""
    if result is None:
        return Outcome(case, None, Verdict.FAILED)
    does = [each.as_json() for each in result.does]
    choices = [[effect.as_json() for effect in each.does] for each in result.choices]
    verdict = _verdict(case, does)
    targets = [(each, False) for each in case.right if each] + [(each, True) for each in case.pressable]
    if not case.pressable and [] in case.right:
        # It is right to ask, and nothing in particular can be expected then: small talk, "stop".
        targets = []
    has_target = verdict is Verdict.ASKED and bool(targets)
    return Outcome(
        case,
        result,
        verdict,
        has_target,
        has_target
        and any(
            matches_reading(reading, choice, is_partial=is_partial)
            for reading, is_partial in targets
            for choice in choices
        ),
        sum(bool(each.problem) for each in result.choices),
        not any(holds_never(case.never, choice) for choice in choices),
    )


def _verdict(case: Case, does: Sequence[dict[str, object]]) -> Verdict:
    if not does:
        return Verdict.ASKED
    if any(matches_reading(reading, does) for reading in case.right) and not holds_never(case.never, does):
        return Verdict.RIGHT
    return Verdict.WRONG if any(each["command"] in RECORDING for each in does) else Verdict.MISREAD


@dataclass(frozen=True)
class Figures:
    """Counts of some outcomes."""

    outcomes: Sequence[Outcome]

    def count(self, condition: Callable[[Outcome], bool]) -> int:
        return sum(map(condition, self.outcomes))

    def of(self, verdict: Verdict) -> int:
        return self.count(lambda each: each.verdict is verdict)

    @property
    def readable(self) -> int:
        return self.count(lambda each: each.case.readable)

    @property
    def carried_out(self) -> int:
        """Of those that are readable."""
        return self.count(lambda each: each.case.readable and each.verdict is Verdict.RIGHT)

    @property
    def targets(self) -> int:
        return self.count(lambda each: each.has_target)

    @property
    def one_press(self) -> int:
        return self.count(lambda each: each.is_one_press)

    @property
    def failing_offers(self) -> int:
        return sum(each.failing for each in self.outcomes)

    @property
    def wrong_offers(self) -> int:
        return self.count(lambda each: not each.is_never_offered)

    def wrong_of(self, *, aimed: bool) -> tuple[int, int]:
        """How many were recorded wrongly, and of how many."""
        chosen = Figures([each for each in self.outcomes if each.case.aimed is aimed])
        return chosen.of(Verdict.WRONG), len(chosen.outcomes)


def by_family(outcomes: Iterable[Outcome]) -> dict[str, Figures]:
    families: dict[str, list[Outcome]] = {}
    for each in outcomes:
        families.setdefault(each.case.family, []).append(each)
    return {name: Figures(families[name]) for name in sorted(families)}


def find_missed(figures: Figures) -> list[str]:
    """What is not good enough, a line for each."""
    shares = (
        (
            "recorded wrongly, of other lines",
            *figures.wrong_of(aimed=False),
            "at most",
            MAX_WRONG,
        ),
        ("recorded wrongly, of aimed lines", *figures.wrong_of(aimed=True), "at most", MAX_WRONG_OF_AIMED),
        ("carried out without asking", figures.carried_out, figures.readable, "at least", MIN_CARRIED_OUT),
        ("one press away", figures.one_press, figures.targets, "at least", MIN_ONE_PRESS),
    )
    missed = [
        f"{name}: {count} of {of}, {percent(count, of):.1f} %; {limit} {bound} %"
        for name, count, of, limit, bound in shares
        if of and (percent(count, of) > bound if limit == "at most" else percent(count, of) < bound)
    ]
    if figures.failing_offers:
        missed.append(f"offers that fail: {figures.failing_offers}; none may")
    if failed := figures.of(Verdict.FAILED):
        missed.append(f"cases that could not be run: {failed}")
    return missed


def percent(count: int, of: int) -> float:
    return 100 * count / of if of else 0.0
