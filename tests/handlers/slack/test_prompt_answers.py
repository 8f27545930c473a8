"""A press says what it says: the colour alone, on one line, with the way back beside it."""

import asyncio
import base64
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from bot.plan.rag import Colour
from bot.plan.statuses import Status
from bot.sandbox.entities import SandboxMessage, View
from bot.sandbox.files import store_form_files
from tests.fixtures.council import Council, minutes
from tests.fixtures.plans import USERS, on
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.slack_actions import buttons, press
from tests.handlers.slack.slack_events import changes

NINE = datetime(2026, 3, 2, 9, 0, 5, tzinfo=UTC)


async def asked(council: Council, initials: str = "RM") -> SandboxMessage:
    """The question that this person has been sent. RM's is about 5.3, which has not started and is due in a
    week; SS's about 1/5.2, which is three days late.
    """
    council.clock.moment = max(council.clock.moment, NINE)
    await wait_until(lambda: council.dm(initials), f"{initials} was asked")
    return council.dm(initials)[0]


async def pressed(council: Council, action: str, initials: str = "RM", *, says: str = "") -> SandboxMessage:
    """The question, once it shows what came of the press."""
    before = await asked(council, initials)
    text, blocks = before.text, before.blocks
    [button] = buttons(before, action)
    await press(council, initials, before, button, before.channel)

    def is_rewritten() -> bool:
        now = council.dm(initials)[0]
        return (now.text, now.blocks) != (text, blocks) and says in now.text

    await wait_until(is_rewritten, "the question shows it")
    return council.dm(initials)[0]


async def form_of(council: Council, action: str, initials: str = "RM") -> View:
    question = council.dm(initials)[0]
    [button] = buttons(question, action)
    await press(council, initials, question, button, question.channel)
    return await modal(council, initials)


async def modal(council: Council, initials: str = "RM") -> View:
    user = USERS[initials]
    await wait_until(lambda: council.sandbox.current_modal(user), "the form opened")
    view = council.sandbox.current_modal(user)
    assert view is not None
    return view


async def submit(council: Council, view: View, fields: dict[str, str], initials: str = "RM") -> Any:
    ack = await council.sandbox.submit(USERS[initials], view.id, fields, client_validation=False)
    assert ack.status == 200
    return ack


async def choose(council: Council, answer: str, initials: str = "RM") -> View:
    """The form that this answer under More leads to."""
    more = await form_of(council, "form:more", initials)
    await submit(council, more, {"answer": answer}, initials)
    view = council.sandbox.current_modal(USERS[initials])
    assert view is not None
    return view


def errors(council: Council, initials: str = "RM") -> dict[str, str]:
    view = council.sandbox.current_modal(USERS[initials])
    assert view is not None
    return view.errors


def shown(view: View) -> str:
    return "\n".join(block["text"]["text"] for block in view.blocks if block["type"] == "section")


# What is recorded


@pytest.mark.parametrize(("action", "colour"), [("on-track", Colour.GREEN), ("at-risk", Colour.AMBER)])
async def test_a_press_sets_the_colour_and_leaves_the_status(
    bot_council: Council, action: str, colour: Colour
) -> None:
    await pressed(bot_council, f"prompt:{action}")
    [change] = changes(bot_council)
    assert (change.from_status, change.to_status) == (Status.NOT_STARTED, Status.NOT_STARTED)
    assert (change.to_declared, change.source) == (colour, "button")
    assert bot_council.sandbox.failures == []


@pytest.mark.parametrize(("action", "words"), [("on-track", "on track"), ("at-risk", "at risk")])
async def test_typed_it_records_what_the_press_records(
    sqlite_council: Council, action: str, words: str
) -> None:
    await pressed(sqlite_council, f"prompt:{action}")
    await sqlite_council.send_command("JM", f"update 5.3 {words}")
    by_press, typed = changes(sqlite_council)
    assert (by_press.to_status, by_press.to_declared) == (typed.to_status, typed.to_declared)
    assert typed.to_status is Status.NOT_STARTED


