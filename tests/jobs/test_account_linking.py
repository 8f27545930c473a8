"""Linking many people under Slack's limits: what was found is kept, and nothing asked for twice."""

import asyncio
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import delete, func, select, update

from bot.database import Database
from bot.delivery.slack_lookup import SlackDirectory
from bot.jobs.account_linking import AccountLinkingJob
from bot.services import account_lookups, linking_reports
from bot.services.account_lookups import LookupCall
from bot.services.directory import Account
from models import AccountChange, AccountLookup, Board, BoardChannel, Delivery, LinkingState, Person
from models.queries.people import workspace_of_team
from tests.fixtures.plans import NOW, TEAM
from tests.fixtures.sandbox import SETTINGS, FixedClock, client_of, running_sandbox
from tests.handlers.conftest import logged
from tests.jobs.directories import LimitedDirectory, refusal

__all__ = ["logged"]


class Linking:
    """A database with people to link, a directory and the job."""

    def __init__(self, database: Database, people: int) -> None:
        self.database, self.clock = database, FixedClock(NOW)
        self.directory = LimitedDirectory(self.clock)
        self.job = AccountLinkingJob(database, self.directory, TEAM, self.clock)
        with database.transaction() as session:
            workspace = workspace_of_team(session, TEAM)
            assert workspace is not None
            self.workspace_id = workspace.id
            # Only those that a test adds lack anything.
            for person in session.scalars(select(Person).where(Person.slack_user_id.is_not(None))):
                session.add(AccountLookup(workspace_id=workspace.id, person_id=person.id, slack_timezone=""))
            session.execute(update(BoardChannel).values(channel_id="C0BOARD"))
            session.add_all(
                Person(workspace_id=workspace.id, initials=name, email=f"{name}@Council.example")
                for name in names_of(people)
            )

    def join(self, *names: str, timezone: str = "Europe/London") -> None:
        for name in names:
            self.directory.add(name, timezone)

    async def rounds(self, number: int) -> None:
        for _ in range(number):
            await self.job.run()
            self.clock.moment += timedelta(minutes=1)

    def linked(self) -> set[str]:
        with self.database.transaction(write=False) as session:
            accounts = Person.slack_user_id.startswith("U9")
            return set(session.scalars(select(Person.initials).where(accounts)))

    def notices(self) -> list[str]:
        with self.database.transaction(write=False) as session:
            rows = session.scalars(select(Delivery).where(Delivery.kind == "notice").order_by(Delivery.id))
            return [f"{row.facts['what']} {row.facts['todo']}" for row in rows]

    def doctor(self) -> list[tuple[bool, str]]:
        with self.database.transaction(write=False) as session:
            return list(linking_reports.describe_linking(session, self.workspace_id))


def names_of(people: int) -> list[str]:
    return [f"N{number:03}" for number in range(people)]


async def test_one_failed_look_up_leaves_the_others_linked(planned: Database) -> None:
    linking = Linking(planned, 20)
    linking.join(*names_of(20))
    linking.directory.failing["n007@council.example"] = refusal("internal_error")
    await linking.rounds(1)
    assert linking.linked() == set(names_of(20)) - {"N007"}
    await linking.rounds(1)
    assert linking.directory.asked["n007@council.example"] == 1, "it is put off"
    linking.directory.failing.clear()
    linking.clock.moment += timedelta(minutes=10)
    await linking.rounds(1)
    assert linking.linked() == set(names_of(20))
    assert max(linking.directory.asked.values()) == 2


async def test_120_people_are_linked_one_by_one_within_50_look_ups_a_minute(planned: Database) -> None:
    """The list of members may not be read."""
    linking = Linking(planned, 120)
    linking.join(*names_of(120))
    linking.directory.failing["fetch_members"] = refusal("missing_scope")
    await linking.rounds(1)
    assert len(linking.linked()) == 30
    await linking.rounds(6)
    assert linking.linked() == set(names_of(120))
    assert linking.directory.refused == 0
    assert set(linking.directory.asked.values()) == {1}


async def test_120_people_are_found_in_the_list_of_members_at_once(planned: Database) -> None:
    linking = Linking(planned, 120)
    linking.join(*names_of(117))
    linking.directory.add("N117", is_active=False)
    await linking.rounds(1)
    assert linking.directory.pages == ["", "50", "100"]
    assert linking.linked() == set(names_of(117))
    asked = {address for address in linking.directory.asked if "@" in address}
    assert asked == {f"n{number}@council.example" for number in (117, 118, 119)}, "the few that are left"
    assert "N117" not in linking.linked(), "who left is not linked"


