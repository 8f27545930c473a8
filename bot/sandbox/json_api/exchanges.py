"""Exchanges as the page shows them."""

import json
from urllib.parse import parse_qs, urlsplit

from bot.sandbox.records import Json
from bot.sandbox.wire import Exchange, Wire
from bot.sandbox.words import clock_time

AT_ONCE = 200
_PLACES = {"response": "answer by response url", "upload": "file upload", "files": "file download"}


def page_of(wire: Wire, after: int) -> Json:
    """What was recorded after that number, newest last; at most 200, the rest with the next request.

    missed: some of what came after it is not kept any more.
    """
    newer = [one for one in wire.all() if one.number > after]
    given = newer[:AT_ONCE]
    first = given[0].number if given else wire.latest + 1
    return {
        "exchanges": [_shown(one) for one in given],
        "latest": given[-1].number if given else wire.latest,
        "more": len(newer) > len(given),
        "missed": bool(after) and after + 1 < first,
    }


def _shown(one: Exchange) -> Json:
    local = one.at.astimezone()
    path = urlsplit(one.address)
    return {
        "n": one.number,
        "at_iso": local.isoformat(),
        "at_words": f"{clock_time(local)} and {local.second} seconds",
        "direction": "to the workspace" if one.direction == "from the bot" else one.direction,
        "title": title_of(one),
        "method": one.method,
        "path": path.path + (f"?{path.query}" if path.query else ""),
        "headers": one.headers,
        "body": one.body,
        "status": one.status,
        "response_headers": one.answer_headers,
        "response": one.answer,
        "milliseconds": one.milliseconds,
    }


def title_of(one: Exchange) -> str:
    """In short, what the request was: "/cip at-risk", "chat.postMessage", "button run:0"."""
    if one.direction == "from the bot":
        parts = [part for part in urlsplit(one.address).path.split("/") if part]
        kind = parts[1] if len(parts) > 1 else ""
        return parts[-1] if kind == "api" else _PLACES.get(kind, one.address)
    return _title_of_payload(_payload(one.body)) or one.address


def _payload(body: str) -> Json:
    """A form's fields, or the JSON it holds; {} for what cannot be read, such as a body that was cut."""
    try:
        if body.startswith("{"):
            found = json.loads(body)
        else:
            form = {name: values[0] for name, values in parse_qs(body).items()}
            found = json.loads(form["payload"]) if "payload" in form else form
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _title_of_payload(payload: Json) -> str:
    if "command" in payload:
        return f"{payload['command']} {payload.get('text', '')}".strip()
    if payload.get("actions"):
        return f"button {payload['actions'][0].get('action_id', '')}"
    if "view" in payload:
        return f"form {payload['view'].get('callback_id', '')}"
    event = payload.get("event")
    return str(event.get("type", "")) if isinstance(event, dict) else ""
