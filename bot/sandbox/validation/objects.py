"""Composition objects: text, options, confirm dialogs.

Limits: docs.slack.dev, reference/block-kit/composition-objects.
"""

from bot.sandbox.validation.shapes import ByType, Flag, Items, Record, Shape, Text

ID = Text(255)
URL = Text(3000)
TYPE = Text()


def plain(longest: int) -> Shape:
    fields = {"type": Text(choices=("plain_text",)), "text": Text(longest)}
    return Record(fields, {"emoji": Flag()})


def text(longest: int) -> Shape:
    """Plain text or mrkdwn."""
    mrkdwn = Record({"type": TYPE, "text": Text(longest)}, {"verbatim": Flag()})
    return ByType({"plain_text": plain(longest), "mrkdwn": mrkdwn})


CONFIRM = Record(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": Text(choices=("primary", "danger"))},
)


def option(label: Shape, *, url: bool = False) -> Record:
    optional: dict[str, Shape] = {"description": text(75)}
    if url:
        optional["url"] = URL
    return Record({"text": label, "value": Text(150)}, optional)


OPTION = option(plain(75))
RICH_OPTION = option(text(75))
OPTION_GROUP = Record({"label": plain(75), "options": Items(OPTION, 100)})
DISPATCH_CONFIG = Record(
    {}, {"trigger_actions_on": Items(Text(choices=("on_enter_pressed", "on_character_entered")), 2)}
)
CONVERSATION_FILTER = Record(
    {},
    {
        "include": Items(Text(choices=("im", "mpim", "private", "public")), 4),
        "exclude_external_shared_channels": Flag(),
        "exclude_bot_users": Flag(),
    },
)
SLACK_FILE = Record({}, {"id": Text(255), "url": URL}, one_of=(("id", "url"),))
