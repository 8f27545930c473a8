"""What every table shares: naming, types, and the workspace a row belongs to."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, Dialect, Enum, ForeignKey, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from bot.database import UtcDateTime
from bot.plan.due_dates import Precision, Role
from bot.plan.owners import PersonRole
from bot.plan.rag import Colour
from bot.plan.reading import AccountKind
from bot.plan.statuses import Status


class DeliveryState(StrEnum):
    """planned -> claimed -> sent, failed or skipped; a claim whose lease ran out is planned again.

    waiting: the platform refused it for a reason that somebody can put right; then it is planned again.
    """

    PLANNED = "planned"
    CLAIMED = "claimed"
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"


class StrEnumType(TypeDecorator[StrEnum]):
    """A member of an enum, stored as its value. Raises LookupError for a value that no member has.

    It is read by one look into a dict: SQLAlchemy's own conversion costs more than the rest of a row.
    """

    impl = Enum
    cache_ok = True

    def __init__(self, enum: type[StrEnum]) -> None:
        super().__init__(
            enum,
            native_enum=False,
            length=20,
            values_callable=lambda members: [member.value for member in members],
        )
        self.enum = enum

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], StrEnum | None]:  # noqa: ARG002 - SQLAlchemy's own signature
        members_by_value: dict[str | None, StrEnum | None] = {
            None: None,
            **{member.value: member for member in self.enum},
        }
        return members_by_value.__getitem__


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
        Status: StrEnumType(Status),
        Colour: StrEnumType(Colour),
        Precision: StrEnumType(Precision),
        Role: StrEnumType(Role),
        PersonRole: StrEnumType(PersonRole),
        AccountKind: StrEnumType(AccountKind),
        DeliveryState: StrEnumType(DeliveryState),
    }

    id: Mapped[int] = mapped_column(primary_key=True)


class WorkspaceScoped:
    """Every row belongs to one Slack workspace or Teams tenant."""

    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"), index=True)


MAX_ID_DIGITS = 9


def parse_id(text: str) -> int | None:
    """The id that these digits are; None when no row can have it."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MAX_ID_DIGITS else None
