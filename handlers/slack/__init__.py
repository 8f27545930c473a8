"""Slack's way in."""

from handlers.slack.app import SlackApp, build_slack
from handlers.slack.catch_up import LOOK_EVERY
from handlers.slack.exports import SEND_EVERY
from handlers.slack.http import add_slack_routes
from handlers.slack.imports import READ_EVERY
from handlers.slack.socket_mode import socket_mode

__all__ = [
    "LOOK_EVERY",
    "READ_EVERY",
    "SEND_EVERY",
    "SlackApp",
    "add_slack_routes",
    "build_slack",
    "socket_mode",
]
