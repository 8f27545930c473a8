"""The workspace: its stores, and the operations that concern more than one of them."""

from dataclasses import asdict, replace

from bot.clock import Clock
from bot.sandbox.conditions import REVOKED, StandingConditions
from bot.sandbox.config import BOT_NAME, BOT_USER_ID, SLACKBOT, SandboxSettings
from bot.sandbox.entities import (
    Json,
    SandboxChannel,
    SandboxMessage,
    SandboxUser,
    View,
    new_id,
    to_micros,
    to_ts,
)
from bot.sandbox.messages import MessageStore, with_block_ids
from bot.sandbox.page_feed import PageFeed
from bot.sandbox.rate_limits import CallCounter
from bot.sandbox.store import RecordStore, SqliteStore
from bot.sandbox.tokens import ResponseUrls, TriggerIds
from bot.sandbox.views import ViewStore


class WorkspaceDirectory:
    """Users and channels by id. Adding an existing one updates it."""

    def __init__(self, store: RecordStore) -> None:
        self._store = store
        self.users: dict[str, SandboxUser] = {}
        self.channels: dict[str, SandboxChannel] = {}
        self.load()

    def load(self) -> None:
        self.users = {user.id: user for user in (SandboxUser(**body) for body in self._store.load("user"))}
        self.channels = {
            one.id: one for one in (SandboxChannel(**body) for body in self._store.load("channel"))
        }
        for id_, name in ((BOT_USER_ID, BOT_NAME), (SLACKBOT, "Slackbot")):
            self.users[id_] = SandboxUser(id_, name.lower(), name, "", "Etc/UTC", is_bot=True)

    def add_user(
        self,
        id_: str,
        name: str,
        real_name: str,
        email: str,
        tz: str,
        *,
        deleted: bool = False,
        title: str = "",
        is_restricted: bool = False,
        is_ultra_restricted: bool = False,
        team_id: str = "",
    ) -> SandboxUser:
        user = SandboxUser(
            id_,
            name,
            real_name,
            email,
            tz,
            deleted,
            title=title,
            is_restricted=is_restricted or is_ultra_restricted,
            is_ultra_restricted=is_ultra_restricted,
            team_id=team_id,
        )
        # An existing user moves to the end too: the order is the caller's.
        self.users.pop(id_, None)
        self.users[id_] = user
        self.save_user(user)
        return user

    def refresh_user(
        self, id_: str, name: str, real_name: str, email: str, tz: str, *, title: str = ""
    ) -> SandboxUser:
        """Add a user, or give one who is there these names, keeping their timezone and status."""
        existing = self.users.pop(id_, None)
        user = existing or SandboxUser(id_, name, real_name, email, tz)
        self.users[id_] = replace(user, name=name, real_name=real_name, email=email, title=title)
        self.save_user(self.users[id_])
        return self.users[id_]

    def add_channel(
        self,
        id_: str,
        name: str,
        members: list[str],
        *,
        is_private: bool = False,
        is_archived: bool = False,
        is_ext_shared: bool = False,
    ) -> SandboxChannel:
        """Add or change a channel. The bot is a member only when `members` has its user id (U0CIPBOT)."""
        existing = self.channels.get(id_)
        everyone = dict.fromkeys([*(existing.members if existing else []), *members])
        channel = SandboxChannel(
            id_, name, list(everyone), is_private, is_archived, is_ext_shared=is_ext_shared
        )
        self.channels[id_] = channel
        self.save_channel(channel)
        return channel

    def add_members(self, channel_id: str, members: list[str]) -> None:
        """Add people to a channel that is there, which otherwise stays as it is."""
        channel = self.channels[channel_id]
        channel.members = list(dict.fromkeys([*channel.members, *members]))
        self.save_channel(channel)

    def deactivate(self, user_id: str) -> None:
        self.users[user_id].deleted = True
        self.save_user(self.users[user_id])

    def open_im(self, user_id: str) -> SandboxChannel:
        """The bot's direct message with this person, which is created if need be."""
        existing = next((one for one in self.channels.values() if one.im_user == user_id), None)
        if existing is not None:
            return existing
        channel = SandboxChannel(new_id("D"), "", [user_id, BOT_USER_ID], is_private=True, im_user=user_id)
        self.channels[channel.id] = channel
        self.save_channel(channel)
        return channel

    def people(self) -> list[SandboxUser]:
        return [user for user in self.users.values() if not user.is_bot]

    def conversations_of(self, user_id: str) -> list[SandboxChannel]:
        return [channel for channel in self.channels.values() if user_id in channel.members]

    def save_user(self, user: SandboxUser) -> None:
        self._store.put("user", user.id, asdict(user))
        self._store.commit()

    def save_channel(self, channel: SandboxChannel) -> None:
        self._store.put("channel", channel.id, asdict(channel))
        self._store.commit()


