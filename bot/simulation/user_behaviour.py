"""The behaviour of the simulated users: they answer by button, command or message, soon, late or never."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from bot.delivery.slack_lookup import MAX_THREAD_AGE
from bot.sandbox import payloads
from bot.sandbox.deliveries import BotDelivery
from bot.sandbox.entities import Json, SandboxMessage
from bot.sandbox.payloads import command_delivery
from bot.sandbox.views import find_element
from bot.simulation.event_log import DIRECT_MESSAGE_KINDS, ActionRef, EventKind, UserEvent
from bot.simulation.expected_plan import ExpectedPlan
from bot.simulation.scenario import BOARD_CHANNEL_ID, MANAGERS, VIEWER, Scenario
from bot.simulation.shared_clock import time_of_ts

STATUSES = ("in-progress",) * 6 + ("complete",) * 2 + ("on-hold", "not-started")
# The status that each button records, "" for none: how it is going is a colour.
CHOICES = {"on-track": "", "at-risk": "", "complete": "complete", "later": ""}
BUTTON_WEIGHT, COMMAND_WEIGHT, MESSAGE_WEIGHT, REDATE_WEIGHT, UNDO_WEIGHT, FORBIDDEN_WEIGHT = (
    45,
    20,
    10,
    12,
    8,
    5,
)
AWAY_MESSAGE_FACTOR = 20
THREAD_REPLY_SHARE = 0.5
SINGLE_ACTION_TEXT, MIN_QUESTION_AGE = "1 action needs a word", timedelta(hours=1)
# How often one of the buttons is pressed that messages had before: Later.
LATER_SHARE = 0.2
BUTTON_LABEL = re.compile(r"^(\S+) is |^Mark (\S+) |about (\S+) later$")
SILENT_SHARE = 0.2
MAX_REDATE_DAYS = 120
UPDATE_FRESH_FOR = timedelta(days=14)


class SimulatedUsers:
    """Chooses who does what next. One in five owners never answers; leads and managers do at times."""

    def __init__(self, scenario: Scenario, plan: ExpectedPlan, rng: Random) -> None:
        self._scenario, self._plan, self._rng = scenario, plan, rng
        self._keys = sorted(plan.actions)
        owners = sorted({each for action in plan.actions.values() for each in action.owners})
        self._responsive = [
            name for name in owners if name in scenario.user_ids and rng.random() > SILENT_SHARE
        ]
        self._marker_count = 0
        self._settled_at: datetime | None = None

    def next_event(
        self, *, is_bot_away: bool, settled_at: datetime | None
    ) -> tuple[UserEvent, BotDelivery] | None:
        """What somebody does now, with the request for it; None for nothing.

        is_bot_away: no bot runs, so that most events are messages, handled later. settled_at: when a
        bot had last done all that was due; None for not yet.
        """
        at = self._scenario.clock.now()
        self._settled_at = settled_at
        choices = {
            self._press_button: BUTTON_WEIGHT,
            self._send_command: COMMAND_WEIGHT,
            self._send_message: MESSAGE_WEIGHT * (AWAY_MESSAGE_FACTOR if is_bot_away else 1),
            self._send_redate: REDATE_WEIGHT,
            self._send_undo: UNDO_WEIGHT,
            self._send_forbidden_update: FORBIDDEN_WEIGHT,
        }
        (choose,) = self._rng.choices(list(choices), list(choices.values()))
        return choose(at)

    def _next_marker(self) -> str:
        self._marker_count += 1
        return f"word{self._marker_count:05d}x"

    def _type_command(self, event: UserEvent, line: str) -> tuple[UserEvent, BotDelivery]:
        workspace = self._scenario.sandbox.workspace
        channel = (
            BOARD_CHANNEL_ID
            if self._rng.random() < 0.5  # noqa: PLR2004 - heads or tails
            else self._scenario.sandbox.dm_id(self._user(event.person))
        )
        return event, command_delivery(workspace, self._user(event.person), channel, "/cip", line)

    def _user(self, initials: str) -> str:
        return self._scenario.user_ids[initials]

    def _choose_person(self, key: ActionRef) -> str:
        """An owner who answers, the lead, or a plan manager."""
        action = self._plan.actions[key]
        candidates = [name for name in (*action.owners, action.lead) if name in self._responsive]
        return self._rng.choice(candidates * 4 + list(MANAGERS))

    def _send_command(self, at: datetime) -> tuple[UserEvent, BotDelivery]:
        return self._type_command(*self._compose_update(at, EventKind.COMMAND))

    def _send_message(self, at: datetime) -> tuple[UserEvent, BotDelivery]:
        """A direct message: it stays in the conversation, whether or not a bot runs."""
        question = self._choose_question(at) if self._rng.random() < THREAD_REPLY_SHARE else None
        if question is None:
            event, line = self._compose_update(at, EventKind.MESSAGE)
        else:
            status, marker = self._rng.choice(STATUSES), self._next_marker()
            event = UserEvent(
                at,
                question[0],
                EventKind.THREAD_REPLY,
                self._key_of(prompt_buttons(question[1])[0]),
                marker,
                status,
            )
            line = compose_words(status, marker)
        workspace, user = self._scenario.sandbox.workspace, self._user(event.person)
        thread_ts = question[1].ts if question else None
        message = workspace.post(
            SandboxMessage("", self._scenario.sandbox.dm_id(user), user, line, thread_ts=thread_ts)
        )
        delivery = payloads.message_delivery(workspace, message)
        if delivery is None:
            raise LookupError("the bot gets no event for a direct message")
        return event, delivery

    def _choose_question(self, at: datetime) -> tuple[str, SandboxMessage] | None:
        """A person, and a prompt about one action, which they can answer in its thread without a ref. The
        prompt is marked as sent, as a bot has settled since, and young enough for its thread to be read after
        an outage.
        """
        if not self._responsive or self._settled_at is None:
            return None
        person = self._rng.choice(self._responsive)
        answerable = [
            each
            for each in self._prompts_of(person)
            if each.text.startswith(SINGLE_ACTION_TEXT)
            and at - MAX_THREAD_AGE < time_of_ts(each.ts) < self._settled_at - MIN_QUESTION_AGE
        ]
        return (person, self._rng.choice(answerable)) if answerable else None

    def _compose_update(self, at: datetime, kind: EventKind) -> tuple[UserEvent, str]:
        key, marker = self._rng.choice(self._keys), self._next_marker()
        status = self._rng.choice(STATUSES)
        colour = self._rng.choice(("", "", " --rag amber", " --rag red"))
        event = UserEvent(at, self._choose_person(key), kind, key, marker, status)
        return event, f"update {key[0]}/{key[1]} {compose_words(status, marker)}{colour}"

    def _send_redate(self, at: datetime) -> tuple[UserEvent, BotDelivery]:
        key, marker = self._rng.choice(self._keys), self._next_marker()
        day = at.astimezone(self._scenario.zone).date() + timedelta(
            days=self._rng.randint(1, MAX_REDATE_DAYS)
        )
        event = UserEvent(at, self._choose_person(key), EventKind.REDATE, key, marker, due=day)
        line = f"update {key[0]}/{key[1]} --due {day:%d/%m/%Y} --because {marker} the supplier is late"
        return self._type_command(event, line)

    def _send_undo(self, at: datetime) -> tuple[UserEvent, BotDelivery] | None:
        person = self._rng.choice([*self._responsive, *MANAGERS])
        return self._type_command(UserEvent(at, person, EventKind.UNDO), "undo")

    def _send_forbidden_update(self, at: datetime) -> tuple[UserEvent, BotDelivery]:
        key, marker = self._rng.choice(self._keys), self._next_marker()
        event = UserEvent(at, VIEWER, EventKind.COMMAND, key, marker, "complete")
        return self._type_command(event, f"update {key[0]}/{key[1]} complete - {marker}")

    def _press_button(self, at: datetime) -> tuple[UserEvent, BotDelivery] | None:
        """A button of one of the person's three latest prompts, or at times of an older one."""
        if not self._responsive:
            return None
        person = self._rng.choice(self._responsive)
        prompts = self._prompts_of(person)
        if not prompts:
            return None
        message = self._rng.choice(prompts[-3:] if self._rng.random() < 0.9 else prompts)  # noqa: PLR2004 - nine in ten
        element = self._rng.choice(prompt_buttons(message))
        choice = "later" if self._rng.random() < LATER_SHARE else element["action_id"].split(":")[1]
        event = UserEvent(
            at,
            person,
            EventKind.SNOOZE if choice == "later" else EventKind.BUTTON,
            self._key_of(element),
            status=CHOICES[choice],
            prompt_item_id=int(element["value"].partition("-")[0]),
            prompt_posted_at=time_of_ts(message.ts),
        )
        return event, self._button_delivery(person, message, element, choice)

    def _prompts_of(self, person: str) -> list[SandboxMessage]:
        user = self._user(person)
        messages = self._scenario.sandbox.visible_messages(user, self._scenario.sandbox.dm_id(user))
        return [each for each in messages if prompt_buttons(each)]

    def _key_of(self, element: Json) -> ActionRef:
        """Which action a button is about, by its label for screen readers."""
        match = BUTTON_LABEL.search(element.get("accessibility_label", ""))
        label = next((each for each in match.groups() if each), "") if match else ""
        section, _, ref = label.rpartition("/")
        return next(key for key in self._keys if key[1] == ref and section in {"", key[0]})

    def _button_delivery(
        self, person: str, message: SandboxMessage, element: Json, choice: str
    ) -> BotDelivery:
        workspace = self._scenario.sandbox.workspace
        button = find_element(message.blocks, element["action_id"], None)
        if button is None:
            raise LookupError("the chosen button is not in the message")
        action = {**payloads.action_object(workspace, button, None), "action_id": f"prompt:{choice}:0"}
        return payloads.message_action_delivery(workspace, self._user(person), message, action, {})


