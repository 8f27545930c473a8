"""The form that goes through all that is due to one person. Each step is saved before the next is shown; one
that is left empty is skipped.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.orm import Session

from bot.commands import Asker
from bot.messages import DueDateForm, NotMineForm, StepForm, StepsDone
from bot.rendering import form_view
from bot.sentences import sentence
from bot.services.prompts import steps
from bot.services.prompts.choices import NOTE
from bot.services.prompts.steps import StepRun
from handlers.command_parser import MAX_NOTE_LENGTH
from handlers.context import AppContext
from handlers.pipeline import handle_request
from handlers.requests import NamedJob, RequestInfo, Result
from handlers.slack import pipeline
from handlers.slack.background import BackgroundTasks
from handlers.slack.form_opening import open_form
from handlers.slack.home import HomeTab
from handlers.slack.pipeline import Body, as_threaded, get_object, read_press
from handlers.slack.prompt_forms import FIELDS, find_problems
from handlers.slack.responses import answer_button_press
from handlers.slack.views import read_field, show_error

CALLBACK_ID = "steps"
CHOICE_FIELD, WORDS_FIELD = "choice", "words"
# What asks for the rest of an answer.
FORM_BY_CHOICE = {"new-date": DueDateForm.name, "not-mine": NotMineForm.name}
# In characters: as many as the form for it takes.
MAX_WHOSE_LENGTH = 300


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
        info = pipeline.from_interaction(request)
        submit = self._submit_rest if run.asks else self._submit_choice
        await submit(ack, info, view, run)

    async def _submit_choice(self, ack: AsyncAck, info: RequestInfo, view: Body, run: StepRun) -> None:
        """How an action is going; or which form asks for the rest of the answer, with nothing recorded."""
        suffix = f":{run.at}"
        choice, words = read_field(view, CHOICE_FIELD, suffix), read_field(view, WORDS_FIELD, suffix)
        field, problem = _find_problem(choice, words)
        asks = FORM_BY_CHOICE.get(choice, "")
        if not problem and choice and not asks:

            def work(session: Session) -> None:
                steps.record_step(session, info.asker, run, choice, words, self._context.clock.now())

            problem = await self._record(info, view, run, f"{choice}\n{words}", work)
        if problem:
            await show_error(ack, f"{field}{suffix}", problem)
            return
        following = replace(run, asks=asks) if asks else run.next(recorded=bool(choice))
        await self._show(ack, info, following, words if asks else "")

    async def _submit_rest(self, ack: AsyncAck, info: RequestInfo, view: Body, run: StepRun) -> None:
        """A new date, or whose it is. With a form for a date that is left empty one is back where it was
        chosen.
        """
        suffix = f":{run.at}"
        fields = {name: read_field(view, name, suffix) for name in FIELDS[run.asks]}
        if run.asks == DueDateForm.name and not any(fields.values()):
            await self._show(ack, info, replace(run, asks=""))
            return
        problems = find_problems(fields)
        if problems:
            errors = {f"{name}{suffix}": problem for name, problem in problems.items()}
            await ack(response_action="errors", errors=errors)
            return

        def work(session: Session) -> None:
            steps.record_rest(session, info.asker, run, fields, self._context.clock.now())

        problem = await self._record(info, view, run, json.dumps([run.asks, fields]), work)
        if problem:
            await show_error(ack, f"{FIELDS[run.asks][0]}{suffix}", problem)
            return
        said = fields["day"] if run.asks == DueDateForm.name else steps.NOT_MINE
        await self._show(ack, info, run.next(recorded=True, said=said))

    async def _show(self, ack: AsyncAck, info: RequestInfo, run: StepRun, words: str = "") -> None:
        view, is_over = await self._build_view(info.asker, run, words)
        await ack(response_action="update", view=view)
        if is_over and run.from_home:
            self._background.start(self._home.refresh(info))

    async def _record(
        self, info: RequestInfo, view: Body, run: StepRun, said: str, record: Callable[[Session], None]
    ) -> str:
        """Save the step; returns why that was refused, or "". The same step of the same form is saved once,
        however often it is submitted with the same words.
        """

        def work(session: Session) -> Result:
            record(session)
            return Result(None)

        digest = hashlib.sha256(said.encode()).hexdigest()[:32]
        key = f"steps:{info.asker.user_id}:{str(view.get('id') or '')[:40]}:{run.at}:{digest}"
        response = await handle_request(self._context, replace(info, key=key), NamedJob("step", work))
        parts = response["parts"]
        return str(parts[0]["text"]) if parts else ""

    async def _open_form(self, body: Body, asker: Asker, run: StepRun) -> None:
        view, _ = await self._build_view(asker, run)
        await open_form(self._context, self._client, body, view)

    async def _build_view(self, asker: Asker, run: StepRun, words: str = "") -> tuple[dict[str, Any], bool]:
        """The form of the next step, and whether it is the end. words: with which it begins."""
        now = self._context.clock.now()
        message, run = await self._context.database.read(steps.build_step, asker, run, now, words)
        renderer, state = self._context.renderer, json.dumps(asdict(run), ensure_ascii=False)
        if isinstance(message, StepsDone):
            return form_view(renderer, message, CALLBACK_ID, "", submit="", close="Close"), True
        view = form_view(
            renderer,
            message,
            CALLBACK_ID,
            state,
            submit=_submit_text(message),
            close="Stop here",
            block_id_suffix=f":{run.at}",
        )
        return view, False


def _submit_text(message: StepForm | DueDateForm | NotMineForm) -> str:
    if isinstance(message, StepForm):
        return "Next" if message.number < message.of else "Finish"
    return "Record" if isinstance(message, DueDateForm) else "Send"


def _read_run(view: Body) -> StepRun | None:
    """From the form's private metadata. Forms of before ask for no rest of an answer."""
    try:
        state = json.loads(str(view.get("private_metadata") or ""))
        run = StepRun(
            tuple(str(each) for each in state["values"]),
            max(0, int(state["at"])),
            tuple(int(each) for each in state["recorded"]),
            bool(state["from_home"]),
            tuple(str(each) for each in state.get("said", [""] * len(state["recorded"]))),
            str(state.get("asks", "")),
        )
    except (ValueError, TypeError, KeyError):
        return None
    return run if run.asks in {"", *FORM_BY_CHOICE.values()} else None


def _find_problem(choice: str, words: str) -> tuple[str, str]:
    """The field that is wrong, and why; "" for nothing."""
    if len(words) > MAX_NOTE_LENGTH:
        length, limit = f"{len(words):,}", f"{MAX_NOTE_LENGTH:,}"
        return WORDS_FIELD, sentence("handlers.note_too_long", length=length, limit=limit)
    if choice == "not-mine" and len(words) > MAX_WHOSE_LENGTH:
        return WORDS_FIELD, sentence("handlers.note_too_long", length=len(words), limit=MAX_WHOSE_LENGTH)
    if words and not choice:
        return CHOICE_FIELD, sentence("handlers.choose_with_words")
    if choice == NOTE and not words:
        return WORDS_FIELD, sentence("handlers.words_missing")
    return CHOICE_FIELD, ""
