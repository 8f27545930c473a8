"""The forms of a question: opened by its buttons, and by the choice under More."""

from collections.abc import Mapping
from dataclasses import replace

from slack_bolt.async_app import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.orm import Session

from bot.commands import Asker
from bot.errors import CipError
from bot.messages import ErrorMessage, EvidenceForm, PromptForm
from bot.rendering import PROMPT_FORM_PREFIX, prompt_form_view
from bot.sentences import sentence
from bot.services.prompts import answers, prompt_forms
from handlers.command_parser import MAX_NOTE_LENGTH
from handlers.context import AppContext
from handlers.pipeline import build_problem, handle_request, render_response
from handlers.requests import NamedJob, RequestInfo, Result, noop_job
from handlers.slack import pipeline
from handlers.slack.attachments import SEPARATOR, describe_files
from handlers.slack.background import BackgroundTasks
from handlers.slack.form_opening import open_form
from handlers.slack.pipeline import Body, as_threaded, get_object, read_press
from handlers.slack.responses import answer_button_press
from handlers.slack.views import MAX_ERROR_LENGTH, build_receipt_view, read_field, read_files, show_error

# By form, its fields; the first gets what is wrong with the form as a whole.
FIELDS: dict[str, tuple[str, ...]] = {
    "more": ("answer",),
    "steps": ("done",),
    "sentence": ("note",),
    "evidence": ("words", "link"),
    "due_date": ("day", "reason"),
    "not_mine": ("whose", "person"),
    "away": ("until", "cover"),
}
FILES_FIELD = "files"
# Under More, what opens another form in place of this one.
FORM_BY_ANSWER = {"new-date": "due_date", "not-mine": "not_mine", "away": "away", "less": "reasons_asked"}


class PromptForms:
    """Opens the forms, and records what is submitted."""

    def __init__(self, context: AppContext, client: AsyncWebClient, background: BackgroundTasks) -> None:
        self._context, self._client, self._background = context, client, background

    async def open_pressed(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        """The form that the button names."""
        info, press = pipeline.from_interaction(request), read_press(request.body)
        name = press.action_id.split(":")[1]
        response = await handle_request(self._context, info, noop_job("prompt-form"))
        await ack()
        if response["outcome"] == "done":
            self._background.start(self._build_and_open(request.body, info.asker, name, press.value))
        else:
            self._background.start(answer_button_press(as_threaded(request.body), response))

    async def open(self, body: Body, form: PromptForm) -> None:
        view, simple = prompt_form_view(self._context.renderer, form), None
        if isinstance(form, EvidenceForm):
            view, simple = prompt_form_view(self._context.renderer, replace(form, takes_files=True)), view
        await open_form(self._context, self._client, body, view, simple)

    async def submit(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        """Acknowledged once it is saved. What was recorded is shown in the question itself."""
        view, info = get_object(request.body, "view"), pipeline.from_interaction(request)
        name = str(view.get("callback_id") or "").removeprefix(PROMPT_FORM_PREFIX)
        if name not in FIELDS:
            await ack(response_action="clear")
            return
        fields = {each: read_field(view, each) for each in FIELDS[name]}
        files = describe_files(read_files(view, FILES_FIELD)) if name == EvidenceForm.name else ""
        problems = find_problems(fields, needs_either=name == EvidenceForm.name and not files)
        if files and not problems:
            fields["link"] = SEPARATOR.join(filter(None, (fields["link"], files)))
        value = str(view.get("private_metadata") or "")
        if problems:
            await ack(response_action="errors", errors=problems)
        elif (opens := FORM_BY_ANSWER.get(fields.get("answer", ""))) is not None:
            await self._replace(ack, info, opens, value)
        else:
            await self._record(ack, info, view, name, fields)

    async def _record(
        self, ack: AsyncAck, info: RequestInfo, view: Body, name: str, fields: Mapping[str, str]
    ) -> None:
        value = str(view.get("private_metadata") or "")

        def work(session: Session) -> Result:
            now = self._context.clock.now()
            return Result(answers.submit_form(session, info.asker, name, value, fields, now))

        response = await handle_request(self._context, info, NamedJob("prompt-form", work))
        if response["outcome"] in {"refused", "failed"}:
            await show_error(ack, FIELDS[name][0], str(response["parts"][0]["text"]))
        elif response["parts"]:
            await ack(response_action="update", view=build_receipt_view(view, response))
        else:
            await ack()

    async def _replace(self, ack: AsyncAck, info: RequestInfo, name: str, value: str) -> None:
        """Show another form in place of this one, however often it is asked for."""
        await handle_request(self._context, info, noop_job("prompt-form"))
        try:
            form = await self._build(info.asker, name, value)
        except CipError as error:
            await show_error(ack, "answer", error.sentence)
            return
        await ack(response_action="update", view=prompt_form_view(self._context.renderer, form))

    async def _build(self, asker: Asker, name: str, value: str) -> PromptForm:
        now = self._context.clock.now()
        return await self._context.database.read(prompt_forms.build_form, asker, name, value, now)

    async def _build_and_open(self, body: Body, asker: Asker, name: str, value: str) -> None:
        try:
            form = await self._build(asker, name, value)
        except CipError as error:
            await self._show_problem(body, build_problem(error))
            return
        await self.open(body, form)

    async def _show_problem(self, body: Body, problem: ErrorMessage) -> None:
        await answer_button_press(as_threaded(body), render_response(self._context, problem, "failed"))


def _find_missing(name: str) -> str:
    """What to say where this field is left empty, "" where it may be."""
    match name:
        case "answer" | "done":
            return sentence("handlers.no_answer_chosen")
        case "day" | "until":
            return sentence("handlers.no_day_chosen")
        case "reason":
            return sentence("handlers.empty_reason")
        case "note":
            return sentence("handlers.empty_sentence")
    return ""


def find_problems(fields: Mapping[str, str], *, needs_either: bool = False) -> dict[str, str]:
    """By field, what is wrong with it. needs_either: one of them has to be filled in."""
    problems = {
        name: problem for name, words in fields.items() if not words and (problem := _find_missing(name))
    }
    if needs_either and not any(fields.values()):
        problems[next(iter(fields))] = sentence("handlers.empty_evidence")
    link = fields.get("link", "")
    if link and (not link.startswith(("https://", "http://")) or len(link.split()) > 1):
        problems["link"] = sentence("handlers.not_a_link")
    for name, words in fields.items():
        if len(words) > MAX_NOTE_LENGTH:
            length, limit = f"{len(words):,}", f"{MAX_NOTE_LENGTH:,}"
            problems[name] = sentence("handlers.note_too_long", length=length, limit=limit)
    return {name: problem[:MAX_ERROR_LENGTH] for name, problem in problems.items()}
