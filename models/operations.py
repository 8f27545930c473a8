"""When the bot was running, and what the audit found."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, WorkspaceScoped


class Heartbeat(Base):
    """One row for each workspace. heard_until: the last moment at which a bot is known to have been running.

    missed_since: from when on messages may have been missed; None when none were. looking_until: until when
    somebody has the lease to look for them.
    """

    __tablename__ = "presence"

    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"), unique=True)
    heard_until: Mapped[datetime]
    missed_since: Mapped[datetime | None]
    looking_until: Mapped[datetime | None]


class BotHeartbeat(Base):
    """One row for the whole database. at: the latest moment at which any bot wrote something, by its clock.
    gap_since: when the last gap before that began; None when there was none.
    """

    __tablename__ = "bot_heartbeat"

    at: Mapped[datetime]
    gap_since: Mapped[datetime | None]


class AuditFinding(WorkspaceScoped, Base):
    """One finding, from when it was found until it is put right.

    key: unique within the workspace ("missing-digest:3:2026-03-02T09:00:00+00:00"). words: the finding in one
    line. seen_at: the last audit that found it. told_at: when plan managers were notified; None where they
    need not be. cleared_at: the first audit that no longer found it.
    """

    __tablename__ = "audit_finding"
    __table_args__ = (UniqueConstraint("workspace_id", "key"),)

    board_id: Mapped[int | None] = mapped_column(ForeignKey("board.id"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    key: Mapped[str] = mapped_column(String(200))
    words: Mapped[str] = mapped_column(Text)
    found_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    cleared_at: Mapped[datetime | None] = mapped_column(index=True)
