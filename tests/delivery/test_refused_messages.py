"""What the workspace refuses for a reason somebody can put right waits, and goes out once."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from bot.backup import after_restore
from bot.commands import UpdateStatus
from bot.errors import DeliveryError, ErrorKind
from bot.plan.refs import RefQuery
from bot.plan.statuses import Status
from bot.sandbox.config import BOT_USER_ID
from bot.services.audit import audit
from bot.services.outbox import outbox, refusals
from bot.services.outbox.refusals import RefusalSummary
from bot.services.scheduling import next_prompts
from models import (
    Action,
    ActionOwner,
    BoardChannel,
    Delivery,
    DeliveryState,
    Person,
    PromptItem,
    Refusal,
    Workspace,
)
from tests.delivery.test_worker import NINE, WorkerHarness
from tests.fixtures.commands import dispatch
from tests.fixtures.council import BOARD
from tests.fixtures.plans import asker

HOUR = timedelta(hours=1)
WAITING, SENT, SKIPPED, FAILED = (
    DeliveryState.WAITING,
    DeliveryState.SENT,
    DeliveryState.SKIPPED,
    DeliveryState.FAILED,
)


def set_member(office: WorkerHarness, *, is_member: bool) -> None:
    channel = office.council.sandbox.workspace.channels[BOARD]
    channel.members = [each for each in channel.members if each != BOT_USER_ID]
    if is_member:
        channel.members.append(BOT_USER_ID)


def calls(office: WorkerHarness, *methods: str) -> int:
    """How many calls of these methods the workspace had so far."""
    found = Counter(
        each.url.partition("?")[0].rpartition("/")[2] for each in office.council.sandbox.traffic.from_bot
    )
    return sum(found[method] for method in methods)


def texts(office: WorkerHarness, initials: str) -> list[str]:
    return [message.text for message in office.council.dm(initials)]


async def live(office: WorkerHarness, until: datetime, *, step: timedelta = timedelta(minutes=30)) -> None:
    """Run the bot's round again and again until that moment."""
    while office.council.clock.moment < until:
        office.council.clock.moment = min(until, office.council.clock.moment + step)
        await office.run_tick()


async def test_a_digest_waits_for_the_invitation_and_says_for_which_day_it_is(office: WorkerHarness) -> None:
    set_member(office, is_member=False)
    await office.run_tick()
    (row,) = office.rows("digest")
    assert (row.state, row.refused_code, row.reason) == (
        WAITING,
        "not_in_channel",
        "The bot is not a member of that channel.",
    )
    office.advance(days=1)
    set_member(office, is_member=True)
    with office.database.transaction(write=False) as session:
        team = session.scalars(select(Workspace)).one().team_id or ""
    now = office.council.clock.now()
    await office.database.run(refusals.try_conversation_now, team, BOARD, now)
    await office.run_tick()
    await office.run_tick()
    (posted,) = office.council.posts("CH")
    assert "This digest is for Monday 2 March 2026." in posted.text
    assert "It could not be posted before: the bot was not a member of the channel." in posted.text
    assert office.rows("digest")[0].state is SENT


async def test_plan_managers_learn_at_once_how_to_put_a_channel_right_and_only_once(
    office: WorkerHarness,
) -> None:
    set_member(office, is_member=False)
    await office.run_tick()
    await live(office, NINE + timedelta(days=2))
    notices = [text for text in texts(office, "PM") if "weekly digest" in text]
    assert len(notices) == 1
    assert "The bot is not a member of that channel." in notices[0]
    assert "Open #board and type /invite" in notices[0]
    assert len(office.council.dm("RM")) >= 1


async def test_a_second_removal_from_the_channel_is_notified_again(office: WorkerHarness) -> None:
    for week in range(2):
        set_member(office, is_member=False)
        await live(office, NINE + timedelta(days=7 * week, hours=1))
        set_member(office, is_member=True)
        await live(office, NINE + timedelta(days=7 * week, hours=4))
    assert len([text for text in texts(office, "PM") if "weekly digest" in text]) == 2
    assert len(office.council.posts("CH")) == 2


