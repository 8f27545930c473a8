"""Reads recorded requests: a title for each, and its body as JSON."""

import json
from urllib.parse import parse_qs, urlsplit

from bot.sandbox.entities import Json

_ROUTE_TITLES = {"response": "answer by response url", "upload": "file upload", "files": "file download"}


def title_of_call(url: str) -> str:
    """A title for a request of the bot: "chat.postMessage", "file download"."""
    parts = [part for part in urlsplit(url).path.split("/") if part]
    kind = parts[1] if len(parts) > 1 else ""
    return parts[-1] if kind == "api" else _ROUTE_TITLES.get(kind, url)


def title_of_delivery(url: str, fields: Json) -> str:
    """A title for a request to the bot: "/cip at-risk", "button run:0", "form why", "message".

    fields: of its body, as `parse_fields` reads them.
    """
    event, actions, view = fields.get("event"), fields.get("actions"), fields.get("view")
    if "command" in fields:
        return f"{fields['command']} {fields.get('text', '')}".strip()
    if isinstance(actions, list) and actions and isinstance(actions[0], dict):
        return f"button {actions[0].get('action_id', '')}"
    if isinstance(view, dict):
        return f"form {view.get('callback_id', '')}"
    return str(event.get("type", "")) if isinstance(event, dict) else url


def parse_fields(body: str) -> Json:
    """The fields of a form, with JSON in them parsed, or of a JSON body; {} for anything else."""
    try:
        if body.lstrip().startswith("{"):
            fields = json.loads(body)
            return fields if isinstance(fields, dict) else {}
        form = {name: _parse_nested(values[0]) for name, values in parse_qs(body).items()}
    except (ValueError, RecursionError):
        return {}
    payload = form.get("payload")
    return payload if isinstance(payload, dict) else form


def format_json(body: str) -> str:
    """The body as indented JSON; "" where it is neither JSON nor a form."""
    fields = parse_fields(body)
    try:
        return json.dumps(fields, indent=2, ensure_ascii=False) if fields else ""
    except RecursionError:
        return ""


def _parse_nested(value: str) -> object:
    if not value.startswith(("{", "[")):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value
