"""The form that goes through all that is due to one person. Each step is saved before the next is shown; one
that is left empty is skipped.
"""

import hashlib
import json
from dataclasses import asdict, replace
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.orm import Session

from bot.commands import Asker
from bot.delivery.slack import call_api
from bot.errors import DeliveryError
from bot.messages import ErrorMessage, StepForm
from bot.rendering import form_view
from bot.sentences import sentence
from bot.services.prompts import steps
from bot.services.prompts.choices import NOTE
from bot.services.prompts.steps import StepRun
from handlers.command_parser import MAX_NOTE_LENGTH, strip_unsafe
from handlers.context import AppContext
from handlers.pipeline import handle_request, render_response
from handlers.requests import NamedJob, RequestInfo, Result
from handlers.slack import pipeline
from handlers.slack.background import BackgroundTasks
from handlers.slack.home import HomeTab
from handlers.slack.pipeline import Body, as_threaded, get_object, read_press
from handlers.slack.responses import answer_button_press
from handlers.slack.views import show_error

log = structlog.get_logger()
CALLBACK_ID = "steps"
CHOICE_FIELD, WORDS_FIELD = "choice", "words"


class Stepper:
    """Opens the form, saves a step, shows the next."""

    def __init__(
        self, context: AppContext, client: AsyncWebClient, background: BackgroundTasks, home: HomeTab
    ) -> None:
        self._context, self._client, self._background, self._home = context, client, background, home

    async def open(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        info, value = pipeline.from_interaction(request), read_press(request.body).value
        runs = list[StepRun]()

        def work(session: Session) -> Result:
            runs[:] = [steps.begin(session, info.asker, value, self._context.clock.now())]
            return Result(None)

        response = await handle_request(self._context, info, NamedJob("steps", work, reads_only=True))
        await ack()
        if response["outcome"] == "done" and runs:
            self._background.start(self._open_form(request.body, info.asker, runs[-1]))
        else:
            self._background.start(answer_button_press(as_threaded(request.body), response))

    async def submit(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        view = get_object(request.body, "view")
        run = _read_run(view)
        if run is None:
            await ack(response_action="clear")
            return
        info, suffix = pipeline.from_interaction(request), f":{run.at}"
        choice, words = _read_step(view, suffix)
        field, problem = _find_problem(choice, words)
        if not problem and choice:
            problem = await self._record(info, view, run, choice, words)
        if problem:
            await show_error(ack, f"{field}{suffix}", problem)
            return
        next_view, is_over = await self._build_view(info.asker, run.next(recorded=bool(choice)))
        await ack(response_action="update", view=next_view)
        if is_over and run.from_home:
            self._background.start(self._home.refresh(info))

    async def _record(self, info: RequestInfo, view: Body, run: StepRun, choice: str, words: str) -> str:
        """Save the step; returns why that was refused, or "". The same step of the same form is saved once,
        however often it is submitted with the same words.
        """

        def work(session: Session) -> Result:
            steps.record_step(session, info.asker, run, choice, words, self._context.clock.now())
            return Result(None)

        digest = hashlib.sha256(f"{choice}\n{words}".encode()).hexdigest()[:32]
        key = f"steps:{info.asker.user_id}:{str(view.get('id') or '')[:40]}:{run.at}:{digest}"
        response = await handle_request(self._context, replace(info, key=key), NamedJob("step", work))
        parts = response["parts"]
        return str(parts[0]["text"]) if parts else ""

    async def _open_form(self, body: Body, asker: Asker, run: StepRun) -> None:
        """Where it does not open, as when its trigger has expired, the person is shown an error."""
        view, _ = await self._build_view(asker, run)
        try:
            await call_api(self._client.views_open, trigger_id=str(body.get("trigger_id") or ""), view=view)
        except DeliveryError as error:
            log.warning("a form did not open", code=error.code)
            message = ErrorMessage(sentence("handlers.form_not_opened"), try_again=True)
            await answer_button_press(as_threaded(body), render_response(self._context, message, "failed"))

    async def _build_view(self, asker: Asker, run: StepRun) -> tuple[dict[str, Any], bool]:
        """The form of the next step, and whether it is the end."""
        now = self._context.clock.now()
        message, run = await self._context.database.read(steps.build_step, asker, run, now)
        renderer, state = self._context.renderer, json.dumps(asdict(run), ensure_ascii=False)
        if not isinstance(message, StepForm):
            return form_view(renderer, message, CALLBACK_ID, "", submit="", close="Close"), True
        submit = "Next" if message.number < message.of else "Finish"
        view = form_view(
            renderer,
            message,
            CALLBACK_ID,
            state,
            submit=submit,
            close="Stop here",
            block_id_suffix=f":{run.at}",
        )
        return view, False


def _read_run(view: Body) -> StepRun | None:
    """From the form's private metadata."""
    try:
        state = json.loads(str(view.get("private_metadata") or ""))
        return StepRun(
            tuple(str(each) for each in state["values"]),
            max(0, int(state["at"])),
            tuple(int(each) for each in state["recorded"]),
            bool(state["from_home"]),
        )
    except (ValueError, TypeError, KeyError):
        return None


def _read_step(view: Body, suffix: str) -> tuple[str, str]:
    """What was chosen, and the words."""
    values = get_object(get_object(view, "state"), "values")
    choice = get_object(get_object(values, f"{CHOICE_FIELD}{suffix}"), CHOICE_FIELD)
    words = get_object(get_object(values, f"{WORDS_FIELD}{suffix}"), WORDS_FIELD)
    option = get_object(choice, "selected_option")
    return str(option.get("value") or ""), strip_unsafe(str(words.get("value") or "")).strip()


def _find_problem(choice: str, words: str) -> tuple[str, str]:
    """The field that is wrong, and why; "" for nothing."""
    if len(words) > MAX_NOTE_LENGTH:
        length, limit = f"{len(words):,}", f"{MAX_NOTE_LENGTH:,}"
        return WORDS_FIELD, sentence("handlers.note_too_long", length=length, limit=limit)
    if words and not choice:
        return CHOICE_FIELD, sentence("handlers.choose_with_words")
    if choice == NOTE and not words:
        return WORDS_FIELD, sentence("handlers.words_missing")
    return CHOICE_FIELD, ""
