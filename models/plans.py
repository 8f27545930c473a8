"""The plan as read: sections, projects, actions, milestones, owners and due dates."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.plan.due_dates import Precision, Role
from bot.plan.owners import PersonRole
from bot.plan.rag import Colour
from bot.plan.statuses import Status
from models.base import Base, WorkspaceScoped
from models.people import Board, Person


class Plan(WorkspaceScoped, Base):
    """rag_rules: the plan's own thresholds where they differ from the default (bot.plan.rag)."""

    __tablename__ = "plan"
    __table_args__ = (UniqueConstraint("workspace_id", "title"),)

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id"), index=True)
    title: Mapped[str] = mapped_column(String(300))
    as_at: Mapped[date | None]
    imported_at: Mapped[datetime]
    rag_rules: Mapped[dict[str, Any]] = mapped_column(default=dict)
    problems: Mapped[int] = mapped_column(default=0)

    board: Mapped[Board] = relationship()
    sections: Mapped[list["Section"]] = relationship(back_populates="plan", order_by="Section.position")


class PlanRole(WorkspaceScoped, Base):
    """What a person is in a plan; one may have several roles. Whoever has any may read the board's plans."""

    __tablename__ = "plan_role"
    __table_args__ = (UniqueConstraint("plan_id", "person_id", "role"),)

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[PersonRole]


class Section(WorkspaceScoped, Base):
    __tablename__ = "section"
    __table_args__ = (UniqueConstraint("plan_id", "number"),)

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    number: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(300))
    position: Mapped[int] = mapped_column(default=0)

    plan: Mapped[Plan] = relationship(back_populates="sections")
    projects: Mapped[list["Project"]] = relationship(back_populates="section", order_by="Project.position")


class Project(WorkspaceScoped, Base):
    """A project or priority.

    savings, growth: planned thousands of pounds by financial year ("2021/22"); None is a blank, not zero.
    gone_at: when a later version of the plan no longer had it.
    """

    __tablename__ = "project"
    __table_args__ = (UniqueConstraint("section_id", "number"),)

    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"), index=True)
    number: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(500))
    manager: Mapped[str] = mapped_column(String(200), default="")
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    finance_ref: Mapped[str] = mapped_column(String(100), default="")
    savings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    growth: Mapped[dict[str, Any]] = mapped_column(default=dict)
    description: Mapped[str] = mapped_column(Text, default="")
    measures: Mapped[list[str]] = mapped_column(default=list)
    risks: Mapped[list[str]] = mapped_column(default=list)
    position: Mapped[int] = mapped_column(default=0)
    gone_at: Mapped[datetime | None]

    section: Mapped[Section] = relationship(back_populates="projects")
    lead: Mapped[Person | None] = relationship()


