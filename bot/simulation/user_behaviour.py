"""What the people of the council do: they answer by button or by command, soon, late or never."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from bot.delivery.slack_lookup import THREADS
from bot.sandbox import payloads
from bot.sandbox.deliveries import BotDelivery
from bot.sandbox.entities import Json, SandboxMessage
from bot.sandbox.payloads import command_delivery
from bot.sandbox.views import find_element
from bot.simulation.event_log import WRITTEN, Act, Key, Kind
from bot.simulation.expected_plan import PlanKept
from bot.simulation.scenario import BOARD, MANAGERS, VIEWER, Town
from bot.simulation.shared_clock import moment_of

STATUSES = ("in-progress",) * 6 + ("complete",) * 2 + ("on-hold", "not-started")
CHOICES = {"on-track": "in-progress", "at-risk": "in-progress", "complete": "complete", "later": ""}
PRESS, COMMAND, WRITE, REDATE, UNDO, NOT_ALLOWED = 45, 20, 10, 12, 8, 5
WHILE_AWAY = 20
ANSWERED_BELOW = 0.5
OF_ONE, NOTED = "1 action needs a word", timedelta(hours=1)
LABEL = re.compile(r"^(\S+) is |^Mark (\S+) |about (\S+) later$")
NEVER_ANSWER = 0.2
FURTHEST_DAYS = 120
KEPT_FRESH = timedelta(days=14)


class People:
    """Chooses who does what next. Some never answer at all; plan managers and leads now and then do it."""

    def __init__(self, town: Town, plan: PlanKept, rng: Random) -> None:
        self._town, self._plan, self._rng = town, plan, rng
        self._keys = sorted(plan.actions)
        owners = sorted({each for action in plan.actions.values() for each in action.owners})
        self._busy = [name for name in owners if name in town.linked and rng.random() > NEVER_ANSWER]
        self._marks = 0
        self._settled: datetime | None = None

    def next_act(self, *, away: bool, settled: datetime | None) -> tuple[Act, BotDelivery] | None:
        """What somebody does now, as a request; None when there was nothing to do. away: no bot is there, so
        that most of what is done is to write to it and hope. settled: when a bot had last done all that was
        due; None for not yet.
        """
        at = self._town.time.now()
        self._settled = settled
        ways = {
            self._press: PRESS,
            self._say: COMMAND,
            self._write: WRITE * (WHILE_AWAY if away else 1),
            self._redate: REDATE,
            self._undo: UNDO,
            self._not_allowed: NOT_ALLOWED,
        }
        (way,) = self._rng.choices(list(ways), list(ways.values()))
        return way(at)

    def _mark(self) -> str:
        self._marks += 1
        return f"word{self._marks:05d}x"

    def _typed(self, act: Act, line: str) -> tuple[Act, BotDelivery]:
        workspace = self._town.sandbox.workspace
        channel = BOARD if self._rng.random() < 0.5 else self._town.sandbox.dm_id(self._user(act.who))  # noqa: PLR2004 - heads or tails
        return act, command_delivery(workspace, self._user(act.who), channel, "/cip", line)

    def _user(self, initials: str) -> str:
        return self._town.linked[initials]

    def _someone_for(self, key: Key) -> str:
        """An owner who answers, the lead, or a plan manager."""
        action = self._plan.actions[key]
        able = [name for name in (*action.owners, action.lead) if name in self._busy]
        return self._rng.choice(able * 4 + list(MANAGERS))

    def _say(self, at: datetime) -> tuple[Act, BotDelivery]:
        return self._typed(*self._words(at, Kind.SAY))

    def _write(self, at: datetime) -> tuple[Act, BotDelivery]:
        """A direct message: it stands in the conversation, whether or not anybody hears of it."""
        below = self._question(at) if self._rng.random() < ANSWERED_BELOW else None
        if below is None:
            act, line = self._words(at, Kind.WRITE)
        else:
            status, mark = self._rng.choice(STATUSES), self._mark()
            act = Act(at, below[0], Kind.ANSWER, self._key_of(buttons(below[1])[0]), mark, status)
            line = f"{status} {mark} as agreed"
        workspace, user = self._town.sandbox.workspace, self._user(act.who)
        thread_ts = below[1].ts if below else None
        message = workspace.post(
            SandboxMessage("", self._town.sandbox.dm_id(user), user, line, thread_ts=thread_ts)
        )
        delivery = payloads.message_delivery(workspace, message)
        if delivery is None:
            raise LookupError("the bot does not hear its direct messages")
        return act, delivery

    def _question(self, at: datetime) -> tuple[str, SandboxMessage] | None:
        """Somebody, and a prompt about one action that can be answered below it without a ref. The bot knows
        that it sent it: it had done all that was due since. It is no older than the threads that are read
        where no bot was there to hear.
        """
        if not self._busy or self._settled is None:
            return None
        who = self._rng.choice(self._busy)
        known = [
            each
            for each in self._prompts_of(who)
            if each.text.startswith(OF_ONE) and at - THREADS < moment_of(each.ts) < self._settled - NOTED
        ]
        return (who, self._rng.choice(known)) if known else None

    def _words(self, at: datetime, kind: Kind) -> tuple[Act, str]:
        key, mark = self._rng.choice(self._keys), self._mark()
        status = self._rng.choice(STATUSES)
        colour = self._rng.choice(("", "", " --rag amber", " --rag red"))
        act = Act(at, self._someone_for(key), kind, key, mark, status)
        return act, f"update {key[0]}/{key[1]} {status} {mark} as agreed{colour}"

    def _redate(self, at: datetime) -> tuple[Act, BotDelivery]:
        key, mark = self._rng.choice(self._keys), self._mark()
        day = at.astimezone(self._town.zone).date() + timedelta(days=self._rng.randint(1, FURTHEST_DAYS))
        act = Act(at, self._someone_for(key), Kind.REDATE, key, mark, due=day)
        line = f"update {key[0]}/{key[1]} --due {day:%d/%m/%Y} --because {mark} the supplier is late"
        return self._typed(act, line)

    def _undo(self, at: datetime) -> tuple[Act, BotDelivery] | None:
        who = self._rng.choice([*self._busy, *MANAGERS])
        return self._typed(Act(at, who, Kind.UNDO), "undo")

    def _not_allowed(self, at: datetime) -> tuple[Act, BotDelivery]:
        key, mark = self._rng.choice(self._keys), self._mark()
        act = Act(at, VIEWER, Kind.SAY, key, mark, "complete")
        return self._typed(act, f"update {key[0]}/{key[1]} complete {mark}")

    def _press(self, at: datetime) -> tuple[Act, BotDelivery] | None:
        """A button of one of the person's newer prompts, or now and then of any older one."""
        if not self._busy:
            return None
        who = self._rng.choice(self._busy)
        shown = self._prompts_of(who)
        if not shown:
            return None
        message = self._rng.choice(shown[-3:] if self._rng.random() < 0.9 else shown)  # noqa: PLR2004 - nine in ten
        element = self._rng.choice(buttons(message))
        choice = element["action_id"].split(":")[1]
        act = Act(
            at,
            who,
            Kind.LATER if choice == "later" else Kind.PRESS,
            self._key_of(element),
            status=CHOICES[choice],
            item=int(element["value"].partition("-")[0]),
            posted=moment_of(message.ts),
        )
        return act, self._pressed(who, message, element)

    def _prompts_of(self, who: str) -> list[SandboxMessage]:
        user = self._user(who)
        messages = self._town.sandbox.visible_messages(user, self._town.sandbox.dm_id(user))
        return [each for each in messages if buttons(each)]

    def _key_of(self, element: Json) -> Key:
        """Which action a button is about, as its label tells a screen reader."""
        found = LABEL.search(element.get("accessibility_label", ""))
        shown = next((each for each in found.groups() if each), "") if found else ""
        section, _, ref = shown.rpartition("/")
        return next(key for key in self._keys if key[1] == ref and section in {"", key[0]})

    def _pressed(self, who: str, message: SandboxMessage, element: Json) -> BotDelivery:
        workspace = self._town.sandbox.workspace
        found = find_element(message.blocks, element["action_id"], None)
        if found is None:
            raise LookupError("the button that was chosen is gone")
        done = payloads.action_object(workspace, found, None)
        return payloads.message_action_delivery(workspace, self._user(who), message, done, {})


