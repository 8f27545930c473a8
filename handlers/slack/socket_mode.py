"""Socket Mode: requests come over a websocket that the bot opens, so it needs no public address."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Settings
from bot.delivery.slack import call_api
from bot.errors import DeliveryError, SettingsError
from handlers.slack.app import SlackApp


@asynccontextmanager
async def socket_mode(slack: SlackApp, settings: Settings) -> AsyncIterator[None]:
    """Connected while the context lasts; a connection that breaks is opened again.

    Raises SettingsError when Slack does not accept the app's token.
    """
    token = settings.slack_app_token.get_secret_value() if settings.slack_app_token else ""
    client = AsyncWebClient(base_url=settings.slack_api_url)
    await _check_token(client, token)
    handler = AsyncSocketModeHandler(slack, token, web_client=client)
    slack.is_socket_connected = handler.client.is_connected
    try:
        await handler.connect_async()  # type: ignore[no-untyped-call] # the library has no types here
        yield
    finally:
        await slack.background.finish()
        await handler.close_async()  # type: ignore[no-untyped-call] # the library has no types here


async def _check_token(client: AsyncWebClient, token: str) -> None:
    """Checked beforehand, since the library would retry a wrong token for ever, and report nothing."""
    try:
        await call_api(client.apps_connections_open, app_token=token)
    except DeliveryError as error:
        if not error.try_again:
            raise SettingsError(
                f"Slack did not take SLACK_APP_TOKEN ({error.code}). It starts with xapp- and needs the scope"
                " connections:write. You find it under Basic Information, App-Level Tokens."
            ) from None
