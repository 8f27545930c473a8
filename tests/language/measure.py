"""How well lines are read: `python -m tests.language.measure`, with files of cases or for all but those kept
apart. Exits with 1 where that is not good enough.

Every case is run as `python app.py read --json` runs it, on a database of its own with this folder's plan.
"""

import asyncio
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from bot.clock import SystemClock
from bot.command_line import import_plan
from bot.command_line.import_plan import ImportOptions
from bot.command_line.line_runner import LineClock, LineRunner
from bot.command_line.line_states import LineState, read_state
from bot.config import Settings
from bot.errors import CipError
from bot.plan.wording import format_day
from bot.runtime.bot import open_database
from tests.language.cases import FOLDER, KEPT_APART, Case, read_cases
from tests.language.figures import Figures, Outcome, Verdict, by_family, find_missed, judge, percent

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
AS_AT = date(2026, 10, 30)
CHANNEL = "#improvement-board"
BEGIN, END = "<!-- figures: made by tests.language.measure -->", "<!-- end of the figures -->"
HEADINGS = (
    *("family", "cases", "readable", "carried out", "shown wrongly", "recorded wrongly", "asked"),
    *("one press away", "offers that fail", "wrong offers"),
)
SHOWN = {
    "wrong": {Verdict.WRONG, Verdict.MISREAD, Verdict.FAILED},
    "asked": {Verdict.ASKED},
    "all": set(Verdict),
}


@contextmanager
def opened_runner(
    plan: Path = FOLDER / "plan.csv", people: Path = FOLDER / "people.csv"
) -> Iterator[LineRunner]:
    """On a database that holds the plan and its people."""
    with TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        import_plan.import_plan(settings, ImportOptions(plan, None, CHANNEL, AS_AT, dry_run=False), NOW)
        asyncio.run(import_plan.import_people(settings, people))
        with open_database(settings) as database:
            yield LineRunner(database, settings, LineClock(NOW))


def measure(runner: LineRunner, cases: Sequence[Case]) -> list[Outcome]:
    return [_run(runner, each) for each in cases]


def _run(runner: LineRunner, case: Case) -> Outcome:
    try:
        result = runner.run(*read_state(case.facts, LineState()))
    except CipError:
        result = None
    return judge(case, result)


def table(outcomes: Sequence[Outcome]) -> str:
    """In Markdown, a row for each family and one for all."""
    rows = [*by_family(outcomes).items(), ("**all**", Figures(outcomes))]
    lines = [HEADINGS, ["---"] * len(HEADINGS), *(_row(name, figures) for name, figures in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _row(name: str, figures: Figures) -> list[str]:
    return [
        name,
        str(len(figures.outcomes)),
        str(figures.readable),
        _share(figures.carried_out, figures.readable),
        str(figures.of(Verdict.MISREAD)),
        str(figures.of(Verdict.WRONG)),
        str(figures.of(Verdict.ASKED)),
        _share(figures.one_press, figures.targets),
        str(figures.failing_offers),
        str(figures.wrong_offers),
    ]


def _share(count: int, of: int) -> str:
    return f"{count} of {of} ({percent(count, of):.0f} %)" if of else "none"


def describe(outcome: Outcome) -> str:
    """A case and what became of it."""
    result = outcome.result
    said = result.as_text() if result else f"> {outcome.case.facts.get('line')}\nIt could not be run."
    return f"\n{outcome.case.id}: {outcome.verdict}\n{said}"


def write(path: Path, sections: Sequence[tuple[str, Sequence[Outcome]]], today: date) -> None:
    """Put the tables in the place of those that the file holds between its marks."""
    parts = [f"Measured on {format_day(today)}."]
    for name, outcomes in sections:
        count = len(outcomes)
        parts += [f"`{name}`, {count} {'case' if count == 1 else 'cases'}:", table(outcomes)]
    text = path.read_text(encoding="utf-8")
    found = re.search(f"{re.escape(BEGIN)}.*{re.escape(END)}", text, re.DOTALL)
    if found is None:
        raise click.UsageError(f"{path} has no place for figures: a line {BEGIN} and a line {END}.")
    body = "\n\n".join([BEGIN, *parts, END])
    path.write_text(text[: found.start()] + body + text[found.end() :], encoding="utf-8")


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--write", "page", type=click.Path(path_type=Path), help="Put the tables into this page.")
@click.option("--family", help="Only the cases of this family.")
@click.option("--show", type=click.Choice(list(SHOWN)), help="Print these cases, and what became of each.")
def main(files: tuple[Path, ...], page: Path | None, family: str | None, show: str | None) -> None:
    """Count how lines are read, for each family of FILES, or of all files here but those kept apart."""
    paths = files or sorted(each for each in FOLDER.glob("*.jsonl") if each.name != KEPT_APART)
    missed: list[str] = []
    sections: list[tuple[str, list[Outcome]]] = []
    with opened_runner() as runner:
        for path in paths:
            cases = [each for each in read_cases(path) if family in {None, each.family}]
            outcomes = measure(runner, cases)
            sections.append((path.name, outcomes))
            for each in outcomes:
                if show and each.verdict in SHOWN[show]:
                    click.echo(describe(each))
            click.echo(f"\n{path.name}\n\n{table(outcomes)}\n")
            missed += [f"{path.name}: {each}" for each in find_missed(Figures(outcomes))]
    if page is not None:
        write(page, sections, SystemClock().now().date())
    for name in missed:
        click.echo(f"NOT REACHED  {name}")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
