"""Signed updates, each with an id of its own and something to change."""

import socket
import time
from itertools import count
from urllib.parse import urlencode

from bot.sandbox.deliveries import sign
from tests.fixtures.plans import TEAM
from tests.fixtures.sandbox import SECRET

_numbers = count(int(time.time()))


def update_body() -> str:
    number = next(_numbers)
    return urlencode(
        {
            "command": "/cip",
            "text": f"update 1/5.2 in-progress note number {number}",
            "team_id": TEAM,
            "user_id": "U0SS",
            "user_name": "ss",
            "channel_id": "C0BOARD",
            "channel_name": "board",
            "trigger_id": f"bench.{number}",
            "response_url": "http://127.0.0.1:9/",
            "api_app_id": "A0",
        }
    )


def headers(body: str) -> dict[str, str]:
    return {**sign(SECRET, body), "Content-Type": "application/x-www-form-urlencoded"}


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
