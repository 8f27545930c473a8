"""The audit: compares what was due with the rows of the outbox. Findings are stored, and notified once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice

from sqlalchemy.orm import Session

from bot.messages import Notice
from bot.plan.calendar import BoardCalendar
from bot.sentences import sentence
from bot.services.audit import outbox
from bot.services.audit import prompts as audit_prompts
from bot.services.audit.findings import (
    KINDS,
    MAX_FINDINGS,
    Finding,
    build_notice,
    collect_findings,
    unchecked_finding,
)
from bot.services.outbox import admin_notices
from bot.services.scheduling import next_prompts
from models.operations import AuditFinding
from models.people import Board, Workspace
from models.queries import audit as query
from models.queries import boards as boards_query
from models.queries import people as people_query


@dataclass(frozen=True)
class AuditResult:
    """by_kind: how many findings are open, of every kind. new_findings: those no earlier audit had."""

    by_kind: dict[str, int]
    new_findings: tuple[Finding, ...]


def run_audit(session: Session, now: datetime) -> AuditResult:
    """Look through every workspace. Plan managers get what is new as notices of the outbox. Where what
    was due cannot be worked out, that is a finding too, and everything else is audited.
    """
    by_kind, new_findings = dict.fromkeys(KINDS, 0), []
    for workspace in people_query.workspaces(session):
        boards = boards_query.boards(session, workspace.id)
        calendars, unreadable = _load_calendars(boards, now)
        findings = [*unreadable, *_find_all(session, workspace, boards, calendars, now)]
        for each in findings:
            by_kind[each.kind] += 1
        new_findings += _record_findings(
            session, workspace, findings, next(iter(calendars.values()), None), now
        )
    return AuditResult(by_kind, tuple(new_findings))


def _load_calendars(boards: Sequence[Board], now: datetime) -> tuple[dict[int, BoardCalendar], list[Finding]]:
    """The calendars that can be built, by the board's id; and a finding for each board whose cannot."""
    calendars: dict[int, BoardCalendar] = {}
    findings = []
    for board in boards:
        calendar = next_prompts.build_calendar(board)
        try:
            calendar.is_time_to_ask(now)
        except Exception as fault:  # noqa: BLE001 - it becomes a finding, and the other boards are audited
            words = sentence("audit.unchecked_board", board=board.name, about="all")
            findings.append(unchecked_finding(board, "board", words, fault))
        else:
            calendars[board.id] = calendar
    return calendars, findings


def _find_all(
    session: Session,
    workspace: Workspace,
    boards: Sequence[Board],
    calendars: Mapping[int, BoardCalendar],
    now: datetime,
) -> Iterator[Finding]:
    for board in boards:
        calendar = calendars.get(board.id)
        if calendar is not None:
            yield from _audit_board(session, board, calendar, now)
    yield from outbox.find_stuck(session, workspace, calendars, now)


def _audit_board(session: Session, board: Board, calendar: BoardCalendar, now: datetime) -> Iterator[Finding]:
    def prompts() -> Iterator[Finding]:
        return islice(audit_prompts.find_missing_prompts(session, board, now), MAX_FINDINGS)

    def digests() -> Iterator[Finding]:
        return outbox.find_missing_digests(session, board, calendar, now)

    reminders = sentence("audit.unchecked_board", board=board.name, about="reminders")
    yield from collect_findings(board, "prompts", reminders, prompts)
    digest = sentence("audit.unchecked_board", board=board.name, about="digest")
    yield from collect_findings(board, "digest", digest, digests)


def _record_findings(
    session: Session,
    workspace: Workspace,
    findings: list[Finding],
    calendar: BoardCalendar | None,
    now: datetime,
) -> list[Finding]:
    """Store what is new, what is still there and what was put right. Returns what is new. calendar: by which
    plan managers are notified; None for at any time.
    """
    findings_by_key = query.findings_by_key(session, workspace.id, [each.key for each in findings])
    new_findings, unnotified = [], []
    for each in findings:
        row = findings_by_key.pop(each.key, None)
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
            new_findings.append(each)
        row.seen_at, row.cleared_at = now, None
        if row.told_at is None and each.notify:
            unnotified.append(row)
    for row in findings_by_key.values():
        row.cleared_at = row.cleared_at or now
    _notify_managers(session, workspace, unnotified, calendar, now)
    session.flush()
    return new_findings


def _notify_managers(
    session: Session,
    workspace: Workspace,
    unnotified: Iterable[AuditFinding],
    calendar: BoardCalendar | None,
    now: datetime,
) -> None:
    """One notice for each kind, not at night, and one a day: what is found later waits for the next day's."""
    by_kind: dict[str, list[AuditFinding]] = defaultdict(list)
    for row in unnotified:
        by_kind[row.kind].append(row)
    when = calendar.after_quiet_hours(now) if calendar else now
    day = calendar.today(when) if calendar else when.date()
    for kind, rows in by_kind.items():
        key = f"audit:{kind}:{day.isoformat()}"
        if admin_notices.notify_each_manager(
            session, workspace.id, key, partial(_build_notice, kind, rows), when
        ):
            for row in rows:
                row.told_at = now


def _build_notice(kind: str, rows: Sequence[AuditFinding], boards: AbstractSet[int]) -> Notice | None:
    """Of the findings that concern these boards or none."""
    words = [row.words for row in rows if row.board_id is None or row.board_id in boards]
    return build_notice(kind, words) if words else None
