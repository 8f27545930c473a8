"""Slack's requests: the Bolt app, its HTTP route or Socket Mode, and the jobs that run beside it."""

from handlers.slack.app import SlackApp, build_slack_app
from handlers.slack.catch_up import CATCH_UP_INTERVAL
from handlers.slack.exports import EXPORT_INTERVAL
from handlers.slack.http import add_slack_routes
from handlers.slack.imports import EXPIRY_INTERVAL, IMPORT_INTERVAL
from handlers.slack.socket_mode import socket_mode

__all__ = [
    "CATCH_UP_INTERVAL",
    "EXPIRY_INTERVAL",
    "EXPORT_INTERVAL",
    "IMPORT_INTERVAL",
    "SlackApp",
    "add_slack_routes",
    "build_slack_app",
    "socket_mode",
]
