"""docs/architecture.md shows the code as it is, and no document names what is not there."""

import re
from pathlib import Path

import pytest

from tests.structure.architecture import Layers, build_pages, draw, read_layers, replace_pictures
from tests.structure.markdown import documents, links, module_exists, named_modules, named_paths
from tests.structure.source import ROOT
from tests.structure.test_names import DIALECT, STORED

PAGE = ROOT / "docs" / "architecture.md"
# The record of the renaming has to say what things were called.
SPEAKS_OF_OLD_NAMES = "0014-standard-names.md"
# What these words also mean in plain English.
PLAIN_ENGLISH = {"told", "spoken", "mornings"}
WALKS = ("### An update", "### A prompt", "### A digest", "### A form")
pages = pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)


def test_the_pictures_are_up_to_date() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == replace_pictures(page, build_pages()), "Run make architecture."


def test_every_room_has_its_line() -> None:
    rooms = {room for layer in read_layers()[0].rooms for room in layer}
    _, _, after = PAGE.read_text(encoding="utf-8").partition("| room |")
    table, _, _ = after.partition("\n\n")
    assert {
        room for row in table.splitlines() for room in re.findall(r"`([\w.]+)`", row.split("|")[1])
    } == rooms


@pytest.mark.parametrize("walk", WALKS)
def test_each_walk_has_numbered_steps_through_real_files(walk: str) -> None:
    _, _, after = PAGE.read_text(encoding="utf-8").partition(walk)
    steps, _, _ = after.partition("\n##")
    assert len(re.findall(r"^\d\. ", steps, re.MULTILINE)) > 3
    named = list(named_paths(steps))
    assert len(named) > 5
    assert [path for path in named if not (ROOT / path).is_file()] == []


@pages
def test_what_a_document_names_is_there(path: Path) -> None:
    page = path.read_text(encoding="utf-8")
    gone = [each for each in named_paths(page) if not (ROOT / each).exists()]
    gone += [each for each in named_modules(page) if not module_exists(each)]
    gone += [each for each in links(page) if not (path.parent / each).exists()]
    assert gone == []


@pages
def test_no_document_speaks_the_dialect(path: Path) -> None:
    if path.name == SPEAKS_OF_OLD_NAMES:
        return
    text = path.read_text(encoding="utf-8")
    words = {word.lower() for word in re.findall(r"[A-Za-z_]+", text)}
    assert words & (DIALECT - STORED - PLAIN_ENGLISH) == set()


def test_decisions_are_numbered_without_a_gap() -> None:
    found = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [int(path.read_text(encoding="utf-8").removeprefix("# ").partition(".")[0]) for path in found]
    assert numbers == [int(path.name[:4]) for path in found] == list(range(1, len(found) + 1))


def test_arrows_that_follow_from_others_are_left_out() -> None:
    layers = Layers("x", (("a",), ("b", "c"), ("d",)))
    rooms = {"a": frozenset("bcd"), "b": frozenset("d"), "c": frozenset[str](), "d": frozenset[str]()}
    arrows = [line.strip() for line in draw(layers, rooms).splitlines() if "-->" in line]
    assert arrows == ["a --> b", "a --> c", "b --> d"]


def test_a_page_without_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="no place"):
        replace_pictures("# A page\n", "pictures")
