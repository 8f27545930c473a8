"""Events after which a channel that refused the bot may take its messages again."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.delivery.slack_lookup import Team
from bot.services.outbox import refusals
from handlers.context import AppContext

MEMBERSHIP_EVENTS = (
    "member_joined_channel",
    "channel_unarchive",
    "channel_rename",
    "group_unarchive",
    "group_rename",
)


class MembershipListeners:
    """What waits for the channel is tried at once. team: who the bot is."""

    def __init__(self, context: AppContext, team: Team) -> None:
        self._context, self._team = context, team

    async def handle_change(self, ack: AsyncAck, event: dict[str, Any]) -> None:
        """Somebody else who joins a channel changes nothing for the bot."""
        joined = event.get("user") if event.get("type") == "member_joined_channel" else None
        if joined is None or joined == self._team.bot_user_id or not self._team.bot_user_id:
            await self._try_now(_channel_of(event))
        await ack()

    async def _try_now(self, channel_id: str) -> None:
        context = self._context
        await context.database.run(
            refusals.try_conversation_now, self._team.team_id, channel_id, context.clock.now()
        )
        context.nudge()


def _channel_of(event: dict[str, Any]) -> str:
    """Its id. A renamed channel comes as an object."""
    channel = event.get("channel")
    return str((channel.get("id") if isinstance(channel, dict) else channel) or "")
