"""The permissions (scopes) of the bot's app, and those that Slack asks for with each method and event."""

from collections.abc import Iterable

from bot.delivery.scopes import OPTIONAL_SCOPES, REQUIRED_SCOPES
from bot.sandbox.entities import Json
from bot.sandbox.errors import RefusedError

FILE_SCOPE = "files:read"
APP_SCOPES = tuple(sorted((*REQUIRED_SCOPES, *OPTIONAL_SCOPES)))

# By a conversation's type, the beginning of its scopes: "groups" of groups:read.
SCOPE_PREFIXES = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}
# Methods whose scope depends on the type of the conversation, with the end of that scope.
CONVERSATION_METHODS = {
    "conversations.history": "history",
    "conversations.replies": "history",
    "conversations.info": "read",
    "conversations.members": "read",
}
# Methods whose scopes depend on the types of conversation that were asked for.
LISTING_METHODS = ("conversations.list", "users.conversations")
METHOD_SCOPES = {
    "bots.info": "users:read",
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.join": "channels:join",
    "conversations.open": "im:write",
    "files.completeUploadExternal": "files:write",
    "files.getUploadURLExternal": "files:write",
    "files.info": "files:read",
    "reactions.add": "reactions:write",
    "team.info": "team:read",
    "users.info": "users:read",
    "users.list": "users:read",
    "users.lookupByEmail": "users:read.email",
}
SCOPELESS_METHODS = frozenset(
    {
        "api.test",
        "auth.test",
        "blocks.validate",
        "chat.getPermalink",
        "views.open",
        "views.publish",
        "views.push",
        "views.update",
    }
)
# By the names under which apps subscribe; "" for events that need none.
EVENT_SCOPES = {
    "app_home_opened": "",
    "app_mention": "app_mentions:read",
    "app_rate_limited": "",
    "app_uninstalled": "",
    "channel_archive": "channels:read",
    "channel_deleted": "channels:read",
    "channel_left": "channels:read",
    "channel_rename": "channels:read",
    "channel_unarchive": "channels:read",
    "file_shared": "files:read",
    "group_archive": "groups:read",
    "group_deleted": "groups:read",
    "group_left": "groups:read",
    "group_rename": "groups:read",
    "group_unarchive": "groups:read",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "team_join": "users:read",
    "tokens_revoked": "",
    "user_change": "users:read",
}


def conversation_scopes(ending: str, types: Iterable[str]) -> list[str]:
    """The scopes for conversations of these types. ending: "read" or "history"."""
    return [f"{SCOPE_PREFIXES[each]}:{ending}" for each in types if each in SCOPE_PREFIXES]


def find_missing_scopes(
    method: str, types: Iterable[str] | None, granted: Iterable[str], *, accepted: bool = False
) -> list[str]:
    """The scopes that the call lacks; as in Slack every one that would do, where none of them is there.

    types: of the conversation, or those asked for; None when it is not known which one is meant.
    accepted: every scope that would do, whatever is granted.
    """
    ending = CONVERSATION_METHODS.get(method, "read" if method in LISTING_METHODS else "")
    if not ending:
        needed = [METHOD_SCOPES[method]] if method in METHOD_SCOPES else []
        return [each for each in needed if accepted or each not in granted]
    family = conversation_scopes(ending, SCOPE_PREFIXES)
    if accepted or not set(family) & set(granted):
        return family
    needed = conversation_scopes(ending, types or ())
    return [each for each in needed if each not in granted]


def check_file_fields(view: Json, granted: Iterable[str]) -> Json:
    """The view. RefusedError `missing_scope` where it asks for files, which the app may not read."""
    granted = tuple(granted)
    elements = (block.get("element", {}) for block in view.get("blocks", []))
    if FILE_SCOPE not in granted and any(each.get("type") == "file_input" for each in elements):
        raise RefusedError("missing_scope", facts={"needed": FILE_SCOPE, "provided": ",".join(granted)})
    return view