async def test_the_list_goes_on_where_it_was_interrupted(planned: Database) -> None:
    linking = Linking(planned, 120)
    linking.join(*names_of(120))
    linking.directory.failing["50"] = refusal("ratelimited", 120)
    await linking.rounds(2)
    assert linking.linked() == set(names_of(50)), "what was found is kept, and nobody asks during the pause"
    assert linking.directory.pages == ["", "50"]
    del linking.directory.failing["50"]
    await linking.rounds(1)
    assert linking.linked() == set(names_of(120))
    assert linking.directory.pages == ["", "50", "50", "100"]


async def test_a_list_whose_place_is_forgotten_begins_anew(planned: Database) -> None:
    linking = Linking(planned, 120)
    linking.join(*names_of(120))
    linking.directory.failing["50"] = refusal("invalid_cursor")
    await linking.rounds(1)
    del linking.directory.failing["50"]
    await linking.rounds(1)
    assert linking.linked() == set(names_of(120))
    assert linking.directory.pages == ["", "50", "", "50", "100"]


@pytest.mark.parametrize(
    ("asked_for", "waits"),
    [(30, 1), (1800, 30), (99999999999, 60), (float("inf"), 60), (float("nan"), 10), (None, 10), (-5, 10)],
)
async def test_a_pause_that_slack_asks_for_is_kept_and_never_longer_than_an_hour(
    planned: Database, asked_for: float | None, waits: int
) -> None:
    linking = Linking(planned, 3)
    linking.join(*names_of(3))
    linking.directory.failing["find_account"] = refusal("ratelimited", asked_for)
    await linking.rounds(1)
    linking.directory.failing.clear()
    linking.clock.moment = NOW + timedelta(minutes=waits, seconds=-1)
    await linking.job.run()
    assert linking.linked() == set() or waits == 1
    linking.clock.moment = NOW + timedelta(minutes=waits, seconds=1)
    await linking.job.run()
    assert linking.linked() == set(names_of(3))


async def test_people_and_channels_are_looked_for_apart(planned: Database) -> None:
    linking = Linking(planned, 3)
    linking.join(*names_of(3))
    with planned.transaction() as session:
        session.execute(update(BoardChannel).values(channel_id=None))
    linking.directory.channels["board"] = "C0FOUND"
    linking.directory.failing["find_account"] = refusal("internal_error")
    await linking.rounds(1)
    with planned.transaction(write=False) as session:
        assert session.scalars(select(BoardChannel.channel_id)).all() == ["C0FOUND"]
    assert linking.linked() == set()


async def test_a_channel_search_that_fails_leaves_the_people_linked(planned: Database) -> None:
    linking = Linking(planned, 3)
    linking.join(*names_of(3))
    with planned.transaction() as session:
        session.execute(update(BoardChannel).values(channel_id=None))
    linking.directory.failing["find_channels"] = refusal("ratelimited", 1200)
    await linking.rounds(5)
    assert linking.linked() == set(names_of(3))
    assert linking.directory.searches == 1, "the pause is kept"
    linking.clock.moment += timedelta(minutes=20)
    del linking.directory.failing["find_channels"]
    linking.directory.channels["board"] = "C0FOUND"
    await linking.rounds(1)
    with planned.transaction(write=False) as session:
        assert session.scalars(select(BoardChannel.channel_id)).all() == ["C0FOUND"]


async def test_an_unknown_address_is_asked_about_ever_more_seldom(planned: Database) -> None:
    linking = Linking(planned, 1)
    asked: list[timedelta] = []
    for _ in range(3 * 7 * 24 * 6):
        before = linking.directory.asked["n000@council.example"]
        await linking.job.run()
        if linking.directory.asked["n000@council.example"] > before:
            asked.append(linking.clock.now() - NOW)
        linking.clock.moment += (
            timedelta(hours=1) if asked[-1] >= timedelta(days=1) else timedelta(minutes=10)
        )
        if linking.clock.now() - NOW > timedelta(weeks=2):
            break
    gaps = [after - before for before, after in pairwise(asked)]
    assert gaps == [
        timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(weeks=1),
    ]  # fmt: skip


async def test_a_corrected_address_is_asked_about_at_once(planned: Database) -> None:
    linking = Linking(planned, 1)
    linking.join("NEW")
    await linking.rounds(1)
    linking.clock.moment += timedelta(minutes=10)
    await linking.rounds(1)
    with planned.transaction() as session:
        session.execute(update(Person).where(Person.initials == "N000").values(email="new@council.example"))
    await linking.rounds(1)
    assert linking.linked() == {"N000"}


