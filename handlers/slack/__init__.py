"""Slack's way in."""

from handlers.slack.http import add_slack_routes
from handlers.slack.imports import READ_EVERY
from handlers.slack.setup import SlackApp, build_slack
from handlers.slack.socket import socket_mode

__all__ = ["READ_EVERY", "SlackApp", "add_slack_routes", "build_slack", "socket_mode"]
