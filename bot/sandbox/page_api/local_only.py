"""Guards the page's endpoints: Host and Origin must be local, and writes must come from the page's script."""

import json
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from bot.sandbox.entities import Json

LOCAL_HOSTS = {"127.0.0.1", "localhost", "::1"}
MAX_BODY_BYTES = 512 * 1024
# A form may contain files, in base64.
MAX_FORM_BYTES = 20 * 1024 * 1024
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PAGE_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

log = structlog.get_logger()
INTERNAL_ERROR_TEXT = (
    "Something went wrong in the sandbox. Try again. Where it was started, the log says what it was."
)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class PageError(Exception):
    """The request is refused. sentence: what the person reads. status: HTTP's."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status


def local_only(handler: Handler) -> Handler:
    """The handler behind a check of host, origin and header, with errors as JSON and the security headers."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        try:
            _check_origin(request)
            answer = await handler(request)
        except PageError as problem:
            answer = web.json_response({"error": problem.sentence}, status=problem.status)
        except Exception:
            log.exception("the page's request failed", path=request.path)
            answer = web.json_response({"error": INTERNAL_ERROR_TEXT}, status=500)
        if not answer.prepared:
            for name, value in PAGE_HEADERS.items():
                answer.headers.setdefault(name, value)
        return answer

    return guarded


def _is_local(authority: str) -> bool:
    try:
        return urlsplit(f"//{authority}").hostname in LOCAL_HOSTS
    except ValueError:
        return False


def _check_origin(request: web.Request) -> None:
    if not _is_local(request.host):
        raise PageError("This page answers only on this machine: open it as 127.0.0.1 or localhost.", 403)
    origin = request.headers.get("Origin")
    if origin is not None and not _is_local(urlsplit(origin).netloc):
        raise PageError("That request came from another site, so it was not carried out.", 403)
    if request.method != "GET" and request.headers.get("X-Sandbox") != "1":
        raise PageError("That request did not come from the sandbox page, so it was not carried out.", 403)


async def read_json(request: web.Request, max_bytes: int = MAX_BODY_BYTES) -> Json:
    """The JSON object in the body, of at most `max_bytes` bytes. PageError for anything else."""
    raw = bytearray()
    async for chunk in request.content.iter_any():
        raw += chunk
        if len(raw) > max_bytes:
            raise PageError("That is too much to send at once.", 413)
    try:
        body = json.loads(raw)
    except ValueError:
        raise PageError("The request could not be read.") from None
    if not isinstance(body, dict):
        raise PageError("The request could not be read.")
    return body
