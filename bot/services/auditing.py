"""The auditor: compares what was due with what the ledger holds. What it finds is kept, and told once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy.orm import Session

from bot.services import audit_ledger, audit_prompts, notices, standing
from bot.services.audit_findings import KINDS, MOST, Finding, notice_of
from models.audits import AuditFinding
from models.people import Workspace
from models.queries import auditing as query
from models.queries import boards as boards_query
from models.queries import people as people_query


@dataclass(frozen=True)
class Audited:
    """by_kind: how many findings are open, of every kind. fresh: those nobody has found before."""

    by_kind: dict[str, int]
    fresh: tuple[Finding, ...]


def audit(session: Session, now: datetime) -> Audited:
    """Look through every workspace. Plan managers are told of what is new by rows of the ledger."""
    by_kind, fresh = dict.fromkeys(KINDS, 0), []
    for workspace in people_query.workspaces(session):
        found = list(_findings(session, workspace, now))
        for each in found:
            by_kind[each.kind] += 1
        fresh += _keep(session, workspace, found, now)
    return Audited(by_kind, tuple(fresh))


def _findings(session: Session, workspace: Workspace, now: datetime) -> Iterator[Finding]:
    boards = boards_query.boards(session, workspace.id)
    calendars = {board.id: standing.calendar_of(board) for board in boards}
    for board in boards:
        yield from islice(audit_prompts.missing_prompts(session, board, now), MOST)
        yield from audit_ledger.missing_digests(session, board, calendars[board.id], now)
    yield from audit_ledger.stuck(session, workspace, calendars, now)


def _keep(session: Session, workspace: Workspace, found: list[Finding], now: datetime) -> list[Finding]:
    """Write down what is new, what is still there and what was put right. Returns what is new."""
    known = query.known(session, workspace.id, [each.key for each in found])
    fresh, untold = [], []
    for each in found:
        row = known.pop(each.key, None)
        if row is None:
            row = AuditFinding(
                workspace_id=workspace.id,
                board_id=each.board_id,
                kind=each.kind,
                key=each.key,
                words=each.words,
                found_at=now,
            )
            session.add(row)
            fresh.append(each)
        row.seen_at, row.cleared_at = now, None
        if row.told_at is None and each.tell:
            untold.append(row)
    for row in known.values():
        row.cleared_at = row.cleared_at or now
    _tell(session, workspace, untold, now)
    session.flush()
    return fresh


def _tell(session: Session, workspace: Workspace, untold: Iterable[AuditFinding], now: datetime) -> None:
    """One notice for each kind, not at night, and one a day: what is found later is told the next day."""
    by_kind: dict[str, list[AuditFinding]] = defaultdict(list)
    for row in untold:
        by_kind[row.kind].append(row)
    when, day = _when_to_tell(session, workspace, now)
    for kind, rows in by_kind.items():
        notice = notice_of(kind, [row.words for row in rows])
        if notices.tell_managers(session, workspace.id, f"audit:{kind}:{day}", notice, when):
            for row in rows:
                row.told_at = now


def _when_to_tell(session: Session, workspace: Workspace, now: datetime) -> tuple[datetime, str]:
    boards = boards_query.boards(session, workspace.id)
    if not boards:
        return now, now.date().isoformat()
    calendar = standing.calendar_of(boards[0])
    when = calendar.next_loud(now)
    return when, calendar.today(when).isoformat()
