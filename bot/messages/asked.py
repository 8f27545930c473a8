"""Why somebody was or was not asked: what the ledger holds about one action."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from bot.messages.base import ActionLine, Message, example_line
from bot.plan.rag import Colour


@dataclass(frozen=True)
class AskedLine:
    """One question about the action, or one word of it to the lead.

    at: when it was decided. days_left: days before the date, negative for days late; due None: for no date.
    state: sent, waiting, skipped or failed. reason: why it was left out, could not be sent, or still waits.
    answer: what the person chose, in words, "" when nothing came; answered_by: initials, "" for nobody known.
    """

    at: datetime
    person: str
    state: str
    due: date | None = None
    days_left: int = 0
    as_lead: bool = False
    sent_at: datetime | None = None
    reason: str = ""
    answer: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True)
class Coming:
    """Who is to be asked (as_lead: told) next, and when. linked: has a chat account, and so can be."""

    person: str
    at: datetime
    as_lead: bool = False
    linked: bool = True
    snoozed: bool = False


@dataclass(frozen=True)
class AskedText(Message):
    """Newest first, one page of it. nobody: why nobody is to be asked any more, "" when somebody is.

    digest_on: the last digest that counted the action, and the colour it gave. timezone: an IANA name.
    """

    name: ClassVar[str] = "asked"
    line: ActionLine
    entries: tuple[AskedLine, ...]
    total: int
    page: int
    pages: int
    run: str
    timezone: str
    coming: tuple[Coming, ...] = ()
    nobody: str = ""
    digest_on: date | None = None
    digest_colour: Colour | None = None

    @classmethod
    def example(cls) -> "AskedText":
        moment = datetime.fromisoformat("2026-03-27T09:00:05+00:00")
        entries = (
            AskedLine(
                moment,
                "SS",
                "sent",
                date(2026, 3, 28),
                1,
                sent_at=moment,
                answer="at risk",
                answered_by="SS",
                answered_at=moment,
            ),
            AskedLine(
                moment, "RM", "skipped", date(2026, 3, 28), 7, reason="no chat account is linked to RM"
            ),
        )
        coming = (Coming("SS", datetime.fromisoformat("2026-03-31T08:00:00+00:00")),)
        return cls(
            example_line(),
            entries,
            2,
            1,
            1,
            "why 5.2",
            "Europe/London",
            coming,
            digest_on=date(2026, 3, 30),
            digest_colour=Colour.RED,
        )
