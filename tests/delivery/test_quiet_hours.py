"""What was due by day and could not be posted does not go out at night."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.services.scheduling import quiet_hours
from handlers.command_parser import parse
from models import ActionOwner, DeliveryState
from tests.delivery.test_worker import WorkerHarness, office
from tests.fixtures import plans
from tests.fixtures.commands import dispatch
from tests.fixtures.plans import MONDAY

__all__ = ["office"]
EVENING = datetime(2026, 3, 2, 18, 30, tzinfo=UTC)
NEXT_MORNING = datetime(2026, 3, 3, 9, 0, 5, tzinfo=UTC)


async def test_a_prompt_that_missed_its_day_is_asked_again_the_next_morning(office: WorkerHarness) -> None:
    office.council.sandbox.faults.fail_with_status("chat.postMessage", 503, times=8)
    await office.run_tick()
    office.council.sandbox.faults.clear()
    office.council.clock.moment = EVENING
    await office.run_tick()
    await office.run_tick()
    assert office.council.dm("RM") == []
    assert {row.reason for row in office.rows("prompt")} == {quiet_hours.MISSED_DAY}
    office.council.clock.moment = NEXT_MORNING
    await office.run_tick()
    assert [len(office.council.dm(initials)) for initials in ("RM", "JM", "SS")] == [1, 1, 1]


async def test_what_missed_its_day_is_asked_the_next_working_day_with_all_else_once_that_is_possible(
    office: WorkerHarness,
) -> None:
    """The network is down from one morning until after the next one, when RM is due to be asked more."""
    office.council.sandbox.faults.fail_with_status("chat.postMessage", 503, times=4)
    await office.run_tick()
    for moment in (EVENING - timedelta(hours=1), NEXT_MORNING):
        office.council.clock.moment = moment
        office.council.sandbox.faults.fail_with_status("conversations.history", 503, times=20)
        office.council.sandbox.faults.fail_with_status("chat.postMessage", 503, times=20)
        with office.database.transaction() as session:
            session.execute(update(ActionOwner).values(prompt_at=moment - timedelta(minutes=1)))
        await office.run_tick()
    office.council.sandbox.faults.clear()
    office.advance(hours=2)
    await office.run_tick()
    (message,) = office.council.dm("RM")
    assert "5.3" in message.text
    assert "2/1.3" in message.text or "1.3" in message.text
    states = [row.state for row in office.rows("prompt") if row.target == "U0RM"]
    assert states == [DeliveryState.SKIPPED, DeliveryState.SENT]
    office.advance(hours=1)
    await office.run_tick()
    assert len(office.council.dm("RM")) == 1


async def test_a_digest_waits_for_the_end_of_the_quiet_hours(office: WorkerHarness) -> None:
    office.council.sandbox.faults.fail_with_status("chat.postMessage", 503, times=8)
    await office.run_tick()
    office.council.sandbox.faults.clear()
    office.council.clock.moment = EVENING
    await office.run_tick()
    assert office.council.visible_messages("CH") == []
    office.council.clock.moment = NEXT_MORNING - timedelta(minutes=59)
    await office.run_tick()
    assert len(office.council.posts("CH")) == 1
    assert "2 March 2026" in office.council.visible_messages("CH")[0].text


async def test_what_was_posted_by_day_but_not_recorded_is_found_at_night(office: WorkerHarness) -> None:
    office.council.sandbox.faults.drop_after("chat.postMessage", times=4)
    await office.run_tick()
    office.council.clock.moment = EVENING
    await office.run_tick()
    assert {row.state for row in (*office.rows("prompt"), *office.rows("digest"))} == {DeliveryState.SENT}
    assert len(office.council.dm("RM")) == 1


async def test_an_answer_to_a_message_not_yet_recorded_takes_its_buttons_away(office: WorkerHarness) -> None:
    """Posted, connection cut, answered by command before the bot looks again."""
    office.council.sandbox.faults.drop_after("chat.postMessage", times=4)
    await office.run_tick()
    (row,) = [
        each for each in office.rows("prompt") if each.person_id and each.state is DeliveryState.PLANNED
    ][:1]
    with office.database.transaction() as session:
        for item in session.merge(row).items:
            asker = plans.asker("PM")
            command = parse(f"update {item.action.section.number}/{item.action.ref} complete", today=MONDAY)
            dispatch(session, asker, command, office.council.clock.now())
    office.advance(minutes=5)
    await office.run_tick()
    await office.run_tick()
    after = next(each for each in office.rows("prompt") if each.id == row.id)
    assert after.state is DeliveryState.SENT
    message = office.council.sandbox.workspace.messages.find(after.channel_id, after.message_ts)
    assert message is not None
    assert not any("prompt:" in str(block) for block in message.blocks)


@pytest.mark.parametrize("kind", ["notice", "reply", "prompt-update"])
async def test_an_answer_may_come_at_any_time(office: WorkerHarness, kind: str) -> None:
    await office.run_tick()
    with office.database.transaction() as session:
        row = session.merge(office.rows("prompt")[0])
        row.kind = kind
        assert not quiet_hours.is_outside_hours(row, EVENING)
        session.rollback()
