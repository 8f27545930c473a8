"""What a transaction remembers: rows it has read, facts about what it wrote. Kept with its session, typed."""

from typing import Generic, TypeVar

from sqlalchemy.orm import Session

K = TypeVar("K")
V = TypeVar("V")


class SessionCache(Generic[K, V]):
    """Values by key, for each session its own. It ends with the session or with clear_session_caches()."""

    def of_session(self, session: Session) -> dict[K, V]:
        """The dictionary of this session, to read and write."""
        values: dict[K, V] | None = session.info.get(self)
        if values is None:
            values = session.info[self] = {}
        return values


class SessionValue(Generic[V]):
    """One value, for each session its own. It ends as a SessionCache does."""

    def get(self, session: Session) -> V | None:
        """The value of this session, None before one was set."""
        value: V | None = session.info.get(self)
        return value

    def set(self, session: Session, value: V) -> V:
        """Keep the value for this session, and return it."""
        session.info[self] = value
        return value


def clear_session_caches(session: Session) -> None:
    """Forget everything, before the session serves other work."""
    session.info.clear()
