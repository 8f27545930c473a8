"""Names are the field's own: none of an earlier dialect, and no class name for two things."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator

from tests.structure.source import Module, all_modules, product_modules

# Words that stood for something that has a standard name; docs/architecture.md gives the standard ones.
DIALECT = {
    "beneath", "diary", "door", "doors", "journey", "journeys", "ladder", "ladders", "lane", "lanes",
    "mornings", "nursery", "postman", "residents", "rung", "rungs", "shelf", "shelves", "spoken", "told",
    "town", "towns", "untimely", "village",
}  # fmt: skip
# Names of stored columns and of what was stored, which outlive any renaming.
STORED = {"ladder", "ladder_since", "lane", "rung", "told_at"}
PARTICIPLES = {
    "among", "asked", "found", "given", "held", "kept", "known", "made", "named", "said", "shown", "taken",
    "told", "took", "was_kept",
}  # fmt: skip
_PARTS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")


def parts_of(name: str) -> set[str]:
    """The words of a name: of "_ReadingRoom" they are reading and room."""
    return {part.lower() for part in _PARTS.findall(name)}


def defined_names(module: Module) -> Iterator[tuple[int, str]]:
    """The line and name of all that the module defines: classes, functions, parameters, fields, variables."""
    for part in module.path.removesuffix(".py").split("/"):
        yield 1, part
    for node in module.nodes:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id if isinstance(node, ast.Name) else node.attr


def prose(module: Module) -> Iterator[tuple[int, str]]:
    """The line and words of each docstring and comment."""
    wanted = module.docstrings
    for node in module.nodes:
        if id(node) in wanted and isinstance(node, ast.Constant):
            yield node.lineno, str(node.value)
    for number, line in enumerate(module.text.splitlines(), 1):
        if line.lstrip().startswith("#"):
            yield number, line


def test_nothing_is_named_in_the_dialect() -> None:
    found = [
        f"{module.path}:{line}: {name}"
        for module in all_modules()
        for line, name in defined_names(module)
        if parts_of(name) & DIALECT and name not in STORED
    ]
    assert found == []


def test_no_docstring_speaks_the_dialect() -> None:
    found = [
        f"{module.path}:{line}: {sorted(words)}"
        for module in product_modules()
        for line, text in prose(module)
        if (words := {word.lower() for word in re.findall(r"[A-Za-z_]+", text)} & DIALECT - STORED)
    ]
    assert found == []


def test_functions_are_named_by_what_they_do() -> None:
    found = [
        f"{module.path}:{node.lineno}: {node.name}"
        for module in product_modules()
        for node in module.nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.strip("_") in PARTICIPLES
    ]
    assert found == []


def test_no_class_name_stands_for_two_things() -> None:
    places = defaultdict(list)
    for module in product_modules():
        for node in module.nodes:
            if isinstance(node, ast.ClassDef):
                places[node.name].append(module.path)
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def test_the_words_of_a_name() -> None:
    assert parts_of("_ReadingRoom") == {"reading", "room"}
    assert parts_of("told_at") == {"told", "at"}
    assert parts_of("HTTPServer2") == {"http", "server", "2"}
