"""Planned amounts as papers print them, in thousands of pounds, and whether they are savings or growth."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.plan.text import one_line, plain_marks
from bot.sentences import sentence

_AMOUNT = re.compile(
    r"(?P<sign>[-(]?)\s*+(?P<pound>\u00a3?)\s*+(?P<number>[0-9][0-9, ]*+(?:\.(?P<decimals>[0-9]+))?)"
    r"\s*+(?P<unit>[km]?)\s*+\)?"
)
_MAX_LENGTH = 40
_BLANK = {"", "-", "n/a", "nil return"}
_THOUSAND = 1000
# In thousands of pounds: more than any project of a children's service plan.
_MAX_THOUSANDS = 100_000
_MIN_WHOLE_POUNDS = 10_000
_THOUSANDS_DECIMALS = 3
_GROWTH = re.compile(r"growth|\bgro\s*-?[0-9]*\b|\bpressures?\b", re.IGNORECASE)
_SAVING = re.compile(r"saving|\bsav\s*-?[0-9]*\b|\befficienc", re.IGNORECASE)


class MoneyKind(StrEnum):
    """What planned amounts are: money a project saves, or money put into it."""

    SAVINGS = "savings"
    GROWTH = "growth"


@dataclass(frozen=True)
class PlannedAmount:
    """amount: thousands of pounds, None when blank, unread or too doubtful. doubt: a sentence, or ""."""

    amount: float | None
    doubt: str = ""
    is_unread: bool = False


def read_planned_amount(text: str) -> PlannedAmount:
    """Read a cell that is in thousands of pounds, with a doubt where it cannot be meant as printed."""
    words = one_line(text)
    match = _match_amount(text)
    if match is None:
        return PlannedAmount(None, is_unread=one_line(plain_marks(text)).casefold() not in _BLANK)
    amount = _thousands(match)
    if match["pound"] and not match["unit"] and abs(amount) >= _MIN_WHOLE_POUNDS and not amount % _THOUSAND:
        thousands = amount / _THOUSAND
        doubt = sentence("table.amount_in_pounds", text=words, thousands=f"{thousands:,.15g}")
        return PlannedAmount(thousands, doubt)
    if abs(amount) >= _MAX_THOUSANDS and not match["unit"]:
        millions, pounds = f"{amount / _THOUSAND:,.15g}", f"{amount:,.15g}"
        doubt = sentence("table.amount_too_large", text=words, millions=millions, pounds=pounds)
        return PlannedAmount(None, doubt)
    if len(match["decimals"] or "") == _THOUSANDS_DECIMALS:
        meant = match["number"].replace(".", ",")
        return PlannedAmount(None, sentence("table.amount_with_three_decimals", text=words, meant=meant))
    return PlannedAmount(amount)


def read_amount(text: str) -> float | None:
    """Read an amount in thousands of pounds: "1,654", "(50)", "1.2m"; None when blank or no number."""
    match = _match_amount(text)
    return None if match is None else _thousands(match)


def parse_money_kind(text: str) -> MoneyKind | None:
    """The kind that the text names, as "CFE GRO 04" does; None when it names neither or both."""
    growth, saving = bool(_GROWTH.search(text)), bool(_SAVING.search(text))
    if growth == saving:
        return None
    return MoneyKind.GROWTH if growth else MoneyKind.SAVINGS


def merge_amounts(
    amounts: Mapping[str, float | None], added: Mapping[str, float | None]
) -> tuple[dict[str, float | None], list[str]]:
    """Merge amounts: a blank never replaces a number, nor does a second number the first.

    Also gives the years that have two different numbers.
    """
    both = dict(amounts)
    twice = []
    for year, amount in added.items():
        if both.get(year) is None:
            both[year] = amount
        elif amount is not None and amount != both[year]:
            twice.append(year)
    return both, twice


def are_all_negative(amounts: list[float]) -> bool:
    """Tell a plan that prints every amount of a kind with a minus: there it only marks the kind.

    A single amount is not enough to tell.
    """
    real = [amount for amount in amounts if amount]
    return len(real) > 1 and all(amount < 0 for amount in real)


def _match_amount(text: str) -> re.Match[str] | None:
    words = one_line(plain_marks(text)).casefold()
    return _AMOUNT.fullmatch(words) if len(words) <= _MAX_LENGTH else None


def _thousands(match: re.Match[str]) -> float:
    number = float(re.sub(r"[, ]", "", match["number"]))
    number *= _THOUSAND if match["unit"] == "m" else 1
    return -number if match["sign"] else number
