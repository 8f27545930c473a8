"""What the auditor found: something was due, and the ledger does not hold it, or holds it unsent."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OfWorkspace


class AuditFinding(OfWorkspace, Base):
    """One finding, from when it was found until it is put right.

    key: what makes it the only one of its kind ("missing-digest:3:2026-03-02T09:00:00+00:00"). words: it in a
    line. seen_at: the last audit that found it. told_at: when plan managers were told; None for what they
    need not be told. cleared_at: the first audit that no longer found it.
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
