"""What `doctor` checks in Slack: the token, its permissions, the boards' channels, and what waits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.clock import SystemClock
from bot.command_line.check_result import CheckResult
from bot.config import Settings
from bot.database import Database
from bot.delivery.scopes import OPTIONAL_SCOPES, REQUIRED_SCOPES
from bot.delivery.slack_checks import SlackChecks
from bot.errors import DeliveryError, ErrorKind
from bot.runtime.bot import Bot, build_bot
from bot.sentences import sentence
from bot.services.outbox import refusals
from bot.services.outbox.refusals import RefusalSummary
from models.people import BoardChannel
from models.queries import boards as boards_query
from models.queries import people as people_query
from models.queries import refusals as query

FAILED_WITHIN = timedelta(days=10)


@dataclass
class SlackFindings:
    """What was found out. team_id: None where the token is refused. scopes: None where it is not known.
    open_channels: ids of those in which the bot can post.
    """

    team_id: str | None = None
    scopes: frozenset[str] | None = None
    open_channels: set[str] = field(default_factory=set)


async def check_slack(settings: Settings, database: Database) -> list[CheckResult]:
    """Nothing in the sandbox. What is put right, the bot tries again at once."""
    if settings.uses_sandbox:
        return []
    bot, findings = build_bot(settings, SystemClock(), database), SlackFindings()
    results = await _check_token(bot, findings)
    if findings.team_id is not None:
        results += await _check_channels(bot, findings)
        await database.run(refusals.end_token_refusal, findings.team_id, bot.clock.now())
        await database.run(_try_again, findings, bot.clock.now())
    return results


async def _check_token(bot: Bot, findings: SlackFindings) -> list[CheckResult]:
    try:
        team = await bot.directory.fetch_team()
        findings.scopes = await SlackChecks(bot.client).fetch_scopes()
    except DeliveryError as error:
        text = sentence("command_line.slack_failed", problem=error.sentence, is_temporary=error.try_again)
        return [CheckResult(False, text)]
    findings.team_id = team.team_id
    found = CheckResult(True, sentence("command_line.slack_found", team=team.name))
    return [found, *_check_scopes(findings.scopes)]


def _check_scopes(granted: frozenset[str] | None) -> Iterator[CheckResult]:
    """Each permission that is missing by its name, with what is lost without it."""
    if granted is None:
        return
    for scope in sorted((REQUIRED_SCOPES | OPTIONAL_SCOPES) - granted):
        is_required = scope in REQUIRED_SCOPES
        text = sentence("command_line.scope_missing", scope=scope, is_required=is_required)
        yield CheckResult(not is_required, text)


async def _check_channels(bot: Bot, findings: SlackFindings) -> list[CheckResult]:
    channels = await bot.database.read(_load_channels, findings.team_id or "")
    return [await _check_channel(bot, channel, findings) for channel in channels]


def _load_channels(session: Session, team_id: str) -> Sequence[BoardChannel]:
    """Those whose id is known: another check names the others."""
    workspace = people_query.workspace_of_team(session, team_id)
    boards = boards_query.boards(session, workspace.id) if workspace is not None else []
    return [channel for board in boards for channel in board.channels if channel.channel_id]


async def _check_channel(bot: Bot, channel: BoardChannel, findings: SlackFindings) -> CheckResult:
    channel_id = str(channel.channel_id)
    try:
        access = await SlackChecks(bot.client).fetch_channel(channel_id)
    except DeliveryError as error:
        text = sentence("command_line.channel_unchecked", name=channel.name, problem=error.sentence)
        return CheckResult(False, text)
    if access.is_open:
        findings.open_channels.add(channel_id)
    text = sentence(
        "command_line.channel_checked",
        name=channel.name,
        is_member=access.is_member,
        is_archived=access.is_archived,
    )
    return CheckResult(access.is_open, text)


def _try_again(session: Session, findings: SlackFindings, now: datetime) -> None:
    scopes = [each.scope for each in refusals.summarise(session) if _is_mended(each, findings)]
    if scopes:
        refusals.try_now(session, now, team_id=findings.team_id, scopes=scopes)


def _is_mended(refusal: RefusalSummary, findings: SlackFindings) -> bool:
    """Whether it may be put right, as far as these checks can tell."""
    if refusal.kind == ErrorKind.PERMISSION and refusal.needs and findings.scopes is not None:
        # Slack names every permission that would do, some of them by older names.
        needs = {each.strip() for each in refusal.needs.split(",")}
        return not needs <= REQUIRED_SCOPES | OPTIONAL_SCOPES or not needs.isdisjoint(findings.scopes)
    is_channel = refusal.kind == ErrorKind.CHANNEL and not refusals.is_account(refusal.target)
    return not is_channel or refusal.target in findings.open_channels


def check_outbox(session: Session, now: datetime) -> Iterator[CheckResult]:
    """What waits, and what failed lately, with the reasons."""
    for each in refusals.group_by_reason(refusals.summarise(session)):
        text = sentence(
            "command_line.messages_wait", count=each.waiting, since=each.since, reason=each.reason
        )
        yield CheckResult(False, text)
    for reason, count in query.count_failed(session, now - FAILED_WITHIN):
        yield CheckResult(False, sentence("command_line.messages_failed", count=count, reason=reason))
