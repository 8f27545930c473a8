"""Lists as few sections: as many items in each as it takes."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.rendering import document as d
from bot.rendering import limits
from bot.rendering.mrkdwn import fitted
from bot.rendering.sizes import json_units

_BULLET = "• "


@dataclass(frozen=True)
class Packed:
    """taken: how many items are in the text; 0 when not even the first fits."""

    text: str
    taken: int


@dataclass(frozen=True)
class Lines:
    """The items of a list as mrkdwn. Items of several lines are set apart by an empty one."""

    items: tuple[str, ...]
    separator: str

    @classmethod
    def of(cls, part: d.Items) -> "Lines":
        loose = any(isinstance(inline, d.Break) for item in part.items for inline in item)
        items = tuple(_bullet(item, loose=loose) + fitted(item, limits.ITEM) for item in part.items)
        return cls(items, "\n\n" if loose else "\n")

    def packed(self, title: str, start: int, room: int) -> Packed:
        """The title and the items from `start` on, as many as fit one section and `room` units of JSON."""
        parts = [title] if title else []
        length, size = limits.units(title), json_units(title)
        for item in self.items[start:]:
            gap = self.separator if len(parts) > bool(title) else "\n"
            length += limits.units(gap + item)
            size += json_units(gap + item)
            if length > limits.SECTION or size > room:
                break
            parts += [gap if parts else "", item]
        return self._joined(parts, titled=bool(title))

    @staticmethod
    def _joined(parts: Sequence[str], *, titled: bool) -> Packed:
        taken = (len(parts) - titled) // 2
        return Packed("".join(parts) if taken else "", taken)


def _bullet(item: d.Inlines, *, loose: bool) -> str:
    """A colour's shape is a bullet of its own."""
    return "" if loose or (item and isinstance(item[0], d.Mark)) else _BULLET
