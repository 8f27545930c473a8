"""A plan sent in chat: what was understood, and what was done."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from bot.messages.base import Message


@dataclass(frozen=True)
class ImportSection:
    """What a file holds of one section. title "" where the file gives none."""

    number: str
    title: str
    projects: int
    actions: int
    milestones: int


@dataclass(frozen=True)
class ImportDifference:
    """What a file changes. kind: new, gone, back, re-dated, re-owned, re-titled, new status, re-worded."""

    kind: str
    ref: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class ImportReview(Message):
    """What a file someone sent holds and would change, before anyone has agreed to it.

    upload: the opaque value of its buttons. as_at: the file's own date. owners: how many people it names.
    counts: kinds of change with how many, in the order they are told. differences, problems: the first ones.
    others: plans that are there already, when this one is new. managers: who may apply it. shown_again: the
    plan changed since it was first shown. cancelled_by: who decided against it, "" while it waits.
    """

    name: ClassVar[str] = "review"
    upload: str
    file: str
    plan: str
    sections: tuple[ImportSection, ...]
    as_at: date | None = None
    statuses: tuple[str, ...] = ()
    owners: int = 0
    is_new: bool = False
    others: tuple[str, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()
    unchanged: int = 0
    differences: tuple[ImportDifference, ...] = ()
    problems: tuple[str, ...] = ()
    more_problems: int = 0
    may_apply: bool = False
    managers: tuple[str, ...] = ()
    shown_again: bool = False
    cancelled_by: str = ""

    @classmethod
    def example(cls) -> "ImportReview":
        return cls(
            "7",
            "plan-april.xlsx",
            "Improvement plan 2026-29",
            (ImportSection("1", "Savings", 3, 12, 4),),
            date(2026, 4, 1),
            ("8 in progress", "4 not started"),
            5,
            counts=(("re-dated", 1),),
            unchanged=11,
            differences=(ImportDifference("re-dated", "1/5.2", "31/03/26", "30/04/26"),),
            problems=("1. Savings, row 12, column D: this date could not be read.",),
            may_apply=True,
        )


@dataclass(frozen=True)
class ImportApplied(Message):
    """A file that was taken in. kept: refs whose status stays as chat has it. unlinked: initials no account
    stands behind, with how many actions they own. problems: how many cells need a look.
    """

    name: ClassVar[str] = "applied"
    file: str
    plan: str
    by: str
    is_new: bool = False
    counts: tuple[tuple[str, int], ...] = ()
    unchanged: int = 0
    kept: tuple[str, ...] = ()
    unlinked: tuple[tuple[str, int], ...] = ()
    problems: int = 0

    @classmethod
    def example(cls) -> "ImportApplied":
        return cls("plan-april.xlsx", "Improvement plan 2026-29", "RM", counts=(("new", 2),), unchanged=40)
