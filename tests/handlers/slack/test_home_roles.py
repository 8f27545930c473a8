"""The Home tab by role: each part for whoever has the role, once, and a sentence where there is nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.plan.owners import PersonRole
from bot.plan.reading import AccountKind
from models.base import DeliveryState
from models.imports import PlanUpload
from models.outbox import Delivery
from models.people import Person
from models.plans import Plan, PlanRole
from tests.fixtures.council import Council
from tests.fixtures.plans import USERS
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.home_pages import buttons_of, open_home, text_of

HEADINGS = ("Projects you lead", "What needs the", "For you as plan manager", "My settings", "You have")


def headings(text: str) -> list[str]:
    return [each for each in HEADINGS if f"\n{each}" in f"\n{text}"]


@pytest.mark.parametrize(
    ("initials", "expected"),
    [
        ("SS", ["Projects you lead", "My settings", "You have"]),
        ("JM", ["My settings", "You have"]),
        ("PM", ["For you as plan manager"]),
        ("CH", ["What needs the"]),
        ("VW", ["You have"]),
        ("U0STRANGER", []),
    ],
)
async def test_each_role_has_its_part(sqlite_council: Council, initials: str, expected: list[str]) -> None:
    text = text_of(await open_home(sqlite_council, initials))
    assert headings(text) == expected
    assert sqlite_council.sandbox.failures == []


async def test_who_has_every_role_sees_each_part_once(bot_council: Council) -> None:
    database = bot_council.database()
    with database.transaction() as session:
        person = session.scalars(select(Person).where(Person.initials == "SS")).one()
        plan = session.scalars(select(Plan)).one()
        for role in (PersonRole.BOARD_CHAIR, PersonRole.PLAN_MANAGER):
            session.add(
                PlanRole(workspace_id=plan.workspace_id, plan_id=plan.id, person_id=person.id, role=role)
            )
    database.close()
    text = text_of(await open_home(bot_council, "SS"))
    assert headings(text) == list(HEADINGS)
    for heading in HEADINGS:
        assert f"\n{text}".count(f"\n{heading}") == 1
    assert bot_council.sandbox.failures == []


async def test_the_chair_sees_what_is_red_or_late_and_no_buttons(sqlite_council: Council) -> None:
    view = await open_home(sqlite_council, "CH")
    text = text_of(view)
    assert "What needs the" in text
    assert "*1 action is Red or late*" in text
    assert "1/5.2 Gather the data" in text
    assert buttons_of(view) == []
    await sqlite_council.send_command("SS", "update 1/5.2 complete")
    assert "No action is Red or late." in text_of(await open_home(sqlite_council, "CH"))


async def test_what_a_plan_manager_has_not_decided_on_is_shown_to_manager_and_chair(
    sqlite_council: Council,
) -> None:
    database = sqlite_council.database()
    with database.transaction() as session:
        plan = session.scalars(select(Plan)).one()
        plan.problems = 3
        for key, state in (("a", "waiting"), ("b", "applied"), ("c", "waiting")):
            session.add(
                PlanUpload(
                    workspace_id=plan.workspace_id,
                    key=key,
                    user_id=USERS["PM"],
                    channel_id="D0",
                    name="plan.xlsx",
                    address="",
                    state=state,
                    received_at=sqlite_council.clock.now(),
                )
            )
    database.close()
    manager = text_of(await open_home(sqlite_council, "PM"))
    assert "*Improvement plan 2026-29*: 3 open questions. To answer: `/cip questions`" in manager
    assert "2 files are read and have to be decided on" in manager
    assert "2 new versions of a plan are under review" in text_of(await open_home(sqlite_council, "CH"))


async def test_the_manager_sees_whom_the_bot_cannot_reach_and_why(bot_council: Council) -> None:
    """ZZ has no account, JM's was deactivated, and a message to RM was given up."""
    now = bot_council.clock.now()
    database = bot_council.database()
    with database.transaction() as session:
        people = {each.initials: each for each in session.scalars(select(Person))}
        people["JM"].account_kind = AccountKind.DEACTIVATED
        for number, (kind, state, moment) in enumerate(
            (
                ("prompt", DeliveryState.FAILED, now - timedelta(days=2)),
                ("prompt", DeliveryState.FAILED, now - timedelta(days=20)),
                ("notice", DeliveryState.SENT, now - timedelta(days=3)),
            )
        ):
            session.add(
                Delivery(
                    workspace_id=people["RM"].workspace_id,
                    person_id=people["RM"].id,
                    kind=kind,
                    key=f"test:{number}",
                    token=f"t{number}",
                    due_at=moment,
                    next_attempt_at=moment,
                    state=state,
                    reason="Slack refused it",
                    sent_at=moment,
                )
            )
    database.close()
    text = text_of(await open_home(bot_council, "PM"))
    assert "*3 owners I cannot reach*" in text
    assert "*ZZ*, 1 open action. No account is linked. To link one: `/cip link ZZ @person`" in text
    assert "*JM*, 3 open actions. The account is deactivated." in text
    assert "*RM*, 2 open actions. Slack refused it." in text
    assert "*1 message given up in the last 14 days*" in text
    assert "A prompt to RM, 28 February 2026. Slack refused it." in text