class Action(WorkspaceScoped, Base):
    """One action. The columns from `next_due_on` down are computed from the rows that belong to it
    (bot.services.scheduling.next_prompts, bot.services.actions), so that a list needs one row each.

    imported: the action as the document last had it, to see what a newer version changes.
    percent: how much of it the document says is done. extra: the text of the document's columns that have no
    field, by their headings. declared: the colour the owner last stated, or else the document, None when
    none. last_word_at: when an owner, lead or plan manager last recorded anything. unanswered_since: when the
    first question was sent that has had no answer since, None for none. slipped_days: how far the
    latest date lies beyond the first one. escalate_at: when it is to be escalated to the project's lead, None
    when it need not be.
    gone_at: when a later version of the plan no longer had it. gone_reason: what became of it, "" while
    nobody has recorded that.
    """

    __tablename__ = "action"
    __table_args__ = (
        Index("ix_action_plan_id_ref", "plan_id", "ref"),
        Index("ix_action_workspace_id_lower_ref", "workspace_id", text("lower(ref)")),
    )

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"), index=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"), index=True)
    ref: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(default=0)
    status: Mapped[Status]
    status_text: Mapped[str] = mapped_column(Text, default="")
    detail: Mapped[str] = mapped_column(Text, default="")
    imported: Mapped[dict[str, Any]] = mapped_column(default=dict)
    tags: Mapped[list[str]] = mapped_column(default=list)
    delivered_through: Mapped[list[str]] = mapped_column(default=list)
    success_measures: Mapped[list[str]] = mapped_column(default=list)
    priority: Mapped[str] = mapped_column(String(100), default="")
    category: Mapped[str] = mapped_column(String(100), default="")
    raised_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    percent: Mapped[int | None]
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]
    gone_reason: Mapped[str] = mapped_column(Text, default="")

    declared: Mapped[Colour | None]
    next_due_on: Mapped[date | None] = mapped_column(index=True)
    next_due_confirmed: Mapped[bool] = mapped_column(default=True)
    slipped_days: Mapped[int] = mapped_column(default=0)
    escalate_at: Mapped[datetime | None] = mapped_column(index=True)
    last_word_at: Mapped[datetime | None]
    last_word: Mapped[str] = mapped_column(Text, default="")
    last_word_by: Mapped[str] = mapped_column(String(80), default="")
    unanswered_since: Mapped[datetime | None]

    plan: Mapped[Plan] = relationship()
    section: Mapped[Section] = relationship()
    project: Mapped[Project | None] = relationship()
    owners: Mapped[list["ActionOwner"]] = relationship(
        back_populates="action", order_by="ActionOwner.position", cascade="all, delete-orphan"
    )
    milestones: Mapped[list["Milestone"]] = relationship(
        back_populates="action", order_by="Milestone.position", cascade="all, delete-orphan"
    )
    due_dates: Mapped[list["ActionDate"]] = relationship(
        back_populates="action", order_by="ActionDate.position", cascade="all, delete-orphan"
    )


class ActionOwner(WorkspaceScoped, Base):
    """Who owns an action, and when they are next to be asked about it.

    prompt_at: the next prompt, None when there is none left. asked_at: when the last one was planned, None
    for never. snoozed_until: until when, if they chose Later.
    """

    __tablename__ = "action_owner"
    __table_args__ = (UniqueConstraint("action_id", "person_id"),)

    action_id: Mapped[int] = mapped_column(ForeignKey("action.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    prompt_at: Mapped[datetime | None] = mapped_column(index=True)
    asked_at: Mapped[datetime | None]
    snoozed_until: Mapped[datetime | None]

    action: Mapped[Action] = relationship(back_populates="owners")
    person: Mapped[Person] = relationship()


class Milestone(WorkspaceScoped, Base):
    """A step of an action. label: its mark in the plan ("1.2.1", "a)", "" for a bullet).

    owners: initials as printed, when they are not simply the action's. gone_at: as for an action.
    """

    __tablename__ = "milestone"

    action_id: Mapped[int] = mapped_column(ForeignKey("action.id"), index=True)
    label: Mapped[str] = mapped_column(String(40), default="")
    title: Mapped[str] = mapped_column(Text)
    detail: Mapped[str] = mapped_column(Text, default="")
    owners: Mapped[list[str]] = mapped_column(default=list)
    status: Mapped[Status]
    position: Mapped[int] = mapped_column(default=0)
    gone_at: Mapped[datetime | None]

    action: Mapped[Action] = relationship(back_populates="milestones")


class ActionDate(WorkspaceScoped, Base):
    """One date of an action, or of one of its milestones.

    text: as printed, or as last given in chat. day: the last day it covers. first_day: the day it had
    when it was first imported, for the slippage.
    """

    __tablename__ = "action_date"

    action_id: Mapped[int] = mapped_column(ForeignKey("action.id"), index=True)
    milestone_id: Mapped[int | None] = mapped_column(ForeignKey("milestone.id"), index=True)
    text: Mapped[str] = mapped_column(Text, default="")
    day: Mapped[date | None]
    first_day: Mapped[date | None]
    precision: Mapped[Precision]
    role: Mapped[Role]
    confirmed: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)

    action: Mapped[Action] = relationship(back_populates="due_dates")
    milestone: Mapped[Milestone | None] = relationship()
