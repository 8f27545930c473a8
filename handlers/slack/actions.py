"""Buttons. What one does is told by its action_id up to the first colon or two; see templates/messages."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncBoltContext, AsyncRespond
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.orm import Session

from bot.messages import Problem
from bot.rendering import why_view
from bot.services import prompts
from handlers.door import Door
from handlers.slack import incoming
from handlers.slack.commands import take_line
from handlers.slack.incoming import context_answer
from handlers.slack.taking import Said, take

log = structlog.get_logger()


class Actions:
    """Takes presses. The acknowledgement is empty; what is to be shown follows it."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def run(
        self, ack: AsyncAck, body: dict[str, Any], req: AsyncBoltRequest, context: AsyncBoltContext
    ) -> None:
        """A button that stands for a command line."""
        request = incoming.of_interaction(body, req)
        context["cip_answer"] = await take_line(self._door, request, _value(body))
        await ack()

    async def show(self, body: dict[str, Any], context: AsyncBoltContext, respond: AsyncRespond) -> None:
        """Put the answer in the place of the message pressed, if only the person who pressed sees that."""
        answer = context_answer(context)
        if answer.get("outcome") == "repeated":
            return
        for place, part in enumerate(answer.get("parts", [])):
            await respond(
                text=part["text"],
                blocks=part["blocks"],
                response_type="in_channel" if answer["public"] else "ephemeral",
                replace_original=place == 0 and not answer["public"] and _is_private(body),
            )

    async def prompt(
        self, ack: AsyncAck, body: dict[str, Any], req: AsyncBoltRequest, context: AsyncBoltContext
    ) -> None:
        """On track, At risk, Complete, Later. The prompt itself is rewritten through the ledger."""
        request = incoming.of_interaction(body, req)
        choice, value = _action_id(body).split(":")[1], _value(body)

        def work(session: Session) -> Said:
            now = self._door.clock.now()
            return Said(prompts.answer_prompt(session, request.asker, value, choice, now))

        context["cip_answer"] = await take(self._door, request, "prompt", work)
        await ack()

    async def tell(self, context: AsyncBoltContext, respond: AsyncRespond) -> None:
        """Only what the person has to be told besides: that it was not theirs, or already answered."""
        for part in context_answer(context).get("parts", []):
            await respond(
                text=part["text"], blocks=part["blocks"], response_type="ephemeral", replace_original=False
            )

    async def ask_why(self, ack: AsyncAck) -> None:
        await ack()

    async def open_form(self, body: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond) -> None:
        """The form that asks what stands in the way. A trigger that ran out is told, not swallowed."""
        ref = _value(body)[:100]
        try:
            await client.views_open(
                trigger_id=str(body.get("trigger_id", "")), view=why_view(self._door.renderer, ref, ref)
            )
        except SlackApiError as error:
            log.warning("a form did not open", code=str(error.response.get("error", "")))
            said = Problem("The form did not open in time. Press the button again.", try_again=True)
            (part, *_) = self._door.renderer.slack(said)
            await respond(
                text=part.text, blocks=part.blocks, response_type="ephemeral", replace_original=False
            )

    async def unknown(
        self, ack: AsyncAck, body: dict[str, Any], req: AsyncBoltRequest, context: AsyncBoltContext
    ) -> None:
        request = incoming.of_interaction(body, req)
        said = Problem(
            "I don't know that button. Nothing was changed.", f"{self._door.settings.command} mine"
        )
        context["cip_answer"] = await take(self._door, request, "unknown", lambda _: Said(said))
        await ack()


def _action(body: dict[str, Any]) -> dict[str, Any]:
    actions = body.get("actions") or [{}]
    first: dict[str, Any] = actions[0]
    return first


def _action_id(body: dict[str, Any]) -> str:
    return str(_action(body).get("action_id", ""))


def _value(body: dict[str, Any]) -> str:
    return str(_action(body).get("value") or "")


def _is_private(body: dict[str, Any]) -> bool:
    """An answer only its reader sees: an ephemeral message, or a direct message."""
    container = body.get("container") or {}
    channel = str((body.get("channel") or {}).get("id", ""))
    return bool(container.get("is_ephemeral")) or channel.startswith("D")
