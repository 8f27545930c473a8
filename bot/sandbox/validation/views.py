"""May this view be shown? RefusedError with Slack's code when it may not.

Limits: docs.slack.dev, reference/views.
"""

import json
from typing import Any

from bot.sandbox.entities import Json
from bot.sandbox.errors import RefusedError
from bot.sandbox.validation.blocks import IN_VIEWS
from bot.sandbox.validation.messages import as_messages
from bot.sandbox.validation.names import check_names
from bot.sandbox.validation.objects import TYPE, plain
from bot.sandbox.validation.shapes import ByType, Flag, Problem, Problems, Record, Shape, Text

VIEW_BYTES = 250_000

_SHARED: dict[str, Shape] = {
    "private_metadata": Text(3000, 0),
    "callback_id": Text(255, 0),
    "external_id": Text(255, 0),
}
_MODAL = Record(
    {"type": TYPE, "title": plain(24), "blocks": IN_VIEWS},
    {
        **_SHARED,
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": Flag(),
        "notify_on_close": Flag(),
        "submit_disabled": Flag(),
    },
)
_HOME = Record({"type": TYPE, "blocks": IN_VIEWS}, _SHARED)


def check_view(view: Any, kind: str, at: str = "/view") -> Json:
    """Pass a good view through. `kind`: modal or home."""
    if not isinstance(view, dict):
        raise RefusedError("invalid_arguments", [f"[ERROR] must provide an object [json-pointer:{at}]"])
    if len(json.dumps(view)) > VIEW_BYTES:
        raise RefusedError("view_too_large")
    shape = ByType({"modal": _MODAL} if kind == "modal" else {"home": _HOME})
    problems = list(shape.check(view, at)) or list(_check_form(view, at))
    if problems:
        raise RefusedError("invalid_arguments", as_messages(problems))
    return view


def _check_form(view: Json, at: str) -> Problems:
    yield from check_names(view["blocks"], f"{at}/blocks")
    if (
        view["type"] == "modal"
        and not view.get("submit")
        and any(b["type"] == "input" for b in view["blocks"])
    ):
        yield Problem("missing required field: submit", at)
    focused = sum(
        bool(element.get("focus_on_load"))
        for block in view["blocks"]
        for element in (block.get("element"), block.get("accessory"), *block.get("elements", []))
        if isinstance(element, dict)
    )
    if focused > 1:
        yield Problem("only one element may have focus_on_load", f"{at}/blocks")
