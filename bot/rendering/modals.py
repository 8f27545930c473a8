"""Forms. Their words stand in templates, as those of messages do."""

from typing import Any

from bot.messages import SayWhy
from bot.rendering import document as d
from bot.rendering import limits
from bot.rendering.blocks import Names, blocks_of, plain
from bot.rendering.slack import Renderer

TITLE = 24
METADATA = 3_000


def why_view(renderer: Renderer, ref: str, private_metadata: str, title: str = "") -> dict[str, Any]:
    """The form "Say why", for views.open. title: the action's own, "" when it is not known.

    The submission carries callback_id "why" and the note at values["note"]["note"]. private_metadata comes
    back as it was given; ValueError when it is longer than the platform takes.
    """
    if limits.units(private_metadata) > METADATA:
        raise ValueError("private_metadata is longer than 3,000 characters")
    document = renderer.document(SayWhy(ref, title))
    names = Names()
    blocks = [
        block for part in document.parts if not isinstance(part, d.Heading) for block in _blocks(part, names)
    ]
    return {
        "type": "modal",
        "callback_id": "why",
        "private_metadata": private_metadata,
        "title": plain(document.heading, TITLE),
        "submit": plain("Save", TITLE),
        "close": plain("Cancel", TITLE),
        "blocks": blocks,
    }


def _blocks(part: d.Part, names: Names) -> list[dict[str, Any]]:
    return [_input(part)] if isinstance(part, d.Question) else list(blocks_of(part, names))


def _input(part: d.Question) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": part.name,
        "label": plain(part.label, limits.HEADER),
        "hint": plain(part.hint, limits.HEADER),
        "element": {
            "type": "plain_text_input",
            "action_id": part.name,
            "multiline": True,
            "max_length": part.longest,
            "focus_on_load": True,
        },
    }
