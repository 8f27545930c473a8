"""Every method this workspace answers, by Slack's name for it."""

from collections.abc import Callable

from bot.sandbox.entities import Json
from bot.sandbox.web_api import about, chat, conversations, files, reactions, users, views
from bot.sandbox.web_api.call import Call

Method = Callable[[Call], Json]

METHODS: dict[str, Method] = {
    "api.test": about.api_test,
    "auth.test": about.auth_test,
    "blocks.validate": about.blocks_validate,
    "bots.info": about.bots_info,
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
    "reactions.add": reactions.add,
    "team.info": about.team_info,
    "users.conversations": conversations.users_conversations,
    "users.info": users.info,
    "users.list": users.list_,
    "users.lookupByEmail": users.lookup_by_email,
    "views.open": views.open_,
    "views.publish": views.publish,
    "views.push": views.push,
    "views.update": views.update,
}

# No token at all is needed for these.
OPEN_METHODS = frozenset({"api.test"})
# These take the app's own token, not the bot's.
APP_METHODS = frozenset({"apps.connections.open"})
