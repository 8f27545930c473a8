"""The bot's HTTP server: the address is taken first, so that everything built after it knows it."""

import asyncio
import errno
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, cast

from aiohttp import web

from bot.config import Settings
from bot.errors import SettingsError

# Whoever sent a request has given up on it by then.
SHUTDOWN_TIMEOUT = 6.0
MAX_BODY_SIZE = 1024 * 1024
SERVER_NAME = "cip"
NO_ACCESS_LOG: dict[str, Any] = {"access_log": None}
UNREADABLE = "This request could not be read."


class AnonymousRequestHandler(web.RequestHandler):
    """What is not even HTTP is answered before there is an application to ask; this answers as that does."""

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        answer = super().handle_error(request, status, exc, UNREADABLE if message else None)
        answer.headers["Server"] = SERVER_NAME
        return answer


def build_application() -> web.Application:
    """It tells nobody what it is made with."""

    async def set_server_header(_request: web.Request, response: web.StreamResponse) -> None:
        response.headers["Server"] = SERVER_NAME

    app = web.Application(client_max_size=MAX_BODY_SIZE)
    app.on_response_prepare.append(set_server_header)
    return app


@contextmanager
def bind_socket(settings: Settings) -> Iterator[socket.socket]:
    """A socket at the address of the settings; port 0 is any free one.

    Raises SettingsError where the address is not of this machine, or the port is in use or not allowed.
    """
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(found[0], found[1])
    except (OSError, UnicodeError):
        raise SettingsError(_unknown_address(settings)) from None
    with listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(found[4])
            listener.listen(128)
        except OSError as error:
            raise SettingsError(_explain_bind_error(settings, error)) from None
        yield listener


def _unknown_address(settings: Settings) -> str:
    return f"There is no address {settings.host} on this machine. Give another with --host, or set CIP_HOST."


def _explain_bind_error(settings: Settings, error: OSError) -> str:
    """Why the operating system does not let the bot listen there, and what to do."""
    if error.errno == errno.EADDRNOTAVAIL:
        return _unknown_address(settings)
    if error.errno == errno.EACCES:
        return (
            f"This user may not listen on port {settings.port}."
            " Give one from 1024 with --port, or set CIP_PORT."
        )
    return (
        f"Port {settings.port} on {settings.host} is taken."
        " Stop what uses it, give another with --port, or set CIP_PORT."
    )


def address_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@asynccontextmanager
async def listen(app: web.Application, listener: socket.socket) -> AsyncIterator[str]:
    """Yields the address. What is under way at the end is finished, for six seconds at most."""
    runner = web.AppRunner(app, shutdown_timeout=SHUTDOWN_TIMEOUT, **NO_ACCESS_LOG)
    await runner.setup()
    try:
        async with _serve_connections(runner, listener):
            yield address_of(listener)
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _serve_connections(runner: web.AppRunner, listener: socket.socket) -> AsyncIterator[None]:
    """What aiohttp's own SockSite does, with our handler of connections."""
    manager, loop = cast(web.Server, runner.server), asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: AnonymousRequestHandler(manager, loop=loop, **NO_ACCESS_LOG), sock=listener
    )
    try:
        yield
    finally:
        server.close()
