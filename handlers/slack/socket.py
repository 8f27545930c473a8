"""Socket Mode: Slack reaches the bot through a websocket the bot opens, so no address has to be public."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Settings
from handlers.slack.setup import SlackApp


@asynccontextmanager
async def socket_mode(slack: SlackApp, settings: Settings) -> AsyncIterator[None]:
    """Connected for as long as the context lasts; a connection that breaks is opened again.

    Raises slack_sdk's SlackApiError when Slack does not take the app's token.
    """
    token = settings.slack_app_token.get_secret_value() if settings.slack_app_token else ""
    client = AsyncWebClient(base_url=settings.slack_api_url)
    handler = AsyncSocketModeHandler(slack, token, web_client=client)
    try:
        await handler.connect_async()  # type: ignore[no-untyped-call] # the library has no types here
        yield
    finally:
        await slack.afterwards.finish()
        await handler.close_async()  # type: ignore[no-untyped-call] # the library has no types here
