"""Renders messages for Slack and for the terminal."""

from bot.rendering.layout import Renderer, SlackMessage
from bot.rendering.modals import form_view, reason_view

__all__ = ["Renderer", "SlackMessage", "form_view", "reason_view"]