def compose_words(status: str, marker: str) -> str:
    """A status and a note that the bot takes for nothing else: "complete the form" may be a request."""
    return f"{status}: {marker} as agreed"


def prompt_buttons(message: SandboxMessage) -> list[Json]:
    return [
        element
        for block in message.blocks
        for element in block.get("elements", [])
        if str(element.get("action_id", "")).startswith("prompt:")
    ]


def judge_event(event: UserEvent, answer: str | None, plan: ExpectedPlan) -> UserEvent:
    """The event with its outcome. answer: None when the bot did not get it. plan: before the event.

    A receipt repeats the marker. A button has no receipt, so the rule decides: it is accepted unless the
    action has an update within a fortnight of the prompt, or is said to be done while steps of it are open.
    """
    if answer is None:
        return event
    event = replace(event, is_heard=True, answer=answer)
    if event.kind is EventKind.UNDO:
        return replace(event, is_accepted="Taken back" in answer)
    asks_steps = event.status == "complete" and plan.actions[event.key].asks_when_done
    if event.kind in DIRECT_MESSAGE_KINDS:
        # Acknowledged means recorded: these people may update the action, and the answer comes as a message.
        return replace(event, is_accepted=not asks_steps)
    if event.kind in {EventKind.COMMAND, EventKind.REDATE}:
        return replace(
            event, is_accepted=event.marker in answer and ("Recorded" in answer or "Thank you" in answer)
        )
    if asks_steps:
        return event
    earlier = (each.event for each in plan.actions[event.key].applied)
    return replace(event, is_accepted=not any(_answers_prompt(each, event) for each in earlier))


def _answers_prompt(earlier: UserEvent, event: UserEvent) -> bool:
    """Whether `earlier` came within a fortnight of the prompt that `event` answers, or by the same button."""
    if earlier.prompt_item_id and earlier.prompt_item_id == event.prompt_item_id:
        return True
    return (
        event.prompt_posted_at is not None
        and event.prompt_posted_at <= earlier.at < event.prompt_posted_at + UPDATE_FRESH_FOR
    )