async def test_an_account_that_somebody_has_is_not_asked_for_each_minute(planned: Database) -> None:
    linking = Linking(planned, 1)
    linking.directory.members["n000@council.example"] = Account("U0RM", "n000@council.example")
    await linking.rounds(5)
    assert linking.directory.asked["n000@council.example"] == 1


async def test_a_missing_permission_is_named_to_everyone_once(planned: Database, logged: io.StringIO) -> None:
    linking = Linking(planned, 2)
    linking.join(*names_of(2))
    linking.directory.failing["find_account"] = refusal("missing_scope")
    await linking.rounds(25)
    (notice,) = linking.notices()
    assert "lacks the permission users:read.email" in notice
    assert "/cip link INITIALS @person" in notice
    assert "users:read.email" in logged.getvalue()
    assert any("users:read.email" in text and not ok for ok, text in linking.doctor())
    linking.directory.failing.clear()
    await linking.rounds(10)
    assert linking.linked() == set(names_of(2))
    assert all(ok for ok, _ in linking.doctor())


async def test_a_list_without_addresses_means_that_a_permission_is_missing(planned: Database) -> None:
    linking = Linking(planned, 60)
    linking.join(*names_of(60))
    linking.directory.shows_addresses = False
    await linking.rounds(3)
    assert len(linking.directory.pages) == 1
    assert any("users:read.email" in text for _, text in linking.doctor())
    with planned.transaction(write=False) as session:
        asked = select(func.count()).where(AccountLookup.looked_up_at.is_not(None))
        assert session.scalar(asked) == 0, "nobody is called unknown"


async def test_private_channels_that_may_not_be_read_are_named(planned: Database) -> None:
    linking = Linking(planned, 0)
    with planned.transaction() as session:
        session.execute(update(BoardChannel).values(channel_id=None))
    linking.directory.failing["find_channels"] = refusal("missing_scope")
    await linking.rounds(1)
    assert any("groups:read" in text and not ok for ok, text in linking.doctor())


async def test_how_far_it_is_is_notified_once_a_day_at_most(planned: Database) -> None:
    linking = Linking(planned, 60)
    linking.join(*names_of(30))
    await linking.rounds(3)
    (notice,) = linking.notices()
    assert "36 of 67 people are linked to an account" in notice
    assert "N030, N031" in notice
    assert "N049 and 10 more." in notice
    assert "/cip link INITIALS @person" in notice
    assert (True, "36 of 67 people are linked to an account.") in linking.doctor()
    linking.join("N030")
    linking.clock.moment += timedelta(hours=1)
    await linking.rounds(3)
    assert "N030" in linking.linked()
    assert len(linking.notices()) == 1
    linking.clock.moment += timedelta(days=1)
    await linking.rounds(3)
    assert "37 of 67" in linking.notices()[1]
    linking.clock.moment += timedelta(days=2)
    await linking.rounds(3)
    assert len(linking.notices()) == 2, "nothing changed"


async def test_two_replicas_do_not_ask_the_same(planned: Database) -> None:
    linking = Linking(planned, 25)
    linking.join(*names_of(25))
    other = AccountLinkingJob(planned, linking.directory, TEAM, linking.clock)
    await asyncio.gather(linking.job.run(), other.run(), linking.job.run())
    await linking.rounds(1)
    assert linking.linked() == set(names_of(25))
    assert set(linking.directory.asked.values()) == {1}


async def test_a_replica_that_died_is_followed_by_another(planned: Database) -> None:
    linking = Linking(planned, 2)
    linking.join(*names_of(2))
    assert await planned.run(account_lookups.acquire_lease, TEAM, NOW)
    await linking.rounds(2)
    assert linking.linked() == set()
    await linking.rounds(3)
    assert linking.linked() == set(names_of(2))


async def test_a_clock_that_was_a_year_ahead_holds_nothing_up(planned: Database) -> None:
    linking = Linking(planned, 3)
    linking.join("N000", "N001")
    linking.directory.failing["n001@council.example"] = refusal("internal_error")
    with planned.transaction() as session:
        session.execute(update(BoardChannel).values(channel_id=None))
    linking.clock.moment = NOW + timedelta(days=365)
    await linking.job.run()
    await planned.run(account_lookups.pause_calls, TEAM, LookupCall.EMAIL, 3600, linking.clock.now())
    await planned.run(account_lookups.acquire_calls, TEAM, LookupCall.EMAIL, 30, linking.clock.now())
    linking.clock.moment = NOW
    linking.directory.failing.clear()
    linking.join("N002")
    linking.directory.channels["board"] = "C0FOUND"
    await linking.job.run()
    assert linking.linked() == {"N000", "N001", "N002"}
    with planned.transaction(write=False) as session:
        assert session.scalars(select(BoardChannel.channel_id)).all() == ["C0FOUND"]