class SandboxWorkspace:
    """Users, channels, messages and views. Each change is on disk when the call returns."""

    def __init__(self, settings: SandboxSettings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.store = SqliteStore(settings.state_file)
        self.feed = PageFeed()
        self.directory = WorkspaceDirectory(self.store)
        self.messages = MessageStore(self.store, clock)
        self.views = ViewStore(self.store)
        self.triggers = TriggerIds()
        self.response_urls = ResponseUrls(self.store)
        # Uploads that were announced, by the key in their url; and those that were completed, by file id.
        self.pending_uploads: dict[str, Json] = {}
        self.completed_uploads: dict[str, Json] = {}
        # What each person has chosen in the menus of a message, by user id and ts.
        self.menu_choices: dict[tuple[str, str], Json] = {}
        self.conditions = StandingConditions(self.store)
        self.call_counter = CallCounter(clock)

    @property
    def token_revoked(self) -> bool:
        return self.conditions.record.token_error == REVOKED

    @token_revoked.setter
    def token_revoked(self, revoked: bool) -> None:
        self.conditions.record.token_error = REVOKED if revoked else ""
        self.conditions.save()

    @property
    def users(self) -> dict[str, SandboxUser]:
        return self.directory.users

    @property
    def channels(self) -> dict[str, SandboxChannel]:
        return self.directory.channels

    def add_user(
        self,
        id_: str,
        name: str,
        real_name: str,
        email: str,
        tz: str,
        *,
        deleted: bool = False,
        title: str = "",
        is_restricted: bool = False,
        is_ultra_restricted: bool = False,
        team_id: str = "",
    ) -> SandboxUser:
        """Add or replace a user; the other facts are those of SandboxUser."""
        return self.directory.add_user(
            id_,
            name,
            real_name,
            email,
            tz,
            deleted=deleted,
            title=title,
            is_restricted=is_restricted,
            is_ultra_restricted=is_ultra_restricted,
            team_id=team_id,
        )

    def add_channel(
        self,
        id_: str,
        name: str,
        members: list[str],
        *,
        is_private: bool = False,
        is_archived: bool = False,
        is_ext_shared: bool = False,
    ) -> SandboxChannel:
        """Add or change a channel. The bot can post only where `members` has its user id, U0CIPBOT."""
        return self.directory.add_channel(
            id_,
            name,
            members,
            is_private=is_private,
            is_archived=is_archived,
            is_ext_shared=is_ext_shared,
        )

    def post(self, message: SandboxMessage) -> SandboxMessage:
        """Store a new message; its `ts` is set here, to the simulated time."""
        message.ts = self.messages.next_ts()
        self.messages.post(message)
        self.publish_change(message)
        return message

    def edit_message(
        self, message: SandboxMessage, text: str, blocks: list[Json], attachments: list[Json]
    ) -> None:
        """Replace the message's content, and mark it as edited."""
        message.text, message.attachments = text, attachments
        message.blocks = with_block_ids(blocks)
        message.edited_ts = to_ts(to_micros(self.clock.now()))
        self.messages.save(message)
        self.publish_change(message)

    def delete_message(self, message: SandboxMessage) -> None:
        self.messages.delete(message)
        self.publish_change(message)

    def post_as_slackbot(
        self, channel: str, user: str, text: str, *, trouble: bool = False
    ) -> SandboxMessage:
        """Show one person a message of the platform's own. trouble: as in SandboxMessage."""
        return self.post(SandboxMessage("", channel, SLACKBOT, text, only_for=user, trouble=trouble))

    def publish_change(self, message: SandboxMessage) -> None:
        channel = self.channels[message.channel]
        audience = {message.only_for} if message.only_for else set(channel.members)
        self.feed.publish({"type": "changed", "channel": channel.id}, audience)

    def publish_view_change(self, user: str) -> None:
        self.feed.publish({"type": "view"}, {user})

    def message_payload(self, message: SandboxMessage) -> Json:
        """The message as the API has it, with its thread's counters."""
        return message.as_slack(self.settings.team_id) | self.messages.thread_summary(message)

    def view_payload(self, view: View) -> Json:
        return view.as_slack(self.settings.team_id)

    def is_bot_member(self, channel: SandboxChannel) -> bool:
        return BOT_USER_ID in channel.members

    def wipe(self) -> None:
        """Delete everything, the users too."""
        self.store.wipe()
        self.pending_uploads.clear()
        self.completed_uploads.clear()
        self.menu_choices.clear()
        self.call_counter.clear()
        for part in (self.directory, self.messages, self.views, self.response_urls, self.conditions):
            part.load()

    def close(self) -> None:
        self.store.close()
