"""Exchanges as the page shows them."""

from urllib.parse import urlsplit

from bot.sandbox.entities import Json
from bot.sandbox.time_travel import clock_time
from bot.sandbox.traffic import Exchange, Wire

AT_ONCE = 200


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
        "title": one.title,
        "method": one.method,
        "path": path.path + (f"?{path.query}" if path.query else ""),
        "headers": one.headers,
        "body": one.body,
        "readable": one.readable,
        "status": one.status,
        "response_headers": one.answer_headers,
        "response": one.answer,
        "milliseconds": one.milliseconds,
    }
