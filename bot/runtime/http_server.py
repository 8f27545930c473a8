"""The bot's HTTP server. Its socket is bound first, so that its address is known before the rest is built."""

import asyncio
import errno
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, cast

from aiohttp import web

from bot.config import Settings
from bot.errors import SettingsError
from bot.sentences import sentence

# In seconds. Slack has given up on a request by then.
SHUTDOWN_TIMEOUT = 6.0
MAX_BODY_SIZE = 1024 * 1024
SERVER_NAME = "cip"
NO_ACCESS_LOG: dict[str, Any] = {"access_log": None}


class AnonymousRequestHandler(web.RequestHandler):
    """What is no HTTP is answered before any application is called; this answers as our application would."""

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        text = sentence("runtime.unreadable_request") if message else None
        response = super().handle_error(request, status, exc, text)
        response.headers["Server"] = SERVER_NAME
        return response


def build_application() -> web.Application:
    """Without the name of the software in its headers."""

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
        family, kind, _, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM
        )[0]
        listener = socket.socket(family, kind)
    except (OSError, UnicodeError):
        raise SettingsError(_unknown_address(settings)) from None
    with listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
            listener.listen(128)
        except OSError as error:
            raise SettingsError(_explain_bind_error(settings, error)) from None
        yield listener


def _unknown_address(settings: Settings) -> str:
    return sentence("runtime.unknown_address", host=settings.host)


def _explain_bind_error(settings: Settings, error: OSError) -> str:
    """Why the operating system does not let the bot listen there, and what to do."""
    if error.errno == errno.EADDRNOTAVAIL:
        return _unknown_address(settings)
    if error.errno == errno.EACCES:
        return sentence("runtime.port_not_allowed", port=settings.port)
    return sentence("runtime.port_in_use", port=settings.port, host=settings.host)


def address_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@asynccontextmanager
async def listen(app: web.Application, listener: socket.socket) -> AsyncIterator[str]:
    """Serve while the context lasts; yields the address. Open requests are finished at the end, for six
    seconds at most.
    """
    runner = web.AppRunner(app, shutdown_timeout=SHUTDOWN_TIMEOUT, **NO_ACCESS_LOG)
    await runner.setup()
    try:
        async with _serve_connections(runner, listener):
            yield address_of(listener)
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _serve_connections(runner: web.AppRunner, listener: socket.socket) -> AsyncIterator[None]:
    """As aiohttp's SockSite, with our request handler."""
    manager, loop = cast(web.Server, runner.server), asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: AnonymousRequestHandler(manager, loop=loop, **NO_ACCESS_LOG), sock=listener
    )
    try:
        yield
    finally:
        server.close()
