"""A question about a plan, the choices it offers, and an answer."""

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
    """One proposed answer. value: as it is stored. label: as people read it."""

    value: str
    label: str
    needs: Needs = Needs.NOTHING


@dataclass(frozen=True)
class Question:
    """One doubt that somebody can settle.

    key: see question_key; the same in the plan's next version, so that its answer is found again.
    action_index: of its action in the draft, -1 when it is about none. where, printed: the cell and its text.
    meanwhile: what holds until it is answered. details: lines to look at before answering. subject: what it
    is about, in the plan's words.
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
    """choice: the value of one of the question's choices. value: the day (ISO), words or initials that go
    with it. said: the answer in words. by, on: who gave it, and when.
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
    """The kind and a digest of what the question is about. Only letters and digits count, so that other
    spaces or punctuation in the next version give the same key.
    """
    words = "|".join(letters_only(part) for part in identity)
    return f"{kind}:{hashlib.sha256(words.encode()).hexdigest()[:24]}"
