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
    plain,
)
from bot.sandbox.validation.schema import Both, Flag, Items, Number, Problem, Problems, Record, Shape, Text

Table = dict[str, Shape]
_DATE = Text(pattern=r"\d{4}-\d{2}-\d{2}")
_TIME = Text(pattern=r"([01]\d|2[0-3]):[0-5]\d")
_COMMON: Table = {"action_id": ID, "confirm": CONFIRM, "focus_on_load": Flag()}
_MENU: Table = {**_COMMON, "placeholder": plain(150)}
_MANY: Table = {"max_selected_items": Number(1)}
_TYPED: Table = {
    "action_id": ID,
    "placeholder": plain(150),
    "focus_on_load": Flag(),
    "dispatch_action_config": DISPATCH_CONFIG,
}


class StartsAmongOptions:
    """A menu can only start on an option it has."""

    def check(self, value: Any, at: str) -> Problems:
        groups = value.get("option_groups") or [{"options": value.get("options") or []}]
        known = [one["value"] for group in groups for one in group["options"]]
        for key, chosen in (
            ("initial_option", [value.get("initial_option")]),
            ("initial_options", value.get("initial_options") or []),
        ):
            if any(one is not None and one["value"] not in known for one in chosen):
                yield Problem("initial option is not one of the options", f"{at}/{key}")


def _element(extra: Table, required: Table | None = None, one_of: tuple[tuple[str, ...], ...] = ()) -> Shape:
    return Record({"type": TYPE, **(required or {})}, extra, one_of)


def _menu(extra: Table) -> Shape:
    choices: Table = {"options": Items(OPTION, 100), "option_groups": Items(OPTION_GROUP, 100)}
    return Both(
        _element({**_MENU, **choices, **extra}, one_of=(("options", "option_groups"),)), StartsAmongOptions()
    )


def _choices(extra: Table) -> Shape:
    return Both(_element({**_COMMON, **extra}, {"options": Items(RICH_OPTION, 10)}), StartsAmongOptions())


BUTTON = _element(
    {
        "action_id": ID,
        "confirm": CONFIRM,
        "url": URL,
        "value": Text(2000),
        "style": Text(choices=("primary", "danger")),
        "accessibility_label": Text(75),
    },
    {"text": plain(75)},
)
OVERFLOW = _element({"action_id": ID, "confirm": CONFIRM}, {"options": Items(option(plain(75), url=True), 5)})
IMAGE = _element(
    {"image_url": URL, "slack_file": SLACK_FILE}, {"alt_text": Text(2000)}, (("image_url", "slack_file"),)
)
_CONVERSATION: Table = {"default_to_current_conversation": Flag(), "filter": CONVERSATION_FILTER}
_LIVE: Table = {"response_url_enabled": Flag()}

MENUS: Table = {
    "static_select": _menu({"initial_option": OPTION}),
    "external_select": _element({**_MENU, "initial_option": OPTION, "min_query_length": Number()}),
    "users_select": _element({**_MENU, "initial_user": ID}),
    "channels_select": _element({**_MENU, **_LIVE, "initial_channel": ID}),
    "conversations_select": _element({**_MENU, **_LIVE, **_CONVERSATION, "initial_conversation": ID}),
    "multi_static_select": _menu({**_MANY, "initial_options": Items(OPTION, 100)}),
    "multi_external_select": _element(
        {**_MENU, **_MANY, "initial_options": Items(OPTION, 100), "min_query_length": Number()}
    ),
    "multi_users_select": _element({**_MENU, **_MANY, "initial_users": Items(ID, 100)}),
    "multi_channels_select": _element({**_MENU, **_MANY, "initial_channels": Items(ID, 100)}),
    "multi_conversations_select": _element(
        {**_MENU, **_MANY, **_CONVERSATION, "initial_conversations": Items(ID, 100)}
    ),
}
PICKERS: Table = {
    "datepicker": _element({**_MENU, "initial_date": _DATE}),
    "timepicker": _element({**_MENU, "initial_time": _TIME, "timezone": Text(100)}),
    "datetimepicker": _element({**_COMMON, "initial_date_time": Number(10**9, 10**10 - 1)}),
    "checkboxes": _choices({"initial_options": Items(RICH_OPTION, 10)}),
    "radio_buttons": _choices({"initial_option": RICH_OPTION}),
}
TYPED: Table = {
    "plain_text_input": _element(
        {
            **_TYPED,
            "initial_value": Text(3000, 0),
            "multiline": Flag(),
            "min_length": Number(0, 3000),
            "max_length": Number(1, 3000),
        }
    ),
    "email_text_input": _element({**_TYPED, "initial_value": Text(3000)}),
    "url_text_input": _element({**_TYPED, "initial_value": URL}),
    "number_input": _element(
        {**_TYPED, "initial_value": Text(100), "min_value": Text(100), "max_value": Text(100)},
        {"is_decimal_allowed": Flag()},
    ),
    "rich_text_input": _element({**_TYPED, "initial_value": RICH_TEXT}),
    "file_input": _element({"action_id": ID, "filetypes": Items(Text(20), 50), "max_files": Number(1, 10)}),
}

SECTION_ACCESSORIES: Table = {"button": BUTTON, "overflow": OVERFLOW, "image": IMAGE, **MENUS, **PICKERS}
ACTIONS: Table = {"button": BUTTON, "overflow": OVERFLOW, **MENUS, **PICKERS}
INPUTS: Table = {**TYPED, **MENUS, **PICKERS}
