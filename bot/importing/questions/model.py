"""A question about a plan, the answers it offers, and an answer."""

import hashlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.plan.text import letters_only

MAX_ANSWER_LENGTH = 500


class Needs(StrEnum):
    """What a choice has to come with."""

    NOTHING = ""
    DAY = "day"
    WORDS = "words"
    PERSON = "person"


@dataclass(frozen=True)
class Choice:
    """One proposed answer. value: what it is called in the record. label: as people read it."""

    value: str
    label: str
    needs: Needs = Needs.NOTHING


@dataclass(frozen=True)
class Question:
    """One doubt that somebody can settle.

    key: which question it is, whatever row it stands in, so that its answer is known the next time.
    action_index: where in the draft its action stands, -1 when it is about none. meanwhile: what holds
    until it is answered. details: lines to look at before answering. subject: what it is about, in the
    plan's words.
    """

    key: str
    kind: str
    asks: str
    choices: tuple[Choice, ...]
    meanwhile: str
    action_index: int = -1
    where: str = ""
    printed: str = ""
    subject: str = ""
    details: tuple[str, ...] = ()

    def choice(self, value: str) -> Choice | None:
        return next((each for each in self.choices if each.value == value), None)


@dataclass(frozen=True)
class Answer:
    """choice: the value of one of the question's choices. value: the day (ISO), words or initials with it.

    said: the answer in words. by, on: who gave it, and when.
    """

    choice: str
    value: str = ""
    said: str = ""
    by: str = ""
    on: date | None = None

    @property
    def day(self) -> date:
        return date.fromisoformat(self.value)


def question_key(kind: str, *identity: str) -> str:
    """Tell a question by what it is about, in letters and digits only: new spaces change nothing."""
    words = "|".join(letters_only(part) for part in identity)
    return f"{kind}:{hashlib.sha256(words.encode()).hexdigest()[:24]}"