async def test_a_settled_workspace_costs_no_call(planned: Database) -> None:
    linking = Linking(planned, 0)
    await linking.rounds(3)
    directory = linking.directory
    assert (dict(directory.asked), directory.pages, directory.searches) == ({}, [], 0)
    with planned.transaction(write=False) as session:
        assert session.scalar(select(func.count()).select_from(LinkingState)) == 0, "nor a write"


@pytest.mark.parametrize("people", [3, 40])
async def test_accounts_linked_before_have_their_timezone_asked_for(planned: Database, people: int) -> None:
    linking = Linking(planned, people)
    linking.join(*names_of(people), timezone="Asia/Tokyo")
    with planned.transaction() as session:
        for person in session.scalars(select(Person).where(Person.initials.in_(names_of(people)))):
            person.slack_user_id = f"U9{person.initials}"
    await linking.rounds(3)
    with planned.transaction(write=False) as session:
        zones = select(Person.timezone).where(Person.initials.in_(names_of(people)))
        assert set(session.scalars(zones)) == {"Asia/Tokyo"}
    assert max([*linking.directory.asked.values(), 0]) <= 1
    assert not [address for address in linking.directory.asked if "@" in address]


async def test_each_new_link_is_on_record(planned: Database) -> None:
    linking = Linking(planned, 2)
    linking.join(*names_of(2))
    await linking.rounds(1)
    with planned.transaction(write=False) as session:
        rows = session.scalars(select(AccountChange)).all()
        assert {(row.source, row.old_user_id, row.new_user_id) for row in rows} == {
            ("email", "", "U9N000"),
            ("email", "", "U9N001"),
        }


@pytest.mark.parametrize(
    "change", [lambda: update(AccountChange).values(new_user_id="U0"), lambda: delete(AccountChange)]
)
async def test_the_record_cannot_be_changed(planned: Database, change: Callable[[], object]) -> None:
    linking = Linking(planned, 1)
    linking.join(*names_of(1))
    await linking.rounds(1)
    with pytest.raises(Exception, match="append-only"), planned.transaction() as session:
        session.execute(change())  # type: ignore[call-overload] # either is a statement


async def test_a_boards_timezone_that_cannot_be_read_is_named(planned: Database) -> None:
    linking = Linking(planned, 0)
    with planned.transaction() as session:
        session.execute(update(Board).values(timezone="Europe/Lodnon"))
    (line,) = [text for ok, text in linking.doctor() if not ok]
    assert "the nearest is Europe/London" in line


async def test_120_people_of_the_practice_workspace_through_all_its_faults(planned: Database) -> None:
    """Pauses, a fault, a lost answer: each of them is linked all the same, and the channel found."""
    linking = Linking(planned, 120)
    async with running_sandbox(clock=linking.clock, settings=replace(SETTINGS, team_id=TEAM)) as sandbox:
        for name in names_of(117):
            address = f"{name.lower()}@council.example"
            sandbox.workspace.add_user(f"U9{name}", name.lower(), name, address, "Asia/Tokyo")
        with planned.transaction() as session:
            session.execute(update(BoardChannel).values(channel_id=None))
        sandbox.faults.rate_limit("users.list", retry_after=60)
        sandbox.faults.fail_with_status("users.list", 503)
        sandbox.faults.drop_after("users.lookupByEmail")
        sandbox.faults.rate_limit("users.conversations", times=2, retry_after=60)
        sandbox.faults.fail("conversations.list", "internal_error")
        directory = SlackDirectory(client_of(sandbox))
        job = AccountLinkingJob(planned, directory, TEAM, linking.clock)
        for _ in range(40):
            await job.run()
            linking.clock.moment += timedelta(minutes=1)
    assert linking.linked() == set(names_of(117))
    with planned.transaction(write=False) as session:
        assert session.scalars(select(BoardChannel.channel_id)).all() == ["C0BOARD"]
        zones = select(Person.timezone).where(Person.slack_user_id.startswith("U9"))
        assert set(session.scalars(zones)) == {"Asia/Tokyo"}
    assert "123 of 127 people are linked" in linking.notices()[-1]


async def test_a_timezone_that_cannot_be_read_is_logged_once_and_named(
    planned: Database, logged: io.StringIO
) -> None:
    linking = Linking(planned, 0)
    with planned.transaction() as session:
        session.execute(update(Person).where(Person.initials == "SS").values(timezone="Europe/Lodnon"))
    await linking.rounds(3)
    assert logged.getvalue().count("a timezone cannot be read") == 1
    (line,) = [text for ok, text in linking.doctor() if not ok]
    assert "SS" in line
    assert "Europe/London" in line
