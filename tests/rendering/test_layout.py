import re
from dataclasses import replace
from typing import Any

import pytest

from bot.messages import ActionList, Candidate, Candidates, Prompt, PromptLine, UpdateReceipt
from bot.plan.rag import Colour
from bot.rendering import Renderer, SlackMessage, fit_edited_text
from bot.rendering import document as d
from bot.rendering.blocks import ActionIds, blocks_of
from bot.rendering.check import find_faults
from bot.rendering.layout import MrkdwnItems
from bot.rendering.limits import json_length
from bot.sandbox.validation.surfaces import check_message
from tests.rendering.samples import AMBER, RED, TODAY, copies, digest

RENDERER = Renderer("/cip")


def block_texts(part: SlackMessage) -> str:
    return str(part.blocks)


def block_types(part: SlackMessage) -> list[str]:
    return [block["type"] for block in part.blocks]


def test_a_digest_of_200_actions_goes_on_in_the_thread_and_loses_nothing() -> None:
    message = digest(80, 60, due_soon=copies(AMBER, 40, "3"), escalated=tuple(f"1/r{at}" for at in range(30)))
    parts = RENDERER.slack(message)
    assert 1 < len(parts) < 8
    for part in parts:
        assert find_faults(part.text, part.blocks) == []
        check_message(part.text, part.blocks, None)
        assert json_length(part.blocks) <= 13_000
    for line in (*message.reds, *message.ambers, *message.due_soon):
        title = line.title.rsplit(" ", 1)[1]
        assert sum(block_texts(part).count(title) for part in parts) == 1
        assert sum(part.text.count(title) for part in parts) == 1


def test_the_first_message_of_a_digest_says_that_the_rest_is_in_its_thread() -> None:
    first, *rest = RENDERER.slack(digest(80, 60))
    assert first.text.splitlines()[-1] == "Details are in the thread."
    assert sum(part.text.count("\n- Red: ") for part in rest) == 80
    assert first.blocks[-1]["type"] == "context"
    assert "What the colours mean." in rest[-1].text
    assert [part.text.splitlines()[0] for part in rest] == [
        "Improvement Board: digest for Monday 30 March 2026 (continued)"
    ] * len(rest)


def test_a_list_that_goes_on_repeats_its_title_once_it_was_begun() -> None:
    _, first, second, *rest = RENDERER.slack(digest(80, 60))
    assert "Red: 80 actions" in first.text
    assert "Red: 80 actions (continued)" in second.text
    assert sum("Amber: 60 actions" in part.text for part in (second, *rest)) >= 1
    titles = [
        line for part in (second, *rest) for line in part.text.splitlines() if line.startswith("Amber: 60")
    ]
    assert titles[0] == "Amber: 60 actions"
    assert set(titles[1:]) <= {"Amber: 60 actions (continued)"}


def test_a_short_digest_has_its_details_in_one_reply_and_an_empty_plan_has_none() -> None:
    first, details = RENDERER.slack(digest(3, 2))
    assert "\n- Red: " not in first.text
    assert details.text.count("\n- Red: ") == 3
    (only,) = RENDERER.slack(digest(total=0))
    assert "thread" not in only.text


def test_lists_are_packed_into_few_sections() -> None:
    first = RENDERER.slack(digest(40))[1]
    texts = [block["text"]["text"] for block in first.blocks if block["type"] == "section"]
    assert all(len(text) <= 3000 for text in texts)
    reds = [text for text in texts if "🟥 Red: " in text]
    assert len(reds) == len([text for text in reds[:-1] if len(text) > 2400]) + 1


def test_an_answer_that_does_not_fit_is_cut_and_says_so() -> None:
    lines = tuple(replace(line, title="&" * 160, owners=RED.owners * 6) for line in copies(RED, 30, "1"))
    message = ActionList("at-risk", lines, 90, 2, 3, "at-risk", TODAY, counts=((Colour.RED, 90),))
    (only,) = RENDERER.slack(message)
    assert find_faults(only.text, only.blocks) == []
    found = re.search(r"And (\d+) more, which did not fit in one message\.", only.text)
    assert found
    assert only.text.count("\n- Red: ") + int(found[1]) == 30
    assert "What the colours mean: /cip explain" in only.text
    assert [
        element["value"]
        for block in only.blocks
        if block["type"] == "actions"
        for element in block["elements"]
    ] == [
        "at-risk page 1",
        "at-risk page 3",
    ]


def test_after_a_cut_no_button_stands_without_what_it_is_about() -> None:
    open_lines = tuple(
        PromptLine(replace(RED, ref="&" * 40, title="&" * 160, owners=()), str(at)) for at in range(8)
    )
    (only,) = RENDERER.slack(Prompt(open_lines, "&" * 200, TODAY))
    assert find_faults(only.text, only.blocks) == []
    assert "which did not fit" in block_texts(only)
    order = block_types(only)
    asked = [
        at
        for at, block in enumerate(only.blocks)
        if block["type"] == "actions" and block["elements"][0]["action_id"].startswith("prompt:")
    ]
    assert asked
    assert all(order[at - 1] == "section" for at in asked)


