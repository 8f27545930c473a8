"""Forms. An error goes on the field it is about; a form that was taken shows what was recorded."""

from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from sqlalchemy.orm import Session

from bot.commands import UpdateStatus
from bot.errors import NotUnderstoodError
from bot.messages import Candidates
from bot.plan.refs import RefQuery, read_ref
from handlers.command_parser import MAX_NOTE_LENGTH, strip_unsafe
from handlers.context import AppContext
from handlers.pipeline import NamedJob, RequestInfo, Response, Result, handle_request
from handlers.slack import request_info
from handlers.slack.request_info import Body, get_object

NOTE_FIELD = "note"
EMPTY_NOTE = "Write a few words on what stands in the way, or choose Cancel."
OUT_OF_DATE = "This form is out of date. Choose Cancel and press the button again."
MAX_BLOCKS = 100
MAX_ERROR_LENGTH = 500


class ViewListeners:
    """Takes form submissions."""

    def __init__(self, context: AppContext) -> None:
        self._context = context

    async def submit_why(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        """The note becomes a change of the action it was asked about."""
        view = get_object(request.body, "view")
        note, ref = _read_note(view), read_ref(str(view.get("private_metadata") or ""))
        wrong = _note_error(note, ref)
        if wrong or ref is None:
            await _show_error(ack, wrong)
            return
        info = request_info.from_interaction(request)
        response = await handle_request(self._context, info, self._note_job(info, ref, note))
        if response["parts"][0].get("text") and response["outcome"] in {"refused", "failed"}:
            await _show_error(ack, str(response["parts"][0]["text"]))
            return
        await ack(response_action="update", view=_receipt_view(view, response))

    async def clear_unknown(self, ack: AsyncAck) -> None:
        """A form from an older version: nothing in it can be taken any more."""
        await ack(response_action="clear")

    async def ack_closed(self, ack: AsyncAck) -> None:
        await ack()

    def _note_job(self, info: RequestInfo, ref: RefQuery, note: str) -> NamedJob:
        def work(session: Session) -> Result:
            command = UpdateStatus(refs=(ref,), note=note, line=f"update {ref.ref}")
            message = self._context.dispatcher.answer(session, info.asker, command, self._context.clock.now())
            if isinstance(message, Candidates):
                names = " or ".join(each.ref for each in message.candidates)
                raise NotUnderstoodError(f"{ref.ref} may be {names}. Say which with update in a message.")
            return Result(message)

        return NamedJob("why", work)


async def _show_error(ack: AsyncAck, sentence: str) -> None:
    await ack(response_action="errors", errors={NOTE_FIELD: sentence[:MAX_ERROR_LENGTH]})


def _note_error(note: str, ref: RefQuery | None) -> str:
    if ref is None:
        return OUT_OF_DATE
    if len(note) > MAX_NOTE_LENGTH:
        return f"That is {len(note):,} characters long. A note can have up to {MAX_NOTE_LENGTH:,}."
    return "" if note else EMPTY_NOTE


def _read_note(view: Body) -> str:
    field = get_object(get_object(get_object(get_object(view, "state"), "values"), NOTE_FIELD), NOTE_FIELD)
    return strip_unsafe(str(field.get("value") or ""))


def _receipt_view(view: Body, response: Response) -> dict[str, Any]:
    """The receipt in place of the form, without its buttons, which would have nowhere to answer to."""
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
