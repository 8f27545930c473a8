"""The bot's HTTP server. Its socket is bound first, so that its address is known before the rest is built."""

import asyncio
import errno
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, cast

import structlog
from aiohttp import StreamReader, web
from aiohttp.http_exceptions import HttpProcessingError

from bot import metrics
from bot.config import Settings
from bot.errors import SettingsError
from bot.sentences import sentence

log = structlog.get_logger()
# In seconds. Slack has given up on a request by then.
SHUTDOWN_TIMEOUT = 6.0
# In seconds: how long a request's headers may take, and how long its body.
REQUEST_TIMEOUT = 30.0
MAX_BODY_SIZE = 1024 * 1024
SERVER_NAME = "cip"
# In seconds: longer than any proxy keeps a connection for the next request.
KEEPALIVE_TIMEOUT = 660.0
# A body that is not packed or cut into chunks as its headers say, and a request that is no HTTP.
_UNREADABLE = (web.RequestPayloadError, HttpProcessingError)
NO_ACCESS_LOG: dict[str, Any] = {"access_log": None}


class AnonymousRequestHandler(web.RequestHandler):
    """What is no HTTP, or a body that cannot be unpacked, is answered before any application is called or
    beside it; this answers as our application would. A request that has begun has to be whole in time.
    """

    _deadline: asyncio.TimerHandle | None = None
    # The body of the request that came last.
    _last_body: StreamReader | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._start_deadline()

    def data_received(self, data: bytes) -> None:
        count, was_in_body = self._request_count, not self._is_body_whole()
        super().data_received(data)
        has_new = self._request_count > count and bool(self._messages)
        if has_new:
            self._last_body = self._messages[-1][1]
        if has_new or self._is_websocket() or (was_in_body and self._is_body_whole()):
            self._clear_deadline()
        # Data that belong to no request known yet begin the headers of the next.
        is_in_headers = bool(data) and not (has_new or was_in_body)
        if (is_in_headers or not self._is_body_whole()) and not self._is_websocket():
            self._start_deadline()

    def connection_lost(self, exc: BaseException | None) -> None:
        self._clear_deadline()
        super().connection_lost(exc)

    def _is_body_whole(self) -> bool:
        return self._last_body is None or self._last_body.is_eof()

    def _is_websocket(self) -> bool:
        return self._payload_parser is not None or self._upgraded

    def _start_deadline(self) -> None:
        """Time runs from the first byte of the headers, or else of the body; for the first request from when
        the connection is made. It does not begin again with every byte.
        """
        if self._deadline is None:
            self._deadline = asyncio.get_running_loop().call_later(REQUEST_TIMEOUT, self._give_up)

    def _clear_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        metrics.REFUSED_REQUESTS.labels("content").inc()
        log.info("a request was not sent in time")
        self.force_close()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        if message is not None or self._is_senders_error(exc):
            response = self._refuse_unreadable(request, exc)
        else:
            response = super().handle_error(request, status, exc)
        response.headers["Server"] = SERVER_NAME
        return response

    def log_exception(self, *args: Any, **kw: Any) -> None:
        """What aiohttp logs on its own, such as for the rest of a body that it reads to throw away."""
        if not self._is_senders_error(kw.get("exc_info")):
            super().log_exception(*args, **kw)

    def _is_senders_error(self, error: object) -> bool:
        is_gone = self.transport is None or self.transport.is_closing()
        return isinstance(error, _UNREADABLE) or (is_gone and isinstance(error, ConnectionError))

    def _refuse_unreadable(self, request: web.BaseRequest, exc: BaseException | None) -> web.StreamResponse:
        """Whoever sent it made the error, so it is counted and is none in the log."""
        if not isinstance(exc, ConnectionError):
            metrics.REFUSED_REQUESTS.labels("content").inc()
        log.info("a request could not be read", kind=type(exc).__name__)
        if request.writer.output_size > 0:
            raise ConnectionError
        response = web.Response(status=400, text=sentence("runtime.unreadable_request"))
        response.force_close()
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
        lambda: AnonymousRequestHandler(
            manager, loop=loop, keepalive_timeout=KEEPALIVE_TIMEOUT, **NO_ACCESS_LOG
        ),
        sock=listener,
    )
    try:
        yield
    finally:
        server.close()
