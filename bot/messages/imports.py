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
    """What a file changes. kind: new, gone, back, renumbered, re-dated, re-owned, re-titled, new status,
    re-worded, project, section title, as at. ref: of what, as people read it.
    """

    kind: str
    ref: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class ChatOverrideLine:
    """What stays as chat has it, though a file says otherwise. kind: "new status" or "re-dated"."""

    ref: str
    kind: str
    chat: str
    file: str


@dataclass(frozen=True)
class QuestionLine:
    """A question in a list. meanwhile: what holds until it is answered. said, by, on: the answer it has, ""
    and None while it has none. value: the opaque value of its button, "" where it has no button of its own.
    """

    asks: str
    subject: str = ""
    where: str = ""
    printed: str = ""
    meanwhile: str = ""
    answer: str = ""
    by: str = ""
    on: date | None = None
    value: str = ""


@dataclass(frozen=True)
class ImportReview(Message):
    """What a file someone sent holds and would change, before anyone has agreed to it.

    upload: the opaque value of its buttons. as_at: the file's own date. owners: how many people it names.
    counts: kinds of change with how many, in the order they are shown. differences, problems: the first ones.
    others: plans that are there already, when this one is new. managers: who may apply it. shown_again: the
    plan changed since it was first shown. cancelled_by: who decided against it, "" while it waits.
    open_questions, answered: how many there are; questions, answers: the first ones. is_plan_unknown: it
    is not known which plan this is, so nobody can apply it yet. version_of: the plan it is a newer
    version of, where its title is another. before: when and by whom this very file was applied, "" when
    it never was. examples: the first actions as they will be. columns: what each column of the file was taken
    for. extras: the headings of those that are kept beside the actions.
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
    open_questions: int = 0
    questions: tuple[QuestionLine, ...] = ()
    answered: int = 0
    answers: tuple[QuestionLine, ...] = ()
    is_plan_unknown: bool = False
    chat_overrides: tuple[ChatOverrideLine, ...] = ()
    version_of: str = ""
    before: str = ""
    examples: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()

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
            problems=("1. Savings, row 12, column D: this date stands in the words of a step.",),
            may_apply=True,
            open_questions=1,
            questions=(QuestionLine("5.3 has no owner. Who is it?", "1/5.3 Agree the model"),),
            examples=("1/5.2 Agree the model \u00b7 AB \u00b7 30 April 2026 \u00b7 in progress",),
            columns=("\u201cDeadline\u201d: the due date",),
            extras=("Cost code",),
        )


@dataclass(frozen=True)
class ImportProgress(Message):
    """How far the reading of a long file is: pages done, of how many."""

    name: ClassVar[str] = "reading"
    file: str
    done: int
    of: int

    @classmethod
    def example(cls) -> "ImportProgress":
        return cls("plan-april.pdf", 12, 34)


@dataclass(frozen=True)
class ImportApplied(Message):
    """A file that was taken in. chat_overrides: what stays as chat has it. unlinked: initials no account
    stands behind,
    with how many actions they own. open_questions: how many are left. version: its number among the plan's
    versions, 0 when it is the latest one again.
    """

    name: ClassVar[str] = "applied"
    file: str
    plan: str
    by: str
    is_new: bool = False
    counts: tuple[tuple[str, int], ...] = ()
    unchanged: int = 0
    chat_overrides: tuple[ChatOverrideLine, ...] = ()
    unlinked: tuple[tuple[str, int], ...] = ()
    open_questions: int = 0
    version: int = 0

    @classmethod
    def example(cls) -> "ImportApplied":
        return cls("plan-april.xlsx", "Improvement plan 2026-29", "RM", counts=(("new", 2),), unchanged=40)
