"""Schemas for JSON values. Each checks a value and yields what is wrong, with a JSON pointer.

The sentences are Slack's own (`must be less than 3001 characters [json-pointer:/blocks/0/text/text]`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.plan.wording import join_words


@dataclass(frozen=True)
class Violation:
    message: str
    pointer: str

    def __str__(self) -> str:
        return f"{self.message} [json-pointer:{self.pointer}]"


Violations = Iterator[Violation]


class Schema(Protocol):
    def check(self, value: Any, pointer: str) -> Violations: ...


@dataclass(frozen=True)
class AnyObject:
    """An object with any content."""

    def check(self, value: Any, pointer: str) -> Violations:
        if not isinstance(value, dict):
            yield Violation("must provide an object", pointer)


@dataclass(frozen=True)
class StringSchema:
    """A string of `min_length` to `max_length` characters; with `choices`, one of them; with `pattern`, a
    full match.
    """

    max_length: int = 3000
    min_length: int = 1
    choices: tuple[str, ...] = ()
    pattern: str = ""

    def check(self, value: Any, pointer: str) -> Violations:
        if not isinstance(value, str):
            yield Violation("must provide a string", pointer)
        elif len(value) < self.min_length:
            yield Violation(f"must be more than {self.min_length - 1} characters", pointer)
        elif len(value) > self.max_length:
            yield Violation(f"must be less than {self.max_length + 1} characters", pointer)
        elif self.choices and value not in self.choices:
            yield Violation(f"must be one of: {', '.join(self.choices)}", pointer)
        elif self.pattern and not re.fullmatch(self.pattern, value):
            yield Violation("does not match the expected format", pointer)


@dataclass(frozen=True)
class BooleanSchema:
    def check(self, value: Any, pointer: str) -> Violations:
        if not isinstance(value, bool):
            yield Violation("must provide a boolean", pointer)


@dataclass(frozen=True)
class IntegerSchema:
    minimum: int = 0
    maximum: int = 10**12

    def check(self, value: Any, pointer: str) -> Violations:
        if isinstance(value, bool) or not isinstance(value, int):
            yield Violation("must provide an integer", pointer)
        elif not self.minimum <= value <= self.maximum:
            yield Violation(f"must be between {self.minimum} and {self.maximum}", pointer)


@dataclass(frozen=True)
class ArraySchema:
    """A list of `min_items` to `max_items` values of one schema."""

    item: Schema
    max_items: int
    min_items: int = 1

    def check(self, value: Any, pointer: str) -> Violations:
        if not isinstance(value, list):
            yield Violation("must provide an array", pointer)
            return
        if len(value) > self.max_items:
            yield Violation(f"no more than {self.max_items} items allowed", pointer)
        if len(value) < self.min_items:
            yield Violation(f"no less than {self.min_items} items allowed", pointer)
        for index, one in enumerate(value[: self.max_items]):
            yield from self.item.check(one, f"{pointer}/{index}")


@dataclass(frozen=True)
class ObjectSchema:
    """An object with these fields and no others. one_of: groups of fields; one of each group is required."""

    required: Mapping[str, Schema] = field(default_factory=dict)
    optional: Mapping[str, Schema] = field(default_factory=dict)
    one_of: tuple[tuple[str, ...], ...] = ()

    def check(self, value: Any, pointer: str) -> Violations:
        if not isinstance(value, dict):
            yield Violation("must provide an object", pointer)
            return
        for name in self.required:
            if value.get(name) is None:
                yield Violation(f"missing required field: {name}", pointer)
        for group in self.one_of:
            if all(value.get(name) is None for name in group):
                yield Violation(f"missing required field: {join_words(group, 'or')}", pointer)
        yield from self._check_fields(value, pointer)

    def _check_fields(self, value: dict[str, Any], pointer: str) -> Violations:
        schemas = {**self.required, **self.optional}
        for name, content in value.items():
            if name not in schemas:
                yield Violation(f"invalid additional property: {name}", pointer)
            elif content is not None:
                yield from schemas[name].check(content, f"{pointer}/{name}")


@dataclass(frozen=True)
class TypedSchema:
    """An object whose `type` determines its schema."""

    schemas: Mapping[str, Schema]

    def check(self, value: Any, pointer: str) -> Violations:
        if not isinstance(value, dict):
            yield Violation("must provide an object", pointer)
        elif "type" not in value:
            yield Violation("missing required field: type", pointer)
        elif not isinstance(value["type"], str) or value["type"] not in self.schemas:
            yield Violation(f"unsupported type: {value['type']}", f"{pointer}/type")
        else:
            yield from self.schemas[value["type"]].check(value, pointer)


@dataclass(frozen=True)
class AllOfSchema:
    """A schema and another rule for the same value, which is checked only when the schema matches."""

    schema: Schema
    rule: Schema

    def check(self, value: Any, pointer: str) -> Violations:
        problems = list(self.schema.check(value, pointer))
        yield from problems or self.rule.check(value, pointer)
