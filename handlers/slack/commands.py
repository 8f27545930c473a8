"""`/cip …`: parsed, answered and acknowledged in one go. The answer travels in the acknowledgement."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncBoltContext, AsyncRespond
from slack_bolt.request.async_request import AsyncBoltRequest
from sqlalchemy.orm import Session

from bot.commands import Asker
from bot.services import answers
from bot.services.people import today_at
from handlers.command_parser import parse
from handlers.door import Door
from handlers.slack import incoming
from handlers.slack.incoming import context_answer
from handlers.slack.taking import Answer, Said, take

MOST_REPLIES = 5


class Commands:
    """Answers the slash command."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def acknowledge(
        self, ack: AsyncAck, body: dict[str, Any], req: AsyncBoltRequest, context: AsyncBoltContext
    ) -> None:
        request = incoming.of_command(body, req)
        line = incoming.typed(str(body.get("text") or ""))
        answer = await take_line(self._door, request, line)
        context["cip_answer"] = answer
        first = answer["parts"][0]
        await ack(
            text=first["text"],
            blocks=first["blocks"],
            response_type="in_channel" if answer["public"] else "ephemeral",
        )

    async def follow_up(self, context: AsyncBoltContext, respond: AsyncRespond) -> None:
        """What did not fit the acknowledgement: the rest of a long digest preview."""
        for part in context_answer(context).get("parts", [])[1:MOST_REPLIES]:
            await respond(text=part["text"], blocks=part["blocks"], response_type="ephemeral")


async def take_line(door: Door, request: incoming.Incoming, line: str) -> Answer:
    """Take a command line, wherever it was typed or whichever button stands for it."""
    return await take(
        door, request, "command", lambda session: answer_line(session, door, request.asker, line)
    )


def answer_line(session: Session, door: Door, asker: Asker, line: str) -> Said:
    """Parse and answer; inside the transaction, since "today" is the asker's own."""
    now = door.clock.now()
    command = parse(line, today=today_at(session, asker, now), command=door.settings.command)
    return Said(answers.answer(session, asker, command, now), command.public)
