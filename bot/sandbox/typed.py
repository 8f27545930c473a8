"""What a person types, as Slack passes it on: `&`, `<` and `>` escaped, @people and #channels as links."""

import re

from bot.sandbox.workspace import Workspace

_NAMED = re.compile(r"(?<![\w<])([@#])([\w][\w.-]*[\w]|[\w])")


def as_typed(workspace: Workspace, text: str) -> str:
    """Names that nobody and no channel has stay as they are."""
    people = {user.name.casefold(): user for user in workspace.users.values()}
    channels = {channel.name.casefold(): channel for channel in workspace.channels.values() if channel.name}

    def linked(found: re.Match[str]) -> str:
        name = found[2].casefold()
        if found[1] == "@" and name in people:
            return f"<@{people[name].id}|{people[name].name}>"
        if found[1] == "#" and name in channels:
            return f"<#{channels[name].id}|{channels[name].name}>"
        return found[0]

    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _NAMED.sub(linked, escaped)
