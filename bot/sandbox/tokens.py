"""Tokens that expire: trigger ids and response urls."""

import secrets
import time
from dataclasses import asdict, dataclass

from bot.sandbox.errors import RefusedError
from bot.sandbox.store import RecordStore

TRIGGER_SECONDS = 3.0
RESPONSE_URL_SECONDS = 30 * 60
MAX_RESPONSE_URL_USES = 5
_MAX_TRIGGERS = 1000


class TriggerIds:
    """A trigger id is valid for three seconds of real time and opens one view."""

    def __init__(self) -> None:
        self._issued: dict[str, tuple[str, float]] = {}
        self._used: set[str] = set()

    def issue(self, user: str) -> str:
        trigger = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._issued[trigger] = (user, time.monotonic())
        while len(self._issued) > _MAX_TRIGGERS:
            self._used.discard(oldest := next(iter(self._issued)))
            del self._issued[oldest]
        return trigger

    def exchange(self, trigger: str) -> str:
        """The user it was issued for. RefusedError when it is unknown, used or expired."""
        if trigger not in self._issued:
            raise RefusedError("invalid_trigger_id")
        if trigger in self._used:
            raise RefusedError("exchanged_trigger_id")
        user, issued = self._issued[trigger]
        if time.monotonic() - issued > TRIGGER_SECONDS:
            raise RefusedError("expired_trigger_id")
        self._used.add(trigger)
        return user


@dataclass
class ResponseTicket:
    """One response url. message_ts: of the message that was pressed, if any. issued: Unix time, in
    seconds.
    """

    key: str
    user: str
    channel: str
    message_ts: str | None
    issued: float
    uses: int = 0


class ResponseUrls:
    """A response url is valid for five answers within thirty minutes of real time."""

    def __init__(self, store: RecordStore) -> None:
        self._store = store
        self._tickets: dict[str, ResponseTicket] = {}
        self.load()

    def load(self) -> None:
        tickets = (ResponseTicket(**body) for body in self._store.load("ticket"))
        self._tickets = {one.key: one for one in tickets}

    def issue(self, user: str, channel: str, message_ts: str | None = None) -> ResponseTicket:
        ticket = ResponseTicket(secrets.token_urlsafe(24), user, channel, message_ts, time.time())
        self._tickets[ticket.key] = ticket
        self._save(ticket)
        self._delete_expired()
        return ticket

    def use(self, key: str) -> ResponseTicket:
        """Count one use. RefusedError `expired_url` when it is unknown or too old, `used_url` after five
        uses.
        """
        ticket = self._tickets.get(key)
        if ticket is None or ticket.uses >= MAX_RESPONSE_URL_USES or self._is_expired(ticket):
            raise RefusedError("used_url" if ticket and not self._is_expired(ticket) else "expired_url")
        ticket.uses += 1
        self._save(ticket)
        return ticket

    def backdate(self, key: str, seconds: float) -> None:
        """Make a url older, for tests of expiry."""
        self._tickets[key].issued -= seconds

    def _is_expired(self, ticket: ResponseTicket) -> bool:
        return time.time() - ticket.issued > RESPONSE_URL_SECONDS

    def _delete_expired(self) -> None:
        for key in [key for key, one in self._tickets.items() if self._is_expired(one)]:
            del self._tickets[key]
            self._store.drop("ticket", key)

    def _save(self, ticket: ResponseTicket) -> None:
        self._store.put("ticket", ticket.key, asdict(ticket))
        self._store.commit()
