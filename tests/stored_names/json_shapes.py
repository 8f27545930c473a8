"""The shape of JSON and of typed values as paths, a line each: names of fields, never names of classes."""

import re
from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter

_VARYING = (
    (re.compile(r"\d{4}-\d{2}-\d{2}T[\d:.]+(?:\+00:00|Z)?"), "<moment>"),
    (re.compile(r"\d{4}-\d{2}-\d{2}"), "<day>"),
    (re.compile(r"\b\d+\.\d+\.[0-9a-f]{32}\b"), "<trigger>"),
    (re.compile(r"\b\d{10}\.\d{6}\b"), "<ts>"),
    (re.compile(r"\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b"), "<hex>"),
    (re.compile(r"\b(?:[DCUV]|Ev)0[A-Z0-9]+\b"), "<id>"),
    (re.compile(r"\d+"), "0"),
)


def shape(text: str) -> str:
    """Text with what differs from run to run taken out: "digest:0:<moment>:0"."""
    for pattern, instead in _VARYING:
        text = pattern.sub(instead, text)
    return text


def paths(value: Any, at: str = "") -> Iterator[str]:
    """The keys of some JSON: "actions[].due[].text"."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from paths(each, f"{at}.{shape(str(name))}" if at else shape(str(name)))
    elif isinstance(value, list):
        for each in value:
            yield from paths(each, f"{at}[]")
    else:
        yield at


def fields(type_: Any) -> Iterator[str]:
    """What a value of this type is stored as: its fields, their types, the words of enums."""
    whole = TypeAdapter(type_).json_schema()
    yield from _fields(whole, whole.get("$defs", {}), "")


def _fields(node: dict[str, Any], known: dict[str, Any], at: str) -> Iterator[str]:
    if "$ref" in node:
        node = known[node["$ref"].rpartition("/")[2]]
    for each in (*node.get("anyOf", ()), *node.get("prefixItems", ())):
        yield from _fields(each, known, at)
    if "enum" in node:
        yield from (f"{at} = {word}" for word in node["enum"])
    elif "properties" in node:
        for name, each in node["properties"].items():
            yield from _fields(each, known, f"{at}.{name}" if at else name)
    elif isinstance(node.get("items"), dict):
        yield from _fields(node["items"], known, f"{at}[]")
    elif isinstance(node.get("additionalProperties"), dict):
        yield from _fields(node["additionalProperties"], known, f"{at}{{}}")
    elif "type" in node and "prefixItems" not in node:
        yield f"{at}: {node.get('format', node['type'])}"
