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
        problem = _note_error(note, ref)
        if problem or ref is None:
            await show_error(ack, NOTE_FIELD, problem)
            return
        info = pipeline.from_interaction(request)
        response = await handle_request(self._context, info, self._note_job(info, ref, note))
        if response["parts"][0].get("text") and response["outcome"] in {"refused", "failed"}:
            await show_error(ack, NOTE_FIELD, str(response["parts"][0]["text"]))
            return
        await ack(response_action="update", view=build_receipt_view(view, response))

    async def clear_unknown(self, ack: AsyncAck) -> None:
        """A form of an older version of the bot, which cannot be read any more."""
        await ack(response_action="clear")

    async def ack_closed(self, ack: AsyncAck) -> None:
        await ack()

    def _note_job(self, info: RequestInfo, ref: RefQuery, note: str) -> NamedJob:
        def work(session: Session) -> Result:
            command = UpdateStatus(refs=(ref,), note=note, line=f"update {ref.ref}")
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
    field = get_object(get_object(get_object(get_object(view, "state"), "values"), name), name)
    return strip_unsafe(str(field.get("value") or ""))


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
