"""The Slack part of the request pipeline; the part that any chat platform would share is
handlers/pipeline.py.

1. http.py or socket_mode.py receives the request; over HTTP its signature is checked and its body parsed.
2. app.py: Bolt asks the authorizer who the bot is, and calls the listener registered for the request.
3. commands.py, actions.py, views.py, events.py: the listener builds a RequestInfo and a Job and calls
   handlers.pipeline.handle_request, which runs the job in a transaction and renders its response.
4. wait_for_ack: the response goes out in the acknowledgement, within Slack's 3 seconds; a later one goes
   to the response url (responses.py).
5. start_follow_up: a job that left work for a background task has it started.
"""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.commands import Asker
from bot.delivery.slack_lookup import Team, parse_ts
from bot.messages import Message
from bot.rendering import Renderer
from bot.services.idempotency import EDIT_MARK
from handlers import pipeline
from handlers.pipeline import DeferredReply
from handlers.requests import Job, Part, RequestInfo, Response
from handlers.slack import markup

# In seconds. Slack waits 3 for the acknowledgement.
ACK_TIMEOUT = 2.3
# By the name of a job: the background work to start once such a job has run.
FollowUps = Mapping[str, Callable[[], None]]


def build_authorizer(client: AsyncWebClient, team: Team) -> Callable[..., Awaitable[AuthorizeResult]]:
    """Bolt's `authorize`, called for each request. team: asked once, at the start, so that it calls
    nobody.
    """

    async def authorize(team_id: str | None, enterprise_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=client.token,
            bot_user_id=team.bot_user_id,
            bot_id=team.bot_id,
        )

    return authorize


def build_parts_renderer(renderer: Renderer) -> Callable[[Message], list[Part]]:
    """A function that renders a message to the parts of a response, each {"text", "blocks"} in Block Kit."""
    return partial(_render_parts, renderer)


def _render_parts(renderer: Renderer, message: Message) -> list[Part]:
    return [{"text": each.text, "blocks": each.blocks} for each in renderer.slack(message)]


async def wait_for_ack(
    pending: "asyncio.Task[Response]", deferred: DeferredReply | None = None
) -> Response | None:
    """As handlers.pipeline.wait_for_ack, with Slack's timeout."""
    return await pipeline.wait_for_ack(pending, ACK_TIMEOUT, deferred)


def payload(part: Part) -> Part:
    """The arguments of a Slack call that shows this part, without any key of our own stored with it."""
    return {name: part[name] for name in ("text", "blocks") if part.get(name)}


def start_follow_up(follow_ups: FollowUps, job: Job) -> None:
    """Start the background work registered under the job's name, if any."""
    if start := follow_ups.get(job.name):
        start()


Body = dict[str, Any]
MAX_ID_LENGTH, MAX_NAME_LENGTH = 32, 80
# Slack retries an event at once, after a minute and after five, and then no more.
LAST_RETRY = "3"
LATE_RETRIES = {"2", LAST_RETRY}
SLACKBOT = "USLACKBOT"


@dataclass(frozen=True)
class ButtonPress:
    """action_id: "kind:argument:…", as in templates/messages. value: what the button was given to carry."""

    action_id: str
    value: str

    @property
    def action(self) -> str:
        """The kind of button."""
        return self.action_id.partition(":")[0]


def from_command(request: AsyncBoltRequest) -> RequestInfo:
    body = request.body
    names = ("team_id", "user_id", "channel_id", "channel_name")
    return RequestInfo(
        _build_asker(*(_get_text(body, name) for name in names)),
        _request_key("command", body),
        _signature(request),
    )


def from_interaction(request: AsyncBoltRequest) -> RequestInfo:
    """Of a button press or a form submission."""
    body = request.body
    channel, user = get_object(body, "channel"), get_object(body, "user")
    asker = _build_asker(
        _get_text(get_object(body, "team"), "id") or _get_text(user, "team_id"),
        _get_text(user, "id"),
        _get_text(channel, "id"),
        _get_text(channel, "name"),
        _teams_of(body, user, "team_id"),
    )
    return RequestInfo(asker, _request_key(_get_text(body, "type"), body), _signature(request))


def from_event(request: AsyncBoltRequest) -> RequestInfo:
    body, event = request.body, get_object(request.body, "event")
    direct = "directmessage" if event.get("channel_type") == "im" else ""
    asker = _build_asker(
        _get_text(body, "team_id"),
        _get_text(event, "user"),
        _get_text(event, "channel"),
        direct,
        _teams_of(body, event, "user_team", "source_team", "team"),
    )
    ts = _get_text(event, "ts") if direct else ""
    key = message_key(asker.channel_id, ts) if ts else _request_key("event", body)
    return RequestInfo(asker, key, _signature(request))


