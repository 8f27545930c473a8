"""A board's report as an HTML page or as plain text, from templates/reports."""

from datetime import datetime

from jinja2 import Environment

from bot.plan.wording import count_noun, format_age, format_day, pluralise
from bot.reporting.board_report import Report
from bot.templating import build_environment

_NOON = 12


def format_moment(moment: datetime) -> str:
    """The moment in its own timezone: 31 March 2026 at 9:05am."""
    half = "am" if moment.hour < _NOON else "pm"
    return f"{format_day(moment)} at {moment.hour % _NOON or _NOON}:{moment:%M}{half}"


def render_report_html(report: Report) -> str:
    """A page that needs no other file and no other host: no script, no picture."""
    return _environment(escape=True).get_template("board.html.j2").render(r=report)


def render_report_text(report: Report) -> str:
    """The same for a terminal."""
    return _environment(escape=False).get_template("board.txt.j2").render(r=report)


def _environment(*, escape: bool) -> Environment:
    """escape: False only for the plain text, which goes to a terminal."""
    filters = {
        "age": format_age,
        "day": format_day,
        "moment": format_moment,
        "count_of": count_noun,
        "plural": pluralise,
        "change": _change,
        "proud": _capitalize_first,
    }
    return build_environment("reports", autoescape=escape, filters=filters)


def _capitalize_first(words: str) -> str:
    """The rest stays as it is, which str.capitalize would not leave alone."""
    return words[:1].upper() + words[1:]


def _change(number: int) -> str:
    """How a count changed: "2 more", "1 fewer", "no change"."""
    if number == 0:
        return "no change"
    return f"{abs(number):,} {'more' if number > 0 else 'fewer'}"
