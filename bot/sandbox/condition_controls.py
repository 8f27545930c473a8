"""Puts conditions of the workspace wrong and right again, and lets the bot know where Slack would."""

from collections.abc import Iterable
from typing import Any

from bot.sandbox import workspace_events as events
from bot.sandbox.conditions import REVOKED, StandingConditions
from bot.sandbox.config import BOT_USER_ID, SLACKBOT
from bot.sandbox.deliveries import Ack, BotDelivery
from bot.sandbox.entities import SandboxChannel, SandboxMessage, SandboxUser
from bot.sandbox.user_actions import UserActions
from bot.sandbox.workspace import SandboxWorkspace

FOREIGN_TEAM = "T0ELSEWHERE"


class UnknownTargetError(LookupError):
    """There is no such channel, person or scope in the workspace."""


class ConditionControls:
    """Each condition stays until it is ended. Channels and people are named by id.

    Methods that are coroutines send the bot an event, and return its Ack: None where the bot gets none.
    """

    def __init__(self, workspace: SandboxWorkspace, user_actions: UserActions) -> None:
        self._workspace, self._user_actions = workspace, user_actions

    @property
    def _conditions(self) -> StandingConditions:
        return self._workspace.conditions

    # The token and its scopes.

    def revoke_token(self, error: str = REVOKED) -> None:
        """error: what each call is refused with: token_revoked, invalid_auth or account_inactive."""
        self._conditions.record.token_error = error
        self._conditions.save()

    def renew_token(self, token: str | None = None) -> None:
        """token: a new one, after which the old one is unknown; None where the old one is good again."""
        self._workspace.settings.bot_token = token or self._workspace.settings.bot_token
        self._conditions.record.token_error = ""
        self._conditions.save()

    @property
    def granted_scopes(self) -> list[str]:
        return self._conditions.granted_scopes

    def set_scopes(self, scopes: Iterable[str]) -> None:
        """The app has these scopes and no others."""
        self._conditions.set_scopes(scopes)

    def remove_scope(self, *scopes: str) -> None:
        self.set_scopes(set(self.granted_scopes) - set(scopes))

    def grant_scope(self, *scopes: str) -> None:
        self.set_scopes(set(self.granted_scopes) | set(scopes))

    def limit_calls(self, on: bool) -> None:
        """Slack's limits on calls a minute apply, by the workspace's clock; see `rate_limits`."""
        self._conditions.record.limits_calls = on
        self._workspace.call_counter.clear()
        self._conditions.save()

    # Channels.

    def remove_bot(self, channel_id: str) -> None:
        """Take the bot out of a channel. It gets no event."""
        channel = self._channel(channel_id)
        channel.members = [each for each in channel.members if each != BOT_USER_ID]
        self._save_channel(channel)

    async def invite_bot(self, channel_id: str, inviter: str | None = None) -> Ack | None:
        """Put the bot into a channel (member_joined_channel). None where it is in it already.

        inviter: somebody in the channel; None for the first of them.
        """
        delivery = self.join_bot(channel_id, inviter)
        return None if delivery is None else await self._user_actions.send_event(delivery)

    def join_bot(self, channel_id: str, inviter: str | None = None) -> BotDelivery | None:
        """As `invite_bot`, for who sends the event in a way of their own."""
        channel = self._channel(channel_id)
        if self._workspace.is_bot_member(channel):
            return None
        by = inviter or self._somebody_in(channel)
        channel.members.append(BOT_USER_ID)
        self._save_channel(channel)
        return events.member_joined_delivery(self._workspace, channel, by)

    async def archive(self, channel_id: str) -> Ack | None:
        return await self._set_archived(channel_id, archived=True)

    async def unarchive(self, channel_id: str) -> Ack | None:
        return await self._set_archived(channel_id, archived=False)

    async def _set_archived(self, channel_id: str, *, archived: bool) -> Ack | None:
        channel = self._channel(channel_id)
        if channel.is_archived == archived:
            return None
        channel.is_archived = archived
        self._save_channel(channel)
        delivery = events.archived_delivery(self._workspace, channel, self._somebody_in(channel))
        return await self._user_actions.send_event(delivery) if self._is_visible(channel) else None

    async def rename(self, channel_id: str, name: str | None = None) -> Ack | None:
        """Rename a channel; its id stays. name: None for the name it had first."""
        channel = self._channel(channel_id)
        former = self._conditions.record.former_names
        new_name = name or former.get(channel_id, channel.name)
        if new_name == channel.name:
            return None
        first_name = former.pop(channel_id, channel.name)
        if new_name != first_name:
            former[channel_id] = first_name
        channel.name = new_name
        self._conditions.save()
        self._save_channel(channel)
        delivery = events.renamed_delivery(self._workspace, channel, self._somebody_in(channel))
        return await self._user_actions.send_event(delivery) if self._is_visible(channel) else None

    async def rename_for_a_while(self, channel_id: str, suffix: str, *, on: bool) -> Ack | None:
        """Add the suffix to a channel's name; off, give it its first name back."""
        channel = self._channel(channel_id)
        return await self.rename(channel_id, f"{channel.name}{suffix}" if on else None)

    def share_channel(self, channel_id: str, on: bool) -> None:
        """Share a channel with another organisation, or no longer."""
        channel = self._channel(channel_id)
        channel.is_ext_shared = on
        self._save_channel(channel)

    # People.

    async def change_user(self, user_id: str, **facts: Any) -> Ack | None:
        """Change fields of SandboxUser, such as tz, deleted, is_restricted, team_id, email (user_change)."""
        user = self._user(user_id)
        for name, value in facts.items():
            if not hasattr(user, name):
                raise UnknownTargetError(name)
            setattr(user, name, value)
        self._workspace.directory.save_user(user)
        self._workspace.feed.publish({"type": "people"})
        self._conditions.on_change()
        return await self._user_actions.send_event(events.user_changed_delivery(self._workspace, user))

    async def deactivate(self, user_id: str, on: bool = True) -> Ack | None:
        return await self.change_user(user_id, deleted=on)

    async def make_guest(self, user_id: str, on: bool = True) -> Ack | None:
        return await self.change_user(user_id, is_restricted=on, is_ultra_restricted=False)

    async def make_foreign(self, user_id: str, on: bool = True) -> Ack | None:
        """Let somebody belong to another organisation."""
        return await self.change_user(user_id, team_id=FOREIGN_TEAM if on else "")

    async def set_timezone(self, user_id: str, tz: str) -> Ack | None:
        return await self.change_user(user_id, tz=tz)

    async def post_as_slackbot(self, user_id: str, text: str) -> Ack | None:
        """A message of Slackbot in the person's direct messages with the bot, which the bot gets too."""
        channel = self._workspace.directory.open_im(self._user(user_id).id)
        message = self._workspace.post(SandboxMessage("", channel.id, SLACKBOT, text))
        return await self._user_actions.send_message_event(message)

    # Notices of Slack to the app.

    async def revoke_user_tokens(self, *user_ids: str) -> Ack | None:
        """tokens_revoked of people only: the bot's own token is as good as before."""
        delivery = events.tokens_revoked_delivery(self._workspace, list(user_ids), [])
        return await self._user_actions.send_event(delivery)

    async def send_app_rate_limited(self) -> Ack | None:
        return await self._user_actions.send_event(events.rate_limited_delivery(self._workspace))

    def remember_switch(self, switch: str, *, on: bool) -> None:
        """Keep in mind which switch of the page is on. switch: its name, a space, the id of its target."""
        record = self._conditions.record
        record.switched_on = [each for each in record.switched_on if each != switch] + [switch] * on
        self._conditions.save()

    def end_all(self) -> None:
        """End the conditions of the token, the scopes and the limits, not those of channels and people."""
        self.renew_token()
        self.grant_scope(*self._conditions.record.missing_scopes)
        self.limit_calls(False)

    def _channel(self, channel_id: str) -> SandboxChannel:
        channel = self._workspace.channels.get(channel_id)
        if channel is None or channel.is_im:
            raise UnknownTargetError(channel_id)
        return channel

    def _user(self, user_id: str) -> SandboxUser:
        user = self._workspace.users.get(user_id)
        if user is None or user.is_bot:
            raise UnknownTargetError(user_id)
        return user

    def _save_channel(self, channel: SandboxChannel) -> None:
        self._workspace.directory.save_channel(channel)
        self._workspace.feed.publish({"type": "people"})
        self._conditions.on_change()

    def _is_visible(self, channel: SandboxChannel) -> bool:
        return not channel.is_private or self._workspace.is_bot_member(channel)

    def _somebody_in(self, channel: SandboxChannel) -> str:
        return next((each for each in channel.members if each != BOT_USER_ID), SLACKBOT)
