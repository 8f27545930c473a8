"""`/cip timezone`, through the signed address."""

import pytest
from sqlalchemy import select, update

from models import Person
from tests.fixtures.council import Council


def timezone_of(council: Council, initials: str) -> str | None:
    database = council.database()
    with database.transaction(write=False) as session:
        found = session.scalars(select(Person.timezone).where(Person.initials == initials)).one()
    database.close()
    return found


async def test_a_person_chooses_their_timezone_and_goes_back(bot_council: Council) -> None:
    assert "Your timezone is Europe/London" in await bot_council.send_command("SS", "timezone")
    answer = await bot_council.send_command("SS", "timezone asia/tokyo")
    assert "Recorded." in answer
    assert "Asia/Tokyo, where it is 5:30pm on Monday 2 March 2026" in answer
    assert "You chose it" in answer
    assert timezone_of(bot_council, "SS") == "Asia/Tokyo"
    assert "Europe/London" in await bot_council.send_command("SS", "my timezone reset")
    assert timezone_of(bot_council, "SS") in {None, "Europe/London"}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("timezone Tokyo", "/cip timezone Asia/Tokyo"),
        ("tz Europe/Lodnon", "/cip timezone Europe/London"),
        ("time zone " + "x" * 500, "know the timezone"),
    ],
)
async def test_an_unknown_timezone_is_answered_with_the_nearest(
    sqlite_council: Council, line: str, says: str
) -> None:
    assert says in await sqlite_council.send_command("SS", line)
    assert timezone_of(sqlite_council, "SS") in {None, "Europe/London"}


async def test_somebody_not_in_the_plan_is_notified_so(sqlite_council: Council) -> None:
    answer = await sqlite_council.send_command("U0STRANGER", "timezone Europe/Paris")
    assert "not linked to anyone" in answer


async def test_a_timezone_written_wrongly_by_hand_leaves_updates_working(bot_council: Council) -> None:
    database = bot_council.database()
    with database.transaction() as session:
        session.execute(update(Person).where(Person.initials == "SS").values(timezone="No/Where"))
    database.close()
    assert "Recorded" in await bot_council.send_command("SS", "update 1/5.2 in-progress two of five")
    assert "Europe/London" in await bot_council.send_command("SS", "timezone")
