"""Socket Mode: the same listeners, reached through a connection the bot opens itself."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

from bot.config import Settings


@asynccontextmanager
async def socket_mode(slack: AsyncApp, settings: Settings) -> AsyncIterator[None]:
    """Connected for as long as the context lasts."""
    token = settings.slack_app_token.get_secret_value() if settings.slack_app_token else ""
    handler = AsyncSocketModeHandler(slack, token)
    await handler.connect_async()
    try:
        yield
    finally:
        await handler.close_async()
