"""Forms are opened after the press that asks for one was acknowledged."""

from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.slack import call_api
from bot.errors import DeliveryError
from bot.messages import ErrorMessage
from bot.sentences import sentence
from handlers.context import AppContext
from handlers.pipeline import render_response
from handlers.slack.pipeline import Body, as_threaded
from handlers.slack.responses import answer_button_press

log = structlog.get_logger()
MISSING_SCOPE = "missing_scope"


async def open_form(
    context: AppContext,
    client: AsyncWebClient,
    body: Body,
    view: dict[str, Any],
    without_files: dict[str, Any] | None = None,
) -> None:
    """body: of the press. without_files: opened in place of a form that asks for files, where the bot may not
    read any. Where none opens, as when its trigger has expired, the person is shown an error.
    """
    try:
        await call_api(client.views_open, trigger_id=str(body.get("trigger_id") or ""), view=view)
    except DeliveryError as error:
        if without_files is not None and error.code == MISSING_SCOPE:
            await open_form(context, client, body, without_files)
            return
        log.warning("a form did not open", code=error.code)
        message = ErrorMessage(sentence("handlers.form_not_opened"), try_again=True)
        await answer_button_press(as_threaded(body), render_response(context, message, "failed"))
