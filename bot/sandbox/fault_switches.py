"""The switches of the page that inject faults, with what it says about each."""

from dataclasses import dataclass, replace

from bot.sandbox.entities import Json
from bot.sandbox.faults import (
    ANY_METHOD,
    CHANNEL_POST_FAULTS,
    DELIVERY_FAULTS,
    MAX_STALL_SECONDS,
    Fault,
    Faults,
)

MAX_TIMES = 20


class UnknownSwitchError(ValueError):
    """There is no switch of that name, or it cannot be armed so many times."""


@dataclass(frozen=True)
class FaultSwitch:
    """title, description and target: what the page says. method: the queue of `Faults` it adds to."""

    name: str
    title: str
    description: str
    target: str
    method: str
    fault: Fault


SWITCHES = (
    FaultSwitch(
        "rate-limit",
        "Rate limit",
        "The workspace says “too many requests” and asks the bot to wait 2 seconds. The bot posts it then.",
        "posting",
        "chat.postMessage",
        Fault("rate_limit", "ratelimited", 429, 2),
    ),
    FaultSwitch(
        "endless-wait",
        "A wait of 3,000 years",
        "“Too many requests” again, but with a wait of 99,999,999,999 seconds. The bot waits for an hour at"
        " most, then tries again.",
        "posting",
        "chat.postMessage",
        Fault("rate_limit", "ratelimited", 429, retry_after="99999999999"),
    ),
    FaultSwitch(
        "odd-wait",
        "A wait that is no number",
        "“Too many requests”, and the wait asked for is “nan”. The bot chooses a sensible wait itself.",
        "posting",
        "chat.postMessage",
        Fault("rate_limit", "ratelimited", 429, retry_after="nan"),
    ),
    FaultSwitch(
        "time-out",
        "Time out",
        "The message is posted, but no answer comes. The bot gives up after 5 seconds. It looks before it"
        " posts again, so the message is there only once.",
        "posting",
        "chat.postMessage",
        Fault("stall", seconds=MAX_STALL_SECONDS),
    ),
    FaultSwitch(
        "fail",
        "Fail the next call",
        "The workspace answers with an internal error, and nothing is done. The bot tries again later.",
        "any call",
        ANY_METHOD,
        Fault("error", "internal_error"),
    ),
    FaultSwitch(
        "refuse-channel",
        "Refuse the channel",
        "A post in a channel is refused, as if the bot had been taken out of it. Plan managers are told.",
        "posting",
        CHANNEL_POST_FAULTS,
        Fault("refuse_channel", "not_in_channel"),
    ),
    FaultSwitch(
        "deliver-twice",
        "Deliver twice",
        "What a person does next reaches the bot twice, as networks sometimes do. It must count once.",
        "deliveries",
        DELIVERY_FAULTS,
        Fault("repeat"),
    ),
)


def arm_switch(faults: Faults, name: str, times: int) -> None:
    """Arm a switch. UnknownSwitchError when there is no such switch, or times is not from 1 to 20."""
    switch = next((one for one in SWITCHES if one.name == name), None)
    if switch is None or not 1 <= times <= MAX_TIMES:
        raise UnknownSwitchError(name)
    faults.add(switch.method, times, replace(switch.fault, switch=name))


def describe_switches(faults: Faults) -> Json:
    """What is armed and what can be, as JSON for the page."""
    left = faults.count_armed()
    return {
        "armed": [
            {"id": one.name, "kind": one.name, "words": one.description, "left": left[one.name]}
            for one in SWITCHES
            if one.name in left
        ],
        "kinds": [
            {
                "kind": one.name,
                "title": one.title,
                "words": one.description,
                "where": one.target,
                "most": MAX_TIMES,
            }
            for one in SWITCHES
        ],
    }
