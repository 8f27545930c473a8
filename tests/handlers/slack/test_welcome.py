"""The welcome of an owner who is linked for the first time, and what a question says of when it comes."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.sandbox.entities import SandboxMessage
from bot.services.prompts.welcomes import send_waiting
from models.base import DeliveryState
from models.outbox import Delivery
from models.people import Person
from models.plans import Action, ActionOwner
from tests.fixtures.council import Council, bot_running, council
from tests.fixtures.databases import KINDS
from tests.fixtures.plans import USERS
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.slack_actions import buttons, press
from tests.handlers.slack.slack_events import answers

STRANGER = "U0STRANGER"
ZZ_LINE = f"link ZZ <@{STRANGER}>"


def said_to(bot_council: Council, user: str = STRANGER) -> list[str]:
    channel = bot_council.sandbox.dm_id(user)
    found = bot_council.sandbox.visible_messages(user, channel) if channel else []
    return [each.text for each in found]


def welcomes(bot_council: Council) -> list[Delivery]:
    database = bot_council.database()
    with database.transaction(write=False) as session:
        found = list(session.scalars(select(Delivery).where(Delivery.kind == "welcome")))
        session.expunge_all()
    database.close()
    return found


async def test_an_owner_who_is_linked_hears_what_comes_when_and_why(bot_council: Council) -> None:
    await bot_council.send_command("PM", ZZ_LINE)
    await wait_until(lambda: said_to(bot_council), "the owner was welcomed")
    [text] = said_to(bot_council)
    assert "Improvement plan 2026-29 names ZZ as owner of 1 open action: 3.1." in text
    assert "a question in this conversation about each of your actions before its date" in text
    assert "I ask at 9:00am on working days, in Europe/London" in text
    assert "3 messages in 7 days" in text
    assert "/cip timezone Europe/Paris" in text
    assert "PM can change both." in text
    assert "If ZZ is not you, tell a plan manager." in text
    assert bot_council.sandbox.failures == []


async def test_it_comes_once_however_often_they_are_linked(bot_council: Council) -> None:
    await bot_council.send_command("PM", ZZ_LINE)
    await wait_until(lambda: said_to(bot_council), "the owner was welcomed")
    await bot_council.send_command("PM", ZZ_LINE)
    await bot_council.send_command("PM", "link ZZ <@U0VW>")
    await bot_council.send_command("PM", ZZ_LINE)
    await asyncio.sleep(0.6)
    assert len(welcomes(bot_council)) == 1
    assert len([each for each in said_to(bot_council) if each.startswith("Hello.")]) == 1


async def test_who_moves_to_another_account_hears_that_and_is_not_welcomed(sqlite_council: Council) -> None:
    await sqlite_council.send_command("PM", f"link SS <@{STRANGER}>")
    await wait_until(lambda: said_to(sqlite_council), "they were told")
    assert "Your account is now linked to SS" in said_to(sqlite_council)[0]
    assert welcomes(sqlite_council) == []


async def test_whoever_was_linked_before_gets_none(sqlite_council: Council) -> None:
    """The owners of the plan have their accounts, and the bot has run for an hour."""
    sqlite_council.clock.moment += timedelta(hours=1)
    await wait_until(lambda: answers(sqlite_council), "they were asked")
    assert welcomes(sqlite_council) == []


async def test_it_waits_for_the_end_of_the_quiet_hours(bot_council: Council) -> None:
    bot_council.clock.moment = datetime.fromisoformat("2026-03-03T21:00:00+00:00")
    await bot_council.send_command("PM", ZZ_LINE)
    await asyncio.sleep(0.6)
    assert said_to(bot_council) == []
    bot_council.clock.moment = datetime.fromisoformat("2026-03-04T08:00:01+00:00")
    await wait_until(lambda: said_to(bot_council), "the owner was welcomed")
    assert len(said_to(bot_council)) == 1


@pytest.fixture(params=KINDS)
async def stopped(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Council]:
    async with council(request.param, tmp_path) as found:
        yield found


async def test_after_a_crash_it_still_comes_once(stopped: Council) -> None:
    """The bot stops right after the linking, and others take over."""
    async with bot_running(stopped):
        await stopped.send_command("PM", ZZ_LINE)
    for _ in range(2):
        async with bot_running(stopped):
            await wait_until(lambda: said_to(stopped), "the owner was welcomed")
            await asyncio.sleep(0.6)
    assert len(said_to(stopped)) == 1
    assert [each.state for each in welcomes(stopped)] == [DeliveryState.SENT]


async def test_of_two_bots_one_welcomes(tmp_path: Path) -> None:
    async with council("postgresql", tmp_path) as found, bot_running(found), bot_running(found):
        await found.send_command("PM", ZZ_LINE)
        await wait_until(lambda: said_to(found), "the owner was welcomed")
        await asyncio.sleep(0.8)
        assert len(said_to(found)) == 1


async def test_who_owns_nothing_is_welcomed_once_a_plan_names_them(bot_council: Council) -> None:
    database = bot_council.database()
    with database.transaction() as session:
        person = session.scalars(select(Person).where(Person.initials == "VW")).one()
        person.slack_user_id = None
    await bot_council.send_command("PM", "link VW <@U0VW>")
    await wait_until(
        lambda: [each.state for each in welcomes(bot_council)] == [DeliveryState.SKIPPED], "it was looked at"
    )
    assert answers(bot_council, "VW") == []
    with database.transaction() as session:
        person = session.scalars(select(Person).where(Person.initials == "VW")).one()
        action = session.scalars(select(Action).where(Action.ref == "6.1")).one()
        session.add(
            ActionOwner(
                workspace_id=person.workspace_id, action_id=action.id, person_id=person.id, position=5
            )
        )
        session.flush()
        send_waiting(session, person.workspace_id, bot_council.clock.now())
    database.close()
    bot_council.clock.moment += timedelta(seconds=30)
    await wait_until(lambda: answers(bot_council, "VW"), "the owner was welcomed")
    assert "names VW as owner of 1 open action: 6.1." in answers(bot_council, "VW")[0].text


async def asked(bot_council: Council, initials: str = "SS") -> SandboxMessage:
    bot_council.clock.moment += timedelta(hours=1)
    await wait_until(lambda: answers(bot_council, initials), "the owner was asked")
    return answers(bot_council, initials)[0]


async def test_a_question_leads_to_why_it_came_and_by_what_rule(bot_council: Council) -> None:
    question = await asked(bot_council)
    [button] = buttons(question, "when-asked")
    await press(bot_council, "SS", question, button, question.channel)
    await wait_until(lambda: len(answers(bot_council)) == 2, "they were answered")
    answer = answers(bot_council)[1]
    assert answer.only_for == USERS["SS"]
    assert "Why I ask you: the plan names SS as owner of 1 open action" in answer.text
    assert "14, 7 and 1 days ahead, and on the day itself" in answer.text
    assert "/cip timezone Europe/Paris" in answer.text
    assert buttons(answers(bot_council)[0], "prompt:complete")


async def test_the_question_of_somebody_else_tells_nothing(sqlite_council: Council) -> None:
    question = await asked(sqlite_council)
    [button] = buttons(question, "when-asked")
    delivery = (await press(sqlite_council, "SS", question, button, question.channel)).delivery
    assert delivery is not None
    await wait_until(lambda: len(answers(sqlite_council)) == 2, "they were answered")
    delivery.payload |= {"trigger_id": "other", "user": {**delivery.payload["user"], "id": USERS["RM"]}}
    assert (await sqlite_council.sandbox.redeliver(delivery)).status == 200
    await wait_until(lambda: len(answers(sqlite_council)) == 3, "the presser was answered")
    assert "a message I no longer know" in answers(sqlite_council)[2].text
    assert "owner of" not in answers(sqlite_council)[2].text
