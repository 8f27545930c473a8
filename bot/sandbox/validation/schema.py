"""The grammar the tables are written in. Each shape checks a JSON value and says what is wrong where.

The sentences are Slack's own (`must be less than 3001 characters [json-pointer:/blocks/0/text/text]`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Problem:
    message: str
    pointer: str

    def __str__(self) -> str:
        return f"{self.message} [json-pointer:{self.pointer}]"


Problems = Iterator[Problem]


class Shape(Protocol):
    def check(self, value: Any, at: str) -> Problems: ...


@dataclass(frozen=True)
class AnyObject:
    """An object whose contents are the app's own business."""

    def check(self, value: Any, at: str) -> Problems:
        if not isinstance(value, dict):
            yield Problem("must provide an object", at)


@dataclass(frozen=True)
class Text:
    """A string of `shortest` to `longest` characters, one of `choices`, or like `pattern`."""

    longest: int = 3000
    shortest: int = 1
    choices: tuple[str, ...] = ()
    pattern: str = ""

    def check(self, value: Any, at: str) -> Problems:
        if not isinstance(value, str):
            yield Problem("must provide a string", at)
        elif len(value) < self.shortest:
            yield Problem(f"must be more than {self.shortest - 1} characters", at)
        elif len(value) > self.longest:
            yield Problem(f"must be less than {self.longest + 1} characters", at)
        elif self.choices and value not in self.choices:
            yield Problem(f"must be one of: {', '.join(self.choices)}", at)
        elif self.pattern and not re.fullmatch(self.pattern, value):
            yield Problem("does not match the expected format", at)


@dataclass(frozen=True)
class Flag:
    def check(self, value: Any, at: str) -> Problems:
        if not isinstance(value, bool):
            yield Problem("must provide a boolean", at)


@dataclass(frozen=True)
class Number:
    least: int = 0
    most: int = 10**12

    def check(self, value: Any, at: str) -> Problems:
        if isinstance(value, bool) or not isinstance(value, int):
            yield Problem("must provide an integer", at)
        elif not self.least <= value <= self.most:
            yield Problem(f"must be between {self.least} and {self.most}", at)


@dataclass(frozen=True)
class Items:
    """A list of `fewest` to `most` things of one shape."""

    item: Shape
    most: int
    fewest: int = 1

    def check(self, value: Any, at: str) -> Problems:
        if not isinstance(value, list):
            yield Problem("must provide an array", at)
            return
        if len(value) > self.most:
            yield Problem(f"no more than {self.most} items allowed", at)
        if len(value) < self.fewest:
            yield Problem(f"no less than {self.fewest} items allowed", at)
        for index, one in enumerate(value[: self.most]):
            yield from self.item.check(one, f"{at}/{index}")


@dataclass(frozen=True)
class Record:
    """An object with these fields and no others. `one_of`: groups of fields, one of each group is needed."""

    required: Mapping[str, Shape] = field(default_factory=dict)
    optional: Mapping[str, Shape] = field(default_factory=dict)
    one_of: tuple[tuple[str, ...], ...] = ()

    def check(self, value: Any, at: str) -> Problems:
        if not isinstance(value, dict):
            yield Problem("must provide an object", at)
            return
        for name in self.required:
            if value.get(name) is None:
                yield Problem(f"missing required field: {name}", at)
        for group in self.one_of:
            if all(value.get(name) is None for name in group):
                yield Problem(f"missing required field: {' or '.join(group)}", at)
        yield from self._check_fields(value, at)

    def _check_fields(self, value: dict[str, Any], at: str) -> Problems:
        known = {**self.required, **self.optional}
        for name, content in value.items():
            if name not in known:
                yield Problem(f"invalid additional property: {name}", at)
            elif content is not None:
                yield from known[name].check(content, f"{at}/{name}")


@dataclass(frozen=True)
class ByType:
    """An object whose `type` says which shape it must have."""

    kinds: Mapping[str, Shape]

    def check(self, value: Any, at: str) -> Problems:
        if not isinstance(value, dict):
            yield Problem("must provide an object", at)
        elif "type" not in value:
            yield Problem("missing required field: type", at)
        elif not isinstance(value["type"], str) or value["type"] not in self.kinds:
            yield Problem(f"unsupported type: {value['type']}", f"{at}/type")
        else:
            yield from self.kinds[value["type"]].check(value, at)


@dataclass(frozen=True)
class Both:
    """A shape and a further rule on the same value, asked only when the shape holds."""

    shape: Shape
    rule: Shape

    def check(self, value: Any, at: str) -> Problems:
        problems = list(self.shape.check(value, at))
        yield from problems or self.rule.check(value, at)
