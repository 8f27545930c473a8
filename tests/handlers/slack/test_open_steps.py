"""Done is asked about wherever it is said, where milestones are open: nothing is recorded before.

1.3 has two open milestones and is JM's and RM's; 5.3 has none.
"""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bot.plan.statuses import Status
from bot.sandbox.config import BOT_USER_ID
from bot.sandbox.entities import SandboxMessage, View
from models.outbox import Delivery
from tests.fixtures.council import BOARD, Council
from tests.fixtures.plans import USERS
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.home_pages import find_button, home_of, open_home, press_home, press_only, text_of
from tests.handlers.slack.slack_actions import buttons, press
from tests.handlers.slack.slack_events import answers, changes, edit_event, send_event, write

JM = USERS["JM"]
ASKS = "2 of 2 milestones of 1.3 are still open: a) Agree the procedure, b) Write the guidance. What is done?"
ALL_THREE = [(False, Status.COMPLETE), (True, Status.COMPLETE), (True, Status.COMPLETE)]
JMS_DAY = datetime(2026, 3, 11, 9, 0, 5, tzinfo=UTC)


def recorded(council: Council) -> list[tuple[bool, Status]]:
    """Of each change: whether it is of a milestone, and the new status."""
    return [(each.milestone_id is not None, each.to_status) for each in changes(council)]


async def choose(council: Council, message: SandboxMessage, number: int = 0) -> None:
    await press(council, "JM", message, buttons(message, "choose")[number], message.channel)


async def say(council: Council, words: str, *names: str, thread_ts: str | None = None) -> SandboxMessage:
    """As JM, to the bot; its answer."""
    before = len(answers(council, "JM"))
    await write(council, words, *names, initials="JM", thread_ts=thread_ts)
    await wait_until(lambda: len(answers(council, "JM")) > before, "the bot answered")
    return answers(council, "JM")[before]


async def question_to_jm(council: Council) -> SandboxMessage:
    """About 1.3 alone."""
    await council.send_command("JM", "update 5.3 dropped")
    council.clock.moment = JMS_DAY
    await wait_until(
        lambda: [each for each in council.dm("JM") if "1.3 Answer when children" in each.text], "JM was asked"
    )
    question = council.dm("JM")[-1]
    await wait_until(lambda: is_noted(council, question.ts), "the bot knows that it was sent")
    return question


def is_noted(council: Council, ts: str) -> bool:
    database = council.database()
    with database.transaction(write=False) as session:
        found = session.scalar(select(Delivery.id).where(Delivery.message_ts == ts))
    database.close()
    return found is not None


async def test_typed_after_the_slash_it_asks_and_a_press_records_it(bot_council: Council) -> None:
    said = await bot_council.send_command("JM", "update 1.3 complete - minutes filed")
    assert ASKS in said
    assert "Nothing is recorded yet." in said
    assert recorded(bot_council) == []
    await choose(bot_council, bot_council.visible_messages("JM")[-1])
    assert recorded(bot_council) == ALL_THREE
    assert [each.note for each in changes(bot_council)] == ["minutes filed", "", ""]
    assert bot_council.sandbox.failures == []


@pytest.mark.parametrize("words", ["1.3 done", "finished 1.3", "5.3 and 1.3 done", "1.3 :white_check_mark:"])
async def test_in_a_direct_message_it_asks(sqlite_council: Council, words: str) -> None:
    assert ASKS in (await say(sqlite_council, words)).text
    assert recorded(sqlite_council) == []


@pytest.mark.parametrize("is_in_thread", [True, False])
async def test_an_answer_to_the_question_asks(bot_council: Council, *, is_in_thread: bool) -> None:
    question = await question_to_jm(bot_council)
    said = await say(bot_council, "done", thread_ts=question.ts if is_in_thread else None)
    assert ASKS in said.text
    assert (said.thread_ts == question.ts) is is_in_thread
    assert len(changes(bot_council)) == 1
    assert buttons(bot_council.dm("JM")[0], "prompt:complete"), "the question is still open"
    await choose(bot_council, said)
    assert recorded(bot_council)[1:] == ALL_THREE
    await wait_until(
        lambda: "✓ 1.3 Complete" in question_of(bot_council).text, "the question says what was recorded"
    )


def question_of(council: Council) -> SandboxMessage:
    return next(each for each in council.dm("JM") if "1.3" in each.text)


async def test_a_file_beside_it_is_its_evidence_once_it_was_chosen(sqlite_council: Council) -> None:
    said = await say(sqlite_council, "1.3 done", "minutes.pdf")
    assert ASKS in said.text
    await choose(sqlite_council, said, 1)
    [change] = changes(sqlite_council)
    assert change.evidence.startswith("minutes.pdf http")


