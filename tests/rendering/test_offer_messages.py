"""What people read where they have to choose."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.messages import Candidate, Candidates, Change, Message, OfferedAnswers, OfferedOption
from bot.plan.rag import Colour, Rag
from bot.rendering import Renderer
from bot.sandbox.validation.surfaces import check_message

RENDERER = Renderer("/cip")
WORDS = "waiting on finance"
STILL = Change(
    "5.2", "Gather the data", Rag(Colour.AMBER, "declared", Colour.AMBER), "in progress", "in progress"
)
NOTED = replace(STILL, note=WORDS)


def offered(*options: OfferedOption, words: str = WORDS) -> OfferedAnswers:
    return OfferedAnswers("That does not say how it is going.", words, options)


def option(label: str, *changes: Change, **facts: Any) -> OfferedOption:
    return OfferedOption(label, f"k3y:{label}", changes, **facts)


def accessories(message: Message) -> list[dict[str, Any]]:
    (part,) = RENDERER.slack(message)
    return [block["accessory"] for block in part.blocks if "accessory" in block]


def test_the_words_come_first_then_the_problem_and_what_each_option_records() -> None:
    moved = replace(STILL, new_due=date(2027, 1, 31), because="the supplier is late")
    message = offered(
        option("At risk", replace(NOTED, to_colour=Colour.AMBER)),
        option("Done", replace(NOTED, to_status="complete", evidence="photo.png")),
        option("New date", moved),
        option("On track", STILL),
        option("Add as a note", NOTED),
        option("Ask me later", postponed=("5.2",)),
        option("Show it"),
    )
    assert RENDERER.text(message) == (
        "You wrote: “waiting on finance”\n\n"
        "That does not say how it is going.\n"
        "Nothing is recorded yet. This is about 5.2 Gather the data.\n\n"
        "At risk\nDeclared Amber.\nNote: “waiting on finance”\n\n"
        "Done\nStatus: complete, was in progress.\nNote: “waiting on finance”\nEvidence: photo.png\n\n"
        "New date\nDate moved to 31 January 2027; it had no date before, because: “the supplier is late”\n\n"
        "On track\nStill in progress, as today's word on it.\n\n"
        "Add as a note\nNote: “waiting on finance”\n\n"
        "Ask me later\nI ask you again about 5.2 on the next working day. Nothing is recorded.\n\n"
        "Show it\nNothing is recorded.\n\n"
        "To choose, press the button beside it. Or say it in other words."
    )


def test_each_button_stands_with_its_text_and_is_named_for_those_who_hear_it() -> None:
    message = offered(option("At risk", NOTED), option("x" * 75, NOTED))
    first, second = accessories(message)
    assert (first["text"]["text"], first["accessibility_label"]) == ("At risk", "At risk, 5.2")
    assert second["text"]["text"] == "x" * 75
    assert len(second["accessibility_label"]) <= 75
    assert second["accessibility_label"].endswith(", 5.2")
    assert first["action_id"] == "choose:0"


def test_where_options_are_of_several_actions_each_says_which() -> None:
    other = replace(NOTED, ref="6.1", title="Agree the model")
    message = offered(option("Both", NOTED, other), option("One", other, asks_which=False))
    said = RENDERER.text(message)
    assert "This is about" not in said
    assert "Both\n5.2 Gather the data\nNote: “waiting on finance”\n6.1 Agree the model\nNote:" in said
    assert [each["accessibility_label"] for each in accessories(message)] == ["Both", "One"]


def test_an_option_that_will_ask_says_so_and_a_milestone_is_named() -> None:
    assert "Done\nI ask you which action you mean." in RENDERER.text(offered(option("Done", asks_which=True)))
    milestone = replace(NOTED, milestone="a) Agree the procedure", to_status="complete")
    said = RENDERER.text(offered(option("Done", milestone)))
    assert "Done\nMilestone a) Agree the procedure:\nStatus: complete, was in progress." in said


def test_long_words_are_shown_once_and_every_button_stays() -> None:
    words = "We have been waiting for finance & nobody says when. " * 75
    noted = replace(STILL, note=words.strip())
    options = [option(f"Option {each}", replace(noted, to_colour=Colour.AMBER)) for each in range(10)]
    (part,) = RENDERER.slack(offered(*options, words=words))
    check_message(part.text, part.blocks, None)
    assert part.text.count("We have been waiting for finance") < 30
    assert part.text.count("Note: your words above, in full.") == 10
    assert len(accessories(offered(*options, words=words))) == 10


@pytest.mark.parametrize("note", ["other words " * 300, "&" * 4000])
def test_long_notes_of_their_own_leave_room_for_the_buttons(note: str) -> None:
    options = [option(f"Option {each}", replace(STILL, note=note)) for each in range(6)]
    assert len(accessories(offered(*options))) == 6


def test_without_options_only_the_problem_stands() -> None:
    assert RENDERER.text(offered()) == "That does not say how it is going."
    assert accessories(offered()) == []


def test_a_choice_of_actions_says_what_it_would_record_of_each() -> None:
    example = Candidates.example()
    first, second = (
        replace(each, choice=f"k3y:{index}", run=f"update {each.ref} complete", changes=(change,))
        for index, (each, change) in enumerate(
            zip(
                example.candidates,
                (replace(NOTED, to_status="complete"), replace(NOTED, title="Answer urgent calls")),
                strict=True,
            )
        )
    )
    said = RENDERER.text(Candidates("5.2", (first, second)))
    assert said.startswith("5.2 names 2 actions. Which do you mean? Nothing is recorded yet.")
    assert "Section Savings. Owner: SS.\nStatus: complete, was in progress.\nNote: “waiting on fin" in said
    assert "For 2/5.2, type: /cip update 2/5.2 complete" in said
    buttons = accessories(Candidates("5.2", (first, second)))
    assert [each["value"] for each in buttons] == ["k3y:0", "k3y:1"]
    assert [each["action_id"] for each in buttons] == ["choose:0", "choose:1"]
    one = RENDERER.text(Candidates("5.2", (first,), left_out=2))
    assert one.startswith("5.2 names 3 actions. This is the one that you can choose. Do you mean it?")
    some = RENDERER.text(Candidates("5.2", (first, second), left_out=1))
    assert some.startswith("5.2 names 3 actions. These are the ones that you can choose. Which do you mean?")


def test_a_choice_has_its_button_however_long_its_words_are() -> None:
    long = Candidate("1/5.2", "Gather", "1 Savings", (), "update 1/5.2 done " + "word " * 700, choice="k3y:0")
    message = Candidates("5.2", (long,))
    assert len(accessories(message)) == 1
    assert "too long for a button" not in RENDERER.text(message)
    assert "type: /cip update" not in RENDERER.text(message)
    # A command that only reads is carried by the button itself.
    assert "too long for a button" in RENDERER.text(Candidates("5.2", (replace(long, choice=""),)))
