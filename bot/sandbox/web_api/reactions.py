"""reactions.add: a mark on a message."""

import re

from bot.sandbox.config import BOT_USER_ID
from bot.sandbox.entities import Json
from bot.sandbox.errors import RefusedError
from bot.sandbox.web_api.call import Call


def add(call: Call) -> Json:
    channel = call.channel()
    message = call.workspace.messages.find(channel.id, call.text("timestamp"))
    if message is None:
        raise RefusedError("message_not_found")
    name = call.needed("name", "no_reaction").strip(":")
    if not re.fullmatch(r"[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?", name):
        raise RefusedError("invalid_name")
    people = message.reactions.setdefault(name, [])
    if BOT_USER_ID in people:
        raise RefusedError("already_reacted")
    people.append(BOT_USER_ID)
    call.workspace.messages.save(message)
    call.workspace.changed(message)
    return {}