async def test_on_track_is_not_green_by_itself_and_the_answer_says_so(bot_council: Council) -> None:
    """5.3 has not started and is due in a week."""
    said = (await pressed(bot_council, "prompt:on-track")).text
    assert "✓ 5.3 On track." in said
    assert "The facts count too, so it stays Amber." in said
    assert "If it has started, say 5.3 in progress" in said
    card = await bot_council.send_command("RM", "show 5.3")
    assert "Amber" in card.split("\n\n", maxsplit=1)[0]
    typed = await bot_council.send_command("JM", "update 5.3 at risk")
    assert "facts count" not in typed
    typed = await bot_council.send_command("JM", "update 5.3 on track")
    assert "The facts count too, so it stays Amber." in typed


async def test_started_and_on_track_it_is_green(sqlite_council: Council) -> None:
    await sqlite_council.send_command("RM", "update 6.1 in progress")
    typed = await sqlite_council.send_command("JM", "update 6.1 on track")
    assert "facts count" not in typed


# One line, with the way back


async def test_the_question_shrinks_to_one_line_with_undo_and_a_sentence(bot_council: Council) -> None:
    question = await pressed(bot_council, "prompt:at-risk")
    assert "✓ 5.3 At risk." in question.text
    assert "Talk to service leads" not in question.text
    assert len(buttons(question, "undo")) == len(buttons(question, "why")) == 1
    assert buttons(question, "prompt") == buttons(question, "form") == []
    view = await form_of(bot_council, "why")
    assert [block["label"]["text"] for block in view.blocks if block["type"] == "input"] == [
        "What is in the way?", "How does it get back to Green?", "What help is needed?",
    ]  # fmt: skip
    await submit(bot_council, view, {"note": "two staff off sick", "route": "agency cover", "help": "£4,000"})
    await wait_until(
        lambda: "✓ 5.3 At risk: two staff off sick" in bot_council.dm("RM")[0].text, "their words follow"
    )
    _, reason = changes(bot_council)
    assert (reason.note, reason.route_to_green, reason.help_needed) == (
        "two staff off sick", "agency cover", "£4,000",
    )  # fmt: skip
    assert buttons(bot_council.dm("RM")[0], "form:sentence")
    card = await bot_council.send_command("RM", "show 5.3")
    assert "Route to Green: “agency cover”" in card
    assert "Help needed: “£4,000”" in card
    history = await bot_council.send_command("RM", "history 5.3")
    assert "Route to Green: “agency cover”" in history
    await bot_council.send_command("RM", "update 5.3 on track")
    assert "agency cover" not in await bot_council.send_command("RM", "show 5.3")


async def test_undo_takes_the_answer_back_and_asks_again(bot_council: Council) -> None:
    await pressed(bot_council, "prompt:on-track")
    bot_council.clock.moment += minutes(9)
    question = await pressed(bot_council, "undo", says="needs a word")
    assert len(buttons(question, "prompt")) == 3
    first, undone = changes(bot_council)
    assert (undone.undoes_id, undone.to_declared) == (first.id, None)
    await pressed(bot_council, "prompt:at-risk", says="At risk")
    assert changes(bot_council)[-1].to_declared is Colour.AMBER


async def test_undo_takes_back_the_sentence_that_was_added_too(bot_council: Council) -> None:
    await pressed(bot_council, "prompt:on-track")
    view = await form_of(bot_council, "form:sentence")
    bot_council.clock.moment += minutes(2)
    await submit(bot_council, view, {"note": "all booked"})
    await wait_until(lambda: "On track: all booked" in bot_council.dm("RM")[0].text, "the words are there")
    await pressed(bot_council, "undo", says="needs a word")
    assert len(changes(bot_council)) == 4
    assert "No word yet." in await bot_council.send_command("RM", "show 5.3")


async def test_after_ten_minutes_undo_says_so_and_what_still_works(bot_council: Council) -> None:
    question = await pressed(bot_council, "prompt:on-track")
    bot_council.clock.moment += minutes(10.1)
    await press(bot_council, "RM", question, buttons(question, "undo")[0], question.channel)
    await wait_until(lambda: len(bot_council.dm("RM")) == 2, "the person was answered")
    said = bot_council.dm("RM")[1].text
    assert "The 10 minutes in which this button takes it back are over." in said
    assert "Try: /cip undo" in said
    assert len(changes(bot_council)) == 1
    assert buttons(bot_council.dm("RM")[0], "undo")
    assert "Taken back" in await bot_council.send_command("RM", "undo")


