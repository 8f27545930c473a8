"""How much of a message something takes up: the length of its JSON."""

import json
from typing import Any

from bot.rendering.limits import units


def json_units(value: Any) -> int:
    return units(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
