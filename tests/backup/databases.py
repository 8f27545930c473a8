"""A database with something in every table, and what any database holds."""

import gzip
import hashlib
import json
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.backup import restore as backup_restore
from bot.backup.dump import back_up
from bot.backup.file_format import TableHeader, open_backup
from bot.commands import Undo, UpdateStatus
from bot.database import Database
from bot.plan.refs import RefQuery
from bot.plan.statuses import Status
from bot.services import idempotency
from bot.services.digests import digests
from bot.services.outbox import claims, outbox
from bot.services.prompts import planner
from models import Delivery, PlanUpload
from tests.fixtures.commands import dispatch
from tests.fixtures.plans import asker

NINE = datetime(2026, 3, 2, 9, 0, 1, 123456, tzinfo=UTC)
restore = partial(backup_restore.restore, check_allowed=lambda: None)


def run_morning(session: Session) -> None:
    """A morning: asked, answered, taken back, a digest, a file sent; everything that was due is sent."""
    planner.plan_prompts(session, NINE)
    digests.plan_digests(session, NINE)
    said = UpdateStatus(
        refs=(RefQuery("1", "5.2"),), status=Status.ON_HOLD, note="é “quoted” \U0001f389\n=5", line=""
    )
    dispatch(session, asker("SS"), said, NINE)
    dispatch(session, asker("SS"), Undo(), NINE + timedelta(minutes=1))
    idempotency.save_answer(session, 1, "command:1", "v0=1", {"outcome": "done", "parts": [None]}, NINE)
    workspace_id = session.scalars(select(Delivery.workspace_id)).first()
    session.add(
        PlanUpload(
            workspace_id=workspace_id,
            key="1",
            user_id="U0PM",
            channel_id="D1",
            name="plan.xlsx",
            address="",
            state="waiting",
            received_at=NINE,
            draft=bytes(range(256)),
        )
    )
    session.flush()
    send_all(session, NINE + timedelta(minutes=2))


def send_all(session: Session, now: datetime) -> None:
    while claimed := claims.claim(session, by="test", now=now, limit=100):
        for each in claimed:
            outbox.mark_sent(session, each.id, channel="D1", ts=f"{each.id}.0", now=now)
        session.flush()


def read_contents(database: Database, folder: Path) -> dict[str, list[Any]]:
    """Every row of every table, as a backup has it, without the notice that a restore leaves."""
    path = folder / "look.backup"
    back_up(database, path, NINE)
    found: dict[str, list[Any]] = {}
    with open_backup(path) as (_, stream):
        for each in stream:
            if isinstance(each, TableHeader):
                rows: list[Any] = []
                names = [name for name, _ in each.columns]
                found[each.name] = rows
            else:
                rows.append(dict(zip(names, each, strict=True)))
    found["delivery"] = [row for row in found["delivery"] if not row["key"].startswith("notice:restored")]
    return found


def rewrite_header(path: Path, change: Any) -> Path:
    """The same backup with its first line changed, and its sum put right."""
    lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    first = json.loads(lines[0])
    change(first)
    return write_lines(path.with_name("changed.backup"), [json.dumps(first).encode() + b"\n", *lines[1:-1]])


def write_lines(path: Path, lines: list[bytes]) -> Path:
    """Any lines as a backup that says it is whole."""
    total = hashlib.sha256(b"".join(lines)).hexdigest()
    rows = sum(line.startswith(b"[") for line in lines)
    end = json.dumps({"complete": True, "rows": rows, "sha256": total}).encode() + b"\n"
    path.write_bytes(gzip.compress(b"".join([*lines, end])))
    return path
