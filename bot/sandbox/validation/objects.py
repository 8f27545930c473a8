"""Composition objects: text, options, confirm dialogs.

Limits: docs.slack.dev, reference/block-kit/composition-objects.
"""

from bot.sandbox.validation.schema import ByType, Flag, Items, Number, Record, Shape, Text

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

_MANY = 1000
_STYLE = Record({}, {name: Flag() for name in ("bold", "italic", "strike", "code", "underline", "highlight")})
_STYLED: dict[str, Shape] = {"style": _STYLE}


def _part(required: dict[str, Shape], optional: dict[str, Shape] | None = None) -> Shape:
    return Record({"type": TYPE, **required}, {**_STYLED, **(optional or {})})


_PARTS = ByType(
    {
        "text": _part({"text": Text(12_000)}),
        "link": _part({"url": URL}, {"text": Text(3000), "unsafe": Flag()}),
        "emoji": _part({"name": Text(100)}, {"unicode": Text(100), "skin_tone": Number(1, 6)}),
        "user": _part({"user_id": ID}),
        "channel": _part({"channel_id": ID}),
        "usergroup": _part({"usergroup_id": ID}),
        "broadcast": _part({"range": Text(choices=("here", "channel", "everyone"))}),
        "color": _part({"value": Text(20)}),
        "date": _part({"timestamp": Number(), "format": Text(255)}, {"url": URL, "fallback": Text(255)}),
    }
)
_LOOK: dict[str, Shape] = {"border": Number(0, 1), "language": Text(50)}
_SECTION = Record({"type": TYPE, "elements": Items(_PARTS, _MANY, 0)})
_LIST = Record(
    {
        "type": TYPE,
        "style": Text(choices=("bullet", "ordered")),
        "elements": Items(ByType({"rich_text_section": _SECTION}), _MANY),
    },
    {"indent": Number(0, 8), "offset": Number(), "border": Number(0, 1)},
)
_BOXED = Record({"type": TYPE, "elements": Items(_PARTS, _MANY)}, _LOOK)

RICH_TEXT = Record(
    {
        "type": Text(choices=("rich_text",)),
        "elements": Items(
            ByType(
                {
                    "rich_text_section": _SECTION,
                    "rich_text_list": _LIST,
                    "rich_text_preformatted": _BOXED,
                    "rich_text_quote": _BOXED,
                }
            ),
            _MANY,
        ),
    },
    {"block_id": ID},
)
