"""A message that somebody wants to use as an update: its words, its author and its address."""

import json
import re
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from bot.commands import Command, UpdateStatus, map_updates
from bot.plan.wording import shorten
from bot.sentences import sentence
from bot.services import mentions
from handlers.command_parser import strip_unsafe
from handlers.slack import pipeline
from handlers.slack.pipeline import Body, get_object

_DOMAIN = re.compile(r"[a-z0-9][a-z0-9-]{0,80}", re.IGNORECASE)
_ID, _TS = re.compile(r"[A-Z0-9]{1,32}"), re.compile(r"[0-9]{1,20}\.[0-9]{1,10}")
MAX_AUTHOR_LENGTH = 80


@dataclass(frozen=True)
class SourceMessage:
    """text: as a reader saw it, mentions aside. user_id: "" where an app wrote it, which `app` names.
    channel_id, channel_name: where it stands. link: "" where its address is not known.
    """

    text: str
    user_id: str
    app: str
    channel_id: str
    channel_name: str
    link: str


def read_source(body: Body) -> SourceMessage:
    """Of a message_action payload. The bot asks Slack for nothing: it need not be in the conversation."""
    message, channel = get_object(body, "message"), get_object(body, "channel")
    profile = get_object(message, "bot_profile")
    by_app = str(message.get("username") or profile.get("name") or "")
    return SourceMessage(
        text=strip_unsafe(pipeline.unescape(message.get("text"))).strip(),
        user_id=str(message.get("user") or "") if not message.get("bot_id") else "",
        app=by_app,
        channel_id=str(channel.get("id") or "")[: pipeline.MAX_ID_LENGTH],
        channel_name=str(channel.get("name") or "")[: pipeline.MAX_NAME_LENGTH],
        link=_build_link(body, message, channel),
    )


def _build_link(body: Body, message: Body, channel: Body) -> str:
    domain = str(get_object(body, "team").get("domain") or "")
    place, ts = str(channel.get("id") or ""), str(message.get("ts") or "")
    if not (_DOMAIN.fullmatch(domain) and _ID.fullmatch(place) and _TS.fullmatch(ts)):
        return ""
    thread = str(message.get("thread_ts") or "")
    in_thread = f"?thread_ts={thread}&cid={place}" if thread != ts and _TS.fullmatch(thread) else ""
    return f"https://{domain}.slack.com/archives/{place}/p{ts.replace('.', '')}{in_thread}"


def encode_source(source: SourceMessage) -> str:
    """For a form's private metadata."""
    return json.dumps(asdict(source), ensure_ascii=False, separators=(",", ":"))


def decode_source(metadata: Any) -> SourceMessage | None:
    try:
        fields = json.loads(str(metadata or ""))
        return SourceMessage(**{name: str(value) for name, value in fields.items()})
    except (ValueError, TypeError, AttributeError):
        return None


def name_author(session: Session, workspace_id: int, source: SourceMessage) -> str:
    """As the plan knows them; "" for somebody it does not know."""
    if source.user_id:
        mark = f"<@{source.user_id}>"
        named = mentions.name_in_text(session, workspace_id, mark)
        return "" if named in {mark, mentions.UNKNOWN_PERSON} else named.removeprefix("@")
    return shorten(source.app, MAX_AUTHOR_LENGTH)


def add_evidence(command: Command, author: str, source: SourceMessage) -> Command:
    """The command with author and address of the message as evidence of each update in it."""
    from_message = sentence("handlers.message_evidence", author=author, link=source.link)

    def add(update: UpdateStatus) -> UpdateStatus:
        return replace(update, evidence=f"{update.evidence} {from_message}".strip())

    return map_updates(command, add)
