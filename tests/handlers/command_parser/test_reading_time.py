"""Whatever is typed is read in linear time, up to the longest text that the platform delivers."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from functools import partial

import pytest

from bot.commands import AskedAction, PromptContext
from bot.errors import CipError
from bot.logs import LogRedactor
from bot.plan.date_parser import read_day, read_due_dates
from bot.plan.owners import read_owners
from bot.plan.refs import natural_key, normalise_ref, read_ref
from bot.plan.statuses import leading_status, read_statuses
from bot.plan.typed_days import find_days, leading_day
from bot.rendering import document as d
from bot.rendering.mrkdwn import fit_mrkdwn, to_mrkdwn
from bot.rendering.templates import clean
from handlers.command_parser import (
    MAX_LINE_LENGTH,
    LineReading,
    is_meant_as_update,
    line,
    parse,
    strip_unsafe,
)
from handlers.slack.pipeline import unescape
from tests.structure.growth import grows_too_fast

TODAY = date(2026, 3, 2)
MAX_MESSAGE_LENGTH = 40_000
LONG_TEXT = 8_000
# Half of the longest, as there are many to try, shows how the time grows; one test goes beyond it.
LONG_LINE = MAX_LINE_LENGTH // 2
UNITS = (
    *("-", "—", " ", "\n", "\t", "1", "12.", "/", ",", ";", '"', "'", "“", "(", ")", "[", "<", "<@", "<a|"),
    *(">", "=", ":", "*", "_", "~", "`", "a", "É", "e\u0301", "😀", "\\", "?", "@a ", "<@U1> ", "a://b:"),
    *(":a:", "because ", " because, ", "5.2 ", "5.2, ", "5.2 and ", "1/5.2 ", "s2 5.2 ", "mtfs 5.2 "),
    *("march ", "31 march ", "31/3 ", "to ", "done ", "in progress ", "at risk ", "yes ", "--due ", "--a "),
    *("-- ", "--because ", "public ", "page 2 ", "please ", "next week ", "14d ", "help ", "&amp;", "&lt;"),
    *("\u200b", "\u00a0", "it's ", "s ", "section ", "for ", "due ", "move to ", "update ", "/cip ", "RM, "),
    *("31 jan or ", "from 31 jan to ", "was 31/1/27 now ", "friday ", "first ", "twenty "),
    *("the ", "31st ", "when "),
    *("end of ", "mid ", "next ", "w/c ", "by ", "1-", "1.1.", "2 weeks on ", "twenty twenty "),
    *("dydd ", "'s "),
    *(
        "not ",
        "n't ",
        "done. ",
        "done, ",
        "5.2 done. ",
        "5.2 to 5.4 ",
        "80% ",
        "3 of 5 ",
        "nearly ",
        "by friday ",
    ),
    *("by friday ", "once ", "was amber, now red, ", "done? ", "and 5.3 too, ", "action 5.2 ", "thanks "),
)
BEGINNINGS = (
    *(
        "",
        "update 5.2 ",
        "update 5.2 done ",
        "update 5.2 --due ",
        "update 5.2 in-progress moved to 31 march ",
    ),
    *("5.2 ", "5.2 --because ", "done ", "due ", "at-risk ", "show ", "search ", "link ", "questions "),
    *("export ", "calendar ", "history ", "why "),
)
ANSWERS = ("", "done ", "moved to ", "done because ", "at risk, ", ":a: ", "not ", "was amber, now ")
ONE_ASKED = PromptContext((AskedAction(1, "5.2", 91),))
TWO_ASKED = PromptContext((AskedAction(1, "5.2", 91), AskedAction(2, "2/5.3", 92)))


def filled(beginning: str, unit: str, length: int) -> str:
    return beginning + unit * ((length - len(beginning)) // len(unit))


def read_line(text: str) -> None:
    with suppress(CipError):
        parse(text, today=TODAY)


def read_answer(text: str) -> None:
    """As an answer about one action, and about two, as a delivery does it."""
    with suppress(CipError):
        reading = LineReading(text, today=TODAY)
        assert reading.may_answer in {True, False}
        for asked in ONE_ASKED, TWO_ASKED:
            with suppress(CipError):
                reading.to_command(asked)
        reading.to_command_without_section(ONE_ASKED)


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_a_long_line_is_read_in_linear_time(beginning: str) -> None:
    slow = [
        unit for unit in UNITS if grows_too_fast(read_line, partial(filled, beginning, unit), long=LONG_LINE)
    ]
    assert slow == []


@pytest.mark.parametrize("beginning", ANSWERS)
def test_an_answer_in_free_text_is_read_in_linear_time(beginning: str) -> None:
    slow = [
        unit
        for unit in UNITS
        if grows_too_fast(read_answer, partial(filled, beginning, unit), long=LONG_LINE)
    ]
    assert slow == []


def test_it_is_the_reading_that_is_linear_and_not_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "MAX_LINE_LENGTH", MAX_MESSAGE_LENGTH)
    for unit in ("-", ", ", "because ", "it's ", ":a:", "((", '"', "--x "):
        for work, beginning in ((read_line, "update 5.2 done --due 31 march "), (read_answer, "done ")):
            assert not grows_too_fast(work, partial(filled, beginning, unit), long=16_000), (unit, beginning)


READERS: dict[str, Callable[[str], object]] = {
    "unescape": unescape,
    "strip_unsafe": strip_unsafe,
    "day": partial(read_day, today=TODAY),
    "leading day": partial(leading_day, today=TODAY),
    "due dates": partial(read_due_dates, as_at=TODAY),
    "statuses": read_statuses,
    "leading status": leading_status,
    "whether it is an update": is_meant_as_update,
    "owners": read_owners,
    "ref": read_ref,
    "normalised ref": normalise_ref,
    "order of refs": natural_key,
    "mrkdwn": lambda text: to_mrkdwn((d.TextRun(text), d.Bold((d.TextRun(text),)))),
    # Below the shortest text that is tried, so that each is cut.
    "cut mrkdwn": lambda text: fit_mrkdwn((d.TextRun(text),), 1_000),
    "clean": clean,
    "log": LogRedactor(["a secret"]).redact_text,
    "a library's log": LogRedactor(["a secret"]).redact_foreign,
}


@pytest.mark.parametrize("reader", READERS)
def test_a_long_text_takes_linear_time(reader: str) -> None:
    slow = [
        unit for unit in UNITS if grows_too_fast(READERS[reader], partial(filled, "", unit), long=LONG_TEXT)
    ]
    assert slow == []


@pytest.mark.parametrize("part", range(8))
def test_the_days_of_a_long_line_take_linear_time(part: int) -> None:
    work = partial(find_days, today=TODAY)
    slow = [
        unit
        for unit in UNITS[part::8]
        if grows_too_fast(work, partial(filled, "", unit), long=MAX_LINE_LENGTH)
    ]
    assert slow == []
