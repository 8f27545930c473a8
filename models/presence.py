"""Whether the bot was there to be told things."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Presence(Base):
    """One row for each workspace. heard_until: the last moment at which a bot is known to have been there.

    missed_since: from when on something may have been written that no bot was told of; None when nothing is.
    looking_until: somebody is looking for it, and has so long.
    """

    __tablename__ = "presence"

    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"), unique=True)
    heard_until: Mapped[datetime]
    missed_since: Mapped[datetime | None]
    looking_until: Mapped[datetime | None]
