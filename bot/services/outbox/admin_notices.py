"""Notices to plan managers, each sent once: what the bot could not do, and what to do about it."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.errors import DeliveryError, ErrorKind
from bot.messages import Notice
from bot.sentences import sentence
from bot.services.outbox import outbox
from models.base import DeliveryState
from models.outbox import Delivery, Refusal
from models.people import Board
from models.queries import boards as boards_query
from models.queries import people as query
from models.queries import plan_roles as roles_query
from models.queries.outbox import UNSENT

NEVER_SENT_STATES = (DeliveryState.SKIPPED, DeliveryState.FAILED)
# What a plan manager is to know, by the boards that concern them; None for nothing.
NoticeBuilder = Callable[[AbstractSet[int]], Notice | None]


def notify_managers(
    session: Session, workspace_id: int, key: str, notice: Notice, now: datetime, boards: AbstractSet[int]
) -> int:
    """One message to each plan manager; a second notice with the same key is dropped. boards: those that it
    is about, of whose plan managers alone it is a concern; none where it is about the whole workspace.
    Returns how many were enqueued.
    """

    def build(concerned: AbstractSet[int]) -> Notice | None:
        return notice if not boards or boards & concerned else None

    return notify_each_manager(session, workspace_id, key, build, now)


def notify_each_manager(
    session: Session, workspace_id: int, key: str, build: NoticeBuilder, now: datetime
) -> int:
    """As notify_managers, with a notice of their own for each: a board that nobody manages concerns all."""
    count = 0
    board_ids = {board.id for board in boards_query.boards(session, workspace_id)}
    managed = roles_query.boards_by_manager(session, workspace_id)
    unmanaged = board_ids.difference(*managed.values())
    for manager in query.plan_managers(session, workspace_id):
        notice = build(managed.get(manager.id, frozenset()) | unmanaged)
        if notice is None:
            continue
        planned = outbox.NewDelivery(
            workspace_id,
            "notice",
            f"notice:{key}:{manager.id}",
            manager.slack_user_id or "",
            now,
            person=manager,
            facts=asdict(notice),
            reason="" if manager.slack_user_id else f"no chat account is linked to {manager.initials}",
        )
        count += outbox.enqueue(session, planned) is not None
    return count


def read_notice(facts: dict[str, Any]) -> Notice:
    return Notice(facts["what"], facts["todo"], tuple(facts["details"]))


def notify_undelivered(session: Session, row: Delivery, error: DeliveryError, now: datetime) -> None:
    """Notify plan managers, once per target and error code, of a delivery that failed for good."""
    if row.kind in {"notice", "prompt-update", "account-change"}:
        return
    target = _describe_target(session, row)
    notice = Notice(
        sentence("services.not_delivered", kind=row.kind, target=target, reason=error.sentence),
        sentence("services.delivery_remedy", code=error.code, target=target),
    )
    notify_managers(
        session, row.workspace_id, f"{error.code}:{row.target}", notice, now, boards_of_delivery(session, row)
    )


def notify_waiting(session: Session, row: Delivery, error: DeliveryError, now: datetime) -> None:
    """Notify plan managers that what goes to a conversation waits, and how to put that right."""
    if row.kind in {"notice", "prompt-update"}:
        return
    target = _describe_target(session, row)
    notice = Notice(
        sentence("services.waiting", kind=row.kind, target=target, reason=error.sentence),
        sentence("services.waiting_remedy", code=error.code, target=target),
    )
    # A code that nobody knows mostly concerns everybody: one notice a day, not one for each person.
    what = f"{now.date()}" if error.kind is ErrorKind.UNKNOWN else f"{row.target}:{now.isoformat()}"
    boards = boards_of_delivery(session, row)
    notify_managers(session, row.workspace_id, f"{error.code}:{what}", notice, now, boards)


def notify_recovery(
    session: Session, refusal: Refusal, counts: Mapping[tuple[str, DeliveryState], int], now: datetime
) -> None:
    """Notify plan managers that messages arrive again: why and from when to when they did not, and what
    became of them. counts: of the deliveries concerned, by kind and state.
    """
    waiting = sum(number for (_, state), number in counts.items() if state in UNSENT)
    skipped = {
        kind: sum(
            number for (each, state), number in counts.items() if each == kind and state in NEVER_SENT_STATES
        )
        for kind in ("prompt", "digest", "reply")
    }
    zone = next((board.timezone for board in boards_query.boards(session, refusal.workspace_id)), "UTC")
    since, until = (moment.astimezone(ZoneInfo(zone)) for moment in (refusal.since, now))
    notice = Notice(
        sentence("services.recovered", since=since, until=until, reason=refusal.reason),
        sentence("services.recovered_outcome", waiting=waiting, skipped=skipped),
    )
    key = f"recovered:{refusal.scope}:{refusal.since.isoformat()}"
    notify_managers(session, refusal.workspace_id, key, notice, now, frozenset())


def boards_of_delivery(session: Session, row: Delivery) -> AbstractSet[int]:
    """Whom it concerns: its board, or those that know the person it is for."""
    if row.board_id is not None:
        return {row.board_id}
    return roles_query.boards_of_person(session, row.person_id) if row.person_id is not None else frozenset()


def describe_delivery(session: Session, row: Delivery) -> str:
    """A message of the outbox in a few words: "A prompt to SS"."""
    return sentence("services.delivery", kind=row.kind, target=_describe_target(session, row))


def _describe_target(session: Session, row: Delivery) -> str:
    if row.person is not None:
        return row.person.initials
    if row.target.startswith("D"):
        return "a direct message"
    board = session.get(Board, row.board_id) if row.board_id else None
    names = {channel.channel_id: channel.name for channel in board.channels} if board else {}
    return f"#{names.get(row.target, row.target.lstrip('#'))}"
