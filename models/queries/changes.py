"""Status changes: of an action, of a board in a time, and which of them were undone."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from models.in_list_statement import InListStatement
from models.outbox import DigestSnapshot, StatusChange
from models.people import Person
from models.plans import Action, Plan
from models.queries.loading import PERSON
from models.sql_fastpath import CompiledStatement, EntityColumns, RawRow, param, set_relationships, split_row

_CHANGE = EntityColumns(StatusChange)
_WITH_PEOPLE = (joinedload(StatusChange.person), joinedload(StatusChange.milestone))


def changes_of(session: Session, action_id: int, *, limit: int, offset: int = 0) -> Sequence[StatusChange]:
    """Newest first."""
    return session.scalars(
        select(StatusChange)
        .where(StatusChange.action_id == action_id)
        .options(*_WITH_PEOPLE)
        .order_by(StatusChange.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()


def count_changes(session: Session, action_id: int) -> int:
    query = select(func.count()).select_from(StatusChange).where(StatusChange.action_id == action_id)
    return session.scalar(query) or 0


def has_changed_since(session: Session, action_id: int, moment: datetime, *, excluded_source: str) -> bool:
    """Whether anything was recorded of the action after that moment, from any source but this one."""
    newer = (
        StatusChange.action_id == action_id,
        StatusChange.at > moment,
        StatusChange.source != excluded_source,
    )
    return session.scalar(select(StatusChange.id).where(*newer).limit(1)) is not None


def undone_ids(session: Session, ids: Sequence[int]) -> set[int]:
    """Those of the changes that a later one undid."""
    rows = session.scalars(select(StatusChange.undoes_id).where(StatusChange.undoes_id.in_(ids)))
    return {undone for undone in rows if undone is not None}


def undone_batches(session: Session, workspace_id: int, batches: Collection[str]) -> set[str]:
    """Those of the batches with a change that a later one undid."""
    undoing = aliased(StatusChange)
    rows = session.scalars(
        select(StatusChange.batch)
        .where(StatusChange.workspace_id == workspace_id, StatusChange.batch.in_(batches))
        .where(exists().where(undoing.undoes_id == StatusChange.id))
        .distinct()
    )
    return {batch for batch in rows if batch is not None}


def latest_batch_of(session: Session, workspace_id: int, user_id: str) -> str | None:
    """The batch of the account's latest change that was neither an undo nor undone."""
    undoing = select(StatusChange.undoes_id).where(StatusChange.undoes_id.is_not(None))
    return session.scalar(
        select(StatusChange.batch)
        .where(
            StatusChange.workspace_id == workspace_id,
            StatusChange.user_id == user_id,
            StatusChange.undoes_id.is_(None),
            StatusChange.id.not_in(undoing),
        )
        .order_by(StatusChange.id.desc())
        .limit(1)
    )


def changes_in_batch(session: Session, workspace_id: int, batch: str) -> Sequence[StatusChange]:
    return session.scalars(
        select(StatusChange)
        .where(StatusChange.workspace_id == workspace_id, StatusChange.batch == batch)
        .options(joinedload(StatusChange.action), *_WITH_PEOPLE)
        .order_by(StatusChange.id)
    ).all()


def newer_change(session: Session, change: StatusChange) -> StatusChange | None:
    """The latest change of the same action that was made after `change`, which cannot be undone then."""
    undoing = select(StatusChange.undoes_id).where(StatusChange.undoes_id.is_not(None))
    return session.scalar(
        select(StatusChange)
        .where(
            StatusChange.action_id == change.action_id,
            StatusChange.id > change.id,
            StatusChange.batch != change.batch,
            StatusChange.undoes_id.is_(None),
            StatusChange.id.not_in(undoing),
        )
        .options(joinedload(StatusChange.person))
        .order_by(StatusChange.id.desc())
        .limit(1)
    )


_undo = aliased(StatusChange)
# What people recorded and did not undo; an import is no update.
_BY_PEOPLE = (
    StatusChange.undoes_id.is_(None),
    StatusChange.source != "import",
    ~exists().where(_undo.undoes_id == StatusChange.id),
)


def latest_update(session: Session, action_id: int) -> StatusChange | None:
    return session.scalar(
        select(StatusChange)
        .where(StatusChange.action_id == action_id, *_BY_PEOPLE)
        .options(joinedload(StatusChange.person))
        .order_by(StatusChange.id.desc())
        .limit(1)
    )


def changes_since(session: Session, action_id: int, moment: datetime) -> Sequence[StatusChange]:
    """What people recorded of the action then or later and did not undo, oldest first."""
    return session.scalars(
        select(StatusChange)
        .where(StatusChange.action_id == action_id, *_BY_PEOPLE, StatusChange.at >= moment)
        .options(*_WITH_PEOPLE)
        .order_by(StatusChange.id)
    ).all()


def has_note_since(session: Session, action_id: int, since: datetime) -> bool:
    """Whether a note was recorded then or later."""
    noted = select(StatusChange.id).where(
        StatusChange.action_id == action_id, *_BY_PEOPLE, StatusChange.note != "", StatusChange.at >= since
    )
    return session.scalar(noted.limit(1)) is not None


