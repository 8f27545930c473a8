"""What people were offered to choose from."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, WorkspaceScoped


class StoredOffer(WorkspaceScoped, Base):
    """What somebody wrote, and what may be done with it. One choice is made of it, once, within its time.

    key: opaque; a button carries it. root_key: its own, or that of the offer whose option has led to this
    one: the choice is made there. words: as they were written. options: each with its label and its commands
    (bot.services.offers.codec). choice: the label of the option taken. batch: of what that recorded, "" where
    it recorded nothing.
    """

    __tablename__ = "offer"

    key: Mapped[str] = mapped_column(String(64), unique=True)
    root_key: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[str] = mapped_column(String(32))
    words: Mapped[str] = mapped_column(Text)
    options: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    taken_at: Mapped[datetime | None]
    choice: Mapped[str] = mapped_column(Text, default="")
    batch: Mapped[str] = mapped_column(String(32), default="")
