"""The commands that a person can give, as frozen dataclasses. The parser makes them; services handle them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import ClassVar

from bot.plan.rag import Colour
from bot.plan.refs import RefQuery
from bot.plan.statuses import Status

# What is done of an action with open steps.
ALL_STEPS, ACTION_ALONE = "all", "action"


@dataclass(frozen=True)
class Asker:
    """Who sends a command, and from which channel, by the platform's ids. is_foreign: the request says that
    the account is of another organisation.
    """

    team_id: str
    user_id: str
    channel_id: str = ""
    channel_name: str = ""
    is_foreign: bool = False


@dataclass(frozen=True)
class AskedAction:
    """An action somebody was asked about. ref: how it is shown to them, which other plans may have too.
    item_id: the question.
    """

    action_id: int
    ref: str
    item_id: int


@dataclass(frozen=True)
class PromptContext:
    """actions: those asked about, without an answer where there are any. prompt_id: whose thread it is, None
    outside one. is_latest_topic: the bot sent the asker nothing about any other action since.
    """

    actions: tuple[AskedAction, ...]
    prompt_id: int | None = None
    is_latest_topic: bool = True


@dataclass(frozen=True)
class PersonRef:
    """A person as named in a command: by chat account ("@ann", <@U1>), or by initials ("RM")."""

    user_id: str = ""
    name: str = ""


@dataclass(frozen=True)
class Scope:
    """The filters of a list. section: a number ("2") or words of its title ("mtfs")."""

    section: str = ""
    project: str = ""
    person: PersonRef | None = None


@dataclass(frozen=True, kw_only=True)
class Command:
    """public: the response is shown to the channel, not to the asker alone. line: as typed, on one line.

    name: the label `command` in /metrics. Dashboards use it, so it stays whatever the class is called.
    reads_only: its handler writes nothing, so it runs where it holds nobody up.
    """

    name: ClassVar[str] = ""
    reads_only: ClassVar[bool] = False

    public: bool = False
    line: str = ""


@dataclass(frozen=True, kw_only=True)
class Paged(Command):
    """A command whose response may take several pages; the first is 1."""

    page: int = 1


@dataclass(frozen=True, kw_only=True)
class Help(Command):
    name: ClassVar[str] = "help"
    reads_only: ClassVar[bool] = True
    topic: str = ""


@dataclass(frozen=True, kw_only=True)
class UpdateStatus(Command):
    """status None keeps it (a note, a colour or a date alone). blocked: in progress, Red, asks why.

    due_text: the words that `due` was read from. route_to_green, help_needed: how it gets back to Green, and
    what help that takes. sent_at: when the message was written, if it arrived late.
    action_id: of the action, where it is known besides its ref. steps: of an action that is done, what of its
    open steps: ALL_STEPS, ACTION_ALONE, the id of the one step that is done in its place, or "" where that
    was not said. by_months, by_days: how far the due date moves, in something offered before its action is
    looked up; then that is `due`.
    """

    name: ClassVar[str] = "update"

    refs: tuple[RefQuery, ...]
    status: Status | None = None
    note: str = ""
    declared: Colour | None = None
    due: date | None = None
    due_text: str = ""
    because: str = ""
    evidence: str = ""
    route_to_green: str = ""
    help_needed: str = ""
    blocked: bool = False
    sent_at: datetime | None = None
    action_id: int | None = None
    steps: str = ""
    by_months: int = 0
    by_days: int = 0


@dataclass(frozen=True, kw_only=True)
class UpdateSeveral(Command):
    """Different updates, said in one line: all of them are recorded, or none."""

    name: ClassVar[str] = "update"

    updates: tuple[UpdateStatus, ...]


@dataclass(frozen=True)
class Option:
    """One of several answers to choose from. label: on its button, at most 75 characters. commands: what it
    runs, all or none. asks_reason: of the new date in its commands, which the person is asked for first.
    """

    label: str
    commands: tuple[Command, ...]
    asks_reason: bool = False


@dataclass(frozen=True, kw_only=True)
class Offer(Command):
    """Records nothing: what was understood, the person's own words, and what may be done with them.

    problem: one or two sentences. words: as they were written. options: the likeliest first.
    """

    name: ClassVar[str] = "offer"

    problem: str
    words: str
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SmallTalk(Command):
    """No business of the plan. kind: thanks, ok, hello, stop, who or about."""

    name: ClassVar[str] = "talk"
    reads_only: ClassVar[bool] = True

    kind: str


@dataclass(frozen=True, kw_only=True)
class Choose(Command):
    """The same update of each of several actions, from which the person has to choose one."""

    name: ClassVar[str] = "choose"

    updates: tuple[UpdateStatus, ...]


@dataclass(frozen=True, kw_only=True)
class TakeOption(Command):
    """One of the options that were offered. choice: the value of its button. because: the reason of its new
    date, once it was asked for.
    """

    name: ClassVar[str] = "option"

    choice: str
    because: str = ""


@dataclass(frozen=True, kw_only=True)
class Snooze(Command):
    """Ask again later. item_ids: of the prompt items. until: the day on which, in the asker's timezone; None
    for the next working day.
    """

    name: ClassVar[str] = "putoff"

    item_ids: tuple[int, ...]
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class NotMine(Command):
    """An owner says that an action is not theirs. ref: None where they did not say which. whose: the name
    they gave, or ""; user_id: of somebody whom the plan does not name. action_id: of the action, where it is
    known besides its ref.
    """

    name: ClassVar[str] = "notmine"

    ref: RefQuery | None
    whose: str = ""
    user_id: str = ""
    action_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Away(Command):
    """Ask the person nothing until that day; None: they are back. cover: who stands in for them, or ""."""

    name: ClassVar[str] = "away"

    until: date | None
    cover: str = ""


@dataclass(frozen=True, kw_only=True)
class Show(Command):
    name: ClassVar[str] = "show"
    reads_only: ClassVar[bool] = True
    ref: RefQuery


@dataclass(frozen=True, kw_only=True)
class Mine(Paged):
    name: ClassVar[str] = "mine"
    reads_only: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class AtRisk(Paged):
    """colour: Red or Amber alone, None for both."""

    name: ClassVar[str] = "atrisk"
    reads_only: ClassVar[bool] = True
    scope: Scope = field(default_factory=Scope)
    colour: Colour | None = None


@dataclass(frozen=True, kw_only=True)
class Overdue(Paged):
    name: ClassVar[str] = "overdue"
    reads_only: ClassVar[bool] = True
    scope: Scope = field(default_factory=Scope)


@dataclass(frozen=True, kw_only=True)
class Due(Paged):
    """until: the last day counted. words: the window as it is shown in the list's title ("this month")."""

    name: ClassVar[str] = "due"
    reads_only: ClassVar[bool] = True

    until: date
    words: str = ""
    scope: Scope = field(default_factory=Scope)


