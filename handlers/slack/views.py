"""Forms. An error goes on the field it is about; a form that was taken shows what was recorded."""

from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from sqlalchemy.orm import Session

from bot.commands import UpdateStatus
from bot.errors import NotUnderstoodError
from bot.messages import Candidates
from bot.plan.refs import RefQuery, read_ref
from handlers.command_parser import LONGEST_NOTE, storable
from handlers.context import AppContext
from handlers.pipeline import NamedJob, RequestInfo, Response, Result, handle_request
from handlers.slack import request_info
from handlers.slack.request_info import Body, part

FIELD = "note"
EMPTY = "Write a few words on what stands in the way, or choose Cancel."
OUT_OF_DATE = "This form is out of date. Choose Cancel and press the button again."
MOST_BLOCKS = 100
LONGEST_ERROR = 500


class Views:
    """Takes form submissions."""

    def __init__(self, context: AppContext) -> None:
        self._context = context

    async def why(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        """The note becomes a change of the action it was asked about."""
        view = part(request.body, "view")
        note, ref = _typed(view), read_ref(str(view.get("private_metadata") or ""))
        wrong = _wrong(note, ref)
        if wrong or ref is None:
            await _refuse(ack, wrong)
            return
        info = request_info.of_interaction(request)
        response = await handle_request(self._context, info, self._noting(info, ref, note))
        if response["parts"][0].get("text") and response["outcome"] in {"refused", "failed"}:
            await _refuse(ack, str(response["parts"][0]["text"]))
            return
        await ack(response_action="update", view=_shown(view, response))

    async def unknown(self, ack: AsyncAck) -> None:
        """A form from an older version: nothing in it can be taken any more."""
        await ack(response_action="clear")

    async def closed(self, ack: AsyncAck) -> None:
        await ack()

    def _noting(self, info: RequestInfo, ref: RefQuery, note: str) -> NamedJob:
        def work(session: Session) -> Result:
            command = UpdateStatus(refs=(ref,), note=note, line=f"update {ref.ref}")
            message = self._context.dispatcher.answer(session, info.asker, command, self._context.clock.now())
            if isinstance(message, Candidates):
                names = " or ".join(each.ref for each in message.candidates)
                raise NotUnderstoodError(f"{ref.ref} may be {names}. Say which with update in a message.")
            return Result(message)

        return NamedJob("why", work)


async def _refuse(ack: AsyncAck, sentence: str) -> None:
    await ack(response_action="errors", errors={FIELD: sentence[:LONGEST_ERROR]})


def _wrong(note: str, ref: RefQuery | None) -> str:
    if ref is None:
        return OUT_OF_DATE
    if len(note) > LONGEST_NOTE:
        return f"That is {len(note):,} characters long. A note can have up to {LONGEST_NOTE:,}."
    return "" if note else EMPTY


def _typed(view: Body) -> str:
    field = part(part(part(part(view, "state"), "values"), FIELD), FIELD)
    return storable(str(field.get("value") or ""))


def _shown(view: Body, response: Response) -> dict[str, Any]:
    """The receipt in place of the form, without its buttons, which would have nowhere to answer to."""
    blocks = [_bare(block) for block in response["parts"][0]["blocks"] if block["type"] != "actions"]
    return {
        "type": "modal",
        "title": view.get("title") or {"type": "plain_text", "text": "Saved"},
        "close": {"type": "plain_text", "text": "Close"},
        "blocks": blocks[:MOST_BLOCKS],
    }


def _bare(block: Body) -> Body:
    return {name: value for name, value in block.items() if name != "accessory"}
