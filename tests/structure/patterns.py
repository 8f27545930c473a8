"""Every regular expression of the product, and how it is used."""

import ast
import builtins
import importlib
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

from tests.structure.source import Module, product_modules

ANCHORED = {"match", "fullmatch"}
# Used in a way that the source does not tell.
UNKNOWN = frozenset({"search", "fullmatch", "match"})
_FUNCTIONS = {*ANCHORED, "compile", "search", "sub", "subn", "split", "findall", "finditer"}
_MAX_DEPTH = 3


@dataclass(frozen=True)
class UsedPattern:
    """where: "bot/plan/refs.py: _QUERY", or with a line. uses: the methods of re.Pattern called on it."""

    where: str
    pattern: str | bytes
    flags: int
    uses: frozenset[str]

    @property
    def compiled(self) -> re.Pattern[Any]:
        is_text = isinstance(self.pattern, str)
        return re.compile(self.pattern, self.flags & ~re.UNICODE if is_text else self.flags)


class _Names(dict[str, Any]):
    """A module's names. What a function's own names stand for is not known: a letter is as good as any."""

    def __missing__(self, name: str) -> Any:
        return getattr(builtins, name, "x")


@cache
def used_patterns() -> tuple[UsedPattern, ...]:
    return tuple(dict.fromkeys(each for module in product_modules() for each in _patterns_of(module)))


def _patterns_of(module: Module) -> Iterator[UsedPattern]:
    if module.path == "models/migrations/env.py":
        return
    loaded = importlib.import_module(_dotted(module))
    yield from _named_patterns(module, loaded)
    yield from _written_patterns(module, loaded)


def _dotted(module: Module) -> str:
    return module.path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def _named_patterns(module: Module, loaded: ModuleType) -> Iterator[UsedPattern]:
    for name, value in vars(loaded).items():
        if isinstance(value, re.Pattern):
            if _assigns(module, name):
                uses = frozenset(_uses_by_name().get((_dotted(module), name), ())) or UNKNOWN
                yield UsedPattern(f"{module.path}: {name}", value.pattern, value.flags, uses)
        else:
            for each in _compiled_in(value):
                yield UsedPattern(f"{module.path}: {name}", each.pattern, each.flags, UNKNOWN)


def _assigns(module: Module, name: str) -> bool:
    return any(
        isinstance(target, ast.Name) and target.id == name
        for node in module.tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    )


def _compiled_in(value: Any, depth: int = 0) -> Iterator[re.Pattern[Any]]:
    """The patterns in containers, in objects of the product and on its classes."""
    if isinstance(value, re.Pattern):
        yield value
    elif depth > _MAX_DEPTH:
        return
    elif isinstance(value, dict):
        for each in (*value.keys(), *value.values()):
            yield from _compiled_in(each, depth + 1)
    elif isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from _compiled_in(each, depth + 1)
    elif _is_ours(value):
        for each in list(vars(value).values()):
            yield from _compiled_in(each, depth + 1)


def _is_ours(value: Any) -> bool:
    name = getattr(value if isinstance(value, type) else type(value), "__module__", "") or ""
    return hasattr(value, "__dict__") and name.partition(".")[0] in {"bot", "handlers", "sample", "app"}


@cache
def _uses_by_name() -> dict[tuple[str, str], set[str]]:
    """By the module and name of what may be a pattern: the methods called on it anywhere in the product."""
    uses: dict[tuple[str, str], set[str]] = defaultdict(set)
    for module in product_modules():
        owners = {
            each.asname or each.name: (node.module or "", each.name)
            for node in module.nodes
            if isinstance(node, ast.ImportFrom)
            for each in node.names
        }
        methods = {
            id(node.value): node.attr
            for node in module.nodes
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        }
        for node in module.nodes:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                owner = owners.get(node.id, (_dotted(module), node.id))
                uses[owner] |= {methods[id(node)]} if id(node) in methods else UNKNOWN
    return uses


def _written_patterns(module: Module, loaded: ModuleType) -> Iterator[UsedPattern]:
    """Those given to a function of `re` where they are used, or compiled in a function."""
    named = {id(node) for top in module.tree.body if isinstance(top, ast.Assign) for node in ast.walk(top)}
    for node in module.nodes:
        if not isinstance(node, ast.Call) or id(node) in named or not _is_of_re(node.func) or not node.args:
            continue
        names = _Names({**vars(loaded), "re": re})
        pattern = _evaluate(node.args[0], names)
        assert isinstance(pattern, str | bytes), f"{module.path}:{node.lineno}: what is this pattern?"
        flags = re.compile(pattern, _flags_of(node, names)).flags
        method = node.func.attr  # type: ignore[attr-defined]
        uses = UNKNOWN if method == "compile" else frozenset({method})
        yield UsedPattern(f"{module.path}:{node.lineno}", pattern, flags, uses)


def _is_of_re(function: ast.expr) -> bool:
    return (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.value.id == "re"
        and function.attr in _FUNCTIONS
    )


def _evaluate(node: ast.expr, names: _Names) -> Any:
    try:
        return eval(compile(ast.Expression(node), "pattern", "eval"), {"__builtins__": {}}, names)
    except (AttributeError, TypeError, NameError):
        return "x"


def _flags_of(node: ast.Call, names: _Names) -> int:
    places = {"compile": 1, "match": 2, "fullmatch": 2, "search": 2, "findall": 2, "finditer": 2}
    index = places.get(node.func.attr, sys.maxsize)  # type: ignore[attr-defined]
    given = [each.value for each in node.keywords if each.arg == "flags"] + node.args[index : index + 1]
    flags = _evaluate(given[0], names) if given else 0
    return int(flags) if isinstance(flags, int) else 0
