"""A message in words, for Slack and for the terminal. Built once, with the slash command's name."""

from bot.rendering.layout import Renderer, SlackMessage
from bot.rendering.modals import form_view, reason_view

__all__ = ["Renderer", "SlackMessage", "form_view", "reason_view"]
