"""Plans people sent the bot in chat, from the moment they came until someone has decided on them."""

from datetime import datetime

from sqlalchemy import LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OfWorkspace


class PlanUpload(OfWorkspace, Base):
    """One file. state: received -> waiting -> applied or cancelled; or received -> refused.

    key: the message and file it came with, so that it is taken once. address: where the platform keeps it.
    draft: what was read from it, packed, from then until it is decided on. digest: SHA-256 of the file.
    marks: what applying it would change, as it was shown. review_id: the ledger's row of the message that
    shows it.
    """

    __tablename__ = "plan_upload"
    __table_args__ = (UniqueConstraint("workspace_id", "key"),)

    key: Mapped[str] = mapped_column(String(200))
    user_id: Mapped[str] = mapped_column(String(32))
    channel_id: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(255))
    address: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20), index=True)
    received_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    draft: Mapped[bytes | None] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(64), default="")
    marks: Mapped[str] = mapped_column(String(64), default="")
    review_id: Mapped[int | None]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str] = mapped_column(String(80), default="")
