"""What owners answer while a quarter is played: the same each time, for the same plan and days."""

from dataclasses import dataclass
from datetime import date
from random import Random

# Of a hundred questions on a day: how many are answered in which way; the rest stay open that day.
_ON_TRACK, _LINE, _AT_RISK, _COMPLETE, _LATER = 14, 22, 28, 36, 40
_GOING = (
    "first half done, the rest follows this month",
    "two teams have started, the third begins next week",
    "draft shared with the people it concerns",
    "dates agreed with everyone who has to be there",
    "numbers are in, we are checking them",
    "training booked and half the places taken",
)
_STUCK = (
    "waiting for a decision on money",
    "two posts are empty, work goes slower",
    "the supplier has put us off by a fortnight",
    "we need an answer from legal first",
)


@dataclass(frozen=True)
class Reply:
    """press: a button of the prompt; "" to type `line` after the command's name instead."""

    press: str = ""
    line: str = ""


def reply(ref: str, day: date) -> Reply | None:
    """What the owner of an action answers on that day; None to say nothing. ref: as in "1/5.2"."""
    chance = Random(f"{ref} {day.isoformat()}")  # noqa: S311 - made to repeat, keeps no secret
    drawn = chance.randrange(100)
    if drawn < _ON_TRACK:
        return Reply(press="on-track")
    if drawn < _LINE:
        return Reply(line=f"update {ref} in-progress {chance.choice(_GOING)}")
    if drawn < _AT_RISK:
        return Reply(line=f"update {ref} in-progress {chance.choice(_STUCK)} --rag amber")
    if drawn < _COMPLETE:
        return Reply(press="complete")
    return Reply(press="later") if drawn < _LATER else None
