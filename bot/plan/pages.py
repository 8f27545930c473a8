"""Long lists, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

PAGE_SIZE = 10

T = TypeVar("T")


@dataclass(frozen=True)
class Page:
    """One page of a list. number: counted from 1. count: how many pages there are, 1 for an empty list.
    size: entries on a full page.
    """

    number: int
    count: int
    size: int

    @property
    def offset(self) -> int:
        """How many entries come before this page."""
        return (self.number - 1) * self.size

    def entries(self, every: Sequence[T]) -> Sequence[T]:
        """Those of the whole list that are on this page."""
        return every[self.offset : self.offset + self.size]


def select_page(requested: int, total: int, size: int = PAGE_SIZE) -> Page:
    """The page with this number of a list of `total` entries; the nearest where there is none."""
    count = max(1, -(-total // size))
    return Page(min(max(1, requested), count), count, size)
