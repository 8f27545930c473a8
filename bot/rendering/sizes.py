"""How much of a message something takes up: the length of its JSON."""

import json
from typing import Any

from bot.rendering.limits import units

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def json_units(value: Any) -> int:
    return units(_JSON.encode(value))
