"""What people read after an update, an undo, or a question that could not be answered."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.messages import (
    Candidates,
    Change,
    ErrorMessage,
    HelpText,
    HelpTopic,
    LinkReceipt,
    Message,
    Notice,
    ReasonForm,
    UndoReceipt,
    UpdateReceipt,
)
from bot.plan.rag import Colour, Rag
from bot.rendering import Renderer, reason_view
from bot.sandbox.validation.surfaces import check_view

RENDERER = Renderer("/cip")
LATE = Rag(Colour.RED, "3 days late", Colour.RED)
STARTED = Change("5.2", "Gather the data", LATE, "not started", "in progress")


def render_text(message: Message) -> str:
    return RENDERER.text(message)


def buttons(message: Message) -> list[dict[str, Any]]:
    (part,) = RENDERER.slack(message)
    found = [element for block in part.blocks if block["type"] == "actions" for element in block["elements"]]
    return found + [block["accessory"] for block in part.blocks if "accessory" in block]


def test_a_receipt_says_what_changed_the_colour_and_the_way_back() -> None:
    receipt = UpdateReceipt((replace(STARTED, note="Two of five teams done"),), "b7")
    assert render_text(receipt) == (
        "Recorded. 5.2 Gather the data\n"
        "Status: in progress, was not started.\n"
        "Note: “Two of five teams done”\n"
        "Red: 3 days late.\n\n"
        "Not right? Type /cip undo. The record keeps both."
    )
    (undo,) = buttons(receipt)
    assert (undo["action_id"], undo["value"], undo["text"]["text"]) == ("run:0", "undo b7", "Undo")


def test_a_new_date_is_shown_with_the_old_one_the_reason_and_the_dates_left_alone() -> None:
    change = replace(
        STARTED,
        from_status="in progress",
        old_due=date(2026, 3, 28),
        new_due=date(2026, 6, 30),
        because="the supplier is late",
        other_dates=(date(2026, 9, 30),),
    )
    text = render_text(UpdateReceipt((change,), "b7"))
    assert "Date moved from 28 March 2026 to 30 June 2026, because: “the supplier is late”" in text
    assert "Its other date stays: 30 September 2026." in text
    assert "Status:" not in text
    two = replace(change, other_dates=(date(2026, 9, 30), date(2026, 12, 31)), old_due=None)
    text = render_text(UpdateReceipt((two,), "b7"))
    assert "Date moved to 30 June 2026; it had no date before, because:" in text
    assert "Its other dates stay: 30 September 2026 and 31 December 2026." in text


def test_a_date_given_again_is_recorded_with_its_reason() -> None:
    day = date(2026, 6, 30)
    change = replace(
        STARTED, from_status="in progress", old_due=day, new_due=day, because="the supplier agreed"
    )
    text = render_text(UpdateReceipt((change,), "b7"))
    assert text.startswith("Recorded. ")
    assert "Its date stays 30 June 2026, because: “the supplier agreed”" in text
    assert "moved" not in text


def test_a_declared_colour_and_evidence_are_shown() -> None:
    change = replace(
        STARTED,
        from_colour=Colour.GREEN,
        to_colour=Colour.AMBER,
        evidence="https://example.org/report?a=1&b=2",
    )
    receipt = UpdateReceipt((change,), "b7")
    assert "Declared Amber, was Green." in render_text(receipt)
    assert "Evidence: https://example.org/report?a=1&b=2" in render_text(receipt)
    assert "<https://example.org/report?a=1&amp;b=2>" in str(RENDERER.slack(receipt)[0].blocks)


def test_declared_and_facts_that_disagree_are_both_shown() -> None:
    reason = "3 days late; declared Green, facts say Red"
    with_disagreement = replace(STARTED, rag=Rag(Colour.RED, reason, Colour.RED, Colour.GREEN))
    in_agreement = replace(STARTED, rag=Rag(Colour.RED, "3 days late", Colour.RED, Colour.GREEN))
    for change in (with_disagreement, in_agreement):
        assert render_text(UpdateReceipt((change,), "b7")).count("declared Green, facts say Red") == 1


def test_saying_what_is_known_is_thanked_not_scolded() -> None:
    same = replace(STARTED, from_status="in progress")
    text = render_text(UpdateReceipt((same,), "b7"))
    assert text.startswith("Thank you. 5.2 Gather the data\nYou said it is still in progress")
    unrecorded = UpdateReceipt((same,), "")
    assert "It was in progress already, so nothing has changed." in render_text(unrecorded)
    assert buttons(unrecorded) == []


def test_a_colour_that_still_stands_is_shown_with_the_way_out() -> None:
    receipt = UpdateReceipt((STARTED,), "b7", unchanged_colours=(("5.2", Colour.RED),))
    assert "5.2 is still declared Red, as said before. Is that over?" in render_text(receipt)
    assert "If it is over, type: /cip update 5.2 on-track" in render_text(receipt)
    assert [each["value"] for each in buttons(receipt)] == ["undo b7", "update 5.2 on-track"]
    assert "still declared" not in render_text(replace(receipt, public=True))


def test_blocked_without_a_reason_asks_why() -> None:
    receipt = UpdateReceipt((STARTED,), "b7", asks_why=("5.2",))
    assert "What is in the way of 5.2? One sentence is enough." in render_text(receipt)
    why = buttons(receipt)[-1]
    assert (why["action_id"].split(":")[0], why["value"], why["text"]["text"]) == ("why", "5.2", "Say why")
    assert why["accessibility_label"] == "Say why 5.2 is blocked"


def test_the_last_milestone_offers_to_finish_the_action() -> None:
    receipt = UpdateReceipt((replace(STARTED, milestone="a) First step"),), "b7", finish=("5.2",))
    assert "5.2 Gather the data, milestone a) First step" in render_text(receipt)
    assert "Every milestone of 5.2 is now complete. Is the action complete as well?" in render_text(receipt)
    assert buttons(receipt)[-1]["value"] == "update 5.2 complete"


def test_a_public_receipt_says_who_and_offers_nobody_else_an_undo() -> None:
    receipt = UpdateReceipt((STARTED,), "b7", by="SS", public=True)
    assert render_text(receipt).startswith("Update by SS\n\nRecorded. 5.2")
    assert buttons(receipt) == []
    assert "undo" not in render_text(receipt).lower()


def test_many_updates_at_once_all_stand_in_one_receipt() -> None:
    receipt = UpdateReceipt(tuple(replace(STARTED, ref=f"2.{at}") for at in range(30)), "b7")
    assert len(RENDERER.slack(receipt)) == 1
    assert all(f"2.{at}" in render_text(receipt) for at in range(30))


def test_an_undone_change_is_shown_the_other_way_round() -> None:
    back = replace(STARTED, from_status="complete", to_status="in progress")
    text = render_text(UndoReceipt((back,)))
    assert "Taken back. 5.2 Gather the data\nStatus: in progress, was complete." in text
    assert "Taken back as well: 2.12" in render_text(
        UndoReceipt(tuple(replace(back, ref=f"2.{at}") for at in range(13)))
    )


def test_a_problem_gives_a_line_to_copy_and_says_when_to_try_again() -> None:
    problem = ErrorMessage("I don't know “udpate”.", "/cip update 5.2 in-progress")
    assert render_text(problem) == "I don't know “udpate”.\nTry: /cip update 5.2 in-progress"
    assert "`/cip update 5.2 in-progress`" in str(RENDERER.slack(problem)[0].blocks)
    assert (
        render_text(ErrorMessage("The plan is busy.", try_again=True))
        == "The plan is busy. Please try again in a minute."
    )
    assert render_text(ErrorMessage("Busy. Try again soon.", try_again=True)) == "Busy. Try again soon."
    assert render_text(ErrorMessage("")) == "There is nothing to show."
    assert "Try: /plan update 5.2" in Renderer("/plan").text(problem)


def test_candidates_are_offered_as_buttons_each_with_title_and_owner() -> None:
    example = Candidates.example()
    text = render_text(example)
    assert text.startswith("5.2 names 2 actions. Which do you mean?")
    assert "1/5.2 Gather the data\nSection Savings. Owner: SS." in text
    assert "Section Practice. No owner." in text
    assert "For 2/5.2, type: /cip show 2/5.2" in text
    assert [button["value"] for button in buttons(example)] == ["show 1/5.2", "show 2/5.2"]
    assert [button["text"]["text"] for button in buttons(example)] == ["Choose 1/5.2", "Choose 2/5.2"]


def test_help_lists_every_command_and_knows_who_asks() -> None:
    topics = (HelpTopic("/cip mine", "Lists your open actions."), HelpTopic("/cip undo", "Takes back."))
    assert "- /cip mine Lists your open actions.\n- /cip undo Takes back." in render_text(HelpText(topics))
    assert "You own 1 open action.\n\nTo see it, type: /cip mine" in render_text(HelpText(topics, mine=1))
    assert "You own 4 open actions.\n\nTo see them" in render_text(HelpText(topics, mine=4))
    assert "You own no open action." in render_text(HelpText(topics))
    assert "Your account is not linked" in render_text(HelpText(topics, linked=False))


def test_help_on_one_command_shows_examples_to_copy() -> None:
    topic = HelpTopic("/cip show REF", "Shows one action.", ("/cip show 5.2", "/cip show 1/5.2"))
    text = render_text(HelpText((topic,), topic="show"))
    assert text.startswith("/cip show REF\nShows one action.\n\nExamples\n- /cip show 5.2\n- /cip show 1/5.2")


def test_linking_says_who_and_how_much_it_is_about() -> None:
    assert render_text(LinkReceipt("RM", "U1", 4)) == (
        "RM is now linked to @U1. The plan names RM on 4 actions. I will ask them before each date."
    )
    assert render_text(LinkReceipt("RM", "U1", 1, "U2")).startswith(
        "RM is now linked to @U1, in place of @U2. The plan names RM on 1 action."
    )
    assert render_text(LinkReceipt("RM", "U1", 0)).endswith("No action in the plan names RM yet.")
    assert "<@U1>" in RENDERER.slack(LinkReceipt("RM", "U1", 0))[0].text


def test_a_notice_says_what_happened_and_what_to_do() -> None:
    text = render_text(
        Notice("The digest could not be posted in #board.", "Invite the bot.", ("Since 9:00am",))
    )
    assert "The digest could not be posted in #board." in text
    assert "What to do\nInvite the bot.\n\n- Since 9:00am" in text


def test_the_form_asks_what_is_in_the_way_and_for_the_way_back() -> None:
    view = check_view(reason_view(RENDERER, "5.2", '{"ref": "5.2"}', "Gather the data"), "modal")
    assert (view["callback_id"], view["private_metadata"]) == ("why", '{"ref": "5.2"}')
    assert (view["title"]["text"], view["submit"]["text"], view["close"]["text"]) == (
        "Say why",
        "Save",
        "Cancel",
    )
    shown, question, route, needed = view["blocks"]
    assert [each["block_id"] for each in (route, needed) if each["optional"]] == ["route", "help"]
    assert shown["text"]["text"] == "*5.2 Gather the data*"
    assert question["block_id"] == "note"
    element = question["element"]
    assert (element["action_id"], element["multiline"], element["max_length"]) == ("note", True, 2000)
    assert render_text(ReasonForm("5.2")).startswith("Say why\n\n5.2\n\nWhat is in the way? One sentence")


def test_the_form_refuses_metadata_the_platform_would_not_take() -> None:
    with pytest.raises(ValueError, match="3,000"):
        reason_view(RENDERER, "5.2", "x" * 3001)
