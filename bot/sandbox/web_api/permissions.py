"""What Slack looks at before a method runs: how often it was called, and the scopes of the token."""

from collections.abc import Iterable

from bot.sandbox.entities import SandboxChannel
from bot.sandbox.errors import RateLimitedError, RefusedError
from bot.sandbox.scopes import CONVERSATION_METHODS, LISTING_METHODS, find_missing_scopes
from bot.sandbox.web_api.call import ApiCall
from bot.sandbox.workspace import SandboxWorkspace


def channel_type(channel: SandboxChannel) -> str:
    if channel.is_im:
        return "im"
    return "private_channel" if channel.is_private else "public_channel"


def requested_types(call: ApiCall) -> set[str]:
    """The types of conversation that a listing asks for."""
    return {one.strip() for one in call.text("types", "public_channel").split(",")}


def check_limits(call: ApiCall) -> None:
    """RateLimitedError when Slack's limits apply and this is one call too many."""
    if not call.workspace.conditions.record.limits_calls:
        return
    seconds = call.workspace.call_counter.count(call.method, call.text("channel"))
    if seconds:
        raise RateLimitedError(str(seconds))


def check_scopes(call: ApiCall) -> None:
    """RefusedError `missing_scope`, with the scopes that are needed and those that the app has."""
    granted = call.workspace.conditions.granted_scopes
    missing = find_missing_scopes(call.method, _types_of(call), granted)
    if missing:
        facts = {"needed": ",".join(missing), "provided": ",".join(granted)}
        raise RefusedError("missing_scope", facts=facts)


def scope_headers(workspace: SandboxWorkspace, method: str) -> dict[str, str]:
    """The headers of each answer: the scopes of the token, and those that the method accepts."""
    accepted = find_missing_scopes(method, None, (), accepted=True)
    headers = {"X-OAuth-Scopes": ",".join(workspace.conditions.granted_scopes)}
    return headers | ({"X-Accepted-OAuth-Scopes": ",".join(accepted)} if accepted else {})


def _types_of(call: ApiCall) -> Iterable[str] | None:
    if call.method in LISTING_METHODS:
        return sorted(requested_types(call))
    if call.method not in CONVERSATION_METHODS:
        return None
    channel = call.find_channel()
    return [channel_type(channel)] if channel else None