async def test_the_undo_of_a_receipt_holds_as_long_and_the_receipt_stays(bot_council: Council) -> None:
    await bot_council.send_command("SS", "update 1/5.2 complete")
    receipt = bot_council.visible_messages("SS")[-1]
    undo = buttons(receipt, "run")[-1]
    await bot_council.send_command("SS", "update 1/5.1 in progress")
    bot_council.clock.moment += minutes(11)
    await press(bot_council, "SS", receipt, undo)
    await wait_until(
        lambda: "minutes in which this button" in bot_council.visible_messages("SS")[-1].text, "it is said"
    )
    assert receipt.ts in [each.ts for each in bot_council.visible_messages("SS")]
    line = bot_council.visible_messages("SS")[-1].text.rpartition("Try: /cip ")[2].strip()
    assert line.startswith("undo ")
    said = await bot_council.send_command("SS", line)
    assert "Taken back. 1/5.2" in said


async def test_nobody_else_takes_it_back_and_nothing_twice(bot_council: Council) -> None:
    question = await pressed(bot_council, "prompt:on-track")
    [undo] = buttons(question, "undo")
    ack = await press(bot_council, "RM", question, undo, question.channel)
    await wait_until(lambda: len(changes(bot_council)) == 2, "it was taken back")
    assert ack.delivery is not None
    again = ack.delivery
    for number, initials in enumerate(("RM", "JM", "VW")):
        again.payload |= {
            "trigger_id": f"again-{number}",
            "user": {**again.payload["user"], "id": USERS[initials]},
        }
        assert (await bot_council.sandbox.redeliver(again)).status == 200
    assert len(changes(bot_council)) == 2


async def test_what_somebody_else_recorded_since_is_not_undone(bot_council: Council) -> None:
    question = await pressed(bot_council, "prompt:on-track")
    await bot_council.send_command("JM", "update 5.3 in progress")
    await press(bot_council, "RM", question, buttons(question, "undo")[0], question.channel)
    await wait_until(lambda: len(bot_council.dm("RM")) == 2, "the person was answered")
    assert "changed again since, by JM" in bot_council.dm("RM")[1].text
    assert len(changes(bot_council)) == 2


# Several owners


async def test_the_other_owners_see_the_answer_in_their_question_closed(bot_council: Council) -> None:
    await asked(bot_council, "JM")
    await pressed(bot_council, "prompt:at-risk", "RM")
    await wait_until(lambda: "From RM." in bot_council.dm("JM")[0].text, "the other owner sees it")
    others = bot_council.dm("JM")[0]
    assert "✓ 5.3 At risk." in others.text
    assert buttons(others, "undo") == buttons(others, "prompt") == []
    await pressed(bot_council, "undo", "RM", says="needs a word")
    await wait_until(lambda: buttons(bot_council.dm("JM")[0], "prompt"), "it is open for both again")


# More


async def test_old_buttons_still_do_what_they_said(bot_council: Council) -> None:
    question = await asked(bot_council)
    [complete] = buttons(question, "prompt:complete")
    other = next(each for each in buttons(question, "prompt:on-track"))
    ack = await press(bot_council, "RM", question, other, question.channel)
    await wait_until(lambda: buttons(bot_council.dm("RM")[0], "undo"), "it is recorded")
    await pressed(bot_council, "undo", says="needs a word")
    assert ack.delivery is not None
    old = ack.delivery
    [button] = old.payload["actions"]
    old.payload |= {"trigger_id": "old"}
    old.payload["actions"] = [{**button, "action_id": "prompt:later:3"}]
    assert (await bot_council.sandbox.redeliver(old)).status == 200
    await wait_until(lambda: "Later. I will ask again" in bot_council.dm("RM")[0].text, "it is put off")
    assert complete.startswith("prompt:complete:")


