"""The faults a person can switch on from the page: one-shot, or for a few calls."""

from dataclasses import dataclass, replace

from bot.sandbox.faults import ANY, CHANNEL_POSTS, DELIVERIES, LONGEST_STALL, Fault, Faults
from bot.sandbox.records import Json

MOST_TIMES = 20


class NoSwitchError(ValueError):
    """There is no switch of that name, or it does not go so far."""


@dataclass(frozen=True)
class Switch:
    """method: whose calls are in trouble. where: in the page's words. words: what will happen."""

    name: str
    title: str
    words: str
    where: str
    method: str
    fault: Fault


SWITCHES = (
    Switch(
        "rate-limit",
        "Rate limit",
        "The workspace says “too many requests” and asks the bot to wait 2 seconds. The bot posts it then.",
        "posting",
        "chat.postMessage",
        Fault("rate_limit", "ratelimited", 429, 2),
    ),
    Switch(
        "time-out",
        "Time out",
        "The message is posted, but no answer comes. The bot gives up after 5 seconds. It looks before it"
        " posts again, so the message is there only once.",
        "posting",
        "chat.postMessage",
        Fault("stall", seconds=LONGEST_STALL),
    ),
    Switch(
        "fail",
        "Fail the next call",
        "The workspace answers with an internal error, and nothing is done. The bot tries again later.",
        "any call",
        ANY,
        Fault("error", "internal_error"),
    ),
    Switch(
        "refuse-channel",
        "Refuse the channel",
        "A post in a channel is refused, as if the bot had been taken out of it. Plan managers are told.",
        "posting",
        CHANNEL_POSTS,
        Fault("refuse_channel", "not_in_channel"),
    ),
    Switch(
        "deliver-twice",
        "Deliver twice",
        "What a person does next reaches the bot twice, as networks sometimes do. It must count once.",
        "deliveries",
        DELIVERIES,
        Fault("repeat"),
    ),
)


def arm(faults: Faults, name: str, times: int) -> None:
    """NoSwitchError when there is no such switch, or times is not from 1 to 20."""
    switch = next((one for one in SWITCHES if one.name == name), None)
    if switch is None or not 1 <= times <= MOST_TIMES:
        raise NoSwitchError(name)
    faults.add(switch.method, times, replace(switch.fault, armed=name))


def shown(faults: Faults) -> Json:
    """What is armed, and what can be."""
    left = faults.left()
    return {
        "armed": [
            {"id": one.name, "kind": one.name, "words": one.words, "left": left[one.name]}
            for one in SWITCHES
            if one.name in left
        ],
        "kinds": [
            {
                "kind": one.name,
                "title": one.title,
                "words": one.words,
                "where": one.where,
                "most": MOST_TIMES,
            }
            for one in SWITCHES
        ],
    }
