"""How the chat accounts of people are found: when each was looked up, and every change of who has which."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, WorkspaceScoped
from models.people import Person


class AccountLookup(WorkspaceScoped, Base):
    """What is known of one person's account beside its id.

    email: the address that was last looked up, "" for none yet; the counting starts again with another.
    attempts: how often in a row nobody was found by it. next_lookup_at: None for at once. The timezones are
    IANA names by who gave them: None for nobody yet, "" for nothing that can be used.
    """

    __tablename__ = "account_lookup"
    __table_args__ = (UniqueConstraint("person_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    email: Mapped[str] = mapped_column(String(254), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    looked_up_at: Mapped[datetime | None]
    next_lookup_at: Mapped[datetime | None]
    own_timezone: Mapped[str | None] = mapped_column(String(64))
    people_timezone: Mapped[str | None] = mapped_column(String(64))
    slack_timezone: Mapped[str | None] = mapped_column(String(64))

    person: Mapped[Person] = relationship()


class LinkingState(WorkspaceScoped, Base):
    """How far the linking of accounts is; one row for each workspace.

    lease_until: until when one replica has the lease to look accounts up. cursor: of the next page of the
    member list, "" when none is being read. missing_scopes: permissions without which it cannot go on.
    reported: the counts that plan managers last got, at reported_at.
    """

    __tablename__ = "linking_state"
    __table_args__ = (UniqueConstraint("workspace_id"),)

    lease_until: Mapped[datetime | None]
    cursor: Mapped[str] = mapped_column(String(500), default="")
    missing_scopes: Mapped[list[str]] = mapped_column(default=list)
    reported_at: Mapped[datetime | None]
    reported: Mapped[dict[str, Any]] = mapped_column(default=dict)


class AccountChange(WorkspaceScoped, Base):
    """One append-only row: the database itself refuses to change or delete it (see migrations).

    old_user_id, new_user_id: "" for none. source: command, people (the list of people) or email (found by
    its address). by_person_id, by_user_id: who asked for it in chat; None and "" for anything else.
    """

    __tablename__ = "account_change"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]
    source: Mapped[str] = mapped_column(String(20))
    old_user_id: Mapped[str] = mapped_column(String(32), default="")
    new_user_id: Mapped[str] = mapped_column(String(32), default="")
    by_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    by_user_id: Mapped[str] = mapped_column(String(32), default="")
