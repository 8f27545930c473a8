"""What the bot says on its own initiative."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar

from bot.messages.base import ActionLine, Message, MilestoneLine, example_line
from bot.plan.rag import Colour


@dataclass(frozen=True)
class PromptLine:
    """One action in a prompt. answer: on-track, at-risk, complete, later, update, not-mine, or "" when still
    open.

    value: the opaque value of its buttons. answered: what was recorded, in words, "" when open. words: what
    was said with it. by: initials of the other owner who answered. has_buttons: it can be taken back and
    added to. has_reason: an answer of at-risk came with its reason, so it is not asked for. away_until: the
    day from which somebody who is away is asked again. put_off_to: the day to which they put it off, None for
    the next working day. red_in_digest_on: the last digest, where it gave it as Red. asked_again_on: the day
    of a newer prompt that asks the same, so that there is nothing to press here any more.
    """

    line: ActionLine
    value: str
    answer: str = ""
    answered: str = ""
    milestones: tuple[MilestoneLine, ...] = ()
    has_reason: bool = False
    asked_again_on: date | None = None
    words: str = ""
    by: str = ""
    has_buttons: bool = False
    away_until: date | None = None
    put_off_to: date | None = None
    red_in_digest_on: date | None = None


@dataclass(frozen=True)
class Prompt(Message):
    """One message per person and day: everything they are asked about, with buttons on what is open.

    escalated: what they see as the project's lead, because it is a week late; it has no buttons.
    """

    name: ClassVar[str] = "prompt"
    lines: tuple[PromptLine, ...]
    board: str
    day: date
    escalated: tuple[ActionLine, ...] = ()

    @classmethod
    def example(cls) -> "Prompt":
        return cls((PromptLine(example_line(), "1:2"),), "Improvement Board", date(2026, 3, 31))


@dataclass(frozen=True)
class Notice(Message):
    """To plan managers, once: something the bot could not do, what it means and what to do about it."""

    name: ClassVar[str] = "notice"
    what: str
    todo: str
    details: tuple[str, ...] = field(default=())

    @classmethod
    def example(cls) -> "Notice":
        return cls("The digest could not be posted in #board.", "Invite the bot there: /invite @cip.")


@dataclass(frozen=True)
class PromptLogLine:
    """One question about the action, or one mention of it to the lead.

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
class UpcomingPrompt:
    """Who is to be asked (as_lead: shown it) next, and when. linked: has a chat account, and so can be."""

    person: str
    at: datetime
    as_lead: bool = False
    linked: bool = True
    snoozed: bool = False


@dataclass(frozen=True)
class PromptLog(Message):
    """Newest first, one page of it. no_prompt_reason: why nobody is to be asked any more, "" when
    somebody is.

    digest_on: the last digest that counted the action, and the colour it gave. timezone: an IANA name.
    """

    name: ClassVar[str] = "asked"
    line: ActionLine
    entries: tuple[PromptLogLine, ...]
    total: int
    page: int
    pages: int
    run: str
    timezone: str
    coming: tuple[UpcomingPrompt, ...] = ()
    no_prompt_reason: str = ""
    digest_on: date | None = None
    digest_colour: Colour | None = None

    @classmethod
    def example(cls) -> "PromptLog":
        moment = datetime.fromisoformat("2026-03-27T09:00:05+00:00")
        entries = (
            PromptLogLine(
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
            PromptLogLine(
                moment, "RM", "skipped", date(2026, 3, 28), 7, reason="no chat account is linked to RM"
            ),
        )
        coming = (UpcomingPrompt("SS", datetime.fromisoformat("2026-03-31T08:00:00+00:00")),)
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
