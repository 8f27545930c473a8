"""How fast the platform lets the bot speak, as far as that has to be remembered between processes."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OfWorkspace


class Lane(OfWorkspace, Base):
    """One thing that may only be used so often: the workspace as a whole ("workspace"), one conversation
    ("to:C0BOARD"), the opening of direct messages ("opening"), or one kind of call ("call:post").

    free_at: when all that was sent there would be through at the steady pace; the further ahead it lies, the
    less may be sent now. For a kind of call: the end of the pause the platform asked for.
    """

    __tablename__ = "lane"
    __table_args__ = (UniqueConstraint("workspace_id", "name"),)

    name: Mapped[str] = mapped_column(String(120))
    free_at: Mapped[datetime] = mapped_column(index=True)
