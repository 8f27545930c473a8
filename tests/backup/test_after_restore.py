"""A restored bot does not say again what it said between the backup and the restore."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.backup.dump import back_up
from bot.database import Database
from bot.delivery.sender import MessageRef, Post
from bot.delivery.worker import Worker
from bot.jobs.tick import TickJob
from bot.rendering import Renderer
from bot.services.digests import digests
from bot.services.outbox import claims
from bot.services.prompts import planner
from models import Delivery, DeliveryState
from tests.backup.databases import restore, send_all
from tests.fixtures.plans import NOW
from tests.fixtures.sandbox import FixedClock

NINE = datetime(2026, 3, 2, 9, 0, 1, tzinfo=UTC)
NOON = NINE + timedelta(hours=3)


class RecordingSender:
    """Keeps what was posted, as a platform does."""

    def __init__(self) -> None:
        self.tokens: list[str] = []
        self.texts: list[str] = []

    async def post(self, post: Post) -> MessageRef:
        self.tokens.append(post.token)
        self.texts.append(post.text)
        return MessageRef("D1", f"{len(self.tokens)}.0")

    async def find(self, post: Post, *, since: float) -> MessageRef | None:
        return MessageRef("D1", "1.0") if post.token in self.tokens else None


def rows(session: Session, kind: str) -> list[Delivery]:
    return list(session.scalars(select(Delivery).where(Delivery.kind == kind).order_by(Delivery.id)))


async def run_round(database: Database, chat: RecordingSender, now: datetime) -> None:
    clock = FixedClock(now)
    await TickJob(database, Worker(database, chat, Renderer("/cip"), clock), clock).run()


async def test_what_was_posted_after_the_backup_is_not_posted_again(
    planned: Database, tmp_path: Path
) -> None:
    """Backed up at half past eight; prompts and the digest went at nine; restored at noon."""
    path, chat = tmp_path / "night.backup", RecordingSender()
    back_up(planned, path, NOW)
    await run_round(planned, chat, NINE)
    posted = len(chat.tokens)
    assert posted == 5, "the digest and its thread, and three prompts"
    settled = restore(planned, path, NOON)
    assert [moment for _, moment, _ in settled.digests] == [NINE.replace(second=0)]
    await run_round(planned, chat, NOON)
    fresh = chat.texts[posted:]
    assert len(fresh) == 1
    assert "was restored from a backup of 2 March 2026" in fresh[0]
    assert "digest" in fresh[0]
    await run_round(planned, chat, NINE + timedelta(days=1))
    assert len(chat.tokens) == posted + 4
    with planned.transaction(write=False) as session:
        (digest,) = rows(session, "digest")
        assert digest.state is DeliveryState.SKIPPED
        assert "restored from a backup" in digest.reason


async def test_a_claim_is_nobodys_and_what_was_on_its_way_is_looked_for_first(
    planned: Database, tmp_path: Path
) -> None:
    path, chat = tmp_path / "claimed.backup", RecordingSender()
    with planned.transaction() as session:
        planner.plan_prompts(session, NINE)
        claims.claim(session, by="a bot that is gone", now=NINE, limit=2)
    back_up(planned, path, NINE)
    await run_round(planned, chat, NINE + timedelta(minutes=5))
    posted = len(chat.tokens)
    restore(planned, path, NINE + timedelta(minutes=10))
    with planned.transaction(write=False) as session:
        prompts = rows(session, "prompt")
        assert {(row.state, row.claimed_by, row.lease_until) for row in prompts} == {
            (DeliveryState.PLANNED, "", None)
        }
    await run_round(planned, chat, NINE + timedelta(minutes=11))
    again = chat.texts[posted:]
    assert [text for text in again if "restored" not in text] == []
    with planned.transaction(write=False) as session:
        assert {row.state for row in rows(session, "prompt")} == {DeliveryState.SENT}


def test_what_is_old_is_given_up_with_its_reason(planned: Database, tmp_path: Path) -> None:
    path = tmp_path / "old.backup"
    with planned.transaction() as session:
        digests.plan_digests(session, NINE)
        planner.plan_prompts(session, NINE)
    back_up(planned, path, NINE)
    settled = restore(planned, path, NINE + timedelta(days=9))
    assert settled.skipped == 4
    with planned.transaction(write=False) as session:
        reasons = {row.reason for row in rows(session, "prompt")}
    assert reasons == {"the database was restored from a backup of 2 March 2026; it was too late to send it"}


def test_a_move_at_rest_puts_nothing_off(planned: Database, tmp_path: Path) -> None:
    path = tmp_path / "move.backup"
    with planned.transaction() as session:
        planner.plan_prompts(session, NINE)
        digests.plan_digests(session, NINE)
        send_all(session, NINE)
    back_up(planned, path, NINE)
    settled = restore(planned, path, NINE + timedelta(minutes=3))
    assert (settled.skipped, settled.postponed, settled.digests) == (0, 0, ())
