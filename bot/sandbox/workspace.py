"""The workspace: everything in it, and the few acts that touch more than one of its shelves."""

from dataclasses import asdict

from bot.clock import Clock
from bot.sandbox.config import BOT_NAME, BOT_USER_ID, SLACKBOT, SandboxSettings
from bot.sandbox.entities import Channel, Json, Message, User, View, new_id, to_micros, to_ts
from bot.sandbox.messages import Messages, with_block_ids
from bot.sandbox.page_feed import Feed
from bot.sandbox.store import SqliteStore, Store
from bot.sandbox.tokens import ResponseUrls, Triggers
from bot.sandbox.views import Shelf


class Directory:
    """People and conversations by id. Adding one that is already known brings it up to date."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.load()

    def load(self) -> None:
        self.users = {user.id: user for user in (User(**body) for body in self._store.load("user"))}
        self.channels = {one.id: one for one in (Channel(**body) for body in self._store.load("channel"))}
        for id_, name in ((BOT_USER_ID, BOT_NAME), (SLACKBOT, "Slackbot")):
            self.users[id_] = User(id_, name.lower(), name, "", "Etc/UTC", is_bot=True)

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
    ) -> User:
        user = User(id_, name, real_name, email, tz, deleted, title=title)
        # Whoever is added last stands last, also when they were known: the order is the caller's.
        self.users.pop(id_, None)
        self.users[id_] = user
        self.save_user(user)
        return user

    def add_channel(
        self, id_: str, name: str, members: list[str], *, is_private: bool = False, is_archived: bool = False
    ) -> Channel:
        """Add or change a channel. The bot is a member only when `members` has its user id (U0CIPBOT)."""
        known = self.channels.get(id_)
        everyone = dict.fromkeys([*(known.members if known else []), *members])
        channel = Channel(id_, name, list(everyone), is_private, is_archived)
        self.channels[id_] = channel
        self.save_channel(channel)
        return channel

    def deactivate(self, user_id: str) -> None:
        self.users[user_id].deleted = True
        self.save_user(self.users[user_id])

    def im_with(self, user_id: str) -> Channel:
        """Find the bot's direct message with this person, or make it."""
        known = next((one for one in self.channels.values() if one.im_user == user_id), None)
        if known is not None:
            return known
        channel = Channel(new_id("D"), "", [user_id, BOT_USER_ID], is_private=True, im_user=user_id)
        self.channels[channel.id] = channel
        self.save_channel(channel)
        return channel

    def people(self) -> list[User]:
        return [user for user in self.users.values() if not user.is_bot]

    def conversations_of(self, user_id: str) -> list[Channel]:
        return [channel for channel in self.channels.values() if user_id in channel.members]

    def save_user(self, user: User) -> None:
        self._store.put("user", user.id, asdict(user))
        self._store.commit()

    def save_channel(self, channel: Channel) -> None:
        self._store.put("channel", channel.id, asdict(channel))
        self._store.commit()


class Workspace:
    """People, conversations, messages and views. What is done here is on disk when the call returns."""

    def __init__(self, settings: SandboxSettings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.store = SqliteStore(settings.state_file)
        self.feed = Feed()
        self.directory = Directory(self.store)
        self.messages = Messages(self.store, clock)
        self.shelf = Shelf(self.store)
        self.triggers = Triggers()
        self.response_urls = ResponseUrls(self.store)
        # Files the bot was promised an address for, by its key; and those it then completed, by their id.
        self.uploads: dict[str, Json] = {}
        self.taken: dict[str, Json] = {}
        # What each person has chosen in the menus of a message, by person and message.
        self.choices: dict[tuple[str, str], Json] = {}
        self.revoked = False

    @property
    def users(self) -> dict[str, User]:
        return self.directory.users

    @property
    def channels(self) -> dict[str, Channel]:
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
    ) -> User:
        """`tz` is an IANA zone. A user who is known already is brought up to date."""
        return self.directory.add_user(id_, name, real_name, email, tz, deleted=deleted, title=title)

    def add_channel(
        self, id_: str, name: str, members: list[str], *, is_private: bool = False, is_archived: bool = False
    ) -> Channel:
        """Add or change a channel. The bot can post only where `members` has its user id, U0CIPBOT."""
        return self.directory.add_channel(id_, name, members, is_private=is_private, is_archived=is_archived)

    def post(self, message: Message) -> Message:
        """Keep a new message; its `ts` is set here, to the simulated time."""
        message.ts = self.messages.next_ts()
        self.messages.post(message)
        self.changed(message)
        return message

    def revise(self, message: Message, text: str, blocks: list[Json], attachments: list[Json]) -> None:
        """Put new content in the message's place, marked as edited."""
        message.text, message.attachments = text, attachments
        message.blocks = with_block_ids(blocks)
        message.edited_ts = to_ts(to_micros(self.clock.now()))
        self.messages.save(message)
        self.changed(message)

    def remove(self, message: Message) -> None:
        self.messages.delete(message)
        self.changed(message)

    def slackbot_says(self, channel: str, user: str, text: str, *, trouble: bool = False) -> Message:
        """Tell one person something, as the platform itself. trouble: that what they did has failed."""
        return self.post(Message("", channel, SLACKBOT, text, only_for=user, trouble=trouble))

    def changed(self, message: Message) -> None:
        channel = self.channels[message.channel]
        audience = {message.only_for} if message.only_for else set(channel.members)
        self.feed.tell({"type": "changed", "channel": channel.id}, audience)

    def view_changed(self, user: str) -> None:
        self.feed.tell({"type": "view"}, {user})

    def shown(self, message: Message) -> Json:
        """Show the message as the API does, with its thread's counters."""
        return message.as_slack(self.settings.team_id) | self.messages.thread_summary(message)

    def shown_view(self, view: View) -> Json:
        return view.as_slack(self.settings.team_id)

    def bot_is_in(self, channel: Channel) -> bool:
        return BOT_USER_ID in channel.members

    def wipe(self) -> None:
        """Forget everything, the people too."""
        self.store.wipe()
        self.uploads.clear()
        self.taken.clear()
        self.choices.clear()
        for part in (self.directory, self.messages, self.shelf, self.response_urls):
            part.load()

    def close(self) -> None:
        self.store.close()