@pytest.mark.parametrize(
    ("answer", "says", "status"),
    [
        ("in-progress", "✓ 5.3 In progress.", Status.IN_PROGRESS),
        ("not-started", "✓ 5.3 Still not started.", Status.NOT_STARTED),
    ],
)
async def test_a_status_under_more(bot_council: Council, answer: str, says: str, status: Status) -> None:
    await asked(bot_council)
    more = await form_of(bot_council, "form:more")
    assert "*5.3 Talk to service leads*" in shown(more)
    await submit(bot_council, more, {"answer": answer})
    await wait_until(lambda: says in bot_council.dm("RM")[0].text, "the question says so")
    [change] = changes(bot_council)
    assert (change.to_status, change.to_declared) == (status, None)
    assert bot_council.sandbox.failures == []


async def test_not_now_is_later(sqlite_council: Council) -> None:
    await asked(sqlite_council)
    await submit(sqlite_council, await form_of(sqlite_council, "form:more"), {"answer": "later"})
    await wait_until(lambda: "Later. I will ask again" in sqlite_council.dm("RM")[0].text, "it is put off")
    assert changes(sqlite_council) == []


async def test_nothing_chosen_is_an_error_on_the_field(sqlite_council: Council) -> None:
    await asked(sqlite_council)
    await submit(sqlite_council, await form_of(sqlite_council, "form:more"), {})
    assert errors(sqlite_council) == {"answer": "Choose one, or choose Cancel."}


async def test_ask_me_less_says_why_and_who_can_change_it(sqlite_council: Council) -> None:
    await asked(sqlite_council)
    view = await choose(sqlite_council, "less")
    assert "the plan names you as an owner of 2 open actions" in shown(view)
    assert "PM can have them changed" in shown(view)
    assert "submit" not in view.content
    assert not [block for block in view.blocks if block["type"] in {"input", "actions"}]


async def test_a_new_date_takes_its_day_and_reason(bot_council: Council) -> None:
    await asked(bot_council)
    view = await choose(bot_council, "new-date")
    assert "It is due on Monday 9 March 2026." in shown(view)
    await submit(bot_council, view, {"day": "2026-01-05", "reason": "the room"})
    assert "5 January 2026 has passed" in errors(bot_council)["day"]
    kept = await modal(bot_council)
    assert kept.values["reason"]["reason"]["value"] == "the room"
    await submit(bot_council, view, {"day": "2036-01-07", "reason": "the room"})
    assert "more than five years away" in errors(bot_council)["day"]
    await submit(bot_council, view, {"day": "2026-03-09", "reason": "the room"})
    assert "9 March 2026 is the date of" in errors(bot_council)["day"]
    await submit(bot_council, view, {"day": "2026-05-02", "reason": " "})
    assert set(errors(bot_council)) == {"reason"}
    assert changes(bot_council) == []
    await submit(bot_council, view, {"day": "2026-05-02", "reason": "the room is not free"})
    says = "✓ 5.3 New date 2 May 2026 (a Saturday): the room is not free"
    await wait_until(lambda: says in bot_council.dm("RM")[0].text, "the question says so")
    [change] = changes(bot_council)
    assert (change.old_due, change.new_due, change.reason) == (
        on(7), datetime(2026, 5, 2, tzinfo=UTC).date(), "the room is not free",
    )  # fmt: skip
    assert (change.to_status, change.to_declared) == (Status.NOT_STARTED, None)
    await pressed(bot_council, "undo", says="needs a word")


async def test_a_form_of_a_question_that_was_answered_meanwhile_records_nothing(
    bot_council: Council,
) -> None:
    await asked(bot_council)
    view = await choose(bot_council, "new-date")
    await bot_council.send_command("JM", "update 5.3 in progress")
    await submit(bot_council, view, {"day": "2026-05-04", "reason": "the room"})
    assert "already answered" in errors(bot_council)["day"]
    kept = await modal(bot_council)
    assert kept.values["reason"]["reason"]["value"] == "the room"
    assert len(changes(bot_council)) == 1


async def test_a_submission_that_comes_again_records_once(bot_council: Council) -> None:
    await pressed(bot_council, "prompt:on-track")
    view = await form_of(bot_council, "form:sentence")
    delivery = (await submit(bot_council, view, {"note": "all booked"})).delivery
    assert delivery is not None
    delivery.payload |= {"trigger_id": "again"}
    assert (await bot_council.sandbox.redeliver(delivery)).status == 200
    assert [each.note for each in changes(bot_council)] == ["", "all booked"]


