"""Slack's markup in what people write, as a reader of the message saw it."""

import re

_MARKUP = re.compile(
    r"<(?P<kind>!|[a-z][a-z0-9+.-]*:)(?P<rest>[^<>|]*)(?:\|(?P<label>[^<>]*))?>", re.IGNORECASE
)
_WEB = {"http:", "https:"}
_WITHOUT_SCHEME = {"mailto:", "tel:"}
_EVERYBODY = {"here", "channel", "everyone"}
# Between a mention and the words.
_BESIDE_MENTION = " \t\n,:;"
# What stands in place of a mark that Slack sent without a label.
_UNLABELLED = {"subteam": "a group", "date": "a date"}


def to_readable(text: str) -> str:
    """The text with addresses, numbers, groups and dates as they are shown; its entities stay escaped.

    Left alone are people (<@U1>), channels (<#C1>) and links with a label, since a command may need more of
    them than is shown.
    """
    return _MARKUP.sub(_show_mark, text)


def _show_mark(match: re.Match[str]) -> str:
    kind, rest, label = match["kind"].lower(), match["rest"], (match["label"] or "").strip()
    if kind == "!":
        return _show_special(rest.partition("^")[0], label)
    if kind in _WEB:
        address = f"{match['kind']}{rest}"
        return match[0] if label and label != address else address
    return label or (rest if kind in _WITHOUT_SCHEME else f"{match['kind']}{rest}")


def _show_special(name: str, label: str) -> str:
    """`!here`, `!subteam^S1`, `!date^1`."""
    if name in _EVERYBODY:
        return f"@{name}"
    return label or _UNLABELLED.get(name, name)


def split_at_mentions(text: str, user_id: str) -> list[str]:
    """What stands between the mentions of this account, and each mention in its place."""
    return re.split(rf"(<@{re.escape(user_id)}(?:\|[^<>]*)?>)", text)


def drop_mentions(text: str, user_id: str) -> str:
    """The text as Slack sends it, without mentions of this account before its first word and after its
    last.
    """
    parts = split_at_mentions(text, user_id)
    if len(parts) == 1:
        return text
    places = [index for index in range(0, len(parts), 2) if has_words(parts[index])]
    return "".join(parts[places[0] : places[-1] + 1]).strip(_BESIDE_MENTION) if places else ""


def has_words(text: str) -> bool:
    """Whether there is more than spaces, punctuation and pictures."""
    return any(each.isalnum() for each in text)
