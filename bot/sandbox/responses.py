"""Response urls: answering later, or putting something else in the place of what was pressed."""

import json
import time

from aiohttp import web

from bot.sandbox.acks import Acks
from bot.sandbox.entities import Json
from bot.sandbox.errors import RefusedError
from bot.sandbox.tokens import Ticket
from bot.sandbox.traffic import Wire
from bot.sandbox.workspace import Workspace


class Responses:
    """What may be done with a response url, five times within half an hour."""

    def __init__(self, workspace: Workspace, acks: Acks, wire: Wire) -> None:
        self._workspace = workspace
        self._acks = acks
        self._wire = wire

    async def handle(self, request: web.Request) -> web.Response:
        started = time.perf_counter()
        answer = await self._answer(request)
        await self._wire.record_call(request, answer, time.perf_counter() - started)
        return answer

    async def _answer(self, request: web.Request) -> web.Response:
        try:
            ticket = self._workspace.response_urls.use(request.match_info["key"])
        except RefusedError as refused:
            return web.Response(status=404, text=refused.code)
        try:
            self._respond(ticket, _read(await request.text()))
        except RefusedError as refused:
            return web.json_response(
                {"ok": False, "error": refused.code, "errors": refused.messages}, status=400
            )
        return web.Response(text="ok")

    def _respond(self, ticket: Ticket, body: Json) -> None:
        ts = ticket.message_ts
        original = self._workspace.messages.find(ticket.channel, ts, ticket.user) if ts else None
        if body.get("delete_original"):
            if original is not None:
                self._workspace.remove(original)
        elif body.get("replace_original") and original is not None:
            self._workspace.revise(original, *self._acks.checked(body))
        else:
            self._acks.checked(body)
            self._acks.show(ticket.channel, ticket.user, body)


def _read(text: str) -> Json:
    try:
        body = json.loads(text)
    except ValueError:
        raise RefusedError("invalid_payload") from None
    if not isinstance(body, dict):
        raise RefusedError("invalid_payload")
    return body
