"""Workspaces, people, and the boards that plans are reported to."""

from datetime import date, datetime, time

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.plan.owners import PersonRole
from bot.plan.reading import AccountKind
from models.base import Base, WorkspaceScoped


class Workspace(Base):
    """One Slack workspace. team_id: None until the bot has first connected to Slack."""

    __tablename__ = "workspace"

    team_id: Mapped[str | None] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(200), default="")


class Board(WorkspaceScoped, Base):
    """Who a plan is reported to, with its calendar. Times of day are in `timezone`.

    prompt_days: the reminders as they are set, in days before a date (negative: days late). The column
    `ladder`: those that the owners' next prompts were planned with, since `ladder_since` (None: always).
    repeat_days: after so many days without a word every open action is asked about; late_repeat_days: one
    whose date has passed.
    """

    __tablename__ = "board"
    __table_args__ = (UniqueConstraint("workspace_id", "name"),)

    name: Mapped[str] = mapped_column(String(200))
    timezone: Mapped[str] = mapped_column(String(64))
    country: Mapped[str] = mapped_column(String(16))
    digest_rule: Mapped[str] = mapped_column(String(200))
    next_digest_at: Mapped[datetime | None] = mapped_column(index=True)
    prompt_days: Mapped[list[int]]
    ladder: Mapped[list[int]]
    ladder_since: Mapped[datetime | None]
    prompt_time: Mapped[time]
    quiet_from: Mapped[time]
    quiet_until: Mapped[time]
    weekly_budget: Mapped[int]
    recent_days: Mapped[int]
    repeat_days: Mapped[int] = mapped_column(default=28)
    late_repeat_days: Mapped[int] = mapped_column(default=7)

    channels: Mapped[list["BoardChannel"]] = relationship(back_populates="board", order_by="BoardChannel.id")


class BoardChannel(WorkspaceScoped, Base):
    """A channel the board's digest goes to. channel_id: looked up by name when first needed, None before."""

    __tablename__ = "board_channel"
    __table_args__ = (UniqueConstraint("board_id", "name"),)

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    channel_id: Mapped[str | None] = mapped_column(String(32), index=True)

    board: Mapped[Board] = relationship(back_populates="channels")


class Person(WorkspaceScoped, Base):
    """Someone named in a plan, known by initials (or the role printed there) and by a chat account.

    account_kind: what the chat platform last said of the account, None while nobody asked. away_until: the
    day from which they are asked again; a day that is over, or None, where they are there.
    """

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("workspace_id", "initials"),
        UniqueConstraint("workspace_id", "slack_user_id"),
    )

    initials: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str | None] = mapped_column(String(254), index=True)
    slack_user_id: Mapped[str | None] = mapped_column(String(32))
    role: Mapped[PersonRole] = mapped_column(default=PersonRole.OWNER)
    account_kind: Mapped[AccountKind | None]
    timezone: Mapped[str | None] = mapped_column(String(64))
    away_until: Mapped[date | None]