async def test_of_several_digests_that_waited_the_newest_goes_out(office: WorkerHarness) -> None:
    set_member(office, is_member=False)
    await office.run_tick()
    await live(office, NINE + timedelta(days=15), step=timedelta(hours=4))
    set_member(office, is_member=True)
    await live(office, NINE + timedelta(days=15, hours=2))
    first, second, third = office.rows("digest")
    assert [first.state, second.state, third.state] == [SKIPPED, SKIPPED, SENT]
    assert first.reason.startswith("superseded by the digest for Monday 9 March 2026")
    (posted,) = office.council.posts("CH")
    assert "This digest is for Monday 16 March 2026." in posted.text


async def test_an_archived_channel_gets_its_digest_when_it_is_back(office: WorkerHarness) -> None:
    channel = office.council.sandbox.workspace.channels[BOARD]
    channel.is_archived = True
    await office.run_tick()
    assert office.rows("digest")[0].refused_code == "is_archived"
    channel.is_archived = False
    office.advance(minutes=59)
    await office.run_tick()
    assert office.council.visible_messages("CH") == []
    office.advance(minutes=2)
    await office.run_tick()
    (posted,) = office.council.posts("CH")
    assert "It could not be posted before" not in posted.text


async def test_one_refused_channel_stops_no_other(office: WorkerHarness) -> None:
    workspace = office.council.sandbox.workspace
    workspace.add_channel("C0SECOND", "second", [BOT_USER_ID, "U0CH"])
    with office.database.transaction() as session:
        known = session.scalars(select(BoardChannel)).one()
        session.add(
            BoardChannel(
                workspace_id=known.workspace_id,
                board_id=known.board_id,
                name="second",
                channel_id="C0SECOND",
            )
        )
    set_member(office, is_member=False)
    await office.run_tick()
    assert sorted(row.state for row in office.rows("digest")) == [SENT, WAITING]
    assert len(office.council.posts("CH", "C0SECOND")) == 1


async def test_a_revoked_token_costs_one_call_an_hour_and_loses_nothing(office: WorkerHarness) -> None:
    office.council.sandbox.workspace.token_revoked = True
    await office.run_tick()
    assert {row.state for row in (*office.rows("prompt"), *office.rows("digest"))} == {WAITING}
    before = calls(office, "conversations.open", "chat.postMessage")
    assert before == 1
    await live(office, NINE + timedelta(hours=5), step=timedelta(minutes=5))
    assert calls(office, "conversations.open", "chat.postMessage") - before <= 5
    office.council.sandbox.workspace.token_revoked = False
    await live(office, NINE + timedelta(hours=6, minutes=5), step=timedelta(minutes=5))
    assert {row.state for row in (*office.rows("prompt"), *office.rows("digest"))} == {SENT}
    assert len(office.council.posts("CH")) == 1
    assert [len(office.council.dm(each)) for each in ("RM", "JM", "SS")] == [1, 1, 1]


async def test_a_token_refused_for_a_week_brings_one_prompt_to_each_person(office: WorkerHarness) -> None:
    office.council.sandbox.workspace.token_revoked = True
    await office.run_tick()
    await live(office, NINE + timedelta(days=8, hours=2), step=timedelta(hours=2))
    assert office.council.dm("SS") == []
    office.council.sandbox.workspace.token_revoked = False
    await live(office, NINE + timedelta(days=8, hours=8))
    assert [len(office.council.dm(each)) for each in ("RM", "JM", "SS")] == [1, 1, 1]
    assert len(office.council.posts("CH")) == 1
    skipped = [row for row in office.rows("prompt") if row.state is SKIPPED]
    assert skipped
    assert all(row.reason for row in skipped)
    assert any("The bot was removed from the workspace." in row.reason for row in skipped)
    assert {row.state for row in office.rows("prompt")} == {SKIPPED, SENT}
    with office.database.transaction(write=False) as session:
        live_questions = session.execute(
            select(PromptItem.action_id, PromptItem.person_id, func.count())
            .join(Delivery)
            .where(Delivery.state == SENT, PromptItem.reason == "")
            .group_by(PromptItem.action_id, PromptItem.person_id)
        ).all()
    assert {row[2] for row in live_questions} == {1}


