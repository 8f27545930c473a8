"""What the project's documents name: files, modules, links, and the files of each recipe."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.structure.source import ROOT

TOP = ("bot", "handlers", "models", "sample", "templates", "tests", "benchmarks", "docs")
_CODE = re.compile(r"`([^`\n]+)`")
_FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_PATH = re.compile(rf"(?:{'|'.join(TOP)})/[\w./-]*")
_MODULE = re.compile(rf"(?:{'|'.join(TOP)})(?:\.\w+)+")
_LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)]*)?\)")
_RECIPE = re.compile(r"^### (.+?)\n(.*?)(?=^##|\Z)", re.DOTALL | re.MULTILINE)
_ROW = re.compile(r"^\| `([^`]+)`( \(new\))? \|", re.MULTILINE)


@dataclass(frozen=True)
class RecipeFile:
    """is_new: whoever follows the recipe makes it."""

    path: str
    is_new: bool


@cache
def documents() -> tuple[Path, ...]:
    """Every page a person reads about the project."""
    return (*sorted((ROOT / "docs").rglob("*.md")), *sorted(ROOT.glob("*.md")))


def named_paths(page: str) -> Iterator[str]:
    """The files and folders that a page names in code, without those that a recipe has its reader make."""
    new = {each.path for files in recipes(page).values() for each in files if each.is_new}
    for text in _CODE.findall(_FENCE.sub("", page)):
        if _PATH.fullmatch(text) and text not in new:
            yield text


def named_modules(page: str) -> Iterator[str]:
    """The modules and packages that a page names with dots, perhaps with a name that they define."""
    for text in _CODE.findall(_FENCE.sub("", page)):
        if _MODULE.fullmatch(text):
            yield text


def links(page: str) -> Iterator[str]:
    """Where the links of a page to other files of the project lead."""
    for target in _LINK.findall(page):
        if "://" not in target and not target.startswith("mailto:"):
            yield target


def module_exists(name: str) -> bool:
    """Whether there is such a module or package, or a module that defines the last part of the name."""
    path = ROOT / name.replace(".", "/")
    if path.is_dir() or path.with_suffix(".py").is_file():
        return True
    parent, last = path.parent.with_suffix(".py"), path.name
    return parent.is_file() and re.search(rf"\b{last}\b", parent.read_text(encoding="utf-8")) is not None


def recipes(page: str) -> dict[str, list[RecipeFile]]:
    """The files of each recipe by its title, in order."""
    _, _, after = page.partition("\n## Recipes\n")
    return {
        title: [RecipeFile(path, bool(new)) for path, new in _ROW.findall(body)]
        for title, body in _RECIPE.findall(after)
    }
