"""Forms. An error goes on the field it is about; a form that was taken shows what was recorded."""

from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from sqlalchemy.orm import Session

from bot.commands import UpdateStatus
from bot.plan.refs import read_ref
from bot.services import answers
from handlers.door import Door
from handlers.slack import incoming
from handlers.slack.taking import Answer, Said, take

FIELD = "note"
EMPTY = "Write a few words on what stands in the way, or choose Cancel."
MOST_BLOCKS = 100
LONGEST_ERROR = 500


class Views:
    """Takes form submissions."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def why(self, ack: AsyncAck, body: dict[str, Any], req: AsyncBoltRequest) -> None:
        """The note becomes a change of the action it was asked about."""
        view = body.get("view") or {}
        note = _typed(view)
        ref = read_ref(str(view.get("private_metadata", "")))
        if not note or ref is None:
            await ack(response_action="errors", errors={FIELD: EMPTY})
            return

        def work(session: Session) -> Said:
            command = UpdateStatus(refs=(ref,), note=note, line="")
            request_now = self._door.clock.now()
            return Said(answers.answer(session, request.asker, command, request_now))

        request = incoming.of_interaction(body, req)
        answer = await take(self._door, request, "why", work)
        if answer["outcome"] in {"refused", "failed"}:
            await ack(response_action="errors", errors={FIELD: _words(answer)})
            return
        await ack(response_action="update", view=_shown(view, answer))

    async def unknown(self, ack: AsyncAck) -> None:
        await ack(response_action="clear")


def _typed(view: dict[str, Any]) -> str:
    values = (view.get("state") or {}).get("values") or {}
    return str(((values.get(FIELD) or {}).get(FIELD) or {}).get("value") or "").strip()


def _words(answer: Answer) -> str:
    return str(answer["parts"][0]["text"])[:LONGEST_ERROR]


def _shown(view: dict[str, Any], answer: Answer) -> dict[str, Any]:
    """The receipt in place of the form, without its buttons, which would have nowhere to answer to."""
    blocks = [_bare(block) for block in answer["parts"][0]["blocks"] if block["type"] != "actions"]
    return {
        "type": "modal",
        "title": view.get("title") or {"type": "plain_text", "text": "Saved"},
        "close": {"type": "plain_text", "text": "Close"},
        "blocks": blocks[:MOST_BLOCKS],
    }


def _bare(block: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in block.items() if name != "accessory"}
