"""Form submissions. An error is shown on its field; a form that was saved shows the receipt."""

from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from sqlalchemy.orm import Session

from bot.commands import UpdateStatus
from bot.errors import NotUnderstoodError
from bot.messages import Candidates
from bot.plan.refs import RefQuery, read_ref
from bot.plan.wording import join_words
from bot.sentences import sentence
from handlers.command_parser import MAX_NOTE_LENGTH, strip_unsafe
from handlers.context import AppContext
from handlers.pipeline import handle_request
from handlers.requests import NamedJob, RequestInfo, Response, Result
from handlers.slack import pipeline
from handlers.slack.pipeline import Body, get_object

NOTE_FIELD = "note"
ROUTE_FIELD, HELP_FIELD = "route", "help"
MAX_BLOCKS = 100
MAX_ERROR_LENGTH = 500


class ViewListeners:
    """Handles form submissions."""

    def __init__(self, context: AppContext) -> None:
        self._context = context

    async def submit_why(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        """Record the note as a change of the action that the form is about."""
        view = get_object(request.body, "view")
        note, ref = read_words(view, NOTE_FIELD), read_ref(str(view.get("private_metadata") or ""))
        route, needed = read_words(view, ROUTE_FIELD), read_words(view, HELP_FIELD)
        problem = _note_error(note, ref)
        if problem or ref is None:
            await show_error(ack, NOTE_FIELD, problem)
            return
        for field, words in ((ROUTE_FIELD, route), (HELP_FIELD, needed)):
            if words and (problem := _note_error(words, ref)):
                await show_error(ack, field, problem)
                return
        info = pipeline.from_interaction(request)
        command = UpdateStatus(
            refs=(ref,), note=note, route_to_green=route, help_needed=needed, line=f"update {ref.ref}"
        )
        response = await handle_request(self._context, info, self._note_job(info, ref, command))
        if response["parts"][0].get("text") and response["outcome"] in {"refused", "failed"}:
            await show_error(ack, NOTE_FIELD, str(response["parts"][0]["text"]))
            return
        await ack(response_action="update", view=build_receipt_view(view, response))

    async def clear_unknown(self, ack: AsyncAck) -> None:
        """A form of an older version of the bot, which cannot be read any more."""
        await ack(response_action="clear")

    async def ack_closed(self, ack: AsyncAck) -> None:
        await ack()

    def _note_job(self, info: RequestInfo, ref: RefQuery, command: UpdateStatus) -> NamedJob:
        def work(session: Session) -> Result:
            message = self._context.dispatcher.answer(session, info.asker, command, self._context.clock.now())
            if isinstance(message, Candidates):
                names = join_words((each.ref for each in message.candidates), "or")
                raise NotUnderstoodError(f"{ref.ref} may be {names}. Say which with update in a message.")
            return Result(message)

        return NamedJob("why", work)


async def show_error(ack: AsyncAck, field: str, problem: str) -> None:
    """The form stays open, with the problem on its field."""
    await ack(response_action="errors", errors={field: problem[:MAX_ERROR_LENGTH]})


def _note_error(note: str, ref: RefQuery | None) -> str:
    """What is wrong with the form, or ""."""
    if ref is None:
        return sentence("handlers.form_out_of_date")
    if len(note) > MAX_NOTE_LENGTH:
        length, limit = f"{len(note):,}", f"{MAX_NOTE_LENGTH:,}"
        return sentence("handlers.note_too_long", length=length, limit=limit)
    return "" if note else sentence("handlers.empty_note")


def read_words(view: Body, name: str) -> str:
    """What was typed in the field of this name, "" for nothing."""
    return strip_unsafe(str(_find_field(view, name).get("value") or ""))


def read_field(view: Body, name: str, suffix: str = "") -> str:
    """What was typed or chosen in the field of this name, "" for nothing. suffix: of its block's id."""
    field = _find_field(view, name, suffix)
    chosen = get_object(field, "selected_option").get("value")
    found = field.get("value") or field.get("selected_date") or field.get("selected_user") or chosen
    return strip_unsafe(str(found or "")).strip()


def read_files(view: Body, name: str) -> list[Body]:
    """The files that were put into the field of this name."""
    files = _find_field(view, name).get("files")
    return [each for each in files if isinstance(each, dict)] if isinstance(files, list) else []


def _find_field(view: Body, name: str, suffix: str = "") -> Body:
    values = get_object(get_object(view, "state"), "values")
    return get_object(get_object(values, f"{name}{suffix}"), name)


def build_receipt_view(view: Body, response: Response) -> dict[str, Any]:
    """The receipt in place of the form, without its buttons: a view has no response url to answer to."""
    blocks = [
        _without_accessory(block) for block in response["parts"][0]["blocks"] if block["type"] != "actions"
    ]
    return {
        "type": "modal",
        "title": view.get("title") or {"type": "plain_text", "text": "Saved"},
        "close": {"type": "plain_text", "text": "Close"},
        "blocks": blocks[:MAX_BLOCKS],
    }


def _without_accessory(block: Body) -> Body:
    return {name: value for name, value in block.items() if name != "accessory"}
