"""Renders messages for Slack and for the terminal."""

from bot.rendering.layout import Renderer, SlackMessage, fit_edited_text
from bot.rendering.modals import form_view, new_date_view, reason_view

__all__ = ["Renderer", "SlackMessage", "fit_edited_text", "form_view", "new_date_view", "reason_view"]