async def test_where_nothing_is_wrong_the_manager_reads_that(sqlite_council: Council) -> None:
    database = sqlite_council.database()
    with database.transaction() as session:
        session.scalars(select(Plan)).one().problems = 0
    database.close()
    text = text_of(await open_home(sqlite_council, "PM"))
    assert "No question about a plan is open." in text
    assert "No message was given up in the last 14 days." in text
    await sqlite_council.send_command("PM", "update 3.1 complete")
    assert "I can reach every owner of an open action." in text_of(await open_home(sqlite_council, "PM"))


def asked(council: Council) -> set[str]:
    """Whose question the bot knows to have arrived."""
    sent = (
        select(Person.initials)
        .join(Delivery, Delivery.person_id == Person.id)
        .where(Delivery.kind == "prompt", Delivery.state == DeliveryState.SENT)
    )
    database = council.database()
    with database.transaction(write=False) as session:
        found = set(session.scalars(sent))
    database.close()
    return found


async def test_the_lead_sees_their_projects_and_who_has_not_answered(bot_council: Council) -> None:
    before = text_of(await open_home(bot_council, "RM"))
    assert "*5 Efficiency*: 2 open actions." in before
    assert "Everybody who was asked in the last 14 days has answered." in before
    bot_council.clock.moment += timedelta(hours=1)
    await wait_until(lambda: asked(bot_council) == {"SS", "JM", "RM"}, "they were asked")
    bot_council.clock.moment += timedelta(hours=26)
    text = text_of(await open_home(bot_council, "RM"))
    assert "SS <@U0SS> has not answered about 1/5.2. Asked yesterday." in text
    assert "JM <@U0JM> has not answered about 5.3" in text
    assert "<@U0RM> has not answered" not in text
    await bot_council.send_command("SS", "update 1/5.2 in-progress two teams done")
    after = text_of(await open_home(bot_council, "RM"))
    assert "<@U0SS> has not answered" not in after
    assert "<@U0JM> has not answered" in after
    # Of the project that SS leads nobody was asked.
    assert "Everybody who was asked" in text_of(await open_home(bot_council, "SS"))


async def test_the_settings_say_when_and_by_what_rule_somebody_is_asked(sqlite_council: Council) -> None:
    text = text_of(await open_home(sqlite_council, "SS"))
    assert "I ask at 9:00am on working days, in *Europe/London*, " in text
    assert "Before a date: 14, 7 and 1 days ahead, and on the day itself." in text
    assert "If it is late: 3 and 7 days after it." in text
    assert "one message a day at most, and 3 messages in 7 days" in text
    assert "Nothing comes between 6:00pm and 8:00am." in text
    assert "Next: 9:00am on Monday 2 March 2026." in text
    assert "`/cip timezone Europe/Paris`" in text
    assert "PM can change both." in text
    await sqlite_council.send_command("SS", "timezone Asia/Tokyo")
    assert "in *Asia/Tokyo*, the timezone you chose." in text_of(await open_home(sqlite_council, "SS"))


async def test_somebody_of_another_board_sees_nothing_of_this_one(sqlite_council: Council) -> None:
    """A plan manager of no plan."""
    database = sqlite_council.database()
    with database.transaction() as session:
        person = session.scalars(select(Person).where(Person.initials == "PM")).one()
        for role in session.scalars(select(PlanRole).where(PlanRole.person_id == person.id)):
            session.delete(role)
    database.close()
    text = text_of(await open_home(sqlite_council, "PM"))
    assert "Gather the data" not in text
    assert "ZZ" not in text
