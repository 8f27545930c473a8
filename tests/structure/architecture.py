"""The rooms as pictures, from the import-linter contracts and the real imports, so that they cannot drift.

`python -m tests.structure.architecture docs/architecture.md` writes them between the page's two markers.
"""

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import grimp

from tests.structure.source import ROOT

BEGIN, END = "<!-- pictures: made by make architecture -->", "<!-- end of the pictures -->"
_BLOCK = re.compile(f"{BEGIN}.*?{END}", re.DOTALL)
Edges = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Layers:
    """One contract of the type layers: the rooms of each layer, the highest first."""

    name: str
    rooms: tuple[tuple[str, ...], ...]


def read_layers() -> list[Layers]:
    """The contracts on layers that pyproject.toml holds, in order."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    return [
        Layers(each["name"], tuple(tuple(re.split(r"\s*[|:]\s*", layer)) for layer in each["layers"]))
        for each in settings["contracts"]
        if each["type"] == "layers"
    ]


def build_pages() -> str:
    """What stands between the markers."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    graph = grimp.build_graph(*settings["root_packages"], cache_dir=None)
    pictures = (f"{each.name}:\n\n{draw(each, find_imports(graph, each))}" for each in read_layers())
    return "\n\n".join([BEGIN, *pictures, END])


def find_imports(graph: grimp.ImportGraph, layers: Layers) -> Edges:
    """Which of the rooms each room imports, its modules counted in."""
    rooms = [room for layer in layers.rooms for room in layer]
    found: dict[str, set[str]] = {room: set() for room in rooms}
    for module in graph.modules:
        room = _room_of(module, rooms)
        for imported in graph.find_modules_directly_imported_by(module) if room else ():
            other = _room_of(imported, rooms)
            if room and other and other != room:
                found[room].add(other)
    return {room: frozenset(others) for room, others in found.items()}


def _room_of(module: str, rooms: list[str]) -> str | None:
    return next((room for room in rooms if module == room or module.startswith(f"{room}.")), None)


def draw(layers: Layers, imports: Edges) -> str:
    """The picture in Mermaid: a row for each layer, and the arrows that do not follow from others."""
    return "\n".join(["```mermaid", "flowchart TB", *_boxes(layers), *_arrows(layers, imports), "```"])


def _boxes(layers: Layers) -> Iterator[str]:
    for room in (room for layer in layers.rooms for room in layer):
        yield f'  {_box(room)}["{room}"]'


def _arrows(layers: Layers, imports: Edges) -> Iterator[str]:
    for room in (room for layer in layers.rooms for room in layer):
        implied = {far for near in imports[room] for far in _reachable(near, imports)}
        for other in sorted(imports[room] - implied):
            yield f"  {_box(room)} --> {_box(other)}"


def _reachable(room: str, imports: Edges) -> set[str]:
    """All rooms that it imports through others or by itself."""
    found: set[str] = set()
    waiting = list(imports[room])
    while waiting:
        near = waiting.pop()
        if near not in found:
            found.add(near)
            waiting += imports[near]
    return found


def _box(room: str) -> str:
    return room.replace(".", "_")


def replace_pictures(page: str, pictures: str) -> str:
    """The page with these pictures between its markers. Raises ValueError where it has no such pair."""
    if len(_BLOCK.findall(page)) != 1:
        raise ValueError("The page has no place for the pictures: two comments mark it.")
    return _BLOCK.sub(lambda _: pictures, page)


def main(path: Path) -> None:
    page = path.read_text(encoding="utf-8")
    path.write_text(replace_pictures(page, build_pages()), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
