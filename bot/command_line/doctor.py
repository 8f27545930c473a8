"""`doctor`: looks at everything the bot depends on, and says what to do about each fault."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.clock import SystemClock
from bot.config import Settings, unknown_settings
from bot.database import Database
from bot.errors import CipError, DeliveryError
from bot.runtime.bot import build_bot, open_database
from models.queries import boards as boards_query
from models.queries import boards as plans_query
from models.queries import people as people_query

Echo = Callable[[str], object]


@dataclass(frozen=True)
class CheckResult:
    """ok: nothing to do. Otherwise the sentence says what to do."""

    ok: bool
    sentence: str

    @property
    def line(self) -> str:
        return f"{'OK   ' if self.ok else 'CHECK'}  {self.sentence}"


async def doctor(settings: Settings, echo: Echo) -> bool:
    """Say every finding; returns whether all of them were fine."""
    findings = [_check_settings(settings), *(CheckResult(False, each) for each in unknown_settings())]
    try:
        with open_database(settings) as database:
            findings.append(
                CheckResult(
                    True, f"The database answers and is up to date ({database.url.get_backend_name()})."
                )
            )
            findings += await _check_slack(settings, database)
            with database.transaction(write=False) as session:
                findings += _check_plans(session, settings)
    except CipError as error:
        findings.append(CheckResult(False, error.sentence))
    except SQLAlchemyError:
        findings.append(
            CheckResult(False, "The database cannot be reached. Check DATABASE_URL and that it is running.")
        )
    for finding in findings:
        echo(finding.line)
    return all(finding.ok for finding in findings)


def _check_settings(settings: Settings) -> CheckResult:
    if settings.uses_sandbox:
        return CheckResult(True, "No Slack settings: the bot starts with the sandbox workspace.")
    way = "Socket Mode" if settings.slack_app_token else "HTTP"
    return CheckResult(True, f"Slack is set up over {way}.")


async def _check_slack(settings: Settings, database: Database) -> list[CheckResult]:
    if settings.uses_sandbox:
        return []
    bot = build_bot(settings, SystemClock(), database)
    try:
        team = await bot.directory.fetch_team()
    except DeliveryError as error:
        advice = (
            "Check the network, and a proxy if there is one" if error.try_again else "Check SLACK_BOT_TOKEN"
        )
        return [CheckResult(False, f"Slack: {error.sentence} {advice}.")]
    return [CheckResult(True, f"Slack knows the bot in {team.name}.")]


def _check_plans(session: Session, settings: Settings) -> Iterator[CheckResult]:
    workspaces = people_query.workspaces(session)
    plans = [plan for each in workspaces for plan in plans_query.plans(session, each.id).values()]
    if not plans:
        yield CheckResult(False, "There is no plan yet. Bring one in with: python app.py import FILE.")
    for plan in plans:
        yield CheckResult(True, f"The plan “{plan.title}” answers to the {plan.board.name}.")
        if not plan.board.channels:
            yield CheckResult(
                False, f"The {plan.board.name} has no channel. Import the plan again with --board CHANNEL."
            )
    for workspace in workspaces:
        yield from (
            _check_sandbox(session, workspace.id)
            if settings.uses_sandbox
            else _check_people(session, workspace.id)
        )


def _check_people(session: Session, workspace_id: int) -> Iterator[CheckResult]:
    unlinked = people_query.unlinked_owners(session, workspace_id)
    if unlinked:
        names = ", ".join(f"{initials} ({count})" for initials, count in unlinked)
        yield CheckResult(
            False,
            f"Owners nobody is linked to, with how many actions: {names}."
            " Link them with python app.py people FILE.csv, or /cip link INITIALS @person.",
        )
    if not people_query.plan_managers(session, workspace_id):
        yield CheckResult(
            False, "Nobody is a plan manager. Give someone that role with python app.py people FILE.csv."
        )
    lost = boards_query.channels_without_id(session, workspace_id)
    if lost:
        names = ", ".join(f"#{channel.name}" for channel in lost)
        yield CheckResult(
            False, f"The bot has not found {names} in Slack. Check the name, and invite the bot there."
        )


def _check_sandbox(session: Session, workspace_id: int) -> Iterator[CheckResult]:
    """Without Slack nobody has to be linked and no channel looked for: the sandbox sees to both."""
    lost = boards_query.channels_without_id(session, workspace_id)
    if lost:
        names = ", ".join(f"#{channel.name}" for channel in lost)
        yield CheckResult(True, f"The sandbox workspace makes {names} when the bot starts.")
    if people_query.unlinked_owners(session, workspace_id):
        yield CheckResult(
            True, "The sandbox workspace gives everyone in the plan an account when the bot starts."
        )
