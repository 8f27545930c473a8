"""Slack's user_change, through the signed address."""

import json
from typing import Any

import pytest
from sqlalchemy import func, select

from models import AccountLookup, Delivery, InboundRequest, Person
from tests.fixtures.council import Council
from tests.fixtures.plans import TEAM
from tests.handlers.slack.slack_actions import JSON, post


async def change(council: Council, number: int = 1, **user: Any) -> int:
    """Send what Slack sends when this user's account changes; returns the answer's status."""
    shape: dict[str, Any] = {
        "id": "U0SS",
        "team_id": TEAM,
        "tz": "Europe/London",
        "deleted": False,
        "profile": {},
    }
    body = {
        "type": "event_callback",
        "team_id": TEAM,
        "api_app_id": "A0CIP",
        "event_id": f"Ev{number}",
        "event_time": 1,
        "event": {"type": "user_change", "user": shape | user, "event_ts": "1.1"},
    }
    return (await post(council, json.dumps(body).encode(), JSON)).status


def timezone_of(council: Council, initials: str) -> str | None:
    database = council.database()
    with database.transaction(write=False) as session:
        found = session.scalars(select(Person.timezone).where(Person.initials == initials)).one()
    database.close()
    return found


def count_requests(council: Council) -> int:
    database = council.database()
    with database.transaction(write=False) as session:
        found = session.scalar(select(func.count()).select_from(InboundRequest)) or 0
    database.close()
    return found


async def test_a_new_timezone_is_taken_over(bot_council: Council) -> None:
    assert await change(bot_council, tz="Asia/Tokyo") == 200
    assert timezone_of(bot_council, "SS") == "Asia/Tokyo"
    assert await change(bot_council, 2, tz="Europe/Paris") == 200
    assert timezone_of(bot_council, "SS") == "Europe/Paris"


async def test_what_is_not_about_the_plan_writes_nothing(bot_council: Council) -> None:
    await change(bot_council, tz="Asia/Tokyo")
    before = count_requests(bot_council)
    assert await change(bot_council, 2, tz="Asia/Tokyo") == 200, "a new status text"
    assert await change(bot_council, 3, id="U0STRANGER", tz="Asia/Tokyo") == 200, "nobody in the plan"
    assert count_requests(bot_council) == before


@pytest.mark.parametrize(
    "user", [{"id": 5}, {"profile": None, "id": "U0NOBODY"}, {"tz": 7, "id": "U0NOBODY"}, {"id": "U" * 500}]
)
async def test_an_event_of_odd_shape_changes_nothing(sqlite_council: Council, user: dict[str, Any]) -> None:
    assert await change(sqlite_council, **user) in {200, 400}
    assert timezone_of(sqlite_council, "SS") in {None, "Europe/London"}


async def test_a_deactivated_account_is_notified_to_plan_managers_once_and_stays_linked(
    bot_council: Council,
) -> None:
    for number in (1, 2):
        assert await change(bot_council, number, deleted=True) == 200
    database = bot_council.database()
    with database.transaction(write=False) as session:
        (notice,) = session.scalars(select(Delivery).where(Delivery.kind == "notice")).all()
        assert "The account of SS is deactivated" in notice.facts["what"]
        assert "/cip link" in notice.facts["todo"]
        assert session.scalars(select(Person.slack_user_id).where(Person.initials == "SS")).one() == "U0SS"
    database.close()


async def test_somebody_whose_address_was_unknown_is_linked_when_they_get_it(bot_council: Council) -> None:
    database = bot_council.database()
    with database.transaction() as session:
        zz = session.scalars(select(Person).where(Person.initials == "ZZ")).one()
        zz.email = "zz@council.example"
    profile = {"email": "ZZ@council.example"}
    assert await change(bot_council, id="U0ZZ", deleted=True, profile=profile) == 200
    assert await change(bot_council, 2, id="U0ZZ", tz="Asia/Dubai", profile=profile) == 200
    with database.transaction(write=False) as session:
        zz = session.scalars(select(Person).where(Person.initials == "ZZ")).one()
        assert (zz.slack_user_id, zz.timezone) == ("U0ZZ", "Asia/Dubai")
        row = session.scalars(select(AccountLookup).where(AccountLookup.person_id == zz.id)).one()
        assert row.slack_timezone == "Asia/Dubai"
    database.close()


async def test_an_unsigned_change_is_refused(sqlite_council: Council) -> None:
    body = {
        "type": "event_callback",
        "team_id": TEAM,
        "event": {"type": "user_change", "user": {"id": "U0SS"}},
    }
    assert (await post(sqlite_council, json.dumps(body).encode(), JSON, {})).status == 401


async def test_a_relinking_typed_in_chat_writes_to_both(bot_council: Council) -> None:
    refused = await bot_council.send_command("PM", "link PM <@U0STRANGER>")
    assert "PM is the only plan manager of a plan who has an account" in refused
    assert "now linked to" in await bot_council.send_command("PM", "link SS <@U0STRANGER>")
    database = bot_council.database()
    with database.transaction(write=False) as session:
        targets = session.scalars(select(Delivery.target).where(Delivery.kind == "account-change")).all()
        assert sorted(targets) == ["U0SS", "U0STRANGER"]
    database.close()
