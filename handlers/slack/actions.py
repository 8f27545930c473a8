"""Buttons. What one does stands in its action_id, up to the first or second colon; see templates/messages."""

import asyncio
from dataclasses import replace

from slack_bolt.async_app import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.orm import Session

from bot.commands import Asker, Away, Command, TakeOption, Undo
from bot.messages import ErrorMessage, NewDateForm, PromptForm, UpdateReceipt
from bot.rendering import reason_view
from bot.sentences import sentence
from bot.services.actions import details
from bot.services.prompts import answers
from handlers.context import AppContext
from handlers.pipeline import handle_request
from handlers.requests import Job, NamedJob, RequestInfo, Response, Result, noop_job
from handlers.slack import pipeline
from handlers.slack.background import BackgroundTasks
from handlers.slack.commands import CommandJob
from handlers.slack.date_forms import NewDateForms
from handlers.slack.form_opening import open_form
from handlers.slack.pipeline import Body, FollowUps, as_threaded, read_press, start_follow_up
from handlers.slack.prompt_forms import PromptForms
from handlers.slack.responses import answer_button_press

MAX_REF_LENGTH = 100


class PressedCommandJob(CommandJob):
    """A command line that a button has."""

    def _prepare(self, command: Command) -> Command:
        return replace(command, is_press=True) if isinstance(command, Undo) else command


class ActionListeners:
    """Handles button presses. The acknowledgement is empty; the response follows it."""

    def __init__(
        self,
        context: AppContext,
        client: AsyncWebClient,
        background: BackgroundTasks,
        follow_ups: FollowUps,
        date_forms: NewDateForms,
        prompt_forms: PromptForms,
    ) -> None:
        self._context, self._client = context, client
        self._date_forms, self._prompt_forms = date_forms, prompt_forms
        self._background, self._follow_ups = background, follow_ups

    async def run_command(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        """A button whose value is a command line. The response replaces the message pressed, if only the
        person who pressed sees that.
        """
        info, press = pipeline.from_interaction(request), read_press(request.body)
        job = PressedCommandJob(self._context, info.asker, press.value)
        # An Undo that comes too late leaves what it stands beside.
        keeps_refused = press.value.startswith(Undo.name)
        await self._handle_press(ack, request, info, job, keeps_refused=keeps_refused)

    async def take_option(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        """One of several options that were offered. The response replaces them as that to a command line
        does; a refusal leaves them and follows below. Where a reason is needed, the form that asks for it.
        """
        info, press = pipeline.from_interaction(request), read_press(request.body)
        command, forms = TakeOption(choice=press.value), list[NewDateForm]()

        def work(session: Session) -> Result:
            now = self._context.clock.now()
            message = self._context.dispatcher.answer(session, info.asker, command, now)
            if isinstance(message, NewDateForm):
                forms.append(message)
                return Result(None)
            return Result(message, isinstance(message, UpdateReceipt) and message.public)

        job = NamedJob(command.name, work)
        response = await self._handle_press(ack, request, info, job, keeps_refused=True)
        if forms and response["outcome"] == "done":
            self._background.start(self._date_forms.open(request.body, info.asker, forms[-1]))

    async def answer_prompt(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        """On track, At risk, Done; and Later, in messages of before. The prompt itself is updated through the
        outbox; the response is empty, unless the prompt was somebody else's or already answered. Where steps
        of it are open, a form asks about them, and nothing is recorded.
        """
        info, press = pipeline.from_interaction(request), read_press(request.body)
        choice, forms = press.action_id.split(":")[1], list[PromptForm]()

        def work(session: Session) -> Result:
            now = self._context.clock.now()
            form = answers.answer_prompt(session, info.asker, press.value, choice, now)
            forms[:] = [form] if form is not None else []
            return Result(None)

        response = await self._handle_press(ack, request, info, NamedJob("prompt", work), threaded=True)
        if forms and response["outcome"] == "done":
            self._background.start(self._prompt_forms.open(request.body, forms[-1]))

    async def take_back(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        """Undo beside an answer: the question is open again."""
        info, press = pipeline.from_interaction(request), read_press(request.body)

        def work(session: Session) -> Result:
            answers.take_back(session, info.asker, press.value, self._context.clock.now())
            return Result(None)

        await self._handle_press(ack, request, info, NamedJob("undo", work), threaded=True)

    async def come_back(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        """I am back, of somebody who was away."""
        info, command = pipeline.from_interaction(request), Away(until=None)

        def work(session: Session) -> Result:
            now = self._context.clock.now()
            return Result(self._context.dispatcher.answer(session, info.asker, command, now))

        await self._handle_press(ack, request, info, NamedJob(command.name, work), threaded=True)

    async def open_why_form(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        """The form that asks what stands in the way."""
        info = pipeline.from_interaction(request)
        response = await handle_request(self._context, info, noop_job("ask-why"))
        await ack()
        if response["outcome"] == "done":
            self._background.start(self._open_form(request.body, info.asker))
        else:
            self._background.start(answer_button_press(as_threaded(request.body), response))

    async def answer_unknown(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        """A button of an older version of the bot."""
        info, command = pipeline.from_interaction(request), self._context.settings.command
        message = ErrorMessage(sentence("handlers.unknown_button"), f"{command} mine")
        await self._handle_press(ack, request, info, noop_job("unknown", message), threaded=True)

    async def _handle_press(
        self,
        ack: AsyncAck,
        request: AsyncBoltRequest,
        info: RequestInfo,
        job: Job,
        *,
        threaded: bool = False,
        keeps_refused: bool = False,
    ) -> Response:
        """Acknowledge once the change is saved, however long that takes: a process killed after an earlier,
        empty acknowledgement would have lost the press. After three seconds Slack itself warns the person.

        threaded: leave the message pressed as it is, and show the response below it. keeps_refused: do so
        where nothing was done.
        """
        pending = asyncio.create_task(handle_request(self._context, info, job))
        await asyncio.shield(pending)
        await ack()
        is_kept = threaded or (keeps_refused and (await pending)["outcome"] in {"refused", "failed"})
        self._background.start(_show_response(request.body, pending, threaded=is_kept))
        start_follow_up(self._follow_ups, job)
        return await pending

    async def _open_form(self, body: Body, asker: Asker) -> None:
        ref = read_press(body).value[:MAX_REF_LENGTH]
        title = await self._context.database.read(details.find_title, asker, ref)
        view = reason_view(self._context.renderer, ref, ref, title)
        await open_form(self._context, self._client, body, view)


async def _show_response(body: Body, pending: "asyncio.Task[Response]", *, threaded: bool) -> None:
    await answer_button_press(as_threaded(body) if threaded else body, await pending)
