"""Questions about a plan, one form after the other. Each answer is saved before the next is shown."""

import json
from dataclasses import asdict
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.orm import Session

from bot.commands import Asker
from bot.importing import question_flow
from bot.importing.apply_draft import board_defaults
from bot.importing.question_flow import QuestionRun, SubmittedAnswer
from bot.messages import ErrorMessage, ImportReview, QuestionForm
from bot.rendering import form_view
from bot.sentences import sentence
from handlers.command_parser import strip_unsafe
from handlers.context import AppContext
from handlers.pipeline import handle_request
from handlers.requests import NamedJob, RequestInfo, Result
from handlers.slack import pipeline
from handlers.slack.background import BackgroundTasks
from handlers.slack.form_opening import open_form
from handlers.slack.imports import Imports
from handlers.slack.pipeline import Body, as_threaded, get_object, read_press
from handlers.slack.responses import answer_button_press

CALLBACK_ID = "question"
MAX_ERROR_LENGTH = 500


class PlanQuestions:
    """Opens the form, saves an answer, shows the next question."""

    def __init__(
        self, context: AppContext, client: AsyncWebClient, background: BackgroundTasks, imports: Imports
    ) -> None:
        self._context, self._client, self._background, self._imports = context, client, background, imports

    async def open(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        """The button that starts the questions. Only plan managers get the form."""
        info = pipeline.from_interaction(request)
        run = question_flow.parse_run(read_press(request.body).value)

        def work(session: Session) -> Result:
            question_flow.require_manager(session, info.asker)
            if run and question_flow.has_subject(session, info.asker, run):
                return Result(None)
            return Result(ErrorMessage(sentence("handlers.button_out_of_date"), "/cip questions"))

        response = await handle_request(self._context, info, NamedJob("questions", work, reads_only=True))
        await ack()
        if run is not None and response["outcome"] == "done":
            self._background.start(self._open_form(request.body, info.asker, run))
        else:
            self._background.start(answer_button_press(as_threaded(request.body), response))

    async def submit(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        """A blank form leaves its question for later."""
        view = get_object(request.body, "view")
        state = _read_state(view)
        if state is None:
            await ack(response_action="clear")
            return
        (run, key), answer = state, _read_answer(view, _field_suffix(state[0]))
        info = pipeline.from_interaction(request)
        job = self._skip_job(info) if answer.is_blank else self._answer_job(info, run, key, answer)
        response = await handle_request(self._context, info, job)
        if response["outcome"] in {"refused", "failed"}:
            problem = str(response["parts"][0]["text"])[:MAX_ERROR_LENGTH]
            await ack(response_action="errors", errors={f"choice{_field_suffix(run)}": problem})
            return
        next_run = run.next(answered=not answer.is_blank)
        await ack(response_action="update", view=await self._build_view(info.asker, next_run))

    def _skip_job(self, info: RequestInfo) -> NamedJob:
        """Nothing is recorded; who may not answer may not go on to the next question either."""

        def work(session: Session) -> Result:
            question_flow.require_manager(session, info.asker)
            return Result(None)

        return NamedJob("question", work)

    def _answer_job(self, info: RequestInfo, run: QuestionRun, key: str, answer: SubmittedAnswer) -> NamedJob:
        def work(session: Session) -> Result:
            now, defaults = self._context.clock.now(), board_defaults(self._context.settings)
            review = question_flow.record_answer(session, info.asker, run, key, answer, defaults, now)
            if isinstance(review, ImportReview):
                self._imports.update_review(session, info.asker, info.key, review)
            return Result(None)

        return NamedJob("question", work)

    async def _open_form(self, body: Body, asker: Asker, run: QuestionRun) -> None:
        view = await self._build_view(asker, run)
        await open_form(self._context, self._client, body, view)

    async def _build_view(self, asker: Asker, run: QuestionRun) -> dict[str, Any]:
        message = await self._context.database.read(question_flow.build_form, asker, run)
        renderer = self._context.renderer
        if not isinstance(message, QuestionForm):
            return form_view(renderer, message, CALLBACK_ID, "", submit="", close="Close")
        state = json.dumps({"run": asdict(run), "key": message.line.value})
        submit = "Next" if message.number < message.of else "Finish"
        suffix = _field_suffix(run)
        return form_view(
            renderer, message, CALLBACK_ID, state, submit=submit, close="Stop here", block_id_suffix=suffix
        )


def _read_state(view: Body) -> tuple[QuestionRun, str] | None:
    """From the form's private metadata: the run of questions, and the key of the question it showed."""
    try:
        state = json.loads(str(view.get("private_metadata") or ""))
        return QuestionRun(**state["run"]), str(state["key"])
    except (ValueError, TypeError, KeyError):
        return None


def _field_suffix(run: QuestionRun) -> str:
    return f":{run.skipped + run.answered}"


def _read_answer(view: Body, suffix: str) -> SubmittedAnswer:
    values = get_object(get_object(view, "state"), "values")

    def field(name: str) -> Body:
        return get_object(get_object(values, f"{name}{suffix}"), name)

    return SubmittedAnswer(
        str(get_object(field("choice"), "selected_option").get("value") or ""),
        str(field("day").get("selected_date") or ""),
        strip_unsafe(str(field("words").get("value") or "")),
        str(field("person").get("selected_user") or ""),
    )
