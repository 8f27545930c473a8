"""Questions about a plan: the form that asks one, the list of those open, and the plan's versions."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from bot.messages.base import Message
from bot.messages.imports import QuestionLine


@dataclass(frozen=True)
class AnswerOption:
    """One proposed answer. value: what the form gives back."""

    value: str
    label: str


@dataclass(frozen=True)
class QuestionForm(Message):
    """One question as a form: number 3 of 8. line: the question. day, words, person: whether one of the
    answers comes with a day, a few words or a person.
    """

    name: ClassVar[str] = "question"
    line: QuestionLine
    number: int
    of: int
    choices: tuple[AnswerOption, ...]
    details: tuple[str, ...] = ()
    day: bool = False
    words: bool = False
    person: bool = False

    @classmethod
    def example(cls) -> "QuestionForm":
        line = QuestionLine(
            "5.2 was due June 21, before the plan's own date. How does it stand?",
            "1/5.2 Gather the data",
            "1. Savings, row 12, column D",
            "June 21",
            "It counts as late.",
        )
        choices = (
            AnswerOption("late", "It is late. Keep the date"),
            AnswerOption("day", "It has a new date"),
        )
        return cls(line, 3, 8, choices, day=True)


@dataclass(frozen=True)
class QuestionsAnswered(Message):
    """The end of the questions for now. waiting: the file they are about, "" for a plan that is in use.

    left: how many are still open.
    """

    name: ClassVar[str] = "questions_answered"
    answered: int
    left: int
    waiting: str = ""

    @classmethod
    def example(cls) -> "QuestionsAnswered":
        return cls(6, 2, "plan-april.xlsx")


@dataclass(frozen=True)
class QuestionList(Message):
    """The questions of one plan, open ones or those answered, one page of them. value: the opaque value of
    the button that asks all that are open. other: how many there are of the other kind. may_answer: the
    asker may.
    """

    name: ClassVar[str] = "questions"
    plan: str
    lines: tuple[QuestionLine, ...]
    total: int
    page: int
    pages: int
    run: str
    answered: bool = False
    other: int = 0
    value: str = ""
    may_answer: bool = False
    managers: tuple[str, ...] = ()

    @classmethod
    def example(cls) -> "QuestionList":
        line = QuestionLine(
            "5.3 has no owner. Who is it?", "1/5.3 Agree the model", value="plan 1-0f3a no-owner:ab"
        )
        return cls(
            "Improvement plan 2026-29", (line,), 1, 1, 1, "questions", value="plan 1-0f3a", may_answer=True
        )


@dataclass(frozen=True)
class VersionLine:
    """One version of a plan. counts: what it changed."""

    number: int
    on: date
    by: str
    file: str
    title: str
    digest: str
    counts: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class RemovedAction:
    """An action the plan no longer has. reason "" while nobody has said what became of it."""

    ref: str
    title: str
    on: date
    reason: str = ""


@dataclass(frozen=True)
class VersionList(Message):
    """The versions of one plan, newest first, and what is no longer in it, latest first."""

    name: ClassVar[str] = "versions"
    plan: str
    versions: tuple[VersionLine, ...]
    gone: tuple[RemovedAction, ...] = ()
    more_gone: int = 0

    @classmethod
    def example(cls) -> "VersionList":
        line = VersionLine(
            2, date(2026, 4, 2), "PM", "plan-april.xlsx", "Improvement plan", "0f3a", (("new", 2),)
        )
        gone = RemovedAction("1/6.4", "Close the old centre", date(2026, 4, 2), "Complete, as PM said.")
        return cls("Improvement plan 2026-29", (line,), (gone,))


@dataclass(frozen=True)
class VersionAction:
    """An action as a version had it."""

    ref: str
    title: str
    owners: tuple[str, ...]
    due: str
    status: str


@dataclass(frozen=True)
class VersionText(Message):
    """One version as it was read, one page of it."""

    name: ClassVar[str] = "version"
    plan: str
    version: VersionLine
    actions: tuple[VersionAction, ...]
    total: int
    page: int
    pages: int
    run: str

    @classmethod
    def example(cls) -> "VersionText":
        line = VersionLine(2, date(2026, 4, 2), "PM", "plan-april.xlsx", "Improvement plan", "0f3a")
        action = VersionAction("1/5.2", "Gather the data", ("SS",), "31/03/26", "in progress")
        return cls("Improvement plan 2026-29", line, (action,), 1, 1, 1, "versions 2")
