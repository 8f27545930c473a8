import json
from typing import Any

import pytest

from bot.sandbox.errors import RefusedError
from bot.sandbox.validation.surfaces import check_view
from tests.sandbox.blocks import field, home, modal, plain, section

AT_AND_OVER_LIMIT = [
    (modal(*[section()] * 100), modal(*[section()] * 101)),
    (modal(title=plain("x" * 24)), modal(title=plain("x" * 25))),
    (modal(submit=plain("x" * 24)), modal(submit=plain("x" * 25))),
    (modal(close=plain("x" * 24)), modal(close=plain("x" * 25))),
    (modal(private_metadata="x" * 3000), modal(private_metadata="x" * 3001)),
    (modal(callback_id="x" * 255), modal(callback_id="x" * 256)),
]


def refusal(view: Any, kind: str = "modal") -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        check_view(view, kind)
    return caught.value


@pytest.mark.parametrize(("most", "too_much"), AT_AND_OVER_LIMIT)
def test_the_most_is_allowed_and_one_more_is_not(most: dict[str, Any], too_much: dict[str, Any]) -> None:
    assert check_view(most, "modal") == most
    assert refusal(too_much).code == "invalid_arguments"


def test_what_is_wrong_is_said_with_its_place() -> None:
    unsent = refusal(modal(submit=None))
    assert unsent.messages == ["[ERROR] missing required field: submit [json-pointer:/view]"]
    assert refusal("words").messages == ["[ERROR] must provide an object [json-pointer:/view]"]
    untitled = modal()
    del untitled["title"]
    assert refusal(untitled).messages == ["[ERROR] missing required field: title [json-pointer:/view]"]
    twice = refusal(modal(field("a"), field("a")))
    assert twice.messages == ["[ERROR] `block_id` a already exists [json-pointer:/view/blocks/1/block_id]"]


def test_a_view_is_of_its_kind() -> None:
    assert check_view(home(), "home")["type"] == "home"
    assert refusal(home()).messages == ["[ERROR] unsupported type: home [json-pointer:/view/type]"]
    assert refusal(modal(), "home").code == "invalid_arguments"


def test_tables_are_for_messages_only() -> None:
    rows = [[{"type": "raw_text", "text": "x"}]]
    assert "unsupported type: table" in refusal(modal({"type": "table", "rows": rows})).messages[0]


def test_one_field_at_most_has_the_focus() -> None:
    focused = {"type": "plain_text_input", "action_id": "x", "focus_on_load": True}
    check_view(modal(field("a", focused), field("b")), "modal")
    assert "focus_on_load" in refusal(modal(field("a", focused), field("b", focused))).messages[0]


def test_a_view_has_a_size() -> None:
    large = modal(*[section("x" * 2990)] * 90)
    assert len(json.dumps(large)) > 250_000
    assert refusal(large).code == "view_too_large"
