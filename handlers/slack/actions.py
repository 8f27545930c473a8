"""Buttons. What one does is told by its action_id up to the first colon or two; see templates/messages."""

import asyncio

import structlog
from slack_bolt.async_app import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.orm import Session

from bot.commands import Asker
from bot.delivery.slack import call
from bot.errors import DeliveryError
from bot.messages import Problem
from bot.rendering import why_view
from bot.services import cards, prompts
from handlers.door import Door
from handlers.slack import incoming
from handlers.slack.afterwards import Afterwards
from handlers.slack.commands import Line
from handlers.slack.exports import Exports
from handlers.slack.incoming import Body, Incoming
from handlers.slack.replies import answer_press
from handlers.slack.taking import Answer, Said, Task, Work, only, rendered, take

log = structlog.get_logger()
LONGEST_REF = 100


class Actions:
    """Takes presses. The acknowledgement is empty; what is to be shown follows it."""

    def __init__(self, door: Door, client: AsyncWebClient, afterwards: Afterwards, exports: Exports) -> None:
        self._door, self._client, self._afterwards, self._exports = door, client, afterwards, exports

    async def run(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        """A button that stands for a command line: the answer takes the place of the message pressed, if
        only the person who pressed sees that.
        """
        asked = incoming.of_interaction(request)
        await self._answer(ack, request, asked, Line(self._door, asked.asker, _value(request.body)))

    async def prompt(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        """On track, At risk, Complete, Later. The prompt itself is rewritten through the ledger; only what
        has to be told besides follows: that it was not theirs, or already answered.
        """
        asked = incoming.of_interaction(request)
        choice, value = _action_id(request.body).split(":")[1], _value(request.body)

        def work(session: Session) -> Said:
            now = self._door.clock.now()
            return Said(prompts.answer_prompt(session, asked.asker, value, choice, now))

        await self._answer(ack, request, asked, Task("prompt", work), beneath=True)

    async def ask_why(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        """The form that asks what stands in the way."""
        asked = incoming.of_interaction(request)
        answer = await take(self._door, asked, only("ask-why"))
        await ack()
        if answer["outcome"] == "done":
            self._afterwards.do(self._open_form(request.body, asked.asker))
        else:
            self._afterwards.do(answer_press(_beneath(request.body), answer))

    async def unknown(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        command = self._door.settings.command
        said = Problem("I don't know that button. Nothing was changed.", f"{command} mine")
        await self._answer(
            ack, request, incoming.of_interaction(request), only("unknown", said), beneath=True
        )

    async def _answer(
        self, ack: AsyncAck, request: AsyncBoltRequest, asked: Incoming, work: Work, *, beneath: bool = False
    ) -> None:
        """However long it takes: an empty acknowledgement before the change is saved would be a promise that
        a killed process breaks. Slack tells the person after three seconds that it had no answer yet.
        """
        coming = asyncio.create_task(take(self._door, asked, work))
        await asyncio.shield(coming)
        await ack()
        self._afterwards.do(_show(request.body, coming, beneath=beneath))
        self._exports.after(work.name)

    async def _open_form(self, body: Body, asker: Asker) -> None:
        """A trigger that ran out is told, not swallowed."""
        ref = _value(body)[:LONGEST_REF]
        title = await self._door.database.look(cards.title_of, asker, ref)
        view = why_view(self._door.renderer, ref, ref, title)
        try:
            await call(self._client.views_open, trigger_id=str(body.get("trigger_id") or ""), view=view)
        except DeliveryError as error:
            log.warning("a form did not open", code=error.code)
            said = Problem("The form did not open in time. Press the button again.", try_again=True)
            await answer_press(_beneath(body), rendered(self._door, said, "failed"))


async def _show(body: Body, coming: "asyncio.Task[Answer]", *, beneath: bool) -> None:
    await answer_press(_beneath(body) if beneath else body, await coming)


def _beneath(body: Body) -> Body:
    """The same press, as if the message were for all to see: it stays, and the answer goes beneath it."""
    container = {**incoming.part(body, "container"), "is_ephemeral": False}
    return {**body, "container": container, "channel": {}}


def _action(body: Body) -> Body:
    actions = body.get("actions")
    return actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], dict) else {}


def _action_id(body: Body) -> str:
    return str(_action(body).get("action_id") or "")


def _value(body: Body) -> str:
    return str(_action(body).get("value") or "")
