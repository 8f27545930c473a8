"""Renders messages for Slack and for the terminal."""

from bot.rendering.layout import Renderer, SlackMessage, fit_edited_text
from bot.rendering.modals import (
    PROMPT_FORM_PREFIX,
    form_view,
    new_date_view,
    prompt_form_view,
    reason_view,
)

__all__ = [
    "PROMPT_FORM_PREFIX",
    "Renderer",
    "SlackMessage",
    "fit_edited_text",
    "form_view",
    "new_date_view",
    "prompt_form_view",
    "reason_view",
]
