"""What happens in Slack around the bot: someone writes to it, mentions it, or removes it."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.orm import Session

from bot.commands import Help
from bot.delivery.slack_lookup import TEXT_SUBTYPES
from bot.errors import NotSavedError
from bot.messages import ErrorMessage
from handlers.context import AppContext
from handlers.pipeline import NamedJob, RequestInfo, Response, Result, handle_request, render_response
from handlers.slack import request_info
from handlers.slack.background import BackgroundTasks
from handlers.slack.direct_messages import DirectMessageJob, FreeTextJob
from handlers.slack.imports import Imports
from handlers.slack.pipeline import FollowUps, start_follow_up
from handlers.slack.responses import post_ephemeral, post_without_outbox

log = structlog.get_logger()
# Not "it was not saved": where the connection broke as it was being saved, only the database knows.
MAYBE_NOT_SAVED = (
    "I could not make sure that this is saved. If no other answer follows, send it again in a few minutes."
)


class EventListeners:
    """Takes events. Each is acknowledged once what it asks for is on disk."""

    def __init__(
        self,
        context: AppContext,
        client: AsyncWebClient,
        background: BackgroundTasks,
        imports: Imports,
        follow_ups: FollowUps,
    ) -> None:
        self._context, self._client, self._background = context, client, background
        self._imports, self._follow_ups = imports, follow_ups

    async def handle_message(self, ack: AsyncAck, event: dict[str, Any], request: AsyncBoltRequest) -> None:
        """A direct message is read as a command line, with or without the slash. The reply goes through the
        ledger, so that it is neither lost nor said twice. A file that comes with one is a plan to take in.
        Raises NotSavedError where nothing of it is known to be on disk: then Slack brings it again.
        """
        if event.get("channel_type") == "im" and not event.get("bot_id") and event.get("files"):
            info = request_info.from_event(request)
            self._require_saved(await self._imports.receive_files(info, _files(event)), request)
            await ack()
            self._background.start(self._imports.run())
            return
        if (
            event.get("channel_type") == "im"
            and not event.get("bot_id")
            and event.get("subtype") in TEXT_SUBTYPES
        ):
            info = request_info.from_event(request)
            said_at = request_info.sent_at_if_late(request)
            text, thread_ts = request_info.unescape(event.get("text")), request_info.thread_ts_of(event)
            ts = str(event.get("ts") or "")
            line = FreeTextJob(self._context, info.asker, text, ts, thread_ts=thread_ts, sent_at=said_at)
            self._require_saved(
                await handle_request(self._context, info, DirectMessageJob(self._context, info, line)),
                request,
            )
            start_follow_up(self._follow_ups, line)
        await ack()

    def _require_saved(self, response: Response, request: AsyncBoltRequest) -> None:
        """With the last try somebody has to be told, and without the ledger: it cannot be written to."""
        if response["outcome"] != "failed":
            return
        if request_info.is_last_attempt(request):
            channel = request_info.from_event(request).asker.channel_id
            told = render_response(self._context, ErrorMessage(MAYBE_NOT_SAVED), "failed")
            self._background.start(post_without_outbox(self._client, channel, told))
        raise NotSavedError

    async def handle_mention(self, ack: AsyncAck, event: dict[str, Any], request: AsyncBoltRequest) -> None:
        """Whoever calls the bot by name in a channel is shown, alone, the commands it takes."""
        if event.get("bot_id") or event.get("subtype"):
            await ack()
            return
        info = request_info.from_event(request)
        response = await handle_request(
            self._context, info, NamedJob("mention", lambda session: self._help(session, info))
        )
        await ack()
        if response["outcome"] != "repeated":
            asker, thread_ts = info.asker, request_info.thread_ts_of(event)
            self._background.start(
                post_ephemeral(self._client, asker.channel_id, asker.user_id, response, thread_ts)
            )

    def _help(self, session: Session, info: RequestInfo) -> Result:
        return Result(self._context.dispatcher.answer(session, info.asker, Help(), self._context.clock.now()))

    async def handle_removal(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        log.warning("the bot was removed from a workspace", team=str(request.body.get("team_id") or ""))
        await ack()

    async def ack_other(self, ack: AsyncAck) -> None:
        await ack()


def _files(event: dict[str, Any]) -> list[dict[str, Any]]:
    given = event.get("files")
    return [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []
