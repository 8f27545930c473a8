"""What people recorded (status changes, append-only) and what the bot sends (the outbox)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.plan.rag import Colour
from bot.plan.statuses import Status
from models.base import Base, DeliveryState, WorkspaceScoped
from models.people import Board, Person
from models.plans import Action, Milestone


class StatusChange(WorkspaceScoped, Base):
    """One append-only row: the database itself refuses to change or delete it (see migrations).

    batch: changes made by one request share it, and are undone together. source: command, button, import,
    undo, or late: a message that reached the bot only later. place: the channel or conversation. date_id: the
    date that moved; no foreign key, as a later version of the plan may drop it; date_before: its columns
    before, for undo. undoes_id: the change this one undoes. route_to_green: how the action gets back to
    Green; help_needed: what help that takes; both as they were given.
    """

    __tablename__ = "status_change"
    __table_args__ = (Index("ix_status_change_action_id_at", "action_id", "at"),)

    action_id: Mapped[int] = mapped_column(ForeignKey("action.id"))
    milestone_id: Mapped[int | None] = mapped_column(ForeignKey("milestone.id"), index=True)
    batch: Mapped[str] = mapped_column(String(36), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    user_id: Mapped[str] = mapped_column(String(32), default="")
    source: Mapped[str] = mapped_column(String(20))
    place: Mapped[str] = mapped_column(String(120), default="")
    from_status: Mapped[Status]
    to_status: Mapped[Status]
    from_declared: Mapped[Colour | None]
    to_declared: Mapped[Colour | None]
    note: Mapped[str] = mapped_column(Text, default="")
    evidence: Mapped[str] = mapped_column(Text, default="")
    date_id: Mapped[int | None]
    date_before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    old_due: Mapped[date | None]
    new_due: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    route_to_green: Mapped[str] = mapped_column(Text, default="")
    help_needed: Mapped[str] = mapped_column(Text, default="")
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("status_change.id"), unique=True)

    action: Mapped[Action] = relationship()
    milestone: Mapped[Milestone | None] = relationship()
    person: Mapped[Person | None] = relationship()

    @property
    def comment(self) -> str:
        """The note or reason that came with it, "" when there was none."""
        return self.note or self.reason


class Delivery(WorkspaceScoped, Base):
    """One row of the outbox: a message the bot is to send, or has sent.

    key: unique within the workspace ("prompt:12:2026-03-30"). target: a chat user or channel.
    facts: the message as data, for those kinds whose content is fixed when they are planned.
    token: the opaque key sent as message metadata, by which a message can be found again.
    updates_id: the delivery whose message this one edits. parent_id: the delivery in whose thread it goes.
    planned_at: when the row was written, by the bot's clock; None for rows older than this column.
    refused_code: the platform's error code for which it waited last, "" where it never did; refused_scope:
    the scope of that refusal.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("workspace_id", "key"),
        Index("ix_delivery_state_next_attempt_at", "state", "next_attempt_at"),
        Index("ix_delivery_workspace_id_state", "workspace_id", "state"),
        Index("ix_delivery_person_id_due_at", "person_id", "due_at"),
    )

    board_id: Mapped[int | None] = mapped_column(ForeignKey("board.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(30), index=True)
    key: Mapped[str] = mapped_column(String(200))
    target: Mapped[str] = mapped_column(String(100), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("delivery.id"), index=True)
    updates_id: Mapped[int | None] = mapped_column(ForeignKey("delivery.id"), index=True)
    planned_at: Mapped[datetime | None]
    due_at: Mapped[datetime]
    state: Mapped[DeliveryState]
    reason: Mapped[str] = mapped_column(Text, default="")
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    claimed_by: Mapped[str] = mapped_column(String(80), default="")
    lease_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    channel_id: Mapped[str] = mapped_column(String(32), default="")
    message_ts: Mapped[str] = mapped_column(String(32), default="")
    refused_code: Mapped[str] = mapped_column(String(60), default="")
    refused_scope: Mapped[str] = mapped_column(String(120), default="")

    items: Mapped[list["PromptItem"]] = relationship(back_populates="delivery", order_by="PromptItem.id")
    person: Mapped[Person | None] = relationship()
    board: Mapped[Board | None] = relationship()


class PromptItem(WorkspaceScoped, Base):
    """One action in one prompt: which reminder, for which date, and how it was answered.

    The column `rung`: days before the date (negative: days late). as_lead: an escalation to the project's
    lead, who is not asked. reason: why it was left out, "" when it was asked.
    """

    __tablename__ = "prompt_item"
    __table_args__ = (UniqueConstraint("delivery_id", "action_id"),)

    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"))
    action_id: Mapped[int] = mapped_column(ForeignKey("action.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    rung: Mapped[int]
    as_lead: Mapped[bool] = mapped_column(default=False)
    due_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    answer: Mapped[str] = mapped_column(String(20), default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str] = mapped_column(String(32), default="")

    delivery: Mapped[Delivery] = relationship(back_populates="items")
    action: Mapped[Action] = relationship()


class DigestSnapshot(WorkspaceScoped, Base):
    """What a digest showed, so that the next one can show the change. colours: by action id, as text."""

    __tablename__ = "digest_snapshot"
    __table_args__ = (UniqueConstraint("board_id", "due_at"),)

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id"))
    due_at: Mapped[datetime]
    made_at: Mapped[datetime]
    colours: Mapped[dict[str, Any]]
    facts: Mapped[dict[str, Any]]


class InboundRequest(WorkspaceScoped, Base):
    """A request already handled: repeated, it is answered as before, or refused when it is a replay.

    key: the platform's own id of the request. signature: its signature, None over Socket Mode.
    """

    __tablename__ = "inbound_request"
    __table_args__ = (UniqueConstraint("workspace_id", "key"),)

    key: Mapped[str] = mapped_column(String(200))
    signature: Mapped[str | None] = mapped_column(String(80), unique=True)
    received_at: Mapped[datetime] = mapped_column(index=True)
    answer: Mapped[dict[str, Any]] = mapped_column(default=dict)


class RateLimit(WorkspaceScoped, Base):
    """One thing that may only be used so often: the workspace as a whole ("workspace"), one conversation
    ("to:C0BOARD"), the opening of direct messages ("opening"), or one kind of call ("call:post").

    free_at: GCRA's theoretical arrival time, when all that was sent would be through at the steady rate; the
    further ahead it lies, the less may be sent now. For a kind of call: the end of the pause the platform
    asked for.
    """

    __tablename__ = "lane"
    __table_args__ = (UniqueConstraint("workspace_id", "name"),)

    name: Mapped[str] = mapped_column(String(120))
    free_at: Mapped[datetime] = mapped_column(index=True)


class Refusal(WorkspaceScoped, Base):
    """What the platform refuses at present, until somebody puts it right; deleted once it is.

    scope: the whole workspace ("workspace"), one kind of call ("call:open") or one conversation
    ("to:C0BOARD"). kind: of bot.errors.ErrorKind. code: the platform's error code. needs: the permission that
    was missing, or "". next_try_at: when one delivery of the scope is tried again; probe_id: that delivery.
    """

    __tablename__ = "refusal"
    __table_args__ = (UniqueConstraint("workspace_id", "scope"),)

    scope: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(60))
    needs: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    since: Mapped[datetime]
    next_try_at: Mapped[datetime]
    probe_id: Mapped[int | None] = mapped_column(ForeignKey("delivery.id"))
