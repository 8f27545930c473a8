"""Block elements: buttons, menus, pickers, inputs, images.

Limits: docs.slack.dev, reference/block-kit/block-elements.
"""

from typing import Any

from bot.sandbox.validation.objects import (
    CONFIRM,
    CONVERSATION_FILTER,
    DISPATCH_CONFIG,
    ID,
    OPTION,
    OPTION_GROUP,
    RICH_OPTION,
    RICH_TEXT,
    SLACK_FILE,
    TYPE,
    URL,
    option,
    plain_text,
)
from bot.sandbox.validation.schema import (
    AllOfSchema,
    ArraySchema,
    BooleanSchema,
    IntegerSchema,
    ObjectSchema,
    Schema,
    StringSchema,
    Violation,
    Violations,
)

SchemaTable = dict[str, Schema]
_DATE = StringSchema(pattern=r"\d{4}-\d{2}-\d{2}")
_TIME = StringSchema(pattern=r"([01]\d|2[0-3]):[0-5]\d")
_COMMON: SchemaTable = {"action_id": ID, "confirm": CONFIRM, "focus_on_load": BooleanSchema()}
_MENU: SchemaTable = {**_COMMON, "placeholder": plain_text(150)}
_MULTI_SELECT: SchemaTable = {"max_selected_items": IntegerSchema(1)}
_TEXT_INPUT: SchemaTable = {
    "action_id": ID,
    "placeholder": plain_text(150),
    "focus_on_load": BooleanSchema(),
    "dispatch_action_config": DISPATCH_CONFIG,
}


class InitialOptionRule:
    """The initial option is one of the options."""

    def check(self, value: Any, pointer: str) -> Violations:
        groups = value.get("option_groups") or [{"options": value.get("options") or []}]
        values = [one["value"] for group in groups for one in group["options"]]
        for key, chosen in (
            ("initial_option", [value.get("initial_option")]),
            ("initial_options", value.get("initial_options") or []),
        ):
            if any(one is not None and one["value"] not in values for one in chosen):
                yield Violation("initial option is not one of the options", f"{pointer}/{key}")


def _element(
    extra: SchemaTable, required: SchemaTable | None = None, one_of: tuple[tuple[str, ...], ...] = ()
) -> Schema:
    return ObjectSchema({"type": TYPE, **(required or {})}, extra, one_of)


def _menu(extra: SchemaTable) -> Schema:
    choices: SchemaTable = {
        "options": ArraySchema(OPTION, 100),
        "option_groups": ArraySchema(OPTION_GROUP, 100),
    }
    return AllOfSchema(
        _element({**_MENU, **choices, **extra}, one_of=(("options", "option_groups"),)), InitialOptionRule()
    )


def _choices(extra: SchemaTable) -> Schema:
    return AllOfSchema(
        _element({**_COMMON, **extra}, {"options": ArraySchema(RICH_OPTION, 10)}), InitialOptionRule()
    )


BUTTON = _element(
    {
        "action_id": ID,
        "confirm": CONFIRM,
        "url": URL,
        "value": StringSchema(2000),
        "style": StringSchema(choices=("primary", "danger")),
        "accessibility_label": StringSchema(75),
    },
    {"text": plain_text(75)},
)
OVERFLOW = _element(
    {"action_id": ID, "confirm": CONFIRM}, {"options": ArraySchema(option(plain_text(75), url=True), 5)}
)
IMAGE = _element(
    {"image_url": URL, "slack_file": SLACK_FILE},
    {"alt_text": StringSchema(2000)},
    (("image_url", "slack_file"),),
)
_CONVERSATION: SchemaTable = {
    "default_to_current_conversation": BooleanSchema(),
    "filter": CONVERSATION_FILTER,
}
_RESPONSE_URL: SchemaTable = {"response_url_enabled": BooleanSchema()}

MENUS: SchemaTable = {
    "static_select": _menu({"initial_option": OPTION}),
    "external_select": _element({**_MENU, "initial_option": OPTION, "min_query_length": IntegerSchema()}),
    "users_select": _element({**_MENU, "initial_user": ID}),
    "channels_select": _element({**_MENU, **_RESPONSE_URL, "initial_channel": ID}),
    "conversations_select": _element({**_MENU, **_RESPONSE_URL, **_CONVERSATION, "initial_conversation": ID}),
    "multi_static_select": _menu({**_MULTI_SELECT, "initial_options": ArraySchema(OPTION, 100)}),
    "multi_external_select": _element(
        {
            **_MENU,
            **_MULTI_SELECT,
            "initial_options": ArraySchema(OPTION, 100),
            "min_query_length": IntegerSchema(),
        }
    ),
    "multi_users_select": _element({**_MENU, **_MULTI_SELECT, "initial_users": ArraySchema(ID, 100)}),
    "multi_channels_select": _element({**_MENU, **_MULTI_SELECT, "initial_channels": ArraySchema(ID, 100)}),
    "multi_conversations_select": _element(
        {**_MENU, **_MULTI_SELECT, **_CONVERSATION, "initial_conversations": ArraySchema(ID, 100)}
    ),
}
PICKERS: SchemaTable = {
    "datepicker": _element({**_MENU, "initial_date": _DATE}),
    "timepicker": _element({**_MENU, "initial_time": _TIME, "timezone": StringSchema(100)}),
    "datetimepicker": _element({**_COMMON, "initial_date_time": IntegerSchema(10**9, 10**10 - 1)}),
    "checkboxes": _choices({"initial_options": ArraySchema(RICH_OPTION, 10)}),
    "radio_buttons": _choices({"initial_option": RICH_OPTION}),
}
FORM_ONLY_INPUTS: SchemaTable = {
    "plain_text_input": _element(
        {
            **_TEXT_INPUT,
            "initial_value": StringSchema(3000, 0),
            "multiline": BooleanSchema(),
            "min_length": IntegerSchema(0, 3000),
            "max_length": IntegerSchema(1, 3000),
        }
    ),
    "email_text_input": _element({**_TEXT_INPUT, "initial_value": StringSchema(3000)}),
    "url_text_input": _element({**_TEXT_INPUT, "initial_value": URL}),
    "number_input": _element(
        {
            **_TEXT_INPUT,
            "initial_value": StringSchema(100),
            "min_value": StringSchema(100),
            "max_value": StringSchema(100),
        },
        {"is_decimal_allowed": BooleanSchema()},
    ),
    "rich_text_input": _element({**_TEXT_INPUT, "initial_value": RICH_TEXT}),
    "file_input": _element(
        {"action_id": ID, "filetypes": ArraySchema(StringSchema(20), 50), "max_files": IntegerSchema(1, 10)}
    ),
}

SECTION_ACCESSORIES: SchemaTable = {
    "button": BUTTON,
    "overflow": OVERFLOW,
    "image": IMAGE,
    **MENUS,
    **PICKERS,
}
ACTIONS: SchemaTable = {"button": BUTTON, "overflow": OVERFLOW, **MENUS, **PICKERS}
INPUTS: SchemaTable = {**FORM_ONLY_INPUTS, **MENUS, **PICKERS}
