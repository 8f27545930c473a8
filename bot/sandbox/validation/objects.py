"""Composition objects: text, options, confirm dialogs.

Limits: docs.slack.dev, reference/block-kit/composition-objects.
"""

from bot.sandbox.validation.schema import (
    ArraySchema,
    BooleanSchema,
    IntegerSchema,
    ObjectSchema,
    Schema,
    StringSchema,
    TypedSchema,
)

ID = StringSchema(255)
URL = StringSchema(3000)
TYPE = StringSchema()


def plain_text(max_length: int) -> Schema:
    fields = {"type": StringSchema(choices=("plain_text",)), "text": StringSchema(max_length)}
    return ObjectSchema(fields, {"emoji": BooleanSchema()})


def text_object(max_length: int) -> Schema:
    """Plain text or mrkdwn."""
    mrkdwn = ObjectSchema({"type": TYPE, "text": StringSchema(max_length)}, {"verbatim": BooleanSchema()})
    return TypedSchema({"plain_text": plain_text(max_length), "mrkdwn": mrkdwn})


CONFIRM = ObjectSchema(
    {"title": plain_text(100), "text": text_object(300), "confirm": plain_text(30), "deny": plain_text(30)},
    {"style": StringSchema(choices=("primary", "danger"))},
)


def option(label: Schema, *, url: bool = False) -> ObjectSchema:
    optional: dict[str, Schema] = {"description": text_object(75)}
    if url:
        optional["url"] = URL
    return ObjectSchema({"text": label, "value": StringSchema(150)}, optional)


OPTION = option(plain_text(75))
RICH_OPTION = option(text_object(75))
OPTION_GROUP = ObjectSchema({"label": plain_text(75), "options": ArraySchema(OPTION, 100)})
DISPATCH_CONFIG = ObjectSchema(
    {},
    {
        "trigger_actions_on": ArraySchema(
            StringSchema(choices=("on_enter_pressed", "on_character_entered")), 2
        )
    },
)
CONVERSATION_FILTER = ObjectSchema(
    {},
    {
        "include": ArraySchema(StringSchema(choices=("im", "mpim", "private", "public")), 4),
        "exclude_external_shared_channels": BooleanSchema(),
        "exclude_bot_users": BooleanSchema(),
    },
)
SLACK_FILE = ObjectSchema({}, {"id": StringSchema(255), "url": URL}, one_of=(("id", "url"),))

_MAX_RICH_TEXT_ELEMENTS = 1000
_STYLE = ObjectSchema(
    {}, {name: BooleanSchema() for name in ("bold", "italic", "strike", "code", "underline", "highlight")}
)
_STYLE_FIELD: dict[str, Schema] = {"style": _STYLE}


def _rich_text_element(required: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    return ObjectSchema({"type": TYPE, **required}, {**_STYLE_FIELD, **(optional or {})})


_RICH_TEXT_ELEMENTS = TypedSchema(
    {
        "text": _rich_text_element({"text": StringSchema(12_000)}),
        "link": _rich_text_element({"url": URL}, {"text": StringSchema(3000), "unsafe": BooleanSchema()}),
        "emoji": _rich_text_element(
            {"name": StringSchema(100)}, {"unicode": StringSchema(100), "skin_tone": IntegerSchema(1, 6)}
        ),
        "user": _rich_text_element({"user_id": ID}),
        "channel": _rich_text_element({"channel_id": ID}),
        "usergroup": _rich_text_element({"usergroup_id": ID}),
        "broadcast": _rich_text_element({"range": StringSchema(choices=("here", "channel", "everyone"))}),
        "color": _rich_text_element({"value": StringSchema(20)}),
        "date": _rich_text_element(
            {"timestamp": IntegerSchema(), "format": StringSchema(255)},
            {"url": URL, "fallback": StringSchema(255)},
        ),
    }
)
_BLOCK_OPTIONS: dict[str, Schema] = {"border": IntegerSchema(0, 1), "language": StringSchema(50)}
_SECTION = ObjectSchema(
    {"type": TYPE, "elements": ArraySchema(_RICH_TEXT_ELEMENTS, _MAX_RICH_TEXT_ELEMENTS, 0)}
)
_LIST = ObjectSchema(
    {
        "type": TYPE,
        "style": StringSchema(choices=("bullet", "ordered")),
        "elements": ArraySchema(TypedSchema({"rich_text_section": _SECTION}), _MAX_RICH_TEXT_ELEMENTS),
    },
    {"indent": IntegerSchema(0, 8), "offset": IntegerSchema(), "border": IntegerSchema(0, 1)},
)
_PREFORMATTED_OR_QUOTE = ObjectSchema(
    {"type": TYPE, "elements": ArraySchema(_RICH_TEXT_ELEMENTS, _MAX_RICH_TEXT_ELEMENTS)}, _BLOCK_OPTIONS
)

RICH_TEXT = ObjectSchema(
    {
        "type": StringSchema(choices=("rich_text",)),
        "elements": ArraySchema(
            TypedSchema(
                {
                    "rich_text_section": _SECTION,
                    "rich_text_list": _LIST,
                    "rich_text_preformatted": _PREFORMATTED_OR_QUOTE,
                    "rich_text_quote": _PREFORMATTED_OR_QUOTE,
                }
            ),
            _MAX_RICH_TEXT_ELEMENTS,
        ),
    },
    {"block_id": ID},
)
