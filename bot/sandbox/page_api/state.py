"""The page's reading endpoints: what one person sees of the conversations, threads, views and the clock."""

import asyncio
import contextlib
import json
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.sandbox.config import BOT_NAME, BOT_USER_ID
from bot.sandbox.entities import Json, SandboxChannel, SandboxMessage, SandboxUser, View
from bot.sandbox.page_api.local_only import PAGE_HEADERS, PageError
from bot.sandbox.page_api.time_labels import (
    datetime_of_ts,
    format_datetime,
    format_message_time,
    format_short,
    timezone_of,
)
from bot.sandbox.time_travel import TimeTravel
from bot.sandbox.workspace import SandboxWorkspace

MAX_UPCOMING_SHOWN = 3
MAX_BUTTON_VALUES = 100


class PagePresenter:
    """The workspace as one person sees it, as JSON. user_id: None for the first person; PageError when
    there is no such person.
    """

    def __init__(self, workspace: SandboxWorkspace, user_id: str | None) -> None:
        people = workspace.directory.people()
        user = next((one for one in people if user_id in (one.id, None, "")), None)
        if user is None:
            raise PageError("There is no such person in this workspace.", 404)
        self.workspace = workspace
        self.user: SandboxUser = user
        self.zone = timezone_of(user.tz)

    @property
    def now(self) -> datetime:
        return self.workspace.clock.now()

    async def state(self, time: TimeTravel) -> Json:
        self.workspace.directory.open_im(self.user.id)
        conversations = self.workspace.directory.conversations_of(self.user.id)
        return {
            "me": _user_payload(self.user) | {"tz": self.user.tz},
            "users": [_user_payload(one) for one in self.workspace.directory.people()],
            "channels": [self._channel_payload(one) for one in conversations if not one.is_im],
            "dms": [
                self._channel_payload(one) | {"user_id": BOT_USER_ID}
                for one in conversations
                if one.im_user == self.user.id
            ],
            "clock": await self.clock(time),
            "bot": {"user_id": BOT_USER_ID, "name": BOT_NAME},
            "plan": await time.describe_plan(),
        }

    async def clock(self, time: TimeTravel) -> Json:
        now = time.now().astimezone(self.zone)
        upcoming = [
            self._event_payload(at.astimezone(self.zone), now, words) for at, words in await time.upcoming()
        ]
        return {
            "now_iso": now.isoformat(),
            "now_words": format_datetime(now),
            "upcoming": upcoming,
            "next_words": "; ".join(
                f"{one['short']} {one['words']}" for one in upcoming[:MAX_UPCOMING_SHOWN]
            ),
            "playing": time.progress,
        }

    def _event_payload(self, at: datetime, now: datetime, words: str) -> Json:
        return {
            "at": at.isoformat(),
            "at_words": format_datetime(at),
            "short": format_short(at, now),
            "words": words,
        }

    def channel(self, channel_id: str) -> SandboxChannel:
        """PageError when the person is not in it."""
        channel = self.workspace.channels.get(channel_id)
        if channel is None or self.user.id not in channel.members:
            raise PageError("You are not in a conversation of that name.", 404)
        return channel

    def conversation(self, channel_id: str, since: str = "") -> Json:
        """The conversation, which is marked as read. since: the version the page has; only messages that
        changed after it are included. In the result, "order" has the `ts` of every message, oldest first.
        """
        channel, store = self.channel(channel_id), self.workspace.messages
        store.mark_read(self.user.id, channel.id)
        messages = store.top_level(channel.id, self.user.id)
        return {
            "channel": self._channel_payload(channel),
            "version": store.version,
            "order": [one.ts for one in messages],
            "messages": [self.message(one) for one in messages if store.has_changed(one, since)],
        }

    def thread(self, channel_id: str, ts: str) -> Json:
        channel = self.channel(channel_id)
        messages = self.workspace.messages.thread(channel.id, ts, self.user.id)
        if not messages:
            raise PageError("That message is no longer there.", 404)
        return {
            "channel": self._channel_payload(channel),
            "messages": [self.message(one) for one in messages],
        }

    def message(self, message: SandboxMessage) -> Json:
        author = self.workspace.users.get(message.user)
        summary = self.workspace.messages.thread_summary(message)
        return {
            "ts": message.ts,
            "at": datetime_of_ts(message.ts, self.zone).isoformat(),
            "time_words": format_message_time(message.ts, self.zone, self.now),
            "user": message.user,
            "user_name": author.real_name if author else message.user,
            "is_bot": author.is_bot if author else False,
            "text": message.text,
            "blocks": message.blocks,
            "attachments": message.attachments,
            "files": message.files,
            "edited": message.edited_ts is not None,
            "edited_ts": message.edited_ts,
            "first_actions": message.first_actions,
            "ephemeral": message.only_for is not None,
            "trouble": message.trouble,
            "thread_ts": message.thread_ts,
            "reply_count": summary.get("reply_count", 0),
            "reactions": [{"name": name, "count": len(users)} for name, users in message.reactions.items()],
        }

    def _channel_payload(self, channel: SandboxChannel) -> Json:
        return {
            "id": channel.id,
            "name": BOT_NAME if channel.is_im else channel.name,
            "is_im": channel.is_im,
            "is_private": channel.is_private,
            "is_archived": channel.is_archived,
            "has_bot": self.workspace.is_bot_member(channel),
            "unread": self.workspace.messages.count_unread(self.user.id, channel.id),
        }