async def test_what_came_due_behind_a_message_that_waits_is_asked_soon_after_it(
    office: WorkerHarness,
) -> None:
    """It may have been posted, so it waits beyond its day, until it can be looked for."""
    set_prompts_aside(office)
    with office.database.transaction() as session:
        owners = session.scalars(select(ActionOwner).join(Person).where(Person.initials == "RM")).all()
        owners[0].prompt_at, owners[1].prompt_at = NINE, NINE + timedelta(days=1)
    office.council.sandbox.faults.drop_after("chat.postMessage", times=4)
    await office.run_tick()
    office.council.sandbox.workspace.token_revoked = True
    await live(office, NINE + timedelta(days=1, minutes=7))
    assert [row.state for row in office.rows("prompt")] == [WAITING]
    office.council.sandbox.workspace.token_revoked = False
    await office.database.run(refusals.try_now, office.council.clock.now())
    await live(office, NINE + timedelta(days=1, hours=2), step=timedelta(minutes=1))
    earlier, later = office.rows("prompt")
    assert (earlier.state, later.state) == (SENT, SENT)
    assert earlier.sent_at is not None
    assert later.sent_at is not None
    assert timedelta() < later.sent_at - earlier.sent_at <= outbox.MAX_BACKOFF + timedelta(minutes=2)
    assert len(office.council.dm("RM")) == 2


def make_a_week_late(office: WorkerHarness) -> None:
    """Only SS is to be notified, as the lead, of an action whose date was missed a week ago."""
    set_prompts_aside(office)
    with office.database.transaction() as session:
        action = session.scalars(select(Action).where(Action.ref == "6.1")).one()
        action.due_dates[0].day = NINE.date() - timedelta(days=7)
        session.flush()
        next_prompts.refresh_due_columns(action)
        action.escalate_at = NINE


MOVED = {"due": date(2026, 10, 20), "because": "the supplier is late"}


@pytest.mark.parametrize("days", [0, 1], ids=["same day", "next day"])
@pytest.mark.parametrize(
    ("recorded", "is_notified"),
    [
        pytest.param(MOVED, False, id="moved"),
        pytest.param({"status": Status.COMPLETE}, False, id="complete"),
        pytest.param({"status": Status.IN_PROGRESS, "note": "nearly"}, True, id="still late"),
        pytest.param(None, True, id="nothing"),
    ],
)
async def test_a_lead_is_notified_only_of_what_is_still_late_once_the_token_is_accepted(
    office: WorkerHarness, recorded: dict[str, Any] | None, is_notified: bool, days: int
) -> None:
    make_a_week_late(office)
    office.council.sandbox.workspace.token_revoked = True
    await office.run_tick()
    assert [row.state for row in office.rows("prompt")] == [WAITING]
    if recorded is not None:
        update = UpdateStatus(refs=(RefQuery(None, "6.1"),), **recorded)
        with office.database.transaction() as session:
            dispatch(session, asker("JM"), update, NINE + timedelta(minutes=10))
    await live(office, NINE + timedelta(days=days, hours=1))
    office.council.sandbox.workspace.token_revoked = False
    await live(office, NINE + timedelta(days=days, hours=5))
    assert ["is a week late" in text for text in texts(office, "SS")] == [True] * is_notified


async def test_plan_managers_learn_of_a_refused_token_once_it_is_accepted(office: WorkerHarness) -> None:
    office.council.sandbox.workspace.token_revoked = True
    await office.run_tick()
    await live(office, NINE + timedelta(days=1))
    assert texts(office, "PM") == []
    office.council.sandbox.workspace.token_revoked = False
    await live(office, NINE + timedelta(days=1, hours=3))
    notices = [text for text in texts(office, "PM") if "could not send messages" in text]
    assert len(notices) == 1
    assert "from Monday 2 March 2026 to Tuesday 3 March 2026" in notices[0]
    assert "The bot was removed from the workspace." in notices[0]
    assert "being sent now" in notices[0]
    with office.database.transaction(write=False) as session:
        assert session.scalars(select(Refusal)).all() == []


async def test_a_prompt_answered_while_it_waits_is_not_sent(office: WorkerHarness) -> None:
    office.council.sandbox.workspace.token_revoked = True
    await office.run_tick()
    with office.database.transaction() as session:
        session.execute(update(PromptItem).values(answer="update", answered_at=NINE))
        session.execute(update(Action).values(last_word_at=NINE))
    office.council.sandbox.workspace.token_revoked = False
    await live(office, NINE + timedelta(hours=2))
    assert {(row.state, row.reason) for row in office.rows("prompt")} == {
        (SKIPPED, "answered or finished before it was sent")
    }
    assert office.council.dm("SS") == []


