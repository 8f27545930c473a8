"""Finding what a person can act on in a list of blocks."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.sandbox.records import Json


@dataclass(frozen=True)
class Found:
    """An element and the name of the block it stands in."""

    element: Json
    block_id: str
    in_input: bool = False

    @property
    def action_id(self) -> str:
        return str(self.element.get("action_id", ""))


def interactive(blocks: list[Json]) -> Iterator[Found]:
    """Every interactive element, in reading order."""
    for block in blocks:
        name = block.get("block_id", "")
        if block.get("type") == "section" and "action_id" in block.get("accessory", {}):
            yield Found(block["accessory"], name)
        elif block.get("type") in ("actions", "context_actions"):
            yield from (Found(element, name) for element in block.get("elements", []))
        elif block.get("type") == "input":
            yield Found(block.get("element", {}), name, in_input=True)


def find(blocks: list[Json], action_id: str, block_id: str | None = None) -> Found | None:
    for found in interactive(blocks):
        if found.action_id == action_id and block_id in (None, found.block_id):
            return found
    return None
