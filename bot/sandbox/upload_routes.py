"""The endpoints for uploading and downloading files."""

import hmac
import time

from aiohttp import web

from bot.sandbox.faults import Faults
from bot.sandbox.page_api.local_only import Handler, local_only
from bot.sandbox.traffic import TrafficLog
from bot.sandbox.web_api.files import MAX_UPLOAD_BYTES
from bot.sandbox.workspace import SandboxWorkspace

# The name of downloads in `Faults`; it is no method of the Web API.
DOWNLOAD_METHOD = "files.download"
# Values of Sec-Fetch-Site, which no script can set, for requests from the page itself.
_SAME_ORIGIN_FETCHES = {"same-origin", "none"}


class FileEndpoints:
    """Receives the bot's uploads, and sends files to the bot, by its token, and to the page."""

    def __init__(self, workspace: SandboxWorkspace, traffic: TrafficLog, faults: Faults) -> None:
        self._workspace, self._traffic, self._faults = workspace, traffic, faults

    async def receive(self, request: web.Request) -> web.Response:
        started = time.perf_counter()
        answer = await self._store_upload(request)
        await self._traffic.record_call(request, answer, time.perf_counter() - started)
        return answer

    async def send(self, request: web.Request) -> web.StreamResponse:
        started = time.perf_counter()
        if (
            "Authorization" not in request.headers
            and request.headers.get("Sec-Fetch-Site") in _SAME_ORIGIN_FETCHES
        ):
            return self._file_response(request)
        answer = self._respond_to_bot(request)
        await self._traffic.record_call(request, answer, time.perf_counter() - started)
        return answer

    async def _store_upload(self, request: web.Request) -> web.Response:
        upload = self._workspace.pending_uploads.get(request.match_info["key"])
        if upload is None:
            return web.Response(status=404, text="No upload was announced for this address.")
        content = await _read_content(request)
        if len(content) > MAX_UPLOAD_BYTES:
            return web.Response(status=413, text="The file is larger than was announced.")
        upload["length"] = len(content)
        self._workspace.store.put_file(upload["id"], content)
        self._workspace.store.commit()
        return web.Response(text=f"OK - {len(content)}")

    def _respond_to_bot(self, request: web.Request) -> web.Response:
        fault = self._faults.pop(DOWNLOAD_METHOD)
        if fault is not None:
            return web.Response(status=429 if fault.kind == "rate_limit" else 503)
        return self._file_response(request) if self._may_read_files(request) else _sign_in_page()

    def _may_read_files(self, request: web.Request) -> bool:
        conditions = self._workspace.conditions
        is_permitted = not conditions.record.token_error and "files:read" in conditions.granted_scopes
        return is_permitted and self._has_bot_token(request)

    def _has_bot_token(self, request: web.Request) -> bool:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(token.encode(), self._workspace.settings.bot_token.encode())

    def _file_response(self, request: web.Request) -> web.Response:
        content = self._workspace.store.get_file(request.match_info["id"])
        if content is None:
            return web.Response(status=404, text="There is no such file.")
        headers = {"Content-Disposition": "attachment", "Content-Type": "application/octet-stream"}
        return web.Response(body=content, headers=headers)


def _sign_in_page() -> web.Response:
    """What Slack sends without permission for a file: not an error, but a page to sign in."""
    text = "<!DOCTYPE html><title>Sign in</title><p>Sign in to see this file.</p>"
    return web.Response(text=text, content_type="text/html")


def add_routes(
    app: web.Application, workspace: SandboxWorkspace, traffic: TrafficLog, faults: Faults
) -> None:
    files = FileEndpoints(workspace, traffic, faults)
    send: Handler = files.send
    app.router.add_post("/sandbox/upload/{key}", files.receive)
    app.router.add_get("/sandbox/files/{id}/{name}", local_only(send))


async def _read_content(request: web.Request) -> bytes:
    """The body, or the first file of a form. Reading stops beyond 50 MB."""
    if not request.content_type.startswith("multipart/"):
        content = bytearray()
        async for chunk in request.content.iter_any():
            content += chunk
            if len(content) > MAX_UPLOAD_BYTES:
                break
        return bytes(content)
    part = await (await request.multipart()).next()
    return bytes(await part.read()) if part is not None and hasattr(part, "read") else b""