def team_of(office: WorkerHarness) -> str:
    with office.database.transaction(write=False) as session:
        return session.scalars(select(Workspace.team_id)).one() or ""


async def test_a_token_that_works_again_is_no_longer_refused_where_nothing_waits(
    office: WorkerHarness,
) -> None:
    set_prompts_aside(office)
    now, team = office.council.clock.now(), team_of(office)
    error = DeliveryError(
        "The token is not valid.", code="invalid_auth", try_again=False, kind=ErrorKind.TOKEN
    )
    with office.database.transaction() as session:
        workspace = session.scalars(select(Workspace.id)).one()
        refusals.record_token_error(session, workspace, error, now)
    await office.database.run(refusals.end_token_refusal, team, now)
    assert await office.database.read(refusals.summarise) == []
    await office.worker.drain()
    assert len([text for text in texts(office, "PM") if "It can now." in text]) == 1


async def test_a_message_that_waits_for_the_token_has_to_arrive_first(office: WorkerHarness) -> None:
    office.council.sandbox.workspace.token_revoked = True
    await office.run_tick()
    await office.database.run(refusals.end_token_refusal, team_of(office), office.council.clock.now())
    assert len(await office.database.read(refusals.summarise)) == 1


async def test_a_channel_that_no_board_has_any_more_is_forgotten(office: WorkerHarness) -> None:
    set_prompts_aside(office)
    set_member(office, is_member=False)
    await office.run_tick()
    await office.database.run(outbox.mark_skipped, office.rows("digest")[0].id, "another channel")
    await live(office, NINE + timedelta(days=5), step=timedelta(days=1))
    assert len(await office.database.read(refusals.summarise)) == 1
    with office.database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE board SET next_digest_at = NULL")
    await live(office, NINE + timedelta(days=22), step=timedelta(days=1))
    assert await office.database.read(refusals.summarise) == []


async def test_an_unknown_code_for_everybody_is_one_notice_and_one_line(office: WorkerHarness) -> None:
    office.council.sandbox.faults.fail("conversations.open", "blue_moon", times=15)
    await office.run_tick()
    await live(office, NINE + timedelta(hours=3), step=timedelta(minutes=1))
    found = await office.database.read(refusals.summarise)
    assert found == []
    assert len([text for text in texts(office, "PM") if "blue_moon" in text]) == 1
    assert {row.state for row in office.rows("prompt")} == {SENT}


async def test_many_people_refused_for_one_reason_are_one_line(office: WorkerHarness) -> None:
    now = office.council.clock.now()
    several = [
        RefusalSummary(1, f"to:U{number}", "unknown", "blue_moon", "", "Why?", now - number * HOUR, number)
        for number in (3, 2, 1)
    ]
    (line,) = refusals.group_by_reason(several)
    assert (line.waiting, line.since) == (6, now - 3 * HOUR)


async def test_a_missing_scope_stops_only_the_calls_that_need_it(office: WorkerHarness) -> None:
    office.council.sandbox.faults.fail("conversations.open", "missing_scope", times=1)
    await office.run_tick()
    assert {row.state for row in office.rows("prompt")} == {WAITING}
    assert [row.state for row in office.rows("digest")] == [SENT]
    assert calls(office, "conversations.open") == 1
    await live(office, NINE + timedelta(hours=1, minutes=5), step=timedelta(minutes=5))
    assert {row.state for row in office.rows("prompt")} == {SENT}


async def test_without_the_scope_to_look_for_it_a_message_is_not_lost(office: WorkerHarness) -> None:
    office.council.sandbox.faults.fail_with_status("chat.postMessage", 503, times=4)
    office.council.sandbox.faults.fail("conversations.history", "missing_scope", times=20)
    await office.run_tick()
    await live(office, NINE + timedelta(minutes=10), step=timedelta(minutes=1))
    assert [row.state for row in office.rows("digest")] == [SENT]


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_too_long", "invalid_thing_of_next_year"])
async def test_a_message_that_is_wrong_itself_fails_at_once_and_is_notified(
    office: WorkerHarness, code: str
) -> None:
    office.council.sandbox.faults.fail("chat.postMessage", code, times=1)
    await office.run_tick()
    failed = [row for kind in ("prompt", "digest") for row in office.rows(kind) if row.state is FAILED]
    assert len(failed) == 1
    assert failed[0].reason
    assert any("could not be delivered" in text for text in texts(office, "PM"))


