"""The response_url endpoint: posts a later answer, or replaces or deletes the message that was pressed."""

import json
import time

from aiohttp import web

from bot.sandbox.acks import AckHandler
from bot.sandbox.entities import Json
from bot.sandbox.errors import RefusedError
from bot.sandbox.tokens import ResponseTicket
from bot.sandbox.traffic import TrafficLog
from bot.sandbox.workspace import SandboxWorkspace


class ResponseUrlEndpoint:
    """Each url may be used five times within half an hour."""

    def __init__(self, workspace: SandboxWorkspace, acks: AckHandler, traffic: TrafficLog) -> None:
        self._workspace = workspace
        self._acks = acks
        self._traffic = traffic

    async def handle(self, request: web.Request) -> web.Response:
        started = time.perf_counter()
        answer = await self._answer(request)
        await self._traffic.record_call(request, answer, time.perf_counter() - started)
        return answer

    async def _answer(self, request: web.Request) -> web.Response:
        try:
            ticket = self._workspace.response_urls.use(request.match_info["key"])
        except RefusedError as refused:
            return web.Response(status=404, text=refused.code)
        try:
            self._respond(ticket, _parse_body(await request.text()))
        except RefusedError as refused:
            return web.json_response(
                {"ok": False, "error": refused.code, "errors": refused.messages}, status=400
            )
        return web.Response(text="ok")

    def _respond(self, ticket: ResponseTicket, body: Json) -> None:
        ts = ticket.message_ts
        original = self._workspace.messages.find(ticket.channel, ts, ticket.user) if ts else None
        if body.get("delete_original"):
            if original is not None:
                self._workspace.delete_message(original)
        elif body.get("replace_original") and original is not None:
            self._workspace.edit_message(original, *self._acks.check_content(body))
        else:
            self._acks.check_content(body)
            self._acks.post_response(ticket.channel, ticket.user, body)


def _parse_body(text: str) -> Json:
    try:
        body = json.loads(text)
    except ValueError:
        raise RefusedError("invalid_payload") from None
    if not isinstance(body, dict):
        raise RefusedError("invalid_payload")
    return body
