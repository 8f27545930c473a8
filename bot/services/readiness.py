"""Whether the database is as this version needs it."""

from sqlalchemy.orm import Session

from models import schema


def is_current(session: Session) -> bool:
    return schema.revision_of(session.connection()) == schema.newest_revision()
