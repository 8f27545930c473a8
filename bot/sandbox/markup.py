"""Turns what people type into Slack's markup: mentions, channels, addresses and links."""

import re

from bot.sandbox.workspace import SandboxWorkspace

_EVERYONE = ("here", "channel", "everyone")
_DOMAINS = "com|org|net|gov|uk|eu|io"
# In text that is escaped already: a link ends before an escaped < or >.
_REST_OF_LINK = r"(?:(?!&[lg]t;)[^\s<>])+"
_MARKED = re.compile(
    rf"(?P<link>\bhttps?://{_REST_OF_LINK})"
    r"|(?P<email>(?<![\w.+'-])[\w.+'-]++@[\w-]++(?:\.[\w-]++)++)"
    rf"|(?P<site>(?<![\w@./-])(?:[a-z0-9-]++\.)++(?:{_DOMAINS})\b(?:/{_REST_OF_LINK})?)"
    r"|(?P<phone>(?<!\w)\+\d(?:[ -]?\d){7,13}\b)"
    r"|(?<![\w<])(?P<sign>[@#])(?P<name>\w[\w.-]*\w|\w)",
    re.IGNORECASE,
)
_END_OF_SENTENCE = ".,;:!?)"


def to_message_markup(workspace: SandboxWorkspace, text: str) -> str:
    """As the text of a message: <@U0RM>, <#C0BOARD|>, <mailto:a@b.uk|a@b.uk>, <https://b.uk>, <!here>."""
    return _to_markup(workspace, text, with_names=False)


def to_command_markup(workspace: SandboxWorkspace, text: str) -> str:
    """As the text of a command, where people and channels have their names: <@U0RM|rm>."""
    return _to_markup(workspace, text, with_names=True)


def _to_markup(workspace: SandboxWorkspace, text: str, *, with_names: bool) -> str:
    """Names of nobody stay text."""

    def mark(match: re.Match[str]) -> str:
        if match["sign"]:
            return _mention(workspace, match, with_names=with_names)
        if match["email"]:
            return f"<mailto:{match[0]}|{match[0]}>"
        if match["phone"]:
            return f"<tel:{re.sub('[ -]', '', match[0])}|{match[0]}>"
        address = match[0].rstrip(_END_OF_SENTENCE)
        rest = match[0][len(address) :]
        return f"<{address}>{rest}" if match["link"] else f"<http://{address}|{address}>{rest}"

    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKED.sub(mark, escaped)


def _mention(workspace: SandboxWorkspace, match: re.Match[str], *, with_names: bool) -> str:
    name = match["name"].casefold()
    if match["sign"] == "#":
        channel = next((one for one in workspace.channels.values() if one.name.casefold() == name), None)
        return f"<#{channel.id}|{channel.name if with_names else ''}>" if channel else match[0]
    user = next((one for one in workspace.users.values() if one.name.casefold() == name), None)
    if user is not None:
        return f"<@{user.id}|{user.name}>" if with_names else f"<@{user.id}>"
    return f"<!{name}>" if name in _EVERYONE else match[0]
