"""The entities of the sample plan, as somebody would type them into a workbook."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SavingsAction:
    """A row of section 1. due: with dates for `sample.workbook.fill_in_dates`, such as "{day:-9}"."""

    ref: str
    text: str
    owner: str
    due: str
    status: str


@dataclass(frozen=True)
class SavingsProject:
    """savings: for three years, as printed; "" for an empty cell."""

    number: str
    title: str
    manager: str
    finance_ref: str
    savings: tuple[str, str, str]
    actions: tuple[SavingsAction, ...]


@dataclass(frozen=True)
class PracticeItem:
    """A row of section 2."""

    ref: str
    text: str
    delivered_through: str
    lead: str
    due: str
    status: str
    success_measures: str = ""


@dataclass(frozen=True)
class PracticePriority:
    number: str
    title: str
    measures: str
    items: tuple[PracticeItem, ...]