@pytest.mark.parametrize(
    "name", ["more", "steps", "due_date", "not_mine", "away", "sentence", "evidence", "x"]
)
async def test_nobody_fills_in_the_form_of_another(sqlite_council: Council, name: str) -> None:
    await asked(sqlite_council)
    more = await form_of(sqlite_council, "form:more")
    forged = (await submit(sqlite_council, more, {})).delivery
    assert forged is not None
    fields = {
        "answer": {"selected_option": {"value": "in-progress"}},
        "done": {"selected_option": {"value": "all"}},
        "day": {"selected_date": "2026-05-04"},
        "until": {"selected_date": "2026-05-04"},
        **{each: {"value": "Forged"} for each in ("reason", "note", "words", "whose", "cover")},
    }
    forged.payload["view"]["state"]["values"] = {each: {each: value} for each, value in fields.items()}
    forged.payload["view"]["callback_id"] = f"prompt:{name}"
    user = {**forged.payload["user"], "id": USERS["SS"]}
    forged.payload |= {"trigger_id": "forged", "user": user}
    answer = await sqlite_council.sandbox.redeliver(forged)
    assert isinstance(answer.body, dict)
    assert answer.body["response_action"] == ("clear" if name == "x" else "errors")
    for metadata in ("", "x", "9-00000000", "1" * 3000):
        forged.payload["view"]["private_metadata"] = metadata
        forged.payload |= {"trigger_id": f"forged{len(metadata)}"}
        assert (await sqlite_council.sandbox.redeliver(forged)).status == 200
    assert changes(sqlite_council) == []


# Done


async def test_done_of_something_without_steps_is_recorded_and_asks_for_no_more(
    bot_council: Council,
) -> None:
    question = await pressed(bot_council, "prompt:complete")
    assert "✓ 5.3 Done." in question.text
    view = await form_of(bot_council, "form:evidence")
    await submit(bot_council, view, {})
    assert "Write a few words or give an address" in errors(bot_council)["words"]
    await submit(bot_council, view, {"words": "minutes kept", "link": "minutes.docx"})
    assert errors(bot_council) == {"link": "Give one address that begins with https://"}
    kept = await modal(bot_council)
    assert kept.values["words"]["words"]["value"] == "minutes kept"
    await submit(bot_council, view, {"words": "minutes kept", "link": "https://council.example/minutes"})
    await wait_until(lambda: "Done: minutes kept" in bot_council.dm("RM")[0].text, "the words are there")
    done, added = changes(bot_council)
    assert (done.to_status, added.to_status) == (Status.COMPLETE, Status.COMPLETE)
    assert added.evidence == "https://council.example/minutes"


def file_value(*names: str) -> dict[str, Any]:
    """As the page sends it."""
    content = base64.b64encode(b"minutes").decode()
    return {"type": "file_input", "files": [{"name": each, "content": content} for each in names]}


def fields_of(view: View) -> list[str]:
    return [block["element"]["type"] for block in view.blocks if block["type"] == "input"]


@pytest.mark.parametrize("link", ["", "https://council.example/minutes"])
async def test_a_file_in_the_form_is_evidence_with_its_name_and_address(
    bot_council: Council, link: str
) -> None:
    await pressed(bot_council, "prompt:complete")
    view = await form_of(bot_council, "form:evidence")
    assert fields_of(view) == ["plain_text_input", "plain_text_input", "file_input"]
    workspace = bot_council.sandbox.workspace
    values = {"words": None, "link": link or None, "files": {"files": file_value("minutes.pdf", "photo.png")}}
    stored = store_form_files(workspace, USERS["RM"], values)
    await submit(bot_council, view, stored)
    await wait_until(lambda: len(changes(bot_council)) == 2, "it is recorded")
    evidence = changes(bot_council)[1].evidence
    assert evidence.startswith(f"{link} + minutes.pdf http" if link else "minutes.pdf http")
    assert " + photo.png http" in evidence
    assert changes(bot_council)[1].to_status is Status.COMPLETE
    assert "minutes.pdf" in await bot_council.send_command("RM", "history 5.3")
    assert bot_council.sandbox.failures == []


