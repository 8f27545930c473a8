"""What every table shares: naming, types, and the workspace a row belongs to."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, Enum, ForeignKey, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.database import UtcDateTime
from bot.plan.dates import Precision, Role
from bot.plan.rag import Colour
from bot.plan.roles import PersonRole
from bot.plan.statuses import Status


class DeliveryState(StrEnum):
    """planned -> claimed -> sent, failed or skipped; a claim that lapses is planned again."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"


def _words(enum: type[StrEnum]) -> Enum:
    return Enum(
        enum,
        native_enum=False,
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[str]: JSON,
        list[int]: JSON,
        Status: _words(Status),
        Colour: _words(Colour),
        Precision: _words(Precision),
        Role: _words(Role),
        PersonRole: _words(PersonRole),
        DeliveryState: _words(DeliveryState),
    }

    id: Mapped[int] = mapped_column(primary_key=True)


class OfWorkspace:
    """Every row belongs to one Slack workspace or Teams tenant."""

    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"), index=True)
