"""The updates that the owners of the sample plan made before it is tried, and those they make later."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

# Days after the Monday of the week before; the owner's initials; what they type after the command's name.
_UPDATES = (
    (1, "MB", "update 1/3.5 in progress first letters sent, half the money is back"),
    (1, "TA", "update 1/2.4 in-progress page drafted, waiting for photographs"),
    (2, "JW", "update 2/3.1 in-progress two of three teams use the new script --rag amber"),
    (2, "KO", "update 1/2.6 in-progress advert agreed, goes out on Friday"),
    (3, "EF", "update 1/3.3 in progress checking starts with the dearest packages --rag red"),
    (3, "NV", "update 2/1.1 in-progress all but two return talks held within 72 hours"),
    (4, "DS", "update 2/3.7 complete - every team trained, list of names kept"),
    (4, "LD", "update 1/4.4 in-progress 140 answers so far"),
    (7, "PY", "update 1/4.3 in-progress new routes drawn for the west of the borough"),
    (8, "HT", "update 2/2.1 in progress first ten plans checked, seven good"),
    (9, "MB", "update 2/2.4 blocked - both life story workers are off sick"),
)
_DATE_CHANGE = (3, "SP", "update 1/1.3 --due {due} --because planning consent took longer")


def scripted_updates(today: date) -> list[tuple[date, str, str]]:
    """The updates before today, by day: the day, the owner's initials, and the text after the command's name.

    The first day is the Tuesday of the week before today's.
    """
    monday = today - timedelta(days=today.weekday() + 7)
    days, initials, line = _DATE_CHANGE
    due = today + timedelta(days=300)
    redated = (days, initials, line.format(due=f"{due:%d/%m}/{due.year}"))
    updates = [(monday + timedelta(days=days), owner, text) for days, owner, text in (*_UPDATES, redated)]
    return sorted(each for each in updates if each[0] < today)


# Upper bounds of a number drawn from 0 to 99 for each kind of answer; above the last there is none that day.
_ON_TRACK_BELOW, _PROGRESS_BELOW, _BLOCKED_BELOW, _COMPLETE_BELOW = 14, 22, 28, 36
_PROGRESS_NOTES = (
    "first half done, the rest follows this month",
    "two teams have started, the third begins next week",
    "draft shared with the people it concerns",
    "dates agreed with everyone who has to be there",
    "numbers are in, we are checking them",
    "training booked and half the places taken",
)
_BLOCKED_NOTES = (
    "waiting for a decision on money",
    "two posts are empty, work goes slower",
    "the supplier has put us off by a fortnight",
    "we need an answer from legal first",
)


@dataclass(frozen=True)
class SampleReply:
    """button: of the prompt; "" to type `command_text` after the command's name instead."""

    button: str = ""
    command_text: str = ""


def draw_reply(ref: str, day: date) -> SampleReply | None:
    """The owner's answer about an action on that day; None for none. ref: as in "1/5.2"."""
    chance = Random(f"{ref} {day.isoformat()}")  # noqa: S311 - made to be repeatable, protects nothing
    drawn = chance.randrange(100)
    if drawn < _ON_TRACK_BELOW:
        return SampleReply(button="on-track")
    if drawn < _PROGRESS_BELOW:
        return SampleReply(command_text=f"update {ref} in-progress - {chance.choice(_PROGRESS_NOTES)}")
    if drawn < _BLOCKED_BELOW:
        return SampleReply(
            command_text=f"update {ref} in-progress - {chance.choice(_BLOCKED_NOTES)} --rag amber"
        )
    if drawn < _COMPLETE_BELOW:
        return SampleReply(command_text=f"update {ref} complete")
    return None