async def test_without_the_permission_for_files_the_form_asks_for_a_link(sqlite_council: Council) -> None:
    question = await pressed(sqlite_council, "prompt:complete")
    sqlite_council.sandbox.conditions.remove_scope("files:read")
    [button] = buttons(question, "form:evidence")
    await press(sqlite_council, "RM", question, button, question.channel)
    view = await modal(sqlite_council)
    assert fields_of(view) == ["plain_text_input", "plain_text_input"]
    await submit(sqlite_council, view, {"words": "", "link": "https://council.example/minutes"})
    await wait_until(lambda: len(changes(sqlite_council)) == 2, "it is recorded")
    assert changes(sqlite_council)[1].evidence == "https://council.example/minutes"


async def test_a_wrong_link_beside_a_file_is_an_error_and_keeps_both(sqlite_council: Council) -> None:
    await pressed(sqlite_council, "prompt:complete")
    view = await form_of(sqlite_council, "form:evidence")
    values = {"words": None, "link": "minutes", "files": {"files": file_value("minutes.pdf")}}
    await submit(
        sqlite_council, view, store_form_files(sqlite_council.sandbox.workspace, USERS["RM"], values)
    )
    assert errors(sqlite_council) == {"link": "Give one address that begins with https://"}
    assert len(changes(sqlite_council)) == 1


JMS_DAY = datetime(2026, 3, 11, 9, 0, 5, tzinfo=UTC)


async def steps_asked(council: Council) -> View:
    """The form about 1.3, which has two open steps; nothing of it is recorded."""
    await council.send_command("JM", "update 5.3 dropped")
    council.clock.moment = JMS_DAY
    await wait_until(
        lambda: [each for each in council.dm("JM") if "1.3 Answer when children" in each.text], "JM was asked"
    )
    question = council.dm("JM")[-1]
    [button] = buttons(question, "prompt:complete")
    await press(council, "JM", question, button, question.channel)
    return await modal(council, "JM")


@pytest.mark.parametrize(
    ("choice", "statuses"),
    [
        ("all", {"a)": Status.COMPLETE, "b)": Status.COMPLETE, "": Status.COMPLETE}),
        ("action", {"": Status.COMPLETE}),
        ("first", {"a)": Status.COMPLETE, "": Status.IN_PROGRESS}),
    ],
)
async def test_done_of_something_with_open_steps_asks_about_them(
    bot_council: Council, choice: str, statuses: dict[str, Status]
) -> None:
    view = await steps_asked(bot_council)
    assert len(changes(bot_council)) == 1
    assert "2 milestones of it are still open. Nothing is recorded yet." in shown(view)
    [field] = [block["element"] for block in view.blocks if block["type"] == "input"]
    options = {each["text"]["text"]: each["value"] for each in field["options"]}
    assert list(options)[2] == "Only a) Agree the procedure"
    await submit(
        bot_council, view, {"done": list(options.values())[2] if choice == "first" else choice}, "JM"
    )
    database = bot_council.database()
    with database.transaction(write=False) as session:
        found = {
            change.milestone.label if change.milestone else "": change.to_status
            for change in (session.merge(each) for each in changes(bot_council)[1:])
        }
    database.close()
    assert found == statuses
    says = "✓ 1.3 Milestone a) Agree the procedure, complete." if choice == "first" else "✓ 1.3 Done."
    await wait_until(lambda: says in bot_council.dm("JM")[-1].text, "the question says so")
    assert bot_council.sandbox.failures == []


# Not mine


def notices_to(council: Council, initials: str) -> list[SandboxMessage]:
    return [each for each in council.dm(initials) if "is not theirs" in each.text]


