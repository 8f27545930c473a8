"""Slack's limits, each at its edge: the most that is allowed, and one more."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.errors import RefusedError
from bot.sandbox.validation.surfaces import check_block_ids, check_blocks, check_message
from tests.sandbox.blocks import Json, actions, button, field, mrkdwn, option, plain, section, select


def refusal(blocks: Any) -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        check_blocks(blocks)
    return caught.value


def context(*elements: Json) -> Json:
    return {"type": "context", "elements": list(elements)}


def overflow(count: int) -> Json:
    return {"type": "overflow", "action_id": "more", "options": [option(f"{n}") for n in range(count)]}


def radio(count: int) -> Json:
    return {"type": "radio_buttons", "action_id": "one", "options": [option(f"{n}") for n in range(count)]}


def table(rows: int, columns: int = 1) -> Json:
    cell = {"type": "raw_text", "text": "x"}
    return {"type": "table", "rows": [[cell] * columns] * rows}


def image(**more: str) -> Json:
    return {"type": "image", "image_url": "https://example.org/a.png", **more}


AT_AND_OVER_LIMIT = [
    ("blocks", [{"type": "divider"}] * 50, [{"type": "divider"}] * 51),
    ("section text", [section("x" * 3000)], [section("x" * 3001)]),
    (
        "fields",
        [{"type": "section", "fields": [mrkdwn("x")] * 10}],
        [{"type": "section", "fields": [mrkdwn("x")] * 11}],
    ),
    (
        "field text",
        [{"type": "section", "fields": [plain("x" * 2000)]}],
        [{"type": "section", "fields": [plain("x" * 2001)]}],
    ),
    (
        "header",
        [{"type": "header", "text": plain("x" * 150)}],
        [{"type": "header", "text": plain("x" * 151)}],
    ),
    ("context", [context(*[mrkdwn("x")] * 10)], [context(*[mrkdwn("x")] * 11)]),
    (
        "actions",
        [actions(*(button(f"{n}") for n in range(25)))],
        [actions(*(button(f"{n}") for n in range(26)))],
    ),
    ("button text", [actions(button(text="x" * 75))], [actions(button(text="x" * 76))]),
    ("button value", [actions(button(value="x" * 2000))], [actions(button(value="x" * 2001))]),
    ("action id", [actions(button("x" * 255))], [actions(button("x" * 256))]),
    ("block id", [section(block_id="x" * 255)], [section(block_id="x" * 256)]),
    (
        "options",
        [actions(select("s", *map(str, range(100))))],
        [actions(select("s", *map(str, range(101))))],
    ),
    (
        "option text",
        [actions(select(options=[option("a", "x" * 75)]))],
        [actions(select(options=[option("a", "x" * 76)]))],
    ),
    ("option value", [actions(select("s", "x" * 150))], [actions(select("s", "x" * 151))]),
    ("overflow", [actions(overflow(5))], [actions(overflow(6))]),
    ("radio buttons", [actions(radio(10))], [actions(radio(11))]),
    ("table rows", [table(100)], [table(101)]),
    ("table columns", [table(1, 20)], [table(1, 21)]),
    ("alt text", [image(alt_text="x" * 2000)], [image(alt_text="x" * 2001)]),
]


@pytest.mark.parametrize(("most", "too_much"), [(a, b) for _, a, b in AT_AND_OVER_LIMIT])
def test_the_most_is_allowed_and_one_more_is_not(most: list[Json], too_much: list[Json]) -> None:
    check_blocks(most)
    assert refusal(too_much).code == "invalid_blocks"


WRONG = [
    ([{}], "missing required field: type [json-pointer:/blocks/0]"),
    (["words"], "must provide an object [json-pointer:/blocks/0]"),
    ([{"type": "poem"}], "unsupported type: poem [json-pointer:/blocks/0/type]"),
    ([{"type": "section"}], "missing required field: text or fields [json-pointer:/blocks/0]"),
    ([section("")], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    ([section("x" * 3001)], "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    (
        [section(accessory=button(disabled=True))],
        "invalid additional property: disabled [json-pointer:/blocks/0/accessory]",
    ),
    (
        [{"type": "header", "text": mrkdwn("x")}],
        "must be one of: plain_text [json-pointer:/blocks/0/text/type]",
    ),
    ([image()], "missing required field: alt_text [json-pointer:/blocks/0]"),
    ([actions()], "no less than 1 items allowed [json-pointer:/blocks/0/elements]"),
    (
        [actions(button(style="green"))],
        "must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]",
    ),
    (
        [actions(button("same"), button("same"))],
        "`action_id` same already exists for another element in this block",
    ),
    (
        [section(block_id="a"), section(block_id="a")],
        "`block_id` a already exists [json-pointer:/blocks/1/block_id]",
    ),
    (
        [actions(select(initial_option=option("z")))],
        "initial option is not one of the options [json-pointer:/blocks/0/elements/0/initial_option]",
    ),
    (
        [actions({"type": "datepicker", "action_id": "d", "initial_date": "6 April"})],
        "does not match the expected format [json-pointer:/blocks/0/elements/0/initial_date]",
    ),
    ([section(expand="yes")], "must provide a boolean [json-pointer:/blocks/0/expand]"),
    ([section(accessory="x")], "must provide an object [json-pointer:/blocks/0/accessory]"),
    ([{"type": "header", "text": "words"}], "must provide an object [json-pointer:/blocks/0/text]"),
    ([{"type": "section", "fields": "x"}], "must provide an array [json-pointer:/blocks/0/fields]"),
    ([{"type": "header", "text": plain("x") | {"text": 7}}], "must provide a string"),
    ([field(element={"type": "plain_text_input", "max_length": "9"})], "must provide an integer"),
    ([field(element={"type": "plain_text_input", "max_length": 3001})], "must be between 1 and 3000"),
]


@pytest.mark.parametrize(("blocks", "message"), WRONG)
def test_what_is_wrong_is_said_with_its_place(blocks: list[Any], message: str) -> None:
    assert refusal(blocks).messages[0].startswith(f"[ERROR] {message}")


def test_one_table_in_a_message() -> None:
    check_blocks([table(2)])
    twice = refusal([table(2), table(2)])
    assert (twice.code, twice.messages) == ("invalid_attachments", ["[ERROR] only_one_table_allowed"])


def test_a_message_has_a_size() -> None:
    check_blocks([section("x" * 2500)] * 5)
    assert refusal([section("x" * 2700)] * 5).code == "msg_blocks_too_long"
    markdown = {"type": "markdown", "text": "x" * 6001}
    assert refusal([markdown, markdown]).code == "msg_blocks_too_long"


def test_blocks_in_attachments_are_checked_too() -> None:
    with pytest.raises(RefusedError, match="invalid_blocks"):
        check_message("x", None, [{"blocks": [section("")]}])


def test_a_rich_message_is_fine() -> None:
    bold = {"type": "text", "text": "x", "style": {"bold": True}}
    words = {"type": "rich_text_section", "elements": [bold]}
    bullets = {"type": "rich_text_list", "style": "bullet", "elements": [words]}
    boxes = {"type": "checkboxes", "options": [{"text": mrkdwn("*x*"), "value": "1"}]}
    someone = {"type": "users_select", "action_id": "u"}
    sure = {"title": plain("Sure?"), "text": mrkdwn("x"), "confirm": plain("y"), "deny": plain("n")}
    check_blocks(
        [
            {"type": "header", "text": plain("Digest")},
            {"type": "divider"},
            section(accessory=image(alt_text="A chart"), fields=[mrkdwn("x")]),
            {"type": "rich_text", "elements": [words]},
            {"type": "rich_text", "elements": [bullets]},
            context(image(alt_text="x"), mrkdwn("x"), plain("y")),
            actions(select("a", initial_option=option("a")), overflow(2), someone),
            field(element=boxes, optional=True),
            actions(button("sure", confirm=sure)),
            table(3, 3) | {"column_settings": [{"align": "right", "is_wrapped": True}]},
        ]
    )


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
_parts = st.sampled_from(["type", "text", "elements", "fields", "accessory", "options", "rows", "value"])
_kinds = st.sampled_from(["section", "actions", "context", "header", "input", "table", "button"])
_blockish = st.recursive(
    _json, lambda inner: st.dictionaries(_parts, inner | _kinds, max_size=5) | st.lists(inner, max_size=3)
)


@given(_blockish)
def test_whatever_is_sent_is_taken_or_refused(blocks: Any) -> None:
    with suppress(RefusedError):
        check_message("words", blocks, None)
        assert not blocks or not list(check_block_ids(blocks, "/blocks"))
