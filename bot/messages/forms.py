"""What the buttons of a question open, and what is said once it was filled in. value: of the question's
buttons. title "" where only the ref is known.
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from bot.messages.base import Message, MilestoneLine


@dataclass(frozen=True)
class MoreForm(Message):
    """The answers that have no button of their own."""

    name: ClassVar[str] = "more"
    value: str
    ref: str
    title: str = ""

    @classmethod
    def example(cls) -> "MoreForm":
        return cls("1-abcd1234", "5.2", "Gather the data on workforce costs")


@dataclass(frozen=True)
class StepsForm(Message):
    """Asks what is done of an action with open steps. steps: the id of each, and what it is; as many as are
    offered by themselves. total: how many are open.
    """

    name: ClassVar[str] = "steps"
    value: str
    ref: str
    title: str
    steps: tuple[tuple[int, MilestoneLine], ...]
    total: int

    @classmethod
    def example(cls) -> "StepsForm":
        step = MilestoneLine("a)", "Agree the procedure", "in progress")
        return cls("1-abcd1234", "1.3", "Answer when children go missing", ((7, step),), 1)


@dataclass(frozen=True)
class SentenceForm(Message):
    """Asks for a sentence to go with what was answered."""

    name: ClassVar[str] = "sentence"
    value: str
    ref: str
    title: str = ""

    @classmethod
    def example(cls) -> "SentenceForm":
        return cls("1-abcd1234", "5.2", "Gather the data on workforce costs")


@dataclass(frozen=True)
class EvidenceForm(Message):
    """Asks for a sentence and the evidence of something that is done. takes_files: the bot may read files."""

    name: ClassVar[str] = "evidence"
    value: str
    ref: str
    title: str = ""
    takes_files: bool = False

    @classmethod
    def example(cls) -> "EvidenceForm":
        return cls("1-abcd1234", "5.2", "Gather the data on workforce costs")


@dataclass(frozen=True)
class DueDateForm(Message):
    """Asks for a new date and its reason. due: the date now, None for none. reason: what was written already.
    is_step: of several actions that somebody goes through, to which they can go back.
    """

    name: ClassVar[str] = "due_date"
    value: str
    ref: str
    title: str = ""
    due: date | None = None
    reason: str = ""
    is_step: bool = False

    @classmethod
    def example(cls) -> "DueDateForm":
        return cls("1-abcd1234", "5.2", "Gather the data on workforce costs", date(2026, 12, 18))


@dataclass(frozen=True)
class NotMineForm(Message):
    """Asks whose action it is. whose: what was written already. is_step: of several actions that somebody
    goes through.
    """

    name: ClassVar[str] = "not_mine"
    value: str
    ref: str
    title: str = ""
    whose: str = ""
    is_step: bool = False

    @classmethod
    def example(cls) -> "NotMineForm":
        return cls("1-abcd1234", "5.2", "Gather the data on workforce costs")


@dataclass(frozen=True)
class AwayForm(Message):
    """Asks until when somebody is away, and who covers."""

    name: ClassVar[str] = "away"
    value: str
    ref: str = ""
    title: str = ""

    @classmethod
    def example(cls) -> "AwayForm":
        return cls("1-abcd1234")


@dataclass(frozen=True)
class ReasonsAsked(Message):
    """Why somebody is asked, and who can change that. mine: how many open actions they own. managers:
    initials.
    """

    name: ClassVar[str] = "reasons_asked"
    value: str
    ref: str
    title: str
    mine: int
    managers: tuple[str, ...] = ()

    @classmethod
    def example(cls) -> "ReasonsAsked":
        return cls("1-abcd1234", "5.2", "Gather the data on workforce costs", 4, ("PM",))


@dataclass(frozen=True)
class NotMineReceipt(Message):
    """An owner said that an action is not theirs. whose: the name they gave, or ""; user_id: of somebody whom
    the plan does not name. informed: initials of who hears of it; unreached: of those who have no account.
    """

    name: ClassVar[str] = "not_mine_receipt"
    ref: str
    title: str
    whose: str = ""
    informed: tuple[str, ...] = ()
    unreached: tuple[str, ...] = ()
    user_id: str = ""

    @classmethod
    def example(cls) -> "NotMineReceipt":
        return cls("5.2", "Gather the data on workforce costs", "HT", ("RM", "PM"))


@dataclass(frozen=True)
class AwayReceipt(Message):
    """until: the day from which they are asked again, None where they are back. due: the refs that fall due
    meanwhile. informed: initials of who hears of those; unreached: of those who have no chat account.
    """

    name: ClassVar[str] = "away_receipt"
    until: date | None
    cover: str = ""
    due: tuple[str, ...] = ()
    informed: tuple[str, ...] = ()
    unreached: tuple[str, ...] = ()

    @classmethod
    def example(cls) -> "AwayReceipt":
        return cls(date(2026, 12, 14), "HT", ("5.2", "6.1"), ("RM",))


@dataclass(frozen=True)
class LeadNotice(Message):
    """To a lead or a plan manager, once: what an owner said that they should know. user_id: of whom they name
    who is not in the plan.
    """

    name: ClassVar[str] = "lead_notice"
    what: str
    todo: str
    details: tuple[str, ...] = ()
    user_id: str = ""

    @classmethod
    def example(cls) -> "LeadNotice":
        return cls(
            "SS is away until Monday 14 December 2026.",
            "This falls due meanwhile.",
            ("5.2 Gather the data, due 11 December 2026",),
        )


PromptForm = (
    MoreForm | StepsForm | SentenceForm | EvidenceForm | DueDateForm | NotMineForm | AwayForm | ReasonsAsked
)
