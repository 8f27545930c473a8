"""What the command line does besides serving."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from bot.clock import SystemClock
from bot.composition.bot import (
    board_defaults,
    bring_up_to_date,
    build_bot,
    linking_of,
    meet_workspace,
    new_database,
    opened_database,
    reached,
)
from bot.composition.reading_shown import read_shown
from bot.config import Settings
from bot.database import Database
from bot.errors import CipError, DeliveryError
from bot.importing import applying, people_rows
from bot.importing.draft_json import draft_json
from bot.importing.drafts import PlanDraft
from bot.importing.people_csv import read_people
from bot.importing.report import import_report, people_report
from bot.messages import Digest
from bot.rendering import Renderer
from bot.services import digests, workspaces
from models import schema
from models.queries import people as people_query


@dataclass(frozen=True)
class ImportAsked:
    """title, channel, as_at: None leaves them as the file, or the plan that is there, has them."""

    file: Path
    title: str | None
    channel: str | None
    as_at: date | None
    dry_run: bool


@dataclass(frozen=True)
class ImportDone:
    """What to print: the report in words, or the draft as JSON."""

    report: str
    as_json: dict[str, Any]


def import_plan(settings: Settings, asked: ImportAsked, now: datetime) -> ImportDone:
    """Read a file and take it in, all of it or nothing."""
    draft = read_shown(asked.file, title=asked.title, as_at=asked.as_at, today=now.date())
    with opened_database(settings) as database:
        report = _take_in(database, settings, asked, draft, now)
    return ImportDone(report, draft_json(draft))


def _take_in(
    database: Database, settings: Settings, asked: ImportAsked, draft: PlanDraft, now: datetime
) -> str:
    """The report is written before the session ends: a dry run forgets what it looked at."""
    with database.transaction() as session:
        workspace = workspaces.the_one(session)
        if asked.dry_run:
            report = import_report(draft, applying.preview(session, workspace, draft), None)
            session.rollback()
            return report
        applied = applying.apply(
            session, workspace, draft, defaults=board_defaults(settings), channel=asked.channel, now=now
        )
        return import_report(draft, applied.differences, applied)


async def import_people(settings: Settings, file: Path) -> str:
    """Take in a people list; link accounts at once when there is a Slack to ask."""
    reading = read_people(file)
    with opened_database(settings) as database:
        with database.transaction() as session:
            workspace = workspaces.the_one(session)
            applied = people_rows.apply(session, workspace, reading.rows)
        linked, note = await _link(settings, database)
        with database.transaction(write=False) as session:
            missing = _unlinked(session)
    return people_report(reading, applied, linked, note, missing)


async def _link(settings: Settings, database: Database) -> tuple[list[str], str]:
    if settings.uses_sandbox:
        return [], "Accounts are linked by e-mail address when the bot runs with Slack."
    bot = build_bot(settings, SystemClock(), database)
    try:
        team = await meet_workspace(bot)
        return await linking_of(bot, team).go(), ""
    except DeliveryError as error:
        return [], f"{error.sentence} Accounts are linked when the bot next runs."


def _unlinked(session: Session) -> list[tuple[str, int]]:
    workspace = workspaces.the_one(session)
    return [(person.initials, count) for person, count in people_query.unlinked_owners(session, workspace.id)]


def print_digests(settings: Settings, board: str | None, now: datetime) -> str:
    """The digests as plain text, one after the other."""
    with opened_database(settings) as database, database.transaction(write=False) as session:
        previews = _previews(session, board, now)
    renderer = Renderer(settings.command)
    return "\n\n".join(renderer.text(preview) for preview in previews)


def _previews(session: Session, name: str | None, now: datetime) -> list[Digest]:
    every = people_query.boards(session)
    chosen = [board for board in every if name is None or board.name.lower() == name.lower()]
    if not every:
        raise CipError("There is no plan yet. Bring one in with: python app.py import FILE.")
    if not chosen:
        raise CipError(f"There is no board “{name}”. There is: {', '.join(board.name for board in every)}.")
    return [digests.preview(session, board, now) for board in chosen]


def migrate(settings: Settings) -> str:
    database = new_database(settings)
    try:
        is_done = database.is_sqlite and reached(database, schema.is_current)
        revision = schema.newest_revision() if is_done else bring_up_to_date(database)
    finally:
        database.close()
    return f"The database is up to date (revision {revision})."
