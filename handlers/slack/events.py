"""Events: a direct message, a mention of the bot, its removal from a workspace."""

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
from bot.sentences import sentence
from handlers.context import AppContext
from handlers.pipeline import NamedJob, RequestInfo, Response, Result, handle_request, render_response
from handlers.slack import pipeline
from handlers.slack.background import BackgroundTasks
from handlers.slack.direct_messages import DirectMessageJob, FreeTextJob
from handlers.slack.imports import Imports
from handlers.slack.pipeline import FollowUps, get_object, start_follow_up
from handlers.slack.responses import post_ephemeral, post_without_outbox

log = structlog.get_logger()


class EventListeners:
    """Handles events. Each is acknowledged once its changes are committed."""

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
        """A person's direct message is a command line, with or without the slash; a file with it is a plan.
        The reply goes through the outbox, so that it is delivered once.

        Raises NotSavedError if it is not known to be committed: Slack then sends the event again.
        """
        if event.get("channel_type") == "im" and not event.get("bot_id"):
            if event.get("files"):
                await self._receive_files(event, request)
            elif event.get("subtype") in TEXT_SUBTYPES:
                await self._receive_text(event, request)
        await ack()

    async def _receive_files(self, event: dict[str, Any], request: AsyncBoltRequest) -> None:
        info = pipeline.from_event(request)
        self._require_saved(await self._imports.receive_files(info, _files(event)), request)
        self._background.start(self._imports.run())

    async def _receive_text(self, event: dict[str, Any], request: AsyncBoltRequest) -> None:
        info = pipeline.from_event(request)
        job = FreeTextJob(
            self._context,
            info.asker,
            pipeline.unescape(event.get("text")),
            str(event.get("ts") or ""),
            thread_ts=pipeline.thread_ts_of(event),
            sent_at=pipeline.sent_at_if_late(request),
        )
        message_job = DirectMessageJob(self._context, info, job)
        self._require_saved(await handle_request(self._context, info, message_job), request)
        start_follow_up(self._follow_ups, job)

    def _require_saved(self, response: Response, request: AsyncBoltRequest) -> None:
        """After the last retry the person is shown that it failed, past the outbox, which cannot be written
        to.

        What they are shown is not "it was not saved": if the connection broke at the commit, it may be.
        """
        if response["outcome"] != "failed":
            return
        if pipeline.is_last_attempt(request):
            channel = pipeline.from_event(request).asker.channel_id
            message = ErrorMessage(sentence("handlers.may_not_be_saved"))
            failure = render_response(self._context, message, "failed")
            self._background.start(post_without_outbox(self._client, channel, failure))
        raise NotSavedError

    async def handle_mention(self, ack: AsyncAck, event: dict[str, Any], request: AsyncBoltRequest) -> None:
        """Show the list of commands to whoever mentions the bot in a channel, and to nobody else."""
        if event.get("bot_id") or event.get("subtype"):
            await ack()
            return
        info = pipeline.from_event(request)
        response = await handle_request(
            self._context, info, NamedJob("mention", lambda session: self._help(session, info))
        )
        await ack()
        if response["outcome"] != "repeated":
            asker, thread_ts = info.asker, pipeline.thread_ts_of(event)
            self._background.start(
                post_ephemeral(self._client, asker.channel_id, asker.user_id, response, thread_ts)
            )

    def _help(self, session: Session, info: RequestInfo) -> Result:
        return Result(self._context.dispatcher.answer(session, info.asker, Help(), self._context.clock.now()))

    async def handle_removal(self, ack: AsyncAck, event: dict[str, Any], request: AsyncBoltRequest) -> None:
        """The tokens of users, which the bot does not use, are revoked without that it was removed."""
        tokens = get_object(event, "tokens")
        if event.get("type") != "tokens_revoked" or tokens.get("bot") or not tokens.get("oauth"):
            log.warning("the bot was removed from a workspace", team=str(request.body.get("team_id") or ""))
        await ack()

    async def ack_other(self, ack: AsyncAck) -> None:
        await ack()


def _files(event: dict[str, Any]) -> list[dict[str, Any]]:
    files = event.get("files")
    return [each for each in files if isinstance(each, dict)] if isinstance(files, list) else []
