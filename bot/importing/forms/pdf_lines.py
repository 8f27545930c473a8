"""The lines between a PDF's tables, as paragraphs that know whether they are headings."""

from collections import Counter
from collections.abc import Sequence

from bot.importing.forms.pdf_grids import SetGrid
from bot.importing.forms.pdf_joining import SetPart, cell_lines
from bot.importing.forms.pdf_text import SetLine, unwrapped, wraps
from bot.importing.layout.parts import RUNNING_TEXT, TITLE, Line

_LARGER = 1.15
_LONGEST_HEADING = 200
_BOLD_LEVEL = 9
_LOWEST_LEVEL = 8
_GAP = 1.0


class Levels:
    """Which letters are those of headings: larger than most, or bold."""

    def __init__(self, parts: Sequence[SetPart]) -> None:
        lines = [part for part in parts if isinstance(part, SetLine)]
        grids = [part for part in parts if isinstance(part, SetGrid)]
        sizes: Counter[float] = Counter()
        for line in [*lines, *(each for cell in cell_lines(grids) for each in cell)]:
            sizes[_size(line)] += len(line.text)
        usual = sizes.most_common(1)[0][0] if sizes else 0.0
        self._larger = sorted({_size(line) for line in lines if _size(line) > usual * _LARGER}, reverse=True)
        self._title = self._larger[0] if self._larger and _is_of_title(parts, self._larger[0]) else None

    def of(self, line: SetLine) -> int:
        size = _size(line)
        if len(line.text) > _LONGEST_HEADING:
            return RUNNING_TEXT
        if size == self._title:
            return TITLE
        if size in self._larger:
            return min(self._larger.index(size) + 1, _LOWEST_LEVEL)
        return _BOLD_LEVEL if line.bold else RUNNING_TEXT


def paragraphs_of(lines: Sequence[tuple[SetLine, str]], levels: Levels, *, blanks: bool) -> list[Line]:
    """Put the lines that stand together into paragraphs. lines: each with where it stands."""
    limit = max((line.x1 for line, _ in lines), default=0.0)
    found: list[list[SetLine]] = []
    spots: list[str] = []
    for line, spot in lines:
        if found and _belongs(found[-1][-1], line, limit, blanks=blanks):
            found[-1].append(line)
        else:
            found.append([line])
            spots.append(spot)
    return [
        Line(unwrapped(each, limit, blanks=blanks), levels.of(each[0]), spot)
        for each, spot in zip(found, spots, strict=True)
    ]


def _belongs(above: SetLine, line: SetLine, limit: float, *, blanks: bool) -> bool:
    is_near = 0 <= line.top - above.bottom < _GAP * above.size
    return is_near and _size(above) == _size(line) and wraps(above, line, limit, blanks=blanks)


def _is_of_title(parts: Sequence[SetPart], size: float) -> bool:
    """A title stands above all tables, and no other words are as large."""
    first_grid = next((place for place, part in enumerate(parts) if isinstance(part, SetGrid)), len(parts))
    large = [place for place, part in enumerate(parts) if isinstance(part, SetLine) and _size(part) == size]
    return max(large) < first_grid and max(large) - min(large) < len(large)


def _size(line: SetLine) -> float:
    return round(line.size * 2) / 2