def buttons(message: SandboxMessage) -> list[Json]:
    return [
        element
        for block in message.blocks
        for element in block.get("elements", [])
        if str(element.get("action_id", "")).startswith("prompt:")
    ]


def judged(act: Act, answer: str | None, plan: PlanKept) -> Act:
    """The act with what came of it. plan: as it stood before.

    A receipt repeats the mark. A press has no receipt of its own, so the rule says what must come of it: it
    counts unless something was said of the action since, within a fortnight, and was not taken back.
    """
    if answer is None:
        return act
    act = replace(act, heard=True, answer=answer)
    if act.kind is Kind.UNDO:
        return replace(act, accepted="Taken back" in answer)
    if act.kind in WRITTEN:
        # What is acknowledged is on disk, and whoever writes it may. The answer comes as a message.
        return replace(act, accepted=True)
    if act.kind in {Kind.SAY, Kind.REDATE}:
        return replace(act, accepted=act.mark in answer and ("Recorded" in answer or "Thank you" in answer))
    standing = (word.act for word in plan.actions[act.key].words)
    return replace(act, accepted=not any(_answers(each, act) for each in standing))


def _answers(said: Act, act: Act) -> bool:
    """Whether it was said within a fortnight of the question, or by this very button."""
    if said.item and said.item == act.item:
        return True
    return act.posted is not None and act.posted <= said.at < act.posted + KEPT_FRESH
