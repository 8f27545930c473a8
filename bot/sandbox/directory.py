"""Who and what is in the workspace: people, channels, direct messages."""

from dataclasses import asdict

from bot.sandbox.ids import new_id
from bot.sandbox.records import Channel, User
from bot.sandbox.settings import BOT_NAME, BOT_USER_ID, SLACKBOT
from bot.sandbox.state import Store


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