@dataclass(frozen=True, kw_only=True)
class History(Paged):
    name: ClassVar[str] = "history"
    reads_only: ClassVar[bool] = True
    ref: RefQuery


@dataclass(frozen=True, kw_only=True)
class Why(Paged):
    """Who was sent prompts about an action, who was not, and why."""

    name: ClassVar[str] = "why"
    reads_only: ClassVar[bool] = True

    ref: RefQuery


@dataclass(frozen=True, kw_only=True)
class Explain(Command):
    """Why an action has its colour, and what would change it. ref None: what the colours mean."""

    name: ClassVar[str] = "explain"
    reads_only: ClassVar[bool] = True

    ref: RefQuery | None = None


@dataclass(frozen=True, kw_only=True)
class Undo(Command):
    """batch "": the asker's own latest change. is_press: by a button, which holds for ten minutes."""

    name: ClassVar[str] = "undo"

    batch: str = ""
    is_press: bool = False


@dataclass(frozen=True, kw_only=True)
class Search(Paged):
    name: ClassVar[str] = "search"
    reads_only: ClassVar[bool] = True
    words: str


@dataclass(frozen=True, kw_only=True)
class ListQuestions(Paged):
    """answered: those that have an answer, instead of those that are open."""

    name: ClassVar[str] = "questions"
    reads_only: ClassVar[bool] = True

    answered: bool = False


@dataclass(frozen=True, kw_only=True)
class Versions(Paged):
    """number 0: the list of them; else the version of that number, as it was read."""

    name: ClassVar[str] = "versions"
    reads_only: ClassVar[bool] = True

    number: int = 0


@dataclass(frozen=True, kw_only=True)
class DigestPreview(Command):
    name: ClassVar[str] = "digestpreview"
    reads_only: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class Export(Command):
    """A plan as a file. form: xlsx, csv or json. words: of a plan's title, or a section; "" for the plan."""

    name: ClassVar[str] = "export"

    form: str = "xlsx"
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class CalendarSubscription(Command):
    """The address of a calendar feed. operation: give, renew or stop. of_board: all due dates of the
    board.
    """

    name: ClassVar[str] = "calendar"

    operation: str = "give"
    of_board: bool = False


@dataclass(frozen=True, kw_only=True)
class SetTimezone(Command):
    """timezone: as typed, "" to show the one that counts. reset: back to the one that others gave."""

    name: ClassVar[str] = "timezone"
    timezone: str = ""
    reset: bool = False


@dataclass(frozen=True, kw_only=True)
class LinkAccount(Command):
    name: ClassVar[str] = "link"
    initials: str
    person: PersonRef


def updates_in(command: Command) -> tuple[UpdateStatus, ...]:
    """The updates that the command makes, or may make once somebody has chosen."""
    if isinstance(command, UpdateStatus):
        return (command,)
    if isinstance(command, UpdateSeveral | Choose):
        return command.updates
    if isinstance(command, Offer):
        return tuple(
            update for option in command.options for each in option.commands for update in updates_in(each)
        )
    return ()


def map_updates(command: Command, change: Callable[[UpdateStatus], UpdateStatus]) -> Command:
    """The command with each of its updates changed, as `updates_in` finds them."""
    if isinstance(command, UpdateStatus):
        return change(command)
    if isinstance(command, UpdateSeveral | Choose):
        return replace(command, updates=tuple(map(change, command.updates)))
    if isinstance(command, Offer):
        return replace(command, options=tuple(_map_option(each, change) for each in command.options))
    return command


def _map_option(option: Option, change: Callable[[UpdateStatus], UpdateStatus]) -> Option:
    return replace(option, commands=tuple(map_updates(each, change) for each in option.commands))
