"""The project's own modules, as syntax trees."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("app.py", "bot", "handlers", "models", "sample")


@dataclass(frozen=True)
class Module:
    """path: from the repository's root, as "bot/errors.py"."""

    path: str
    text: str
    tree: ast.Module


@cache
def product_modules() -> tuple[Module, ...]:
    """Every module of the product but the database's migrations, which never change."""
    return tuple(_modules(PRODUCT))


@cache
def all_modules() -> tuple[Module, ...]:
    """The same with the tests and benchmarks."""
    return tuple(_modules((*PRODUCT, "tests", "benchmarks")))


def _modules(places: tuple[str, ...]) -> Iterator[Module]:
    for place in places:
        path = ROOT / place
        for each in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            name = each.relative_to(ROOT).as_posix()
            if "/migrations/versions/" in name:
                continue
            text = each.read_text(encoding="utf-8")
            yield Module(name, text, ast.parse(text))


def docstrings(tree: ast.Module) -> set[int]:
    """The ids of the nodes that are docstrings."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                found.add(id(first.value))
    return found
