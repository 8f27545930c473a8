"""Dispatches calls of the Web API: reads the arguments, checks the token, applies injected faults,
responds.
"""

import asyncio
import hmac
import json
import time
from collections.abc import Callable

from aiohttp import web

from bot.sandbox.entities import Json
from bot.sandbox.errors import RateLimitedError, RefusedError
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.socket_mode import SocketMode
from bot.sandbox.traffic import TrafficLog
from bot.sandbox.web_api import chat, conversations, files, users, views
from bot.sandbox.web_api.call import ApiCall, read_args
from bot.sandbox.web_api.permissions import check_limits, check_scopes, scope_headers
from bot.sandbox.workspace import SandboxWorkspace

Method = Callable[[ApiCall], Json]

METHODS: dict[str, Method] = {
    "api.test": users.api_test,
    "auth.test": users.auth_test,
    "blocks.validate": users.blocks_validate,
    "bots.info": users.bots_info,
    "chat.delete": chat.delete,
    "chat.getPermalink": chat.get_permalink,
    "chat.postEphemeral": chat.post_ephemeral,
    "chat.postMessage": chat.post_message,
    "chat.update": chat.update,
    "conversations.history": conversations.history,
    "conversations.info": conversations.info,
    "conversations.join": conversations.join,
    "conversations.list": conversations.list_,
    "conversations.members": conversations.members,
    "conversations.open": conversations.open_,
    "conversations.replies": conversations.replies,
    "files.completeUploadExternal": files.complete_upload,
    "files.getUploadURLExternal": files.get_upload_url,
    "files.info": files.info,
    "reactions.add": chat.add_reaction,
    "team.info": users.team_info,
    "users.conversations": conversations.users_conversations,
    "users.info": users.info,
    "users.list": users.list_,
    "users.lookupByEmail": users.lookup_by_email,
    "views.open": views.open_,
    "views.publish": views.publish,
    "views.push": views.push,
    "views.update": views.update,
}

# Methods that need no token.
TOKENLESS_METHODS = frozenset({"api.test"})
# Methods that take the app's token, not the bot's.
APP_TOKEN_METHODS = frozenset({"apps.connections.open"})

POLL_SECONDS = 0.05


class WebApi:
    """Answers `/sandbox/api/{method}` as Slack answers `/api/{method}`: HTTP 200 with `ok` true or false."""

    def __init__(
        self, workspace: SandboxWorkspace, faults: Faults, traffic: TrafficLog, sockets: SocketMode
    ) -> None:
        self._workspace = workspace
        self._faults = faults
        self._traffic = traffic
        self._sockets = sockets

    async def handle(self, request: web.Request) -> web.Response:
        started = time.perf_counter()
        method = request.match_info["method"]
        fault = self._faults.pop(method)
        answer = await self._answer(request, method, fault)
        answer_lost = fault is not None and fault.kind in {"drop_after", "stall"}
        if fault is not None and fault.kind == "stall":
            await _wait_for_disconnect(request, fault.seconds)
        await self._traffic.record_call(
            request, answer, time.perf_counter() - started, answer_lost=answer_lost
        )
        if answer_lost and request.transport is not None:
            request.transport.abort()
        return answer

    async def _answer(self, request: web.Request, method: str, fault: Fault | None) -> web.Response:
        if fault is not None:
            await asyncio.sleep(fault.seconds if fault.kind == "slow" else 0)
            if fault.kind == "status":
                return web.Response(status=fault.status, text="")
            if fault.kind == "rate_limit":
                return _error_response(RateLimitedError(fault.retry_after or f"{fault.seconds:g}"))
            if fault.kind == "error":
                return _error_response(RefusedError(fault.error))
        try:
            args = await read_args(request)
            kind = self._check_token(request, method, args)
        except RefusedError as refused:
            return _error_response(refused)
        if kind == "app":
            return self._open_socket()
        answer = self._answer_call(ApiCall(self._workspace, method, args))
        if kind == "bot":
            answer.headers.update(scope_headers(self._workspace, method))
        return answer

    def _open_socket(self) -> web.Response:
        try:
            return _json_response({"ok": True, "url": self._sockets.issue_address()})
        except RefusedError as refused:
            return _error_response(refused)

    def _answer_call(self, call: ApiCall) -> web.Response:
        """As Slack does, look at the limits first, then at the scopes, then at the arguments."""
        try:
            check_limits(call)
            check_scopes(call)
            self._apply_channel_fault(call.method, call.args)
            return _json_response({"ok": True} | METHODS[call.method](call))
        except RefusedError as refused:
            return _error_response(refused)

    def _apply_channel_fault(self, method: str, args: Json) -> None:
        refusal = self._faults.pop_refusal(method, str(args.get("channel") or ""))
        if refusal is not None:
            raise RefusedError(refusal.error)

    def _check_token(self, request: web.Request, method: str, args: Json) -> str:
        """The kind of the token: bot or app, "" for a method that needs none and got none."""
        if method not in METHODS and method not in APP_TOKEN_METHODS:
            raise RefusedError("unknown_method", facts={"req_method": method})
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or str(
            args.get("token") or ""
        )
        settings = self._workspace.settings
        if not token:
            if method in TOKENLESS_METHODS:
                return ""
            raise RefusedError("not_authed")
        kinds = {settings.bot_token: "bot", settings.app_token: "app"}
        kind = next((kind for one, kind in kinds.items() if _is_same_token(one, token)), None)
        if kind is None:
            raise RefusedError("invalid_auth")
        token_error = self._workspace.conditions.record.token_error
        if kind == "bot" and token_error:
            raise RefusedError(token_error)
        if (kind == "app") != (method in APP_TOKEN_METHODS):
            raise RefusedError("not_allowed_token_type")
        return kind


async def _wait_for_disconnect(request: web.Request, max_seconds: float) -> None:
    """Wait until the caller hangs up, at most `max_seconds` seconds."""
    for _ in range(int(max_seconds / POLL_SECONDS)):
        if request.transport is None or request.transport.is_closing():
            return
        await asyncio.sleep(POLL_SECONDS)


def _is_same_token(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _json_response(body: Json, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    text = json.dumps(body)
    return web.Response(text=text, status=status, headers=headers, content_type="application/json")


def _error_response(refused: RefusedError) -> web.Response:
    body: Json = {"ok": False, "error": refused.code, **refused.facts}
    if refused.messages:
        body["errors"] = [one.removeprefix("[ERROR] ") for one in refused.messages]
        body["response_metadata"] = {"messages": refused.messages}
    if isinstance(refused, RateLimitedError):
        return _json_response(body, 429, {"Retry-After": refused.retry_after})
    return _json_response(body)
