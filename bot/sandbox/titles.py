"""What a request between bot and workspace was, in short, and its body as a person can read it."""

import json
from urllib.parse import parse_qs, urlsplit

from bot.sandbox.records import Json

_PLACES = {"response": "answer by response url", "upload": "file upload", "files": "file download"}


def title_of_call(address: str) -> str:
    """What the bot asked of the workspace: "chat.postMessage", "file download"."""
    parts = [part for part in urlsplit(address).path.split("/") if part]
    kind = parts[1] if len(parts) > 1 else ""
    return parts[-1] if kind == "api" else _PLACES.get(kind, address)


def title_of_delivery(address: str, fields: Json) -> str:
    """What the workspace told the bot: "/cip at-risk", "button run:0", "form why", "message"."""
    event, actions, view = fields.get("event"), fields.get("actions"), fields.get("view")
    if "command" in fields:
        return f"{fields['command']} {fields.get('text', '')}".strip()
    if isinstance(actions, list) and actions and isinstance(actions[0], dict):
        return f"button {actions[0].get('action_id', '')}"
    if isinstance(view, dict):
        return f"form {view.get('callback_id', '')}"
    return str(event.get("type", "")) if isinstance(event, dict) else address


def fields_of(body: str) -> Json:
    """A form's fields, with the JSON that stands in them, or a JSON body; {} for anything else."""
    try:
        if body.lstrip().startswith("{"):
            found = json.loads(body)
            return found if isinstance(found, dict) else {}
        form = {name: _inside(values[0]) for name, values in parse_qs(body).items()}
    except (ValueError, RecursionError):
        return {}
    payload = form.get("payload")
    return payload if isinstance(payload, dict) else form


def readable(body: str) -> str:
    """The body as indented JSON, where it is JSON or a form; "" where it cannot be read so."""
    fields = fields_of(body)
    try:
        return json.dumps(fields, indent=2, ensure_ascii=False) if fields else ""
    except RecursionError:
        return ""


def _inside(value: str) -> object:
    if not value.startswith(("{", "[")):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value
