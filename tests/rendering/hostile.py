"""Messages made of anything people, files and attackers can write."""

import dataclasses
import types
from datetime import UTC, date, datetime, time
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

ATTACKS = (
    "<!channel>",
    "<!here|x> <@U0EVIL> <#C0EVIL> <!subteam^S1> <!date^1^{date}|x>",
    "</section></message><section>owned</section>",
    "{{ 7*7 }}{% raw %}{{ m }}",
    "*bold* _it_ ~gone~ `code` ```pre```",
    "> quoted\n>>> all of it\n\uff1e wide",
    "&lt;!channel&gt; &amp;amp; & < >",
    "<https://evil.example|click> https://evil.example javascript:alert(1)",
    "=cmd()|' /C calc'!A0",
    '"onload="x" \' ]]> <!-- <![CDATA[',
    "\x00\x1b[31mred\x1b[0m\x07\x9b2J\u202edesrever\u2066x\ud800\udfff\ufffe\uffff",
    " \t\r\n\u2028\u2029\x85 ",
    "\u200b*\u200bx\u200b*\u200b \u2060*x*\u2060 \ufeff_y_\ufeff",
    "\uff0awide\uff0a \uff3fx\uff3f \uff40y\uff40",
    "#general @here @channel :tada:",
    "é" * 700,
    "&" * 4000,
    "*a* " * 1500,
    "\U0001f7e5" * 3500,
    "x" * 20_000,
)
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)
TEXT = st.one_of(
    ANY_TEXT,
    st.sampled_from(ATTACKS),
    st.builds("{}{}{}".format, ANY_TEXT, st.sampled_from(ATTACKS[:15]), ANY_TEXT),
)
USERS = st.one_of(st.sampled_from(("", "U1", "W0ABC", "U1><!channel>", "@here", "S1")), TEXT)
# Fields that are a word of ours, not a person's; and those that only a known value makes sense in.
FIELD_VALUES = {
    "kind": st.sampled_from(("mine", "at-risk", "overdue", "due", "search")),
    "answer": st.one_of(st.sampled_from(("", "on-track", "at-risk", "complete", "later", "update")), TEXT),
    "timezone": st.sampled_from(("Europe/London", "Pacific/Auckland", "UTC")),
    "user_id": USERS,
    "replaced": USERS,
    "evidence": st.one_of(
        st.sampled_from(("https://example.org/a_b?c=d&e=*f*", "mailto:x@example.org", "file:///x")), TEXT
    ),
}

TYPE_VALUES: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    bool: st.booleans(),
    int: st.integers(0, 100_000),
    float: st.floats(-1e9, 1e9, allow_nan=False),
    date: st.dates(),
    time: st.times(),
    datetime: st.dates(date(1990, 1, 1), date(2090, 1, 1)).map(
        lambda day: datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
    ),
}


def hostile_values(of: Any, name: str = "") -> st.SearchStrategy[Any]:
    """Values of a type, hostile where it is text."""
    if name in FIELD_VALUES:
        return FIELD_VALUES[name]
    if of in TYPE_VALUES:
        return TYPE_VALUES[of]
    if isinstance(of, type) and issubclass(of, Enum):
        return st.sampled_from(of)
    if dataclasses.is_dataclass(of) and isinstance(of, type):
        return instances_of(of)
    return _nested_values(of)


def _nested_values(of: Any) -> st.SearchStrategy[Any]:
    args = get_args(of)
    if get_origin(of) in (Union, types.UnionType):
        return st.one_of(st.none(), *(hostile_values(each) for each in args if each is not type(None)))
    if get_origin(of) is tuple and args[-1] is Ellipsis:
        return st.lists(hostile_values(args[0]), max_size=4).map(tuple)
    return st.tuples(*(hostile_values(each) for each in args))


def instances_of(cls: type[Any]) -> st.SearchStrategy[Any]:
    hints = get_type_hints(cls)
    fields = {field.name: hostile_values(hints[field.name], field.name) for field in dataclasses.fields(cls)}
    return st.builds(cls, **fields)


def field_values(of: Any, *names: str) -> set[str]:
    """The values of all fields with these names, however deep."""
    if dataclasses.is_dataclass(of):
        own = {str(getattr(of, each.name)) for each in dataclasses.fields(of) if each.name in names}
        return own.union(*(field_values(getattr(of, each.name), *names) for each in dataclasses.fields(of)))
    if isinstance(of, tuple):
        return set[str]().union(*(field_values(each, *names) for each in of))
    return set()
