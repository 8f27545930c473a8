"""A message in words, for Slack and for the terminal. Built once, with the slash command's name."""

from bot.rendering.modals import form_view, why_view
from bot.rendering.pages import Renderer, SlackMessage

__all__ = ["Renderer", "SlackMessage", "form_view", "why_view"]