def test_hundreds_of_candidates_still_make_one_message() -> None:
    candidates = tuple(Candidate(f"{at}/5.2", "T", "S", (), f"show {at}/5.2") for at in range(300))
    (only,) = RENDERER.slack(Candidates("5.2", candidates))
    assert find_faults(only.text, only.blocks) == []
    assert len(only.blocks) <= 50


def test_a_prompt_keeps_all_its_text_and_only_an_edit_is_cut() -> None:
    lines = tuple(PromptLine(line, str(at)) for at, line in enumerate(copies(RED, 40, "1")))
    (only,) = RENDERER.slack(Prompt(lines, "Board", TODAY))
    assert len(only.text) > 4000
    assert not only.text.endswith("…")
    check_message(only.text, only.blocks, None, max_characters=40_000)
    edited = fit_edited_text(only.text)
    assert edited.endswith("…")
    check_message(edited, only.blocks, None, max_characters=4000)


@pytest.mark.parametrize("mark", ["&amp;", "<@U0RM>", "&lt;"])
def test_a_cut_goes_through_no_escape_and_no_mention(mark: str) -> None:
    for start in range(3988, 4001):
        edited = fit_edited_text("y" * start + mark + " and more" * 10)
        assert len(edited) <= 4000
        assert not start < len(edited.removesuffix("…")) < start + len(mark), (start, edited[-10:])


def test_a_button_that_could_not_carry_its_line_is_left_out() -> None:
    candidates = (Candidate("1/5.2", "T", "S", (), "x" * 2001), Candidate("2/5.2", "T", "S", (), "y" * 2000))
    (only,) = RENDERER.slack(Candidates("5.2", candidates))
    values = [block["accessory"]["value"] for block in only.blocks if "accessory" in block]
    assert values == ["y" * 2000]


def test_rendering_twice_gives_the_same() -> None:
    for message in (digest(80, 60), UpdateReceipt.example()):
        assert RENDERER.slack(message) == Renderer("/cip").slack(message)


def test_all_that_plain_text_needs_is_in_one_piece_for_the_terminal() -> None:
    message = digest(80, 60)
    text = RENDERER.text(message)
    assert all(f" {line.ref} " in text for line in (*message.reds, *message.ambers))
    assert "continued" not in text


def blocks_for(part: d.Part) -> list[dict[str, Any]]:
    return list(blocks_of(part, ActionIds()))


def test_every_block_keeps_its_limits() -> None:
    long = "x" * 9000
    assert len(blocks_for(d.HeadingPart(long))[0]["text"]["text"]) == 150
    assert len(blocks_for(d.SectionPart((d.TextRun(long),)))[0]["text"]["text"]) <= 3000
    assert blocks_for(d.SectionPart(())) == []
    assert blocks_for(d.ContextPart(())) == []
    assert blocks_for(d.ButtonsPart((d.Button("run", "", "x"),))) == []
    assert blocks_for(d.DividerPart()) == [{"type": "divider"}]
    fields = blocks_for(
        d.SectionPart((), None, tuple(d.SectionField("L", (d.TextRun(long),)) for _ in range(12)))
    )[0]["fields"]
    assert len(fields) == 10
    buttons = blocks_for(d.ButtonsPart(tuple(d.Button("run", "x", long, label=long) for _ in range(30))))[0][
        "elements"
    ]
    assert len(buttons) == 25
    assert {len(button["text"]["text"]) for button in buttons} == {75}
    assert len({button["action_id"] for button in buttons}) == 25


def test_plain_text_that_looks_like_an_escape_is_shown_as_typed() -> None:
    assert blocks_for(d.HeadingPart("A & B &lt;x&gt;"))[0]["text"]["text"] == "A & B &\u2060lt;x&\u2060gt;"


def test_items_get_bullets_unless_they_begin_with_a_shape() -> None:
    lines = MrkdwnItems.from_part(d.ListPart((), ((d.TextRun("a"),), (d.ColourLabel(Colour.RED),))))
    assert lines.pack("", 0, 9999).text == "• a\n🟥 Red"
    assert lines.pack("T", 1, 9999).text == "T\n🟥 Red"
    assert lines.pack("T", 0, 5).count == 0
    loose = MrkdwnItems.from_part(
        d.ListPart((), ((d.TextRun("a"), d.LineBreak(), d.TextRun("b")), (d.TextRun("c"),)))
    )
    assert loose.pack("T", 0, 9999).text == "T\na\nb\n\nc"
