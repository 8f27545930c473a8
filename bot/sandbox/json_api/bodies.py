"""What the page's requests hold, read with a sentence for whatever is missing."""

from typing import Any

from bot.sandbox.entities import Channel, Json
from bot.sandbox.json_api.picture import Picture
from bot.sandbox.local_only import PageError


def text_of(body: Json, name: str) -> str:
    value: Any = body.get(name)
    if not isinstance(value, str):
        raise PageError(f"The request lacks {name}.")
    return value


def number_of(body: Json, name: str, default: int, most: int) -> int:
    """A whole number from 1 to `most`."""
    value: Any = body.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise PageError(f"{name.capitalize()} must be a whole number from 1 to {most}.")
    return value


def values_of(body: Json) -> Json:
    values = body.get("values") or {}
    if not isinstance(values, dict):
        raise PageError("The form could not be read.")
    return values


def open_channel(picture: Picture, channel_id: str) -> Channel:
    """A conversation of the person's that can be written in."""
    channel = picture.channel(channel_id)
    if channel.is_archived:
        raise PageError("This channel is archived. Nobody can write in it any more.", 409)
    return channel
