"""One of every block and element the page can draw."""

import re
from typing import Any

Json = dict[str, Any]
ANY = re.compile(".*")


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(value: str, text: str, description: str | None = None) -> Json:
    shown = {"text": plain(text), "value": value}
    return shown | ({"description": plain(description)} if description else {})


STATUSES = [
    option("not-started", "Not started"),
    option("in-progress", "In progress"),
    option("complete", "Complete"),
]


def section(text: str, **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(action_id: str, text: str, **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain(text), "value": action_id, **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


CONFIRM = {
    "title": plain("Mark it complete?"),
    "text": mrkdwn("The *board* will see it."),
    "confirm": plain("Yes, complete"),
    "deny": plain("Not yet"),
}

RICH_TEXT = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "Rich "},
                {"type": "text", "text": "bold", "style": {"bold": True}},
                {"type": "text", "text": " and "},
                {"type": "text", "text": "struck", "style": {"strike": True, "italic": True}},
                {"type": "text", "text": " with "},
                {"type": "link", "url": "https://council.example/plan", "text": "the plan"},
                {"type": "user", "user_id": "U0RM"},
                {"type": "emoji", "name": "tada"},
            ],
        },
        {
            "type": "rich_text_list",
            "style": "bullet",
            "indent": 0,
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "outer"}]},
            ],
        },
        {
            "type": "rich_text_list",
            "style": "ordered",
            "indent": 1,
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "inner"}]},
            ],
        },
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "quoted words"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "as  typed"}]},
    ],
}

TABLE = {
    "type": "table",
    "column_settings": [{}, {"align": "right"}],
    "rows": [
        [{"type": "raw_text", "text": "Owner"}, {"type": "raw_text", "text": "Late"}],
        [{"type": "raw_text", "text": "RM"}, {"type": "raw_text", "text": "12"}],
    ],
}


def show_blocks() -> list[Json]:
    """Blocks that only show something."""
    return [
        {"type": "header", "text": plain("Weekly digest :calendar:")},
        section(
            "*Bold* _italic_ ~struck~ `code` <https://council.example|a link> <@U0JM> <#C0BOARD> <!channel>"
        ),
        {"type": "section", "fields": [mrkdwn("*Red*\n3"), mrkdwn("*Amber*\n2")]},
        {"type": "context", "elements": [mrkdwn(":red_circle: Red: past its date")]},
        {"type": "divider"},
        {
            "type": "image",
            "image_url": "https://elsewhere.example/chart.png",
            "alt_text": "A chart of the plan",
        },
        RICH_TEXT,
        TABLE,
    ]


def press_blocks() -> list[Json]:
    """Blocks with things to press and choose."""
    overflow = {
        "type": "overflow",
        "action_id": "more",
        "options": [option("history", "History"), option("owner", "Owner")],
    }
    select = {
        "type": "static_select",
        "action_id": "status",
        "placeholder": plain("Choose a status"),
        "options": STATUSES,
    }
    grouped = {
        "type": "static_select",
        "action_id": "section",
        "placeholder": plain("Choose a section"),
        "option_groups": [{"label": plain("Savings"), "options": [option("s1", "Section 1")]}],
    }
    return [
        section("*5.2* Review the contract", accessory=overflow),
        section("Pick one", accessory=select),
        actions(
            button("done", "Complete", style="primary"),
            button("sure", "Close it", style="danger", confirm=CONFIRM),
            button("slow", "Slow"),
            button("open-form", "Update"),
            grouped,
            {"type": "datepicker", "action_id": "day", "placeholder": plain("New date")},
            {"type": "users_select", "action_id": "person", "placeholder": plain("Choose a person")},
        ),
        actions(
            {
                "type": "radio_buttons",
                "action_id": "rag",
                "options": [option("green", "Green"), option("red", "Red")],
            }
        ),
        actions(
            {
                "type": "checkboxes",
                "action_id": "ticks",
                "options": [option("evidence", "Evidence is attached")],
            }
        ),
    ]


def field(
    block_id: str, label: str, kind: str, *, optional: bool = True, hint: str | None = None, **more: Any
) -> Json:
    element = {"type": kind, "action_id": block_id, **more}
    block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "optional": optional,
        "element": element,
    }
    return block | ({"hint": plain(hint)} if hint else {})


def form(*, grown: bool = False) -> Json:
    """Every kind of field. Only the note and the date are required."""
    blocks = [
        section("*5.2* Review the contract"),
        field(
            "note", "Note", "plain_text_input", optional=False, multiline=True, hint="One or two sentences."
        ),
        field("when", "New date", "datepicker", optional=False),
        field("status", "Status", "static_select", options=STATUSES),
        field(
            "tags", "Tags", "multi_static_select", options=[option("hr", "People"), option("it", "Systems")]
        ),
        field("who", "Who helps", "users_select"),
        field("clock", "At", "timepicker"),
        field(
            "rag",
            "Colour",
            "radio_buttons",
            options=[option("green", "Green"), option("red", "Red", "Needs help")],
        ),
        field("ticks", "Checks", "checkboxes", options=[option("seen", "Seen by the board")]),
        field("url", "Evidence", "url_text_input"),
        field("email", "Copy to", "email_text_input"),
        field("saving", "Saving", "number_input", is_decimal_allowed=False, min_value="0"),
        field("file", "File", "file_input"),
        actions(button("grow", "Ask for a reason")),
    ]
    if grown:
        blocks.insert(3, field("reason", "Reason for the new date", "plain_text_input"))
    base = {"type": "modal", "callback_id": "form", "title": plain("Update 5.2")}
    return {**base, "submit": plain("Save"), "close": plain("Cancel"), "blocks": blocks}


def home(title: str = "Your actions") -> Json:
    return {
        "type": "home",
        "blocks": [{"type": "header", "text": plain(title)}, actions(button("home-go", "Look again"))],
    }
