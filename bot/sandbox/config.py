"""The settings of a sandbox, and the fixed identity of the bot in it."""

from dataclasses import dataclass
from pathlib import Path

BOT_USER_ID = "U0CIPBOT"
BOT_ID = "B0CIPBOT"
APP_ID = "A0CIPBOT"
SLACKBOT = "USLACKBOT"
BOT_NAME = "cip"


@dataclass
class SandboxSettings:
    """The settings of a local workspace.

    events_url: where signed requests are sent (the bot's `/slack/events`); None with `socket_mode`, where
    they go over the open websocket, which needs app_token. state_file: None keeps everything in memory only.
    base_url: where the bot and the browser reach this server; part of response urls, upload urls and the
    websocket's address. ack_seconds: how long an acknowledgement may take.
    """

    bot_token: str
    signing_secret: str
    app_token: str = ""
    events_url: str | None = None
    state_file: Path | None = None
    team_id: str = "T0SANDBOX"
    team_name: str = "Sandbox council"
    socket_mode: bool = False
    command: str = "/cip"
    base_url: str = "http://127.0.0.1:3000"
    ack_seconds: float = 3.0
