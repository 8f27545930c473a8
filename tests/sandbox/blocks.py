"""Small blocks for the tests."""

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(text: str = "Words", **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(action_id: str = "go", text: str = "Go", **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def option(value: str, text: str = "Option") -> Json:
    return {"text": plain(text), "value": value}


def select(action_id: str = "pick", *values: str, **more: Any) -> Json:
    options = [option(value) for value in values or ("a", "b")]
    return {"type": "static_select", "action_id": action_id, "options": options, **more}


def field(block_id: str = "note", element: Json | None = None, **more: Any) -> Json:
    typed = {"type": "plain_text_input", "action_id": block_id}
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain("Note"),
        "element": element or typed,
        **more,
    }


def modal(*blocks: Json, **more: Any) -> Json:
    shown = list(blocks) or [field()]
    base: Json = {"type": "modal", "callback_id": "form", "title": plain("Update"), "submit": plain("Save")}
    return {**base, "blocks": shown, **more}


def home(*blocks: Json) -> Json:
    return {"type": "home", "blocks": list(blocks) or [section()]}
