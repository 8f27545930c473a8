"""A board's report in words: as a page of its own, or as plain text. The words stand in templates/reports."""

from datetime import datetime
from typing import Any

from jinja2 import Environment

from bot.plan.wording import format_day
from bot.reporting.board_report import Report
from bot.templating import build_environment

_NOON = 12


def format_moment(moment: datetime) -> str:
    """Write a moment in its own timezone: 31 March 2026 at 9:05am."""
    half = "am" if moment.hour < _NOON else "pm"
    return f"{format_day(moment)} at {moment.hour % _NOON or _NOON}:{moment:%M}{half}"


def render_report_html(report: Report) -> str:
    """Write a page that needs nothing besides itself: no script, no picture, no other host."""
    return _environment(escape=True).get_template("board.html.j2").render(r=report)


def render_report_text(report: Report) -> str:
    """Write the same for a terminal."""
    return _environment(escape=False).get_template("board.txt.j2").render(r=report)


def _environment(*, escape: bool) -> Environment:
    """escape: False only for the plain text, which goes to a terminal."""
    filters = {
        "day": format_day,
        "moment": format_moment,
        "count_of": _count,
        "change": _change,
        "proud": _capitalize_first,
    }
    return build_environment("reports", autoescape=escape, filters=filters)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _capitalize_first(words: str) -> str:
    """The words with a capital first."""
    return words[:1].upper() + words[1:]


def _change(number: Any) -> str:
    if number == 0:
        return "no change"
    return f"{abs(number):,} {'more' if number > 0 else 'fewer'}"
