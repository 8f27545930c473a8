"""A person's timezone: who gave it counts, and what they are next asked moves with it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.commands import Mine
from bot.database import Database
from bot.importing import people_import
from bot.importing.people_import import PersonRow
from bot.plan.owners import PersonRole
from bot.services import timezones, workspaces
from bot.services.timezones import TimezoneSource
from models import Action, ActionOwner, Person, Project
from models.queries import accounts as accounts_query
from tests.fixtures.commands import dispatch
from tests.fixtures.plans import NOW, asker

OWN, PEOPLE, SLACK = TimezoneSource.OWN, TimezoneSource.PEOPLE, TimezoneSource.SLACK


def person(session: Session, initials: str) -> Person:
    return session.scalars(select(Person).where(Person.initials == initials)).one()


def prompts_of(session: Session, initials: str) -> dict[str, datetime | None]:
    rows = session.execute(
        select(Action.ref, ActionOwner.prompt_at)
        .join(ActionOwner, ActionOwner.action_id == Action.id)
        .join(Person, Person.id == ActionOwner.person_id)
        .where(Person.initials == initials)
    )
    return dict(list(rows))


@pytest.mark.parametrize(
    ("given", "expected", "source"),
    [
        ([(SLACK, "Asia/Tokyo")], "Asia/Tokyo", SLACK),
        ([(SLACK, "Asia/Tokyo"), (PEOPLE, "Europe/Paris")], "Europe/Paris", PEOPLE),
        ([(PEOPLE, "Europe/Paris"), (SLACK, "Asia/Tokyo")], "Europe/Paris", PEOPLE),
        ([(PEOPLE, "Europe/Paris"), (OWN, "Asia/Dubai"), (SLACK, "Asia/Tokyo")], "Asia/Dubai", OWN),
        ([(OWN, "Asia/Dubai"), (SLACK, "Asia/Tokyo"), (OWN, None)], "Asia/Tokyo", SLACK),
        ([(PEOPLE, "Europe/Paris"), (SLACK, "Asia/Tokyo"), (PEOPLE, "")], "Asia/Tokyo", SLACK),
        ([(SLACK, "")], None, None),
        ([(SLACK, "Mars/Base")], None, None),
    ],
)
def test_the_people_list_wins_over_slack_and_the_person_over_both(
    planned: Database,
    given: list[tuple[TimezoneSource, str | None]],
    expected: str | None,
    source: TimezoneSource | None,
) -> None:
    with planned.transaction() as session:
        ss = person(session, "SS")
        for each, timezone in given:
            timezones.set_timezone(session, ss, each, timezone, NOW)
        assert ss.timezone == expected
        assert timezones.source_of(accounts_query.lookup_of(session, ss)) is source


def test_slack_does_not_change_what_was_set_by_hand(planned: Database) -> None:
    with planned.transaction() as session:
        ss = person(session, "SS")
        ss.timezone = "Asia/Dubai"
        assert not timezones.set_timezone(session, ss, SLACK, "Europe/Paris", NOW)
        assert ss.timezone == "Asia/Dubai"
        ss.timezone = "No/Where"
        assert timezones.set_timezone(session, ss, SLACK, "Europe/Paris", NOW)
        assert ss.timezone == "Europe/Paris"


def test_what_is_next_asked_moves_to_nine_o_clock_there(planned: Database) -> None:
    with planned.transaction() as session:
        before, others = prompts_of(session, "JM"), prompts_of(session, "RM")
        assert timezones.set_timezone(session, person(session, "JM"), SLACK, "America/New_York", NOW)
        after = prompts_of(session, "JM")
        later = {ref: at for ref, at in before.items() if at is not None and at > NOW}
        assert later
        for ref, at in later.items():
            local = after[ref].astimezone(ZoneInfo("America/New_York"))  # type: ignore[union-attr] # it was due
            assert (local.hour, local.minute, local.date()) == (9, 0, at.date())
        assert prompts_of(session, "RM") == others


def test_what_would_have_been_earlier_that_day_is_asked_at_the_next_time_to_ask(planned: Database) -> None:
    """At 8:30am in London it is 5:30pm in Tokyo: nine o'clock there has passed, and it is not yet quiet."""
    with planned.transaction() as session:
        nine = datetime(2026, 3, 2, 9, tzinfo=UTC)
        session.execute(update(ActionOwner).values(prompt_at=nine, snoozed_until=nine))
        session.expire_all()
        timezones.set_timezone(session, person(session, "SS"), SLACK, "Asia/Tokyo", NOW)
        assert set(prompts_of(session, "SS").values()) == {NOW}
        timezones.set_timezone(session, person(session, "RM"), SLACK, "Pacific/Auckland", NOW)
        at_nine_next_day = datetime(2026, 3, 2, 20, tzinfo=UTC)
        assert set(prompts_of(session, "RM").values()) == {at_nine_next_day}
        rm = session.scalars(select(ActionOwner).join(Person).where(Person.initials == "RM")).first()
        assert rm is not None
        assert rm.snoozed_until == at_nine_next_day


def test_what_is_due_or_waits_for_another_message_stays(planned: Database) -> None:
    with planned.transaction() as session:
        for moment in (NOW - timedelta(hours=1), NOW, NOW + timedelta(minutes=7, seconds=1)):
            session.execute(update(ActionOwner).values(prompt_at=moment))
            session.expire_all()
            timezones.set_timezone(session, person(session, "SS"), SLACK, "Asia/Tokyo", NOW)
            assert set(prompts_of(session, "SS").values()) == {moment}
            timezones.set_timezone(session, person(session, "SS"), SLACK, "Europe/London", NOW)


def test_escalations_to_a_lead_move_too(planned: Database) -> None:
    with planned.transaction() as session:
        rm = person(session, "RM")
        action = session.scalars(
            select(Action).join(Project).where(Project.lead_id == rm.id, Action.ref == "5.2")
        ).one()
        action.escalate_at = datetime(2026, 3, 6, 9, tzinfo=UTC)
        session.flush()
        timezones.set_timezone(session, rm, SLACK, "America/New_York", NOW)
        session.refresh(action)
        assert action.escalate_at == datetime(2026, 3, 6, 14, tzinfo=UTC)


@pytest.mark.parametrize("wrong", ["No/Where", "Europe", "", "../../etc/passwd", "Europe/London\n", "x" * 64])
def test_a_timezone_written_wrongly_by_hand_fails_nothing(planned: Database, wrong: str) -> None:
    with planned.transaction() as session:
        session.execute(update(Person).where(Person.initials == "SS").values(timezone=wrong))
        session.expire_all()
        assert dispatch(session, asker("SS"), Mine(), NOW) is not None
        named = [initials for initials, _, _ in timezones.list_unreadable(session, 1)]
        assert named == (["SS"] if wrong else [])


def test_the_people_list_gives_timezones_and_takes_them_back(planned: Database) -> None:
    def apply(timezone: str | None) -> people_import.PeopleImportResult:
        row = PersonRow("SS", "", "ss@council.example", PersonRole.OWNER, "row 2", timezone)
        return people_import.apply(session, workspaces.find_or_create_workspace(session), [row], NOW)

    with planned.transaction() as session:
        assert apply("Europe/Paris").changed == ("SS",)
        assert person(session, "SS").timezone == "Europe/Paris"
        assert apply("Europe/Paris").unchanged == 1
        assert apply(None).unchanged == 1
        assert person(session, "SS").timezone == "Europe/Paris"
        assert apply("").changed == ("SS",)
        assert person(session, "SS").timezone is None
