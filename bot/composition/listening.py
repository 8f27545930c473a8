"""The bot's HTTP server: the address is taken first, so that everything built after it knows it."""

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from aiohttp import web

from bot.config import Settings
from bot.errors import SettingsError

# Whoever sent a request has given up on it by then.
STOP_WITHIN = 6.0


@contextmanager
def bound(settings: Settings) -> Iterator[socket.socket]:
    """A socket at the address of the settings; port 0 is any free one. SettingsError when it is taken."""
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(found[0], found[1])
    except OSError:
        raise SettingsError(f"There is no address {settings.host} on this machine. Set CIP_HOST.") from None
    with listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(found[4])
            listener.listen(128)
        except OSError:
            raise SettingsError(
                f"Port {settings.port} on {settings.host} is taken. Stop what uses it, or set CIP_PORT."
            ) from None
        yield listener


def address_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@asynccontextmanager
async def listening(app: web.Application, listener: socket.socket) -> AsyncIterator[str]:
    """Yields the address. What is under way at the end is finished, for six seconds at most."""
    runner = web.AppRunner(app, shutdown_timeout=STOP_WITHIN, access_log=None)
    await runner.setup()
    try:
        await web.SockSite(runner, listener).start()
        yield address_of(listener)
    finally:
        await runner.cleanup()
