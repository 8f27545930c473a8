"""What is pressed on the Home tab is done as in a question, and what came of it stands at the top."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.plan.rag import Colour
from bot.plan.statuses import Status
from bot.services.audit import audit
from models.outbox import Delivery
from models.plans import Action
from tests.fixtures.council import Council
from tests.fixtures.plans import USERS
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.home_pages import (
    buttons_of,
    find_button,
    home_of,
    open_home,
    press_home,
    press_only,
    text_of,
)
from tests.handlers.slack.slack_actions import another_second, buttons
from tests.handlers.slack.slack_events import answers, changes


@pytest.mark.parametrize(
    ("label", "status", "colour"),
    [
        ("1/5.2 is on track", None, Colour.GREEN),
        ("1/5.2 is at risk", None, Colour.AMBER),
        ("1/5.2 is done", Status.COMPLETE, None),
    ],
)
async def test_a_press_records_what_its_button_says(
    bot_council: Council, label: str, status: Status | None, colour: Colour | None
) -> None:
    await open_home(bot_council, "SS")
    text = text_of(await press_home(bot_council, "SS", label))
    [change] = changes(bot_council)
    assert change.to_status is (status or Status.IN_PROGRESS)
    assert (change.to_declared, change.source, change.user_id) == (colour, "button", USERS["SS"])
    assert text.startswith("1/5.2 is recorded: ")
    assert ("What is in the way of 1/5.2?" in text) is (colour is Colour.AMBER)
    assert ("You have no open actions" in text) is (status is Status.COMPLETE)
    assert bot_council.sandbox.failures == []


async def test_a_press_is_taken_back_with_one_more(bot_council: Council) -> None:
    await open_home(bot_council, "SS")
    await press_home(bot_council, "SS", "1/5.2 is done")
    text = text_of(await press_home(bot_council, "SS", "Undo"))
    assert [each.to_status for each in changes(bot_council)] == [Status.COMPLETE, Status.IN_PROGRESS]
    assert "You have 1 open action" in text
    assert not [each for each in buttons_of(home_of(bot_council, "SS")) if each["text"]["text"] == "Undo"]


async def test_the_reason_is_asked_for_in_a_form(sqlite_council: Council) -> None:
    await open_home(sqlite_council, "SS")
    await press_home(sqlite_council, "SS", "1/5.2 is at risk")
    await press_only(sqlite_council, "SS", find_button(home_of(sqlite_council, "SS"), "Say why")["action_id"])
    await wait_until(lambda: sqlite_council.sandbox.current_modal(USERS["SS"]), "the form opened")
    form = sqlite_council.sandbox.current_modal(USERS["SS"])
    assert form is not None
    await sqlite_council.sandbox.submit(USERS["SS"], form.id, {"note": "two people are away"})
    assert [each.note for each in changes(sqlite_council)] == ["", "two people are away"]


async def test_a_press_closes_the_question_that_asked_the_same(sqlite_council: Council) -> None:
    sqlite_council.clock.moment += timedelta(hours=1)
    await wait_until(lambda: answers(sqlite_council), "the owner was asked")
    await open_home(sqlite_council, "SS")
    await press_home(sqlite_council, "SS", "1/5.2 is on track")
    await wait_until(lambda: not buttons(answers(sqlite_council)[0], "prompt"), "the question was rewritten")


async def test_a_press_that_comes_again_records_once(bot_council: Council) -> None:
    await open_home(bot_council, "SS")
    button = find_button(home_of(bot_council, "SS"), "1/5.2 is on track")
    ack = await press_only(bot_council, "SS", button["action_id"])
    assert ack.delivery is not None
    assert (await bot_council.sandbox.replay(ack.delivery)).status == 401
    await another_second()
    assert (await bot_council.sandbox.redeliver(ack.delivery)).status == 200
    assert len(changes(bot_council)) == 1


@pytest.mark.parametrize("value", ["", "x", "999999 5.2", "1 9.9", "-1 5.2", "1", "9" * 40, "\x00 5.2"])
async def test_a_made_up_value_does_nothing_and_says_so(sqlite_council: Council, value: str) -> None:
    await open_home(sqlite_council, "SS")
    button = find_button(home_of(sqlite_council, "SS"), "1/5.2 is on track")
    ack = await press_only(sqlite_council, "SS", button["action_id"])
    assert ack.delivery is not None
    forged = ack.delivery
    recorded = len(changes(sqlite_council))
    for number, action_id in enumerate(("home:complete:9", "home:undo:9", "home:ask-now:9")):
        forged.payload["actions"] = [{**forged.payload["actions"][0], "value": value, "action_id": action_id}]
        forged.payload |= {"trigger_id": f"forged-{number}"}
        if action_id.startswith("home:undo") and not value:
            continue
        assert (await sqlite_council.sandbox.redeliver(forged)).status == 200
    assert len(changes(sqlite_council)) == recorded


async def test_nobody_records_with_the_button_of_somebody_else(sqlite_council: Council) -> None:
    await open_home(sqlite_council, "SS")
    button = find_button(home_of(sqlite_council, "SS"), "1/5.2 is on track")
    await open_home(sqlite_council, "VW")
    delivery = (await press_only(sqlite_council, "SS", button["action_id"])).delivery
    assert delivery is not None
    known = home_of(sqlite_council, "VW").hash
    delivery.payload |= {"trigger_id": "other", "user": {**delivery.payload["user"], "id": USERS["VW"]}}
    await sqlite_council.sandbox.redeliver(delivery)
    await wait_until(lambda: home_of(sqlite_council, "VW").hash != known, "the presser was answered")
    assert "Nothing was changed." in text_of(home_of(sqlite_council, "VW"))
    assert len(changes(sqlite_council)) == 1


async def test_a_button_of_a_tab_that_is_out_of_date_reopens_nothing(sqlite_council: Council) -> None:
    await open_home(sqlite_council, "SS")
    await sqlite_council.send_command("PM", "update 1/5.2 complete")
    text = text_of(await press_home(sqlite_council, "SS", "1/5.2 is on track"))
    assert "This was already answered: 1/5.2 is recorded as complete." in text
    assert len(changes(sqlite_council)) == 1


async def asked_on_monday(council: Council) -> None:
    council.clock.moment += timedelta(hours=1)
    await wait_until(lambda: answers(council) and answers(council, "JM"), "they were asked")


def prompts_to(council: Council, initials: str) -> list[str]:
    database = council.database()
    with database.transaction(write=False) as session:
        found = list(
            session.scalars(
                select(Delivery.key)
                .where(Delivery.kind == "prompt", Delivery.target == USERS[initials])
                .where(Delivery.reason == "")
            )
        )
    database.close()
    return found


async def test_the_lead_has_an_owner_asked_now_and_once(bot_council: Council) -> None:
    await asked_on_monday(bot_council)
    bot_council.clock.moment += timedelta(days=1)
    await open_home(bot_council, "RM")
    text = text_of(await press_home(bot_council, "RM", "Ask SS now"))
    assert text.startswith("I am asking SS now about 1 action without an answer.")
    await wait_until(lambda: len(answers(bot_council)) == 2, "the owner was asked again")
    assert "1/5.2" in answers(bot_council)[-1].text
    again = text_of(await press_home(bot_council, "RM", "Ask SS now"))
    assert again.startswith("I sent SS nothing.")
    assert len(prompts_to(bot_council, "SS")) == 2
    # Who is asked is not otherwise changed.
    assert len(prompts_to(bot_council, "JM")) == 1


async def test_the_audit_finds_nothing_wrong_with_it(sqlite_council: Council) -> None:
    await asked_on_monday(sqlite_council)
    sqlite_council.clock.moment += timedelta(days=1)
    await open_home(sqlite_council, "RM")
    await press_home(sqlite_council, "RM", "Ask SS now")
    await wait_until(lambda: len(answers(sqlite_council)) == 2, "the owner was asked again")
    database = sqlite_council.database()
    with database.transaction() as session:
        found = audit.run_audit(session, sqlite_council.clock.now()).by_kind
    database.close()
    assert not any(found.values()), found


async def test_whoever_was_asked_today_is_not_asked_again(sqlite_council: Council) -> None:
    await asked_on_monday(sqlite_council)
    await open_home(sqlite_council, "RM")
    text = text_of(await press_home(sqlite_council, "RM", "Ask SS now"))
    assert text.startswith("I sent SS nothing. They had a message from me today")
    assert len(prompts_to(sqlite_council, "SS")) == 1


@pytest.mark.parametrize(
    ("later", "at"),
    [
        (timedelta(hours=11), "9:00am on Tuesday 3 March 2026"),
        (timedelta(days=4, hours=11), "9:00am on Monday 9 March 2026"),
        (timedelta(days=5), "9:00am on Monday 9 March 2026"),
    ],
)
async def test_outside_the_hours_the_question_waits_for_them(
    sqlite_council: Council, later: timedelta, at: str
) -> None:
    """In the evening, on a Friday evening, and on a Saturday."""
    await asked_on_monday(sqlite_council)
    sqlite_council.clock.moment += later
    await open_home(sqlite_council, "RM")
    before = len(prompts_to(sqlite_council, "SS"))
    text = text_of(await press_home(sqlite_council, "RM", "Ask SS now"))
    if "today" not in text:
        assert f"I will ask SS about 1 action at {at}." in text
        database = sqlite_council.database()
        with database.transaction(write=False) as session:
            action = session.scalars(select(Action).where(Action.ref == "5.2", Action.position < 3)).one()
            assert action.owners[0].prompt_at is not None
        database.close()
    assert len(prompts_to(sqlite_council, "SS")) == before


async def test_an_owner_who_chose_later_is_left_alone_until_then(sqlite_council: Council) -> None:
    await asked_on_monday(sqlite_council)
    sqlite_council.clock.moment += timedelta(days=1)
    database = sqlite_council.database()
    with database.transaction() as session:
        for action in session.scalars(select(Action)):
            for owner in action.owners:
                owner.snoozed_until = sqlite_council.clock.now() + timedelta(days=1)
    database.close()
    await open_home(sqlite_council, "RM")
    text = text_of(await press_home(sqlite_council, "RM", "Ask SS now"))
    assert text.startswith("I sent SS nothing. They asked to be asked later.")


async def test_only_the_lead_of_the_project_may_have_them_asked(sqlite_council: Council) -> None:
    await asked_on_monday(sqlite_council)
    sqlite_council.clock.moment += timedelta(days=1)
    await open_home(sqlite_council, "RM")
    button = find_button(home_of(sqlite_council, "RM"), "Ask SS now")
    await open_home(sqlite_council, "PM")
    delivery = (await press_only(sqlite_council, "RM", button["action_id"])).delivery
    assert delivery is not None
    await wait_until(lambda: len(prompts_to(sqlite_council, "SS")) == 2, "the owner was asked")
    sqlite_council.clock.moment += timedelta(days=1)
    known = home_of(sqlite_council, "PM").hash
    delivery.payload |= {"trigger_id": "other", "user": {**delivery.payload["user"], "id": USERS["PM"]}}
    await sqlite_council.sandbox.redeliver(delivery)
    await wait_until(lambda: home_of(sqlite_council, "PM").hash != known, "the presser was answered")
    assert "not of a project that you lead. I asked nobody." in text_of(home_of(sqlite_council, "PM"))
