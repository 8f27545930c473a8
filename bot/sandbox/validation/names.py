"""Names that must be unique: block ids within a surface, action ids within a block."""

from bot.sandbox.entities import Json
from bot.sandbox.validation.shapes import Problem, Problems


def check_names(blocks: list[Json], at: str) -> Problems:
    """Asked of blocks that already have their shapes right."""
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        name = block.get("block_id")
        if name is not None and name in seen:
            yield Problem(f"`block_id` {name} already exists", f"{at}/{index}/block_id")
        seen.add(name or "")
        yield from _check_actions(block, f"{at}/{index}")


def _check_actions(block: Json, at: str) -> Problems:
    seen: set[str] = set()
    for index, element in enumerate(block.get("elements", []) if block["type"] == "actions" else []):
        name = element.get("action_id")
        if name is not None and name in seen:
            pointer = f"{at}/elements/{index}/action_id"
            yield Problem(f"`action_id` {name} already exists for another element in this block", pointer)
        seen.add(name or "")
