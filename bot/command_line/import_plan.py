"""`import`, `people`, `digest` and `migrate` of the command line."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from bot.clock import SystemClock
from bot.command_line.interactive import ACTOR_NAME, QuestionDialog, Terminal, write_questions
from bot.command_line.read_files import read_with_progress
from bot.config import Settings
from bot.database import Database
from bot.errors import CipError, DeliveryError
from bot.importing import apply_draft, commands, people_import
from bot.importing.analysis import analyse_draft
from bot.importing.drafting.draft import PlanDraft
from bot.importing.drafting.json_out import draft_json
from bot.importing.people_import import read_people
from bot.importing.report import import_report, list_changes, people_report
from bot.importing.versions import Source, content_digest
from bot.messages import Digest
from bot.rendering import Renderer
from bot.runtime.bot import (
    board_defaults,
    build_account_linking,
    build_bot,
    identify_workspace,
    migrate_database,
    new_database,
    open_database,
    require_reachable,
)
from bot.sentences import sentence
from bot.services import workspaces
from bot.services.digests import digests
from bot.services.workspaces import find_plan
from models import schema
from models.people import Workspace
from models.plans import Plan
from models.queries import boards as boards_query
from models.queries import people as people_query

# More actions than any plan may have: the terminal needs no pages.
UNLIMITED_PAGE_SIZE = 100_000


@dataclass(frozen=True)
class ImportOptions:
    """title, channel, as_at: None for those of the file, or of the plan as stored.

    answers: a file of answers to save first. questions: where to write the questions that stay open.
    """

    file: Path
    title: str | None
    channel: str | None
    as_at: date | None
    dry_run: bool
    answers: Path | None = None
    questions: Path | None = None


@dataclass(frozen=True)
class ImportOutput:
    """What to print: the report as text, or the draft as JSON."""

    report: str
    as_json: dict[str, Any]


def import_plan(
    settings: Settings, options: ImportOptions, now: datetime, terminal: Terminal | None = None
) -> ImportOutput:
    """Read a plan from a file and apply it, all of it or nothing. terminal: somebody to ask what is
    doubtful, and in the end whether to apply it; None applies it as it was read.
    """
    draft = read_with_progress(options.file, title=options.title, as_at=options.as_at, today=now.date())
    with open_database(settings) as database:
        dialog = QuestionDialog(database, draft, now)
        if options.answers and not options.dry_run:
            dialog.answer_from_file(options.answers)
        report = _ask_or_apply(database, settings, options, dialog, terminal)
    return ImportOutput(report, draft_json(draft))


def _ask_or_apply(
    database: Database,
    settings: Settings,
    options: ImportOptions,
    dialog: QuestionDialog,
    terminal: Terminal | None,
) -> str:
    if terminal is not None and not options.dry_run:
        terminal.show(_preview(database, options, dialog.draft))
        dialog.ask_all(terminal)
        if not terminal.confirm(f"\n{sentence('command_line.apply_now')}"):
            return sentence("command_line.not_applied")
    if options.dry_run:
        return _preview(database, options, dialog.draft)
    return _apply(database, settings, options, dialog.draft, dialog.now)


def _preview(database: Database, options: ImportOptions, draft: PlanDraft) -> str:
    """What an import would change. The transaction is rolled back."""
    with database.transaction() as session:
        analysis = analyse_draft(session, workspaces.find_or_create_workspace(session), draft)
        if options.questions:
            write_questions(options.questions, analysis)
        report = import_report(analysis, list_changes(analysis.differences), None)
        session.rollback()
        return report


def _apply(
    database: Database, settings: Settings, options: ImportOptions, draft: PlanDraft, now: datetime
) -> str:
    with database.transaction() as session:
        workspace = workspaces.find_or_create_workspace(session)
        analysis = analyse_draft(session, workspace, draft)
        lines = list_changes(analysis.differences)
        if options.questions:
            write_questions(options.questions, analysis)
        if analysis.is_plan_unknown and analysis.plan is not None:
            raise CipError(sentence("command_line.other_plan", title=analysis.plan.title))
        source = Source(options.file.name, content_digest(options.file.read_bytes()), ACTOR_NAME)
        defaults = board_defaults(settings)
        applied = apply_draft.apply(
            session, workspace, draft, defaults=defaults, channel=options.channel, now=now, source=source
        )
        return import_report(analysis, lines, applied)


def print_versions(settings: Settings, title: str | None, number: int | None) -> str:
    """The versions of a plan, or one of them as it was read. title None: the plan imported last."""
    with open_database(settings) as database, database.transaction() as session:
        plan = _find_plan(session, title)
        message = (
            commands.show_version(session, plan, number, size=UNLIMITED_PAGE_SIZE)
            if number
            else commands.list_versions(session, plan)
        )
    return Renderer(settings.command).text(message)


def _find_plan(session: Session, title: str | None) -> Plan:
    workspace = workspaces.find_or_create_workspace(session)
    if title is None:
        plans = boards_query.plans(session, workspace.id).values()
        title = max(plans, key=lambda each: each.imported_at).title if plans else None
    return find_plan(session, workspace.id, title)


async def import_people(settings: Settings, file: Path, board: str | None = None) -> str:
    """Import a people list; link accounts at once if Slack is set up. board: as in give_role_of_list."""
    reading, now = read_people(file), SystemClock().now()
    with open_database(settings) as database:
        with database.transaction() as session:
            workspace = workspaces.find_or_create_workspace(session)
            board_id = _find_board_id(session, workspace, board) if board is not None else None
            applied = people_import.apply(session, workspace, reading.rows, now, board_id)
        linked, note = await _link_accounts(settings, database)
        with database.transaction(write=False) as session:
            missing = people_query.unlinked_owners(session, workspaces.find_or_create_workspace(session).id)
    return people_report(reading, applied, linked, note, missing)


def _find_board_id(session: Session, workspace: Workspace, name: str) -> int:
    """Raises CipError that names the boards there are."""
    boards = boards_query.boards(session, workspace.id)
    found = workspaces.find_by_name(
        name, boards, lambda board: board.name, kind="board", option="--board NAME"
    )
    return found.id


async def _link_accounts(settings: Settings, database: Database) -> tuple[list[str], str]:
    if settings.uses_sandbox:
        return [], sentence("command_line.accounts_linked_later")
    bot = build_bot(settings, SystemClock(), database)
    try:
        team = await identify_workspace(bot)
        linking = await build_account_linking(bot, team).link()
    except DeliveryError as error:
        return [], sentence("command_line.accounts_not_linked", problem=error.sentence)
    return linking.initials, linking.problem and sentence(
        "command_line.accounts_not_linked", problem=linking.problem
    )


def print_digests(settings: Settings, board: str | None, now: datetime) -> str:
    """The digests as plain text, one after the other."""
    with open_database(settings) as database, database.transaction(write=False) as session:
        previews = _previews(session, board, now)
    renderer = Renderer(settings.command)
    return "\n\n".join(renderer.text(preview) for preview in previews)


def _previews(session: Session, name: str | None, now: datetime) -> list[Digest]:
    every = boards_query.boards(session)
    chosen = [board for board in every if name is None or board.name.lower() == name.lower()]
    if not every:
        raise CipError(sentence("command_line.no_plan"))
    if not chosen:
        raise CipError(f"There is no board “{name}”. There is: {', '.join(board.name for board in every)}.")
    return [digests.preview(session, board, now) for board in chosen]


def migrate(settings: Settings) -> str:
    database = new_database(settings)
    try:
        is_done = database.is_sqlite and require_reachable(database, schema.is_current)
        revision = schema.newest_revision() if is_done else migrate_database(database)
    finally:
        database.close()
    return sentence("command_line.database_migrated", revision=revision)
