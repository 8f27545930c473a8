"""Sentences stand in templates and in errors, and every call of one fits its macro."""

import ast
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from jinja2 import nodes

from bot.sentences import FILTERS, FOLDER, SUFFIX
from bot.templating import TEMPLATES, build_environment
from tests.structure.source import Module, product_modules

MAX_SENTENCES = 99
# What is no part of what the bot says: made-up data, examples of messages, and descriptions of metrics.
NOT_SAID = (
    "sample/",
    "bot/messages/",
    "bot/metrics.py",
    "bot/sandbox/",
    "models/check.py",
    "bot/rendering/check.py",
)
MIN_WORDS = 4
_WORD = re.compile(r"[A-Za-z\u2019']+")
_END = re.compile('[.?!:]\\s*["\u201d]?\\s*$')


def is_sentence(text: str) -> bool:
    """Four words or more that end as a sentence does, or five that begin with a capital."""
    words = len(_WORD.findall(text))
    if words < MIN_WORDS or re.search(r"[a-z] [a-z]", text) is None:
        return False
    return bool(_END.search(text)) or (text[:1].isupper() and words > MIN_WORDS)


def sentences_of(module: Module) -> Iterator[tuple[int, str]]:
    """The line and text of each sentence in the code that is no docstring and no part of a raised error."""
    skipped = set(module.docstrings)
    for node in module.nodes:
        if isinstance(node, ast.Raise) and node.exc is not None:
            skipped |= {id(each) for each in ast.walk(node.exc)}
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(each) for each in node.values}
    for node in module.nodes:
        text = _text(node)
        if text is not None and id(node) not in skipped and is_sentence(text):
            yield node.lineno, text  # type: ignore[attr-defined] # _text takes expressions only


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(each.value) if isinstance(each, ast.Constant) else "{}" for each in node.values)
    return None


def test_few_sentences_stand_in_the_code() -> None:
    found = Counter(
        module.path
        for module in product_modules()
        if not module.path.startswith(NOT_SAID)
        for _ in sentences_of(module)
    )
    assert found.total() <= MAX_SENTENCES, found.most_common(20)


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ('x = "The file holds no table."', 1),
        ('x = f"{ref} has no owner yet."', 1),
        ('x = "in-progress"', 0),
        ('raise ValueError("The file holds no table.")', 0),
        ('def f():\n    """The file holds no table."""', 0),
    ],
)
def test_what_counts_as_a_sentence(code: str, count: int) -> None:
    assert len(list(sentences_of(Module("x.py", code, ast.parse(code))))) == count


def _macros() -> dict[str, tuple[set[str], set[str]]]:
    """The arguments each macro needs, and all that it takes, by "room.name"."""
    environment = build_environment(FOLDER, autoescape=False, filters=FILTERS)
    found = {}
    for path in (TEMPLATES / FOLDER).glob(f"*{SUFFIX}"):
        parsed = environment.parse(path.read_text(encoding="utf-8"))
        for macro in parsed.find_all(nodes.Macro):
            names = [each.name for each in macro.args]
            needed = names[: len(names) - len(macro.defaults)]
            found[f"{path.name.removesuffix(SUFFIX)}.{macro.name}"] = (set(needed), set(names))
    return found


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for module in product_modules():
        for node in module.nodes:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "sentence":
                yield f"{module.path}:{node.lineno}", node


def test_every_call_fits_its_macro() -> None:
    macros, wrong = _macros(), []
    for where, call in _calls():
        key = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
        given = {each.arg for each in call.keywords}
        if not isinstance(key, str) or len(call.args) != 1 or None in given:
            wrong.append(f"{where}: give the key as text, and the facts by name")
        elif key not in macros:
            wrong.append(f"{where}: there is no sentence {key}")
        elif not macros[key][0] <= given <= macros[key][1]:
            wrong.append(f"{where}: {key} takes {sorted(macros[key][1])}")
    assert wrong == []


def test_every_macro_is_used() -> None:
    used = {
        call.args[0].value for _, call in _calls() if call.args and isinstance(call.args[0], ast.Constant)
    }
    unused = {key for key in _macros() if not key.rpartition(".")[2].startswith("_")} - used
    assert unused == set()
