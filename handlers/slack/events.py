"""Events: a direct message, a mention of the bot, its removal from a workspace."""

from datetime import datetime
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.slack_lookup import FILE_SUBTYPE, TEXT_SUBTYPES
from bot.errors import NotSavedError
from bot.messages import ErrorMessage
from bot.sentences import sentence
from bot.services.idempotency import EDIT_MARK
from handlers.context import AppContext
from handlers.fallbacks import cancel_fallback
from handlers.pipeline import DeferredReply, handle_request, render_response
from handlers.requests import RequestInfo, Response
from handlers.slack import pipeline
from handlers.slack.attachments import Attachments
from handlers.slack.background import BackgroundTasks
from handlers.slack.channel_mentions import MentionJob, MentionLineJob, line_of
from handlers.slack.direct_messages import DirectMessageJob
from handlers.slack.imports import Imports
from handlers.slack.pipeline import FollowUps, get_object, start_follow_up
from handlers.slack.responses import post_ephemeral, post_without_outbox
from handlers.slack.written_messages import (
    EDIT_SUBTYPE,
    build_edit_job,
    build_job,
    files_of,
    is_edited_by_author,
    message_of,
)

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
        bot_user_id: str,
    ) -> None:
        self._context, self._client, self._background = context, client, background
        self._imports, self._follow_ups, self._bot_user_id = imports, follow_ups, bot_user_id

    async def handle_message(self, ack: AsyncAck, event: dict[str, Any], request: AsyncBoltRequest) -> None:
        """A person's direct message is a command line, with or without the slash. A file with it is evidence
        of an update, or a plan. The reply goes through the outbox, so that it is delivered once.

        Raises NotSavedError if it is not known to be committed: Slack then sends the event again.
        """
        if event.get("channel_type") == "im":
            if event.get("subtype") == EDIT_SUBTYPE:
                await self._receive_edit(event, request)
            elif pipeline.is_by_person(event) and event.get("subtype") in (*TEXT_SUBTYPES, FILE_SUBTYPE):
                await self._receive_message(event, request)
        await ack()

    async def _receive_message(self, event: dict[str, Any], request: AsyncBoltRequest) -> None:
        info, sent_at = pipeline.from_event(request), pipeline.sent_at_if_late(request)
        message = message_of(event, self._bot_user_id)
        if message.files and not message.text:
            response = await self._imports.receive_files(info, message.files)
        else:
            job = build_job(self._context, info, message, self._imports, sent_at=sent_at)
            response = await handle_request(self._context, info, DirectMessageJob(self._context, info, job))
            start_follow_up(self._follow_ups, job)
        self._require_saved(response, request)
        if message.files:
            self._background.start(self._imports.run())

    async def _receive_edit(self, event: dict[str, Any], request: AsyncBoltRequest) -> None:
        """Slack tells of many changes that are none of the words: a preview of a link, a reply in the
        thread.
        """
        if not is_edited_by_author(event, self._bot_user_id):
            return
        info, sent_at = pipeline.from_edit(request), pipeline.sent_at_if_late(request)
        message = message_of(get_object(event, "message"), self._bot_user_id)
        job = build_edit_job(self._context, info, message, self._imports, sent_at=sent_at)
        if job is None:
            return
        response = await handle_request(self._context, info, DirectMessageJob(self._context, info, job))
        self._require_saved(response, request)
        start_follow_up(self._follow_ups, job)
        if message.files:
            self._background.start(self._imports.run())

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
        """Read the words with the mention as a command line, and answer whoever wrote them. Without any, that
        is the list of commands.

        Raises NotSavedError as handle_message does.
        """
        is_direct = event.get("channel_type") == "im" or str(event.get("channel") or "").startswith("D")
        if (
            is_direct
            or not pipeline.is_by_person(event)
            or event.get("subtype") not in (*TEXT_SUBTYPES, FILE_SUBTYPE)
        ):
            await ack()
            return
        info, deferred = pipeline.from_mention(request), DeferredReply()
        # Should the bot stop before the answer is shown, it follows as a direct message.
        deferred.try_announce()
        job = self._build_mention_job(info, event, pipeline.sent_at_if_late(request))
        response = await handle_request(self._context, info, job, deferred)
        if response["outcome"] == "failed":
            await self._handle_failed_mention(info, event, request, response)
        await ack()
        if response["outcome"] != "repeated":
            self._background.start(self._show_mention_answer(info, event, response))
        start_follow_up(self._follow_ups, job.line_job)

    def _build_mention_job(
        self, info: RequestInfo, event: dict[str, Any], sent_at: datetime | None
    ) -> MentionJob:
        text, files = line_of(event.get("text"), self._bot_user_id), files_of(event)
        attachments = Attachments(files, None) if files and text else None
        line_job = MentionLineJob(self._context, info.asker, text, sent_at=sent_at, attachments=attachments)
        edit_key = info.key if EDIT_MARK in info.key else ""
        return MentionJob(self._context, info.asker, line_job, edit_key=edit_key)

    async def _handle_failed_mention(
        self, info: RequestInfo, event: dict[str, Any], request: AsyncBoltRequest, response: Response
    ) -> None:
        if pipeline.is_last_attempt(request):
            self._background.start(self._show_mention_answer(info, event, response))
        raise NotSavedError

    async def _show_mention_answer(
        self, info: RequestInfo, event: dict[str, Any], response: Response
    ) -> None:
        """To the writer alone, or to the channel if they asked for that; below the message if it is in a
        thread.
        """
        asker, thread_ts = info.asker, pipeline.thread_ts_of(event)
        if response["public"]:
            is_shown = await post_without_outbox(self._client, asker.channel_id, response, thread_ts)
        else:
            is_shown = await post_ephemeral(
                self._client, asker.channel_id, asker.user_id, response, thread_ts
            )
        if is_shown and response["outcome"] != "failed":
            count = len(response["parts"])
            await self._context.database.run(cancel_fallback, info.asker, info.key, count)

    async def handle_removal(self, ack: AsyncAck, event: dict[str, Any], request: AsyncBoltRequest) -> None:
        """The tokens of users, which the bot does not use, are revoked without that it was removed."""
        tokens = get_object(event, "tokens")
        if event.get("type") != "tokens_revoked" or tokens.get("bot") or not tokens.get("oauth"):
            log.warning("the bot was removed from a workspace", team=str(request.body.get("team_id") or ""))
        await ack()

    async def ack_other(self, ack: AsyncAck) -> None:
        await ack()
