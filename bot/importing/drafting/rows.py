"""The types of rows in a plan."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.importing.table.amounts import MoneyKind
from bot.importing.table.column_kinds import Column
from bot.plan.rag import Colour


@dataclass(frozen=True)
class CellText:
    """The text of a cell. where: its location, "1. MTFS, row 12, column D".

    stored_date: a spreadsheet stores it as a date. meant: the text with its dates rewritten as the column
    writes them, "" where that is no different; rewritten: each such date, as it is meant and as printed.
    """

    text: str
    where: str
    stored_date: bool = False
    meant: str = ""
    rewritten: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class TitleRow:
    """A line above the first heading."""

    text: str
    where: str


@dataclass(frozen=True)
class LabelRow:
    """A line of two cells above the heading: a label such as "Plan" or "As at", and its value."""

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
    """A project or priority, "" for what its row lacks. about: the lines below its title."""

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

    kind: what the row calls them, None when it has no name for them. doubts: amounts as printed, each with
    a sentence on how it was read. typed: from a tracker that the bot exported, so `kind` is certain.
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

    columns: the columns the table has, whether or not this row fills them. typed: from a tracker that the
    bot exported. steps: the rows of its steps. extra: the cells of columns that a plan has no field for, by
    their headings. names: the headings of the columns it has. fill: the colour of the cell that declares one.
    """

    ref: str
    cells: Mapping[Column, CellText]
    where: str
    columns: frozenset[Column]
    typed: bool = False
    steps: tuple["ActionRow", ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[Column, str] = field(default_factory=dict)
    fill: Colour | None = None

    def text(self, column: Column) -> str:
        return self.cells[column].text if column in self.cells else ""

    def reading(self, column: Column) -> str:
        """The text of a cell of dates as it is meant."""
        cell = self.cells.get(column)
        return (cell.meant or cell.text) if cell else ""

    def location(self, column: Column) -> str:
        """The location of a cell, or of the row when the table has no such column."""
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