def _newest(condition: ColumnElement[bool]) -> InListStatement:
    """By action, the newest change people made and did not undo that meets the condition."""
    return InListStatement(
        lambda ids: (
            select(*_CHANGE.columns, *PERSON.columns)
            .outerjoin(Person, Person.id == StatusChange.person_id)
            .where(
                StatusChange.id.in_(
                    select(func.max(StatusChange.id))
                    .where(StatusChange.action_id.in_(ids), condition, *_BY_PEOPLE)
                    .group_by(StatusChange.action_id)
                )
            )
        )
    )


_NEWEST_COMMENTED = _newest(or_(StatusChange.note != "", StatusChange.reason != ""))
_NEWEST_MOVE = _newest(StatusChange.new_due.is_not(None))
_NEWEST_RECOVERY = _newest(or_(StatusChange.route_to_green != "", StatusChange.help_needed != ""))


def latest_commented_changes(session: Session, action_ids: Collection[int]) -> dict[int, StatusChange]:
    """By action id, the newest change with a note or a reason that was not undone."""
    return _by_action(session, _NEWEST_COMMENTED.run(session, action_ids))


def latest_date_moves(session: Session, action_ids: Collection[int]) -> dict[int, StatusChange]:
    """By action id, the newest move of a date that people made and did not undo."""
    return _by_action(session, _NEWEST_MOVE.run(session, action_ids))


def latest_recoveries(session: Session, action_ids: Collection[int]) -> dict[int, StatusChange]:
    """By action id, the newest change, not undone, that says how it gets back to Green or what help that
    takes.
    """
    return _by_action(session, _NEWEST_RECOVERY.run(session, action_ids))


def _by_action(session: Session, rows: Iterable[RawRow]) -> dict[int, StatusChange]:
    changes: dict[int, StatusChange] = {}
    for row in rows:
        values, person = split_row(row, (_CHANGE, PERSON))
        change: StatusChange = _CHANGE.from_row(session, values)
        set_relationships(change, person=PERSON.from_row(session, person))
        changes[change.action_id] = change
    return changes


_IN_BOARD = (
    Plan.board_id == param("board_id"),
    StatusChange.at > param("since"),
    StatusChange.at <= param("until"),
    StatusChange.undoes_id.is_(None),
    ~exists().where(_undo.undoes_id == StatusChange.id),
)
_OF_BOARDS = select(StatusChange).join(StatusChange.action).join(Plan, Plan.id == Action.plan_id)
_ANY_CHANGE = CompiledStatement(_OF_BOARDS.with_only_columns(StatusChange.id).where(*_IN_BOARD).limit(1))
_BOARD_CHANGES = (
    _OF_BOARDS.where(*_IN_BOARD)
    .options(contains_eager(StatusChange.action), *_WITH_PEOPLE)
    .order_by(StatusChange.id)
)


def board_changes(
    session: Session, board_id: int, since: datetime, until: datetime
) -> Sequence[StatusChange]:
    """Changes on a board's plans in (since, until], oldest first, without what was undone."""
    params = {"board_id": board_id, "since": since, "until": until}
    # In most weeks most boards have none, which is quickly found.
    if not _ANY_CHANGE.run(session, params):
        return []
    return session.scalars(_BOARD_CHANGES, params).all()


class Snapshot(NamedTuple):
    """What the next digest needs of the one before. colours: by action id, as text."""

    due_at: datetime
    made_at: datetime
    colours: dict[str, str]


_SNAPSHOT = select(DigestSnapshot.due_at, DigestSnapshot.made_at, DigestSnapshot.colours)
_EARLIER_SNAPSHOTS = _SNAPSHOT.where(
    DigestSnapshot.board_id == param("board_id"), DigestSnapshot.due_at < param("before")
).order_by(DigestSnapshot.due_at.desc())
_LAST_SNAPSHOT = CompiledStatement(_EARLIER_SNAPSHOTS.limit(1))
_AT_SNAPSHOT = CompiledStatement(
    _SNAPSHOT.where(DigestSnapshot.board_id == param("board_id"), DigestSnapshot.due_at == param("slot"))
)


def last_snapshot(session: Session, board_id: int, before: datetime) -> Snapshot | None:
    rows = _LAST_SNAPSHOT.run(session, {"board_id": board_id, "before": before})
    return Snapshot._make(rows[0]) if rows else None


def snapshot_at(session: Session, board_id: int, slot: datetime) -> Snapshot | None:
    rows = _AT_SNAPSHOT.run(session, {"board_id": board_id, "slot": slot})
    return Snapshot._make(rows[0]) if rows else None


_FIRST_SNAPSHOT = CompiledStatement(
    _SNAPSHOT.where(
        DigestSnapshot.board_id == param("board_id"),
        DigestSnapshot.due_at > param("since"),
        DigestSnapshot.due_at <= param("until"),
    )
    .order_by(DigestSnapshot.due_at)
    .limit(1)
)


def first_snapshot(session: Session, board_id: int, since: datetime, until: datetime) -> Snapshot | None:
    """The earliest digest a board had in this time."""
    rows = _FIRST_SNAPSHOT.run(session, {"board_id": board_id, "since": since, "until": until})
    return Snapshot._make(rows[0]) if rows else None
