"""Whatever a page says was typed, the form takes it or says it is not on the form."""

from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.messages import with_block_ids
from bot.sandbox.views import (
    VALUE_KEYS,
    UnknownFieldError,
    find_field_errors,
    initial_values,
    is_empty,
    merge_values,
)
from tests.sandbox.blocks import Json, field, option

_OPTIONS = [option("x"), option("y")]
_FIELDS = [field(kind, {"type": kind, "action_id": "it", "options": _OPTIONS}) for kind in sorted(VALUE_KEYS)]
_GIVEN = st.one_of(
    st.none() | st.booleans() | st.integers(0, 9) | st.text(max_size=5),
    st.lists(st.sampled_from(["x", "y", "z", 1]), max_size=3),
    st.sampled_from(_OPTIONS),
)


def test_an_untouched_form_is_empty() -> None:
    values = initial_values(_FIELDS)
    assert set(values) == set(VALUE_KEYS)
    assert all(is_empty(state["it"]) for state in values.values())
    assert set(find_field_errors(_FIELDS, values)) == set(VALUE_KEYS)


def test_a_form_starts_with_what_the_bot_put_in() -> None:
    fields = with_block_ids(
        [
            field("note", {"type": "plain_text_input", "action_id": "n", "initial_value": "as before"}),
            field("rag", {"type": "radio_buttons", "action_id": "r", "options": _OPTIONS}),
        ]
    )
    fields[1]["element"]["initial_option"] = _OPTIONS[1]
    values = initial_values(fields)
    assert values["note"]["n"]["value"] == "as before"
    assert values["rag"]["r"]["selected_option"] == _OPTIONS[1]
    assert find_field_errors(fields, values) == {}


@given(st.sampled_from(sorted(VALUE_KEYS)), _GIVEN, st.booleans())
def test_whatever_is_typed(kind: str, given_value: Any, nested: bool) -> None:
    typed: Json = {kind: {"it": given_value} if nested else given_value}
    with suppress(UnknownFieldError):
        values = merge_values(_FIELDS, {}, typed)
        assert values[kind]["it"]["type"] == kind
        assert isinstance(find_field_errors(_FIELDS, values), dict)