def _user_payload(user: SandboxUser) -> Json:
    return {
        "id": user.id,
        "name": user.name,
        "real_name": user.real_name,
        "title": user.title,
        "deleted": user.deleted,
    }


_KEEP_ALIVE_SECONDS = 15


@dataclass(frozen=True)
class ReadEndpoints:
    """The GET endpoints. The person is in `?user=`."""

    workspace: SandboxWorkspace
    time: TimeTravel

    def _presenter(self, request: web.Request) -> PagePresenter:
        return PagePresenter(self.workspace, request.query.get("user"))

    async def state(self, request: web.Request) -> web.Response:
        return web.json_response(await self._presenter(request).state(self.time))

    async def hints(self, request: web.Request) -> web.Response:
        """Completions for what the person types; the page itself has the names of commands."""
        presenter = self._presenter(request)
        people = [
            {"name": one.name, "real_name": one.real_name, "title": one.title}
            for one in self.workspace.directory.people()
            if not one.deleted
        ]
        command = {"command": self.workspace.settings.command}
        return web.json_response({**command, "people": people, **await self.time.hints(presenter.user.id)})

    async def used_buttons(self, request: web.Request) -> web.Response:
        """Which buttons, by the values in `?value=…&value=…`, have nothing left to do."""
        self._presenter(request)
        values = request.query.getall("value", [])[:MAX_BUTTON_VALUES]
        return web.json_response({"used": await self.time.used_buttons(values)})

    async def conversation(self, request: web.Request) -> web.Response:
        since = request.query.get("since", "")
        return web.json_response(self._presenter(request).conversation(request.match_info["channel"], since))

    async def thread(self, request: web.Request) -> web.Response:
        channel, ts = request.match_info["channel"], request.match_info["ts"]
        return web.json_response(self._presenter(request).thread(channel, ts))

    async def view(self, request: web.Request) -> web.Response:
        return self._view_or_null(self.workspace.views.top(self._presenter(request).user.id))

    async def home(self, request: web.Request) -> web.Response:
        return self._view_or_null(self.workspace.views.homes.get(self._presenter(request).user.id))

    def _view_or_null(self, view: View | None) -> web.Response:
        if view is None:
            return web.json_response(None)
        return web.json_response(self.workspace.view_payload(view) | {"errors": view.errors})

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events; after 15 seconds without one, a comment keeps the connection open."""
        user = self._presenter(request).user.id
        headers = {**PAGE_HEADERS, "Content-Type": "text/event-stream"}
        answer = web.StreamResponse(headers=headers)
        # A page that was closed in the middle of an event is no error.
        with self.workspace.feed.subscribe(user) as queue, contextlib.suppress(ConnectionResetError):
            await answer.prepare(request)
            await answer.write(b": hello\n\n")
            while (line := await _next_line(queue)) is not None:
                await answer.write(line)
        return answer


async def _next_line(queue: "asyncio.Queue[Json | None]") -> bytes | None:
    try:
        async with asyncio.timeout(_KEEP_ALIVE_SECONDS):
            event = await queue.get()
    except TimeoutError:
        return b": still here\n\n"
    return None if event is None else f"data: {json.dumps(event)}\n\n".encode()
