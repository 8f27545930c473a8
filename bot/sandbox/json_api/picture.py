"""What one person sees: the list of conversations, a conversation, a thread, the clock."""

from datetime import datetime

from bot.sandbox.config import BOT_NAME, BOT_USER_ID
from bot.sandbox.entities import Channel, Json, Message, User
from bot.sandbox.local_only import PageError
from bot.sandbox.time_travel import TimeTravel, at_ts, moment_words, short_words, time_words, zone
from bot.sandbox.workspace import Workspace

MOST_NEXT = 3


class Picture:
    """The workspace as `user` sees it. PageError when there is no such person."""

    def __init__(self, workspace: Workspace, user_id: str | None) -> None:
        people = workspace.directory.people()
        found = next((one for one in people if user_id in (one.id, None, "")), None)
        if found is None:
            raise PageError("There is no such person in this workspace.", 404)
        self.workspace = workspace
        self.user: User = found
        self.zone = zone(found.tz)

    @property
    def now(self) -> datetime:
        return self.workspace.clock.now()

    async def state(self, time: TimeTravel) -> Json:
        self.workspace.directory.im_with(self.user.id)
        conversations = self.workspace.directory.conversations_of(self.user.id)
        return {
            "me": _person(self.user) | {"tz": self.user.tz},
            "users": [_person(one) for one in self.workspace.directory.people()],
            "channels": [self._listed(one) for one in conversations if not one.is_im],
            "dms": [
                self._listed(one) | {"user_id": BOT_USER_ID}
                for one in conversations
                if one.im_user == self.user.id
            ],
            "clock": await self.clock(time),
            "bot": {"user_id": BOT_USER_ID, "name": BOT_NAME},
            "plan": await time.about(),
        }

    async def clock(self, time: TimeTravel) -> Json:
        now = time.now().astimezone(self.zone)
        upcoming = [self._event(at.astimezone(self.zone), now, words) for at, words in await time.upcoming()]
        return {
            "now_iso": now.isoformat(),
            "now_words": moment_words(now),
            "upcoming": upcoming,
            "next_words": "; ".join(f"{one['short']} {one['words']}" for one in upcoming[:MOST_NEXT]),
            "playing": time.playing,
        }

    def _event(self, at: datetime, now: datetime, words: str) -> Json:
        return {
            "at": at.isoformat(),
            "at_words": moment_words(at),
            "short": short_words(at, now),
            "words": words,
        }

    def channel(self, channel_id: str) -> Channel:
        """PageError when the person is not in it."""
        channel = self.workspace.channels.get(channel_id)
        if channel is None or self.user.id not in channel.members:
            raise PageError("You are not in a conversation of that name.", 404)
        return channel

    def conversation(self, channel_id: str, since: str = "") -> Json:
        """Show the conversation, which counts as read from now on. since: the version that is known already;
        then only what changed comes in full. order: the `ts` of every message, oldest first.
        """
        channel, all_ = self.channel(channel_id), self.workspace.messages
        all_.mark_read(self.user.id, channel.id)
        messages = all_.top_level(channel.id, self.user.id)
        return {
            "channel": self._listed(channel),
            "version": all_.version,
            "order": [one.ts for one in messages],
            "messages": [self.message(one) for one in messages if all_.changed(one, since)],
        }

    def thread(self, channel_id: str, ts: str) -> Json:
        channel = self.channel(channel_id)
        messages = self.workspace.messages.thread(channel.id, ts, self.user.id)
        if not messages:
            raise PageError("That message is no longer there.", 404)
        return {"channel": self._listed(channel), "messages": [self.message(one) for one in messages]}

    def message(self, message: Message) -> Json:
        author = self.workspace.users.get(message.user)
        summary = self.workspace.messages.thread_summary(message)
        return {
            "ts": message.ts,
            "at": at_ts(message.ts, self.zone).isoformat(),
            "time_words": time_words(message.ts, self.zone, self.now),
            "user": message.user,
            "user_name": author.real_name if author else message.user,
            "is_bot": author.is_bot if author else False,
            "text": message.text,
            "blocks": message.blocks,
            "attachments": message.attachments,
            "files": message.files,
            "edited": message.edited_ts is not None,
            "ephemeral": message.only_for is not None,
            "trouble": message.trouble,
            "thread_ts": message.thread_ts,
            "reply_count": summary.get("reply_count", 0),
            "reactions": [{"name": name, "count": len(who)} for name, who in message.reactions.items()],
        }

    def _listed(self, channel: Channel) -> Json:
        return {
            "id": channel.id,
            "name": BOT_NAME if channel.is_im else channel.name,
            "is_im": channel.is_im,
            "is_private": channel.is_private,
            "is_archived": channel.is_archived,
            "unread": self.workspace.messages.unread(self.user.id, channel.id),
        }


def _person(user: User) -> Json:
    return {
        "id": user.id,
        "name": user.name,
        "real_name": user.real_name,
        "title": user.title,
        "deleted": user.deleted,
    }
