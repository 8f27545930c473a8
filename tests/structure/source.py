"""The project's own modules, as syntax trees."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("app.py", "bot", "handlers", "models", "sample")


@dataclass(frozen=True)
class Module:
    """path: from the repository's root, as "bot/errors.py"."""

    path: str
    text: str
    tree: ast.Module

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All nodes of the tree, walked once: a dozen tests look at each of them."""
        return tuple(ast.walk(self.tree))

    @cached_property
    def docstrings(self) -> frozenset[int]:
        """The ids of the nodes that are docstrings."""
        firsts = [
            node.body[0]
            for node in self.nodes
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and node.body
        ]
        return frozenset(
            id(first.value)
            for first in firsts
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
        )


@cache
def product_modules() -> tuple[Module, ...]:
    """Every module of the product but the database's migrations, which never change."""
    return tuple(_modules(PRODUCT))


@cache
def all_modules() -> tuple[Module, ...]:
    """The same with the tests and benchmarks."""
    return (*product_modules(), *_modules(("tests", "benchmarks")))


def _modules(places: tuple[str, ...]) -> Iterator[Module]:
    for place in places:
        path = ROOT / place
        for each in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            name = each.relative_to(ROOT).as_posix()
            if "/migrations/versions/" in name:
                continue
            text = each.read_text(encoding="utf-8")
            yield Module(name, text, ast.parse(text))
