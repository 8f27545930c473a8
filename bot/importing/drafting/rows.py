"""What the rows of a plan are, once told apart."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.importing.table.amounts import MoneyKind
from bot.importing.table.headings import Column


@dataclass(frozen=True)
class CellText:
    """The text of a cell and where it stands."""

    text: str
    where: str


@dataclass(frozen=True)
class TitleRow:
    """A line above the first heading."""

    text: str
    where: str


@dataclass(frozen=True)
class LabelRow:
    """A line above the heading that says what it is: the plan's title, or its date."""

    label: str
    text: str
    where: str


@dataclass(frozen=True)
class SectionRow:
    """A line that heads a section of the plan within one table."""

    number: str
    title: str
    where: str


@dataclass(frozen=True)
class ProjectRow:
    """A project or priority: its number, and what else its row says. about: lines below its title."""

    number: str
    title: str
    where: str
    manager: str = ""
    finance_ref: CellText = CellText("", "")
    measures: tuple[str, ...] = ()
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class SavingsRow:
    """Thousands of pounds by year, None where blank. unread: amounts that are no number.

    kind: what the row calls them, None when it does not say. doubts: amounts as printed, each with a
    sentence on what was made of it. typed: a row of a tracker the bot wrote, which says its kind.
    """

    savings: Mapping[str, float | None]
    where: str
    unread: tuple[str, ...] = ()
    kind: MoneyKind | None = None
    doubts: tuple[tuple[str, str], ...] = ()
    typed: bool = False


@dataclass(frozen=True)
class MeasuresRow:
    """The measures a project is watched by."""

    measures: tuple[str, ...]
    where: str


@dataclass(frozen=True)
class DescriptionRow:
    """What a project is about."""

    lines: tuple[str, ...]
    where: str


@dataclass(frozen=True)
class RisksRow:
    """The risks a project names."""

    risks: tuple[str, ...]
    where: str


@dataclass(frozen=True)
class ActionRow:
    """An action's cells by column, those of the rows that continue it joined on. ref: "" when it has none.

    columns: the columns the table has, whether or not this row fills them. typed: from a tracker the bot
    wrote, with its steps in rows of their own.
    """

    ref: str
    cells: Mapping[Column, CellText]
    where: str
    columns: frozenset[Column]
    typed: bool = False
    steps: tuple["ActionRow", ...] = ()

    def text(self, column: Column) -> str:
        return self.cells[column].text if column in self.cells else ""

    def location(self, column: Column) -> str:
        """Say where a cell stands, or its row when the table has no such column."""
        return self.cells[column].where if column in self.cells else self.where


PlanRow = (
    TitleRow
    | LabelRow
    | SectionRow
    | ProjectRow
    | SavingsRow
    | MeasuresRow
    | DescriptionRow
    | RisksRow
    | ActionRow
)