async def test_not_mine_tells_the_lead_and_the_plan_managers_once(bot_council: Council) -> None:
    """SS owns 1/5.2, whose project RM leads."""
    await asked(bot_council, "SS")
    view = await choose(bot_council, "not-mine", "SS")
    await submit(bot_council, view, {"whose": "ask HT, since the move"}, "SS")
    receipt = await modal(bot_council, "SS")
    assert "I tell RM and PM what you say: “ask HT, since the move”." in shown(receipt)
    await wait_until(lambda: "Not mine" in bot_council.dm("SS")[0].text, "the question is closed")
    assert buttons(bot_council.dm("SS")[0], "prompt") == []
    for initials in ("RM", "PM"):
        await wait_until(partial(notices_to, bot_council, initials), f"{initials} hears of it")
        [notice] = notices_to(bot_council, initials)
        assert "SS says that 1/5.2 Gather the data on workforce costs is not theirs." in notice.text
        assert "ask HT, since the move" in notice.text
    assert changes(bot_council) == []
    assert "SS" in await bot_council.send_command("SS", "show 1/5.2")
    assert bot_council.sandbox.failures == []


async def test_a_person_can_be_chosen_as_its_owner(sqlite_council: Council) -> None:
    await asked(sqlite_council, "SS")
    view = await choose(sqlite_council, "not-mine", "SS")
    await submit(sqlite_council, view, {"person": USERS["JM"]}, "SS")
    assert "what you say: “JM”" in shown(await modal(sqlite_council, "SS"))


async def test_somebody_whom_the_plan_does_not_know_is_named(sqlite_council: Council) -> None:
    await asked(sqlite_council, "SS")
    view = await choose(sqlite_council, "not-mine", "SS")
    await submit(sqlite_council, view, {"person": "U0STRANGER"}, "SS")
    assert "you name <@U0STRANGER>" in shown(await modal(sqlite_council, "SS"))


# Away


async def test_away_holds_the_questions_back_and_lists_what_falls_due(bot_council: Council) -> None:
    """RM owns 5.3, due on 9 March, and 1.3, due on 12 March and later; RM leads project 5 themselves."""
    await asked(bot_council)
    view = await choose(bot_council, "away")
    await submit(bot_council, view, {"until": "2026-03-02"})
    assert "is not a day to come" in errors(bot_council)["until"]
    await submit(bot_council, view, {"until": "2026-03-16", "cover": "JM"})
    said = shown(await modal(bot_council))
    assert "I ask you nothing until Monday 16 March 2026." in said
    assert "5.3 and 1.3 fall due meanwhile. I tell PM, and that JM covers." in said
    await wait_until(lambda: bot_council.dm("PM"), "the plan manager hears of it")
    [notice] = bot_council.dm("PM")
    assert "RM is away until Monday 16 March 2026. JM covers." in notice.text
    assert "5.3 Talk to service leads, due 9 March 2026" in notice.text
    assert "1.3 Answer when children go missing, due 12 March 2026" in notice.text
    says = "You are away. I will ask again on Monday 16 March 2026."
    await wait_until(lambda: says in bot_council.dm("RM")[0].text, "the question says so")
    question = bot_council.dm("RM")[0]
    assert changes(bot_council) == []
    for day in range(3, 14):
        bot_council.clock.moment = datetime(2026, 3, day, 9, 0, 5, tzinfo=UTC)
        await asyncio.sleep(0.5)
    assert [each.text for each in bot_council.dm("RM")] == [question.text]
    bot_council.clock.moment = datetime(2026, 3, 16, 9, 0, 5, tzinfo=UTC)
    await wait_until(lambda: len(bot_council.dm("RM")) > 1, "RM is asked again")
    assert "5.3 Talk to service leads" in bot_council.dm("RM")[-1].text


async def test_back_early_one_is_asked_again(bot_council: Council) -> None:
    await asked(bot_council)
    view = await choose(bot_council, "away")
    await submit(bot_council, view, {"until": "2026-03-16"})
    await wait_until(lambda: "You are away" in bot_council.dm("RM")[0].text, "the question says so")
    bot_council.clock.moment += timedelta(days=1)
    question = bot_council.dm("RM")[0]
    await press(bot_council, "RM", question, buttons(question, "back")[0], question.channel)
    await wait_until(lambda: "Welcome back" in str([e.text for e in bot_council.dm("RM")]), "it is said")
    await wait_until(lambda: len(bot_council.dm("RM")) > 2, "RM is asked again")
    assert "5.3 Talk to service leads" in bot_council.dm("RM")[-1].text
