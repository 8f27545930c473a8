"""The checks of `doctor`: everything the bot depends on, with what to do about each fault."""

from collections.abc import Callable, Iterator

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.clock import SystemClock
from bot.command_line.check_result import CheckResult
from bot.command_line.doctor_slack import check_outbox, check_slack
from bot.config import Settings, unknown_settings
from bot.errors import CipError
from bot.runtime.bot import open_database
from bot.sentences import sentence
from bot.services import linking_reports
from models.queries import boards as boards_query
from models.queries import people as people_query

Echo = Callable[[str], object]


async def doctor(settings: Settings, echo: Echo) -> bool:
    """Print every result; returns whether all of them are ok. echo: prints a line."""
    results = [_check_settings(settings), *(CheckResult(False, each) for each in unknown_settings())]
    try:
        with open_database(settings) as database:
            kind = database.url.get_backend_name()
            results.append(CheckResult(True, sentence("command_line.database_current", kind=kind)))
            results += await check_slack(settings, database)
            with database.transaction(write=False) as session:
                results += _check_plans(session, settings)
                results += check_outbox(session, SystemClock().now())
    except CipError as error:
        results.append(CheckResult(False, error.sentence))
    except SQLAlchemyError:
        results.append(CheckResult(False, sentence("command_line.database_unreachable")))
    for result in results:
        echo(result.line)
    return all(result.ok for result in results)


def _check_settings(settings: Settings) -> CheckResult:
    if settings.uses_sandbox:
        return CheckResult(True, sentence("command_line.no_slack_settings"))
    transport = "Socket Mode" if settings.slack_app_token else "HTTP"
    return CheckResult(True, sentence("command_line.slack_settings", transport=transport))


def _check_plans(session: Session, settings: Settings) -> Iterator[CheckResult]:
    workspaces = people_query.workspaces(session)
    plans = [plan for each in workspaces for plan in boards_query.plans(session, each.id).values()]
    if not plans:
        yield CheckResult(False, sentence("command_line.no_plan"))
    for plan in plans:
        board = plan.board.name
        yield CheckResult(True, sentence("command_line.plan_found", plan=plan.title, board=board))
        if not plan.board.channels:
            yield CheckResult(False, sentence("command_line.board_without_channel", board=board))
    check = _check_sandbox if settings.uses_sandbox else _check_people
    for workspace in workspaces:
        yield from check(session, workspace.id)


def _check_people(session: Session, workspace_id: int) -> Iterator[CheckResult]:
    yield from (CheckResult(*each) for each in linking_reports.describe_linking(session, workspace_id))
    unlinked = people_query.unlinked_owners(session, workspace_id)
    if unlinked:
        yield CheckResult(False, sentence("command_line.unlinked_owners", counts=unlinked))
    if not people_query.plan_managers(session, workspace_id):
        yield CheckResult(False, sentence("command_line.no_plan_manager"))
    missing = boards_query.channels_without_id(session, workspace_id)
    if missing:
        names = [channel.name for channel in missing]
        yield CheckResult(False, sentence("command_line.channels_not_found", names=names))


def _check_sandbox(session: Session, workspace_id: int) -> Iterator[CheckResult]:
    """Nothing to do about missing accounts and channels: the sandbox makes them."""
    missing = boards_query.channels_without_id(session, workspace_id)
    if missing:
        names = [channel.name for channel in missing]
        yield CheckResult(True, sentence("command_line.sandbox_makes_channels", names=names))
    if people_query.unlinked_owners(session, workspace_id):
        yield CheckResult(True, sentence("command_line.sandbox_makes_accounts"))