async def test_an_unknown_code_is_tried_a_few_times_then_notified_and_tried_each_hour(
    office: WorkerHarness,
) -> None:
    faults = office.council.sandbox.faults
    set_prompts_aside(office)
    faults.fail("chat.postMessage", "blue_moon", times=8)
    await office.run_tick()
    await live(office, NINE + timedelta(minutes=20), step=timedelta(minutes=1))
    (row,) = office.rows("digest")
    assert (row.state, row.refused_code) == (WAITING, "blue_moon")
    assert "for a reason the bot does not know (blue_moon)" in row.reason
    await live(office, NINE + timedelta(hours=5), step=timedelta(minutes=10))
    assert office.rows("digest")[0].state is SENT
    assert len(office.council.posts("CH")) == 1
    assert len([text for text in texts(office, "PM") if "blue_moon" in text]) == 1


def set_prompts_aside(office: WorkerHarness) -> None:
    """Nobody is due to be asked."""
    with office.database.transaction() as session:
        session.execute(update(Action).values(escalate_at=None))
        session.connection().exec_driver_sql("UPDATE action_owner SET prompt_at = NULL")


async def test_a_channel_known_by_name_only_is_posted_to_by_its_id_once_that_is_found(
    office: WorkerHarness,
) -> None:
    with office.database.transaction() as session:
        session.execute(update(BoardChannel).values(channel_id=None, name="renamed-since"))
    await office.run_tick()
    (row,) = office.rows("digest")
    assert (row.state, row.target, row.refused_code) == (WAITING, "#renamed-since", "channel_not_found")
    with office.database.transaction() as session:
        session.execute(update(BoardChannel).values(channel_id=BOARD))
    await live(office, NINE + timedelta(hours=1, minutes=1))
    assert len(office.council.posts("CH")) == 1
    assert office.rows("digest")[0].state is SENT


async def test_a_renamed_channel_is_posted_to_by_its_id(office: WorkerHarness) -> None:
    office.council.sandbox.workspace.channels[BOARD].name = "another-name"
    await office.run_tick()
    assert len(office.council.posts("CH")) == 1


async def test_what_nobody_puts_right_for_four_weeks_is_given_up(office: WorkerHarness) -> None:
    set_member(office, is_member=False)
    await office.run_tick()
    with office.database.transaction() as session:
        row = session.scalars(select(Delivery).where(Delivery.kind == "digest")).one()
        row.due_at -= outbox.MAX_WAIT
    office.advance(hours=1, minutes=1)
    await office.run_tick()
    office.advance(hours=1, minutes=1)
    await office.run_tick()
    (row,) = office.rows("digest")
    assert (row.state, row.reason) == (FAILED, "The bot is not a member of that channel.")


async def test_a_message_that_may_have_been_posted_is_looked_for_after_a_refusal(
    office: WorkerHarness,
) -> None:
    office.council.sandbox.faults.drop_after("chat.postMessage", times=4)
    await office.run_tick()
    office.council.sandbox.workspace.token_revoked = True
    await live(office, NINE + timedelta(hours=30))
    office.council.sandbox.workspace.token_revoked = False
    await live(office, NINE + timedelta(hours=32))
    assert len(office.council.posts("CH")) == 1
    assert [len(office.council.dm(each)) for each in ("RM", "JM", "SS")] == [1, 1, 1]


async def test_the_audit_reports_what_waits_once_for_each_cause_and_nothing_as_missing(
    office: WorkerHarness,
) -> None:
    office.council.sandbox.workspace.token_revoked = True
    await office.run_tick()
    await live(office, NINE + timedelta(hours=3))
    audited = await office.database.run(audit.run_audit, office.council.clock.now())
    found = {kind: count for kind, count in audited.by_kind.items() if count}
    assert found == {"waiting": 1}
    assert "messages wait. The bot was removed from the workspace." in audited.new_findings[0].words


async def test_after_a_restore_what_waited_is_tried_again(office: WorkerHarness) -> None:
    set_member(office, is_member=False)
    await office.run_tick()
    set_member(office, is_member=True)
    now = office.council.clock.now()
    await office.database.run(after_restore.reconcile, now, now)
    await office.run_tick()
    assert len(office.council.posts("CH")) == 1
    with office.database.transaction(write=False) as session:
        assert session.scalars(select(Refusal)).all() == []
