"""Slack's way in."""

from handlers.slack.http import add_slack_routes
from handlers.slack.setup import build_slack
from handlers.slack.socket import socket_mode

__all__ = ["add_slack_routes", "build_slack", "socket_mode"]
