"""The calendar: an address shown once, dates for whoever holds it, nothing for anybody else."""

import io
import re
from collections.abc import Mapping
from datetime import date

import aiohttp
import icalendar
from sqlalchemy import text

from tests.fixtures.council import Council
from tests.fixtures.waiting import wait_until

ADDRESS = re.compile(r"(http://[^/\s]+)(/calendar/([\w-]{43})\.ics)")


async def request_address(bot_council: Council, initials: str, line: str = "calendar") -> str:
    """The path of the address the person was shown."""
    found = ADDRESS.search(await bot_council.send_command(initials, line))
    assert found is not None
    return found[2]


async def get(bot_council: Council, path: str, **headers: str) -> tuple[int, bytes, Mapping[str, str]]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{bot_council.address}{path}", headers=headers) as answer,
    ):
        return answer.status, await answer.read(), answer.headers


def events(body: bytes) -> dict[str, icalendar.Component]:
    calendar = icalendar.Calendar.from_ical(body)
    return {str(each["summary"]): each for each in calendar.walk("VEVENT")}


async def test_the_dates_of_a_person(bot_council: Council) -> None:
    status, body, headers = await get(bot_council, await request_address(bot_council, "JM"))
    assert status == 200
    assert headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert headers["Cache-Control"] == "private, max-age=900"
    found = events(body)
    assert set(found) == {
        "Not started: 5.3 Talk to service leads",
        "In progress: 6.1 Agree the new model",
        "Not started: 1.3 Answer when children go missing: a) Agree the procedure",
        "Not started: 1.3 Answer when children go missing: b) Write the guidance",
    }
    event = found["Not started: 5.3 Talk to service leads"]
    assert [event.decoded(name) for name in ("dtstart", "dtend")] == [date(2026, 3, 9), date(2026, 3, 10)]
    assert b"DTSTART;VALUE=DATE:20260309" in body
    assert "Owner: RM, JM" in str(event["description"])
    assert b"VALARM" not in body
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT6H" in body


async def test_nothing_is_sent_again_that_has_not_changed(bot_council: Council) -> None:
    path = await request_address(bot_council, "SS")
    _, before, headers = await get(bot_council, path)
    status, body, _ = await get(bot_council, path, **{"If-None-Match": headers["ETag"]})
    assert (status, body) == (304, b"")
    await bot_council.send_command("SS", "update 1/5.2 complete all done; \\, \r\n BEGIN:VEVENT")
    status, after, _ = await get(bot_council, path, **{"If-None-Match": headers["ETag"]})
    assert status == 200
    assert events(before).keys() - events(after).keys() == {"Late: 1/5.2 Gather the data on workforce costs"}
    assert "Complete: 1/5.2 Gather the data on workforce costs" in events(after)
    uids = {str(each["uid"]) for each in events(before).values()}
    assert uids == {str(each["uid"]) for each in events(after).values()}


async def test_a_board_has_one_too(bot_council: Council) -> None:
    _, body, _ = await get(bot_council, await request_address(bot_council, "CH", "calendar board"))
    assert len(events(body)) == 7
    assert b"X-WR-CALNAME:Board: due dates" in body


async def test_the_address_is_shown_once_and_can_be_renewed_and_stopped(bot_council: Council) -> None:
    first = await request_address(bot_council, "SS")
    again = await bot_council.send_command("SS", "calendar")
    assert "since 2 March 2026" in again
    assert not ADDRESS.search(again)
    second = await request_address(bot_council, "SS", "calendar renew")
    assert [(await get(bot_council, path))[0] for path in (first, second)] == [404, 200]
    assert "no longer works" in await bot_council.send_command("SS", "calendar stop")
    stopped, unknown = await get(bot_council, second), await get(bot_council, f"/calendar/{'x' * 43}.ics")
    assert (stopped[0], stopped[1]) == (unknown[0], unknown[1]) == (404, unknown[1])
    assert "nothing to stop" in await bot_council.send_command("SS", "calendar stop")


async def test_the_key_is_neither_stored_nor_logged(bot_council: Council, logged: io.StringIO) -> None:
    path = await request_address(bot_council, "SS")
    key = path.removeprefix("/calendar/").removesuffix(".ics")
    await get(bot_council, path)
    database = bot_council.database()
    with database.transaction(write=False) as session:
        for table in ("calendar_feed", "inbound_request", "delivery", "status_change"):
            assert key not in str(session.execute(text(f"select * from {table}")).all())
    database.close()
    assert key not in logged.getvalue()
    assert key not in "".join(f"{each}" for each in bot_council.sandbox.traffic.exchanges())
    repeated = await bot_council.sandbox.redeliver()
    assert key not in str(repeated)


async def test_a_direct_message_is_no_place_for_a_key(bot_council: Council) -> None:
    channel = bot_council.sandbox.workspace.directory.open_im("U0SS").id
    await bot_council.sandbox.post_message("U0SS", channel, "calendar")
    await wait_until(
        lambda: any("with the slash" in each.text for each in bot_council.dm("SS")), "it was refused"
    )
    database = bot_council.database()
    with database.transaction(write=False) as session:
        assert session.execute(text("select * from calendar_feed")).all() == []
    database.close()


async def test_whoever_is_no_longer_that_person_gets_nothing(bot_council: Council) -> None:
    path = await request_address(bot_council, "SS")
    await bot_council.send_command("PM", "link SS <@U0STRANGER>")
    assert (await get(bot_council, path))[0] == 404
    assert (await bot_council.send_command("SS", "calendar")).startswith(
        "Only people the plan knows can have a calendar"
    )


async def test_odd_addresses_are_not_found(bot_council: Council) -> None:
    for odd in ("x", "%00", "a" * 2000, "%F0%9F%98%80", "..%2f..%2fetc"):
        status, _, headers = await get(bot_council, f"/calendar/{odd}.ics")
        assert (status, headers.get("Cache-Control", "no-store")) == (404, "no-store")
