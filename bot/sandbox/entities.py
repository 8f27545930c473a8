"""The entities of the workspace: users, channels, messages and views."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from string import ascii_uppercase, digits
from typing import Any

from bot.sandbox.config import APP_ID, BOT_ID, BOT_NAME, BOT_USER_ID

Json = dict[str, Any]


@dataclass
class SandboxUser:
    """A member. tz: an IANA timezone. is_restricted: a guest; is_ultra_restricted: one of a single channel
    (then is_restricted too). team_id: their own organisation, "" for this workspace's.
    """

    id: str
    name: str
    real_name: str
    email: str
    tz: str
    deleted: bool = False
    is_bot: bool = False
    title: str = ""
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    team_id: str = ""


@dataclass
class SandboxChannel:
    """A channel; with `im_user`, the bot's direct message with that person. members: user ids.

    is_ext_shared: shared with another organisation.
    """

    id: str
    name: str
    members: list[str]
    is_private: bool = False
    is_archived: bool = False
    im_user: str | None = None
    topic: str = ""
    is_ext_shared: bool = False

    @property
    def is_im(self) -> bool:
        return self.im_user is not None


@dataclass
class SandboxMessage:
    """One message. only_for: the user who sees it, if it is ephemeral; else None.

    trouble: the workspace's own message, with an error code in it, that something failed. first_actions: the
    action ids of the buttons and menus it was posted with, which later contents may lack.
    """

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    thread_ts: str | None = None
    only_for: str | None = None
    edited_ts: str | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[Json] = field(default_factory=list)
    broadcast: bool = False
    trouble: bool = False
    first_actions: list[str] = field(default_factory=list)

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def by_bot(self) -> bool:
        return self.user == BOT_USER_ID

    def as_slack(self, team_id: str) -> Json:
        """The message as Slack's API and payloads have it, without its metadata."""
        payload: Json = {
            "type": "message",
            "user": self.user,
            "ts": self.ts,
            "team": team_id,
            "text": self.text,
        }
        if self.by_bot:
            profile = {"id": BOT_ID, "app_id": APP_ID, "name": BOT_NAME, "deleted": False, "team_id": team_id}
            payload |= {"bot_id": BOT_ID, "app_id": APP_ID, "bot_profile": profile}
        if self.is_reply and self.broadcast:
            payload["subtype"] = "thread_broadcast"
        if self.edited_ts:
            payload["edited"] = {"user": self.user, "ts": self.edited_ts}
        if self.reactions:
            payload["reactions"] = [
                {"name": name, "users": users, "count": len(users)} for name, users in self.reactions.items()
            ]
        optional = ("blocks", "attachments", "files", "thread_ts")
        return payload | {name: getattr(self, name) for name in optional if getattr(self, name)}


@dataclass
class View:
    """A modal or a Home tab. content: the view as the bot sent it. values: Slack's `state.values`. errors: by
    block id, as the form shows them.
    """

    id: str
    user: str
    content: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    values: Json = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def type(self) -> str:
        return str(self.content["type"])

    @property
    def blocks(self) -> list[Json]:
        blocks: list[Json] = self.content.get("blocks", [])
        return blocks

    def as_slack(self, team_id: str) -> Json:
        defaults: Json = {
            "title": None,
            "submit": None,
            "close": None,
            "callback_id": "",
            "private_metadata": "",
            "external_id": "",
            "clear_on_close": False,
            "notify_on_close": False,
        }
        return (
            defaults
            | self.content
            | {
                "id": self.id,
                "team_id": team_id,
                "state": {"values": self.values},
                "hash": self.hash,
                "root_view_id": self.root_id,
                "previous_view_id": self.previous_id,
                "app_id": APP_ID,
                "app_installed_team_id": team_id,
                "bot_id": BOT_ID,
            }
        )


_LETTERS = ascii_uppercase + digits
_MICROSECONDS = 1_000_000


def new_id(kind: str) -> str:
    """kind: Slack's letter or letters: C channel, D direct message, V view, F file, Ev event."""
    return f"{kind}0" + "".join(secrets.choice(_LETTERS) for _ in range(9))


def new_block_id() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(5))


def to_micros(now: datetime) -> int:
    """Microseconds since 1970, exact (a float would lose the last digits)."""
    return int(now.timestamp()) * _MICROSECONDS + now.microsecond


def to_ts(micros: int) -> str:
    """Slack's `ts`: seconds, a point, six digits."""
    return f"{micros // _MICROSECONDS}.{micros % _MICROSECONDS:06d}"


def from_ts(ts: str) -> int:
    """Microseconds of a `ts`; also of whole seconds. ValueError for anything else."""
    seconds, _, fraction = ts.partition(".")
    return int(seconds) * _MICROSECONDS + int(fraction.ljust(6, "0")[:6] or 0)
