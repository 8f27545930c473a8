"""Changes of accounts: a timezone, an e-mail address, a deactivation."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from sqlalchemy.orm import Session

from bot.delivery.slack_lookup import build_account
from bot.delivery.slack_standing import read_account_kind
from bot.errors import NotSavedError
from bot.plan.reading import AccountKind
from bot.services import account_lookups, people
from bot.services.directory import Account
from handlers.context import AppContext
from handlers.pipeline import handle_request
from handlers.requests import NamedJob, Result
from handlers.slack import pipeline

log = structlog.get_logger()


class UserChangeListener:
    """Handles user_change, which Slack sends for everybody in the workspace and for every new status text:
    only what concerns the plan is written down.
    """

    def __init__(self, context: AppContext) -> None:
        self._context = context

    async def handle_change(self, ack: AsyncAck, event: dict[str, Any], request: AsyncBoltRequest) -> None:
        """Raises NotSavedError if it is not known to be committed: Slack then sends the event again."""
        user, info = pipeline.get_object(event, "user"), pipeline.from_event(request)
        account, team_id = build_account(user), info.asker.team_id
        kind = read_account_kind(user, team_id)
        self._context.standings.forget(account.user_id)
        if await self._context.database.read(_is_new, team_id, account, kind):
            job = NamedJob("user-change", lambda session: self._record(session, team_id, account, kind))
            response = await handle_request(self._context, info, job)
            if response["outcome"] == "failed":
                raise NotSavedError
            self._context.nudge()
        await ack()

    def _record(self, session: Session, team_id: str, account: Account, kind: AccountKind) -> Result:
        people.record_account_kind(session, team_id, account.user_id, kind)
        linked = account_lookups.record_account(session, team_id, account, self._context.clock.now())
        log.info("an account changed", linked=linked, is_deactivated=account.is_deleted)
        return Result(None)


def _is_new(session: Session, team_id: str, account: Account, kind: AccountKind) -> bool:
    """Whether the plan holds anything of it otherwise."""
    return people.is_new_account_kind(
        session, team_id, account.user_id, kind
    ) or account_lookups.is_new_to_plan(session, team_id, account)