def from_mention(request: AsyncBoltRequest) -> RequestInfo:
    """Of a mention in a channel. Slack tells of it again, in another event, when the message is changed."""
    info, event = from_event(request), get_object(request.body, "event")
    ts = _get_text(event, "ts")
    return replace(info, key=message_key(info.asker.channel_id, ts, edit_ts_of(event))) if ts else info


def from_edit(request: AsyncBoltRequest) -> RequestInfo:
    """Of a direct message that was changed. Its event has the message in it, and its author there."""
    info, message = from_event(request), get_object(get_object(request.body, "event"), "message")
    asker = replace(info.asker, user_id=_get_text(message, "user")[:MAX_ID_LENGTH])
    key = message_key(asker.channel_id, _get_text(message, "ts"), edit_ts_of(message))
    return replace(info, asker=asker, key=key)


def edit_ts_of(message: Body) -> str:
    """When the message was last changed by its author, "" where it never was."""
    return _get_text(get_object(message, "edited"), "ts")


def is_by_person(message: Body) -> bool:
    """Whether a person wrote it: no bot, no app in a person's name, and not Slack itself."""
    by_app = message.get("bot_id") or message.get("bot_profile")
    return not by_app and _get_text(message, "user") not in {"", SLACKBOT}


def from_history(asker: Asker, ts: str) -> RequestInfo:
    """Of a direct message read with the Web API. It has the key of the event that would have delivered it."""
    return RequestInfo(asker, message_key(asker.channel_id, ts), None)


def is_last_attempt(request: AsyncBoltRequest) -> bool:
    """Whether Slack will not retry this event. Socket Mode has the same header."""
    return LAST_RETRY in request.headers.get("x-slack-retry-num", ())


def sent_at_if_late(request: AsyncBoltRequest) -> datetime | None:
    """When the message was written, if this is a retry a minute later or more; else None."""
    if LATE_RETRIES.isdisjoint(request.headers.get("x-slack-retry-num", ())):
        return None
    try:
        return parse_ts(_get_text(get_object(request.body, "event"), "ts"))
    except (ValueError, OverflowError):
        return None


def unescape(text: object) -> str:
    """The text as typed: Slack escapes `&`, `<` and `>`, and marks what it shows otherwise. Mentions (<@U1>)
    stay: some commands need the id.
    """
    if not isinstance(text, str):
        return ""
    if "<" in text:
        text = markup.to_readable(text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def thread_ts_of(event: Body) -> str:
    """The ts of the thread's first message; "" outside a thread."""
    return _get_text(event, "thread_ts")


def get_object(body: Body, name: str) -> Body:
    """The object under this name; {} where there is none."""
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def _teams_of(body: Body, author: Body, *names: str) -> set[str]:
    """Which organisations the request says that its author is of. Within an Enterprise Grid it may name the
    whole organisation.
    """
    enterprise = get_object(body, "enterprise").get("id") or body.get("enterprise_id")
    return {_get_text(author, name) for name in names} - {"", enterprise}


def _build_asker(
    team_id: str, user_id: str, channel_id: str, channel_name: str, teams: Collection[str] = ()
) -> Asker:
    """Ids and names are cut to Slack's own limits: a longer one belongs to nobody, cut or not. teams: those
    of the author, who is foreign where one is not this workspace's.
    """
    return Asker(
        team_id[:MAX_ID_LENGTH],
        user_id[:MAX_ID_LENGTH],
        channel_id[:MAX_ID_LENGTH],
        channel_name[:MAX_NAME_LENGTH],
        is_foreign=any(each != team_id for each in teams),
    )


def _get_text(body: Body, name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _request_key(kind: str, body: Body) -> str:
    """The event's id, or the trigger id of a command or an interaction; without either, a hash of the
    body.
    """
    request_id = _get_text(body, "event_id") or _get_text(body, "trigger_id")
    return f"{kind}:{request_id or hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()}"


def message_key(channel_id: str, ts: str, edit_ts: str = "") -> str:
    """Of a message: the same from its event and from the history. A ts is unique in its conversation.
    edit_ts: of a later version.
    """
    edit = f"{EDIT_MARK}{edit_ts[:MAX_ID_LENGTH]}" if edit_ts else ""
    return f"message:{channel_id}:{ts[:MAX_ID_LENGTH]}{edit}"


def _signature(request: AsyncBoltRequest) -> str | None:
    return (request.headers.get("x-slack-signature") or [""])[0] or None


def read_press(body: Body) -> ButtonPress:
    """Of a block_actions payload; empty where it names no action."""
    actions = body.get("actions")
    first = actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], dict) else {}
    return ButtonPress(str(first.get("action_id") or ""), str(first.get("value") or ""))


def as_threaded(body: Body) -> Body:
    """The same press, as if its message were public: the message stays, and the response is a reply to it."""
    container = {**get_object(body, "container"), "is_ephemeral": False}
    return {**body, "container": container, "channel": {}}
