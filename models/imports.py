"""Imported plans: uploaded files, versions of a plan, and the answers to questions about it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, WorkspaceScoped


class PlanVersion(WorkspaceScoped, Base):
    """One version of a plan as it was applied. number counts from 1 within the plan.

    title, file: as they were then. digest: SHA-256 of the file. draft: what was read from it, encoded
    by bot.importing.drafting.codec, before any answer. counts: how many changes of each kind.
    """

    __tablename__ = "plan_version"
    __table_args__ = (UniqueConstraint("plan_id", "number"),)

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))
    file: Mapped[str] = mapped_column(String(255))
    digest: Mapped[str] = mapped_column(String(64))
    draft: Mapped[bytes] = mapped_column(LargeBinary)
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    applied_at: Mapped[datetime]
    applied_by: Mapped[str] = mapped_column(String(80), default="")


class PlanAnswer(WorkspaceScoped, Base):
    """The answer somebody gave to a question about a plan; the latest counts.

    plan: the plan's title, as a question may come before the plan is stored. key: which question, the same in
    whatever row of the file it occurs. asks, said: the texts of question and answer, to show them again.
    """

    __tablename__ = "plan_answer"
    __table_args__ = (UniqueConstraint("workspace_id", "plan", "key"),)

    plan: Mapped[str] = mapped_column(String(300))
    key: Mapped[str] = mapped_column(String(80))
    asks: Mapped[str] = mapped_column(Text)
    choice: Mapped[str] = mapped_column(String(150))
    value: Mapped[str] = mapped_column(Text, default="")
    said: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]


class PlanUpload(WorkspaceScoped, Base):
    """One file. state: received -> waiting -> applied or cancelled; or received -> refused; or expired, from
    received or waiting.

    key: the ids of message and file, so that it is handled once. address: its URL at the platform. size:
    bytes, as the platform says; 0 where it was stored before this was known. draft:
    what was read from it, encoded, until somebody decides about it. digest: SHA-256 of the file. marks: what
    applying it would change, as it was shown. review_id: the delivery that shows it for review.
    """

    __tablename__ = "plan_upload"
    __table_args__ = (UniqueConstraint("workspace_id", "key"),)

    key: Mapped[str] = mapped_column(String(200))
    user_id: Mapped[str] = mapped_column(String(32))
    channel_id: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(255))
    address: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(default=0, server_default="0")
    state: Mapped[str] = mapped_column(String(20), index=True)
    received_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    draft: Mapped[bytes | None] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(64), default="")
    marks: Mapped[str] = mapped_column(String(64), default="")
    review_id: Mapped[int | None]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str] = mapped_column(String(80), default="")
