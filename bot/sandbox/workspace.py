"""The workspace: everything in it, and the few acts that touch more than one of its shelves."""

from bot.clock import Clock
from bot.sandbox.directory import Directory
from bot.sandbox.feed import Feed
from bot.sandbox.ids import to_micros, to_ts
from bot.sandbox.messages import Messages, with_block_ids
from bot.sandbox.records import Channel, Json, Message, User, View
from bot.sandbox.settings import BOT_USER_ID, SLACKBOT, SandboxSettings
from bot.sandbox.shelf import Shelf
from bot.sandbox.state import SqliteStore
from bot.sandbox.tickets import ResponseUrls, Triggers


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
