"""Buttons. What one does is told by its action_id up to the first colon or two; see templates/messages."""

import asyncio

import structlog
from slack_bolt.async_app import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.orm import Session

from bot.commands import Asker
from bot.delivery.slack import call_api
from bot.errors import DeliveryError
from bot.messages import ErrorMessage
from bot.rendering import reason_view
from bot.services.actions import details
from bot.services.prompts import messages
from handlers.context import AppContext
from handlers.pipeline import (
    Job,
    NamedJob,
    RequestInfo,
    Response,
    Result,
    handle_request,
    noop_job,
    render_response,
)
from handlers.slack import request_info
from handlers.slack.background import BackgroundTasks
from handlers.slack.commands import CommandJob
from handlers.slack.pipeline import FollowUps, start_follow_up
from handlers.slack.request_info import Body
from handlers.slack.responses import answer_button_press

log = structlog.get_logger()
MAX_REF_LENGTH = 100


class ActionListeners:
    """Takes presses. The acknowledgement is empty; what is to be shown follows it."""

    def __init__(
        self, context: AppContext, client: AsyncWebClient, background: BackgroundTasks, follow_ups: FollowUps
    ) -> None:
        self._context, self._client, self._background, self._follow_ups = (
            context,
            client,
            background,
            follow_ups,
        )

    async def run_command(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        """A button that stands for a command line: the answer takes the place of the message pressed, if
        only the person who pressed sees that.
        """
        info = request_info.from_interaction(request)
        await self._handle_press(
            ack, request, info, CommandJob(self._context, info.asker, _action_value(request.body))
        )

    async def answer_prompt(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        """On track, At risk, Complete, Later. The prompt itself is rewritten through the ledger; only what
        has to be told besides follows: that it was not theirs, or already answered.
        """
        info = request_info.from_interaction(request)
        choice, value = _action_id(request.body).split(":")[1], _action_value(request.body)

        def work(session: Session) -> Result:
            now = self._context.clock.now()
            return Result(messages.answer_prompt(session, info.asker, value, choice, now))

        await self._handle_press(ack, request, info, NamedJob("prompt", work), threaded=True)

    async def open_why_form(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        """The form that asks what stands in the way."""
        info = request_info.from_interaction(request)
        response = await handle_request(self._context, info, noop_job("ask-why"))
        await ack()
        if response["outcome"] == "done":
            self._background.start(self._open_form(request.body, info.asker))
        else:
            self._background.start(answer_button_press(_as_threaded(request.body), response))

    async def answer_unknown(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        command = self._context.settings.command
        said = ErrorMessage("I don't know that button. Nothing was changed.", f"{command} mine")
        await self._handle_press(
            ack, request, request_info.from_interaction(request), noop_job("unknown", said), threaded=True
        )

    async def _handle_press(
        self, ack: AsyncAck, request: AsyncBoltRequest, info: RequestInfo, job: Job, *, threaded: bool = False
    ) -> None:
        """However long it takes: an empty acknowledgement before the change is saved would be a promise that
        a killed process breaks. Slack tells the person after three seconds that it had no answer yet.
        """
        coming = asyncio.create_task(handle_request(self._context, info, job))
        await asyncio.shield(coming)
        await ack()
        self._background.start(_show_response(request.body, coming, threaded=threaded))
        start_follow_up(self._follow_ups, job)

    async def _open_form(self, body: Body, asker: Asker) -> None:
        """A trigger that ran out is told, not swallowed."""
        ref = _action_value(body)[:MAX_REF_LENGTH]
        title = await self._context.database.read(details.find_title, asker, ref)
        view = reason_view(self._context.renderer, ref, ref, title)
        try:
            await call_api(self._client.views_open, trigger_id=str(body.get("trigger_id") or ""), view=view)
        except DeliveryError as error:
            log.warning("a form did not open", code=error.code)
            said = ErrorMessage("The form did not open in time. Press the button again.", try_again=True)
            await answer_button_press(_as_threaded(body), render_response(self._context, said, "failed"))


async def _show_response(body: Body, pending: "asyncio.Task[Response]", *, threaded: bool) -> None:
    await answer_button_press(_as_threaded(body) if threaded else body, await pending)


def _as_threaded(body: Body) -> Body:
    """The same press, as if the message were for all to see: it stays, and the answer goes beneath it."""
    container = {**request_info.get_object(body, "container"), "is_ephemeral": False}
    return {**body, "container": container, "channel": {}}


def _first_action(body: Body) -> Body:
    actions = body.get("actions")
    return actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], dict) else {}


def _action_id(body: Body) -> str:
    return str(_first_action(body).get("action_id") or "")


def _action_value(body: Body) -> str:
    return str(_first_action(body).get("value") or "")