async def test_a_message_that_is_changed_to_done_asks_and_leaves_what_stands(sqlite_council: Council) -> None:
    before = len(answers(sqlite_council, "JM"))
    message = await write(sqlite_council, "1.3 in progress", initials="JM")
    await wait_until(lambda: len(answers(sqlite_council, "JM")) > before, "the bot answered")
    await send_event(sqlite_council, edit_event(message, "1.3 done"))
    await wait_until(lambda: ASKS in answers(sqlite_council, "JM")[-1].text, "the bot asked")
    assert recorded(sqlite_council) == [(False, Status.IN_PROGRESS)]


async def test_in_a_channel_only_the_person_is_asked(sqlite_council: Council) -> None:
    await write(sqlite_council, f"<@{BOT_USER_ID}> 1.3 done public", channel=BOARD, initials="JM")

    def asked() -> list[SandboxMessage]:
        return [each for each in sqlite_council.visible_messages("JM") if ASKS in each.text]

    await wait_until(asked, "the bot asked")
    assert asked()[0].only_for == JM
    assert recorded(sqlite_council) == []


@pytest.mark.parametrize("words", ["1.3 done, all steps complete", "1.3a done and 1.3b done and 1.3 done"])
async def test_a_line_that_says_what_of_the_milestones_goes_through(
    sqlite_council: Council, words: str
) -> None:
    assert "Recorded." in (await say(sqlite_council, words)).text
    assert {status for is_step, status in recorded(sqlite_council) if is_step} == {Status.COMPLETE}
    assert (False, Status.COMPLETE) in recorded(sqlite_council)


# The Home tab


async def steps_form(council: Council) -> View:
    await open_home(council, "JM")
    await press_only(council, "JM", find_button(home_of(council, "JM"), "1.3 is done")["action_id"])
    await wait_until(lambda: council.sandbox.current_modal(JM), "the form opened")
    view = council.sandbox.current_modal(JM)
    assert view is not None
    return view


async def test_on_the_home_tab_a_form_asks_and_the_tab_says_what_was_recorded(bot_council: Council) -> None:
    view = await steps_form(bot_council)
    assert "2 milestones of it are still open. Nothing is recorded yet." in text_of(view)
    assert recorded(bot_council) == []
    known = home_of(bot_council, "JM").hash
    await bot_council.sandbox.submit(JM, view.id, {"done": "all"})
    await wait_until(lambda: home_of(bot_council, "JM").hash != known, "the Home tab was published")
    assert recorded(bot_council) == ALL_THREE
    assert text_of(home_of(bot_council, "JM")).startswith("1.3 is recorded: complete.")
    await press_home(bot_council, "JM", "Undo")
    assert len(changes(bot_council)) == 6
    assert "1.3 Answer when children go missing" in text_of(home_of(bot_council, "JM"))
    assert bot_council.sandbox.failures == []


async def test_the_form_of_the_home_tab_needs_an_answer_and_can_be_left(sqlite_council: Council) -> None:
    view = await steps_form(sqlite_council)
    await sqlite_council.sandbox.submit(JM, view.id, {}, client_validation=False)
    found = sqlite_council.sandbox.current_modal(JM)
    assert found is not None
    assert "Choose one" in found.errors["done"]
    await sqlite_council.sandbox.close_view(JM, view.id)
    assert recorded(sqlite_council) == []


async def test_what_was_done_meanwhile_is_an_error_on_the_field(sqlite_council: Council) -> None:
    view = await steps_form(sqlite_council)
    await sqlite_council.send_command("PM", "update 1.3 dropped")
    await sqlite_council.sandbox.submit(JM, view.id, {"done": "all"})
    found = sqlite_council.sandbox.current_modal(JM)
    assert found is not None
    assert "1.3 is recorded as dropped" in found.errors["done"]
    assert len(changes(sqlite_council)) == 1


async def test_what_has_no_open_milestones_is_recorded_at_once(sqlite_council: Council) -> None:
    await open_home(sqlite_council, "JM")
    await press_home(sqlite_council, "JM", "5.3 is done")
    assert recorded(sqlite_council) == [(False, Status.COMPLETE)]
    assert sqlite_council.sandbox.current_modal(JM) is None


# A message used as an update


async def test_a_message_used_as_an_update_offers_it_with_and_without_the_milestones(
    sqlite_council: Council,
) -> None:
    message = sqlite_council.sandbox.workspace.post(SandboxMessage("", BOARD, USERS["RM"], "1.3 is complete"))
    await sqlite_council.sandbox.use_shortcut(JM, BOARD, message.ts, "use_as_update")
    await wait_until(lambda: sqlite_council.sandbox.current_modal(JM), "the form opened")
    view = sqlite_council.sandbox.current_modal(JM)
    assert view is not None
    [field] = [each["element"] for each in view.blocks if each["type"] == "input"]
    labels = [each["text"]["text"] for each in field["options"]]
    assert labels == ["Done, with all milestones", "Done: only the action"]
    await sqlite_council.sandbox.submit(JM, view.id, {"choice": field["options"][1]["value"]})
    assert recorded(sqlite_council) == [(False, Status.COMPLETE)]
