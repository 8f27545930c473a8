"""What a command does, as `read` prints it: in plain values, whatever class the command is of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from bot.commands import (
    AtRisk,
    Away,
    CalendarSubscription,
    Choose,
    Command,
    DigestPreview,
    Due,
    Explain,
    Export,
    Help,
    History,
    LinkAccount,
    ListQuestions,
    Mine,
    NotMine,
    Offer,
    Overdue,
    PersonRef,
    Scope,
    Search,
    SetTimezone,
    Show,
    SmallTalk,
    Snooze,
    Undo,
    UpdateSeveral,
    UpdateStatus,
    Versions,
    Why,
)
from bot.errors import CipError
from bot.messages import (
    ActionLine,
    Candidates,
    ErrorMessage,
    Message,
    NotMineReceipt,
    OfferedAnswers,
    SnoozeReceipt,
)
from bot.services import people
from bot.services.actions import ref_resolver
from bot.services.offers.offers import STAND_IN_REASON
from bot.services.people import Actor

BLOCKED = "blocked"
WORDS: dict[type[Command], str] = {
    AtRisk: "at-risk",
    Away: "away",
    CalendarSubscription: "calendar",
    DigestPreview: "digest",
    Due: "due",
    Explain: "explain",
    Export: "export",
    Help: "help",
    History: "history",
    LinkAccount: "link",
    ListQuestions: "questions",
    Mine: "mine",
    NotMine: "not-mine",
    Overdue: "overdue",
    Search: "search",
    SetTimezone: "timezone",
    Show: "show",
    Snooze: "later",
    Undo: "undo",
    UpdateStatus: "update",
    Versions: "versions",
    Why: "why",
}
# Commands that only ask what is meant, or answer small talk; and messages that do.
_QUESTIONS = (Choose, Offer, SmallTalk)
_SAYS_ONLY = (Candidates, ErrorMessage, OfferedAnswers)


@dataclass(frozen=True)
class CommandEffect:
    """command: the word of it after /cip. refs: as the plan shows them. status: a status or "blocked". due:
    in ISO form. scope: those of section, project, person, words, until, since, form and initials that apply.
    records: it changes something.
    """

    command: str
    refs: tuple[str, ...] = ()
    status: str | None = None
    declared: str | None = None
    due: str | None = None
    because: str = ""
    note: str = ""
    evidence: str = ""
    scope: Mapping[str, str] = field(default_factory=dict)
    public: bool = False
    records: bool = False

    def as_json(self) -> dict[str, Any]:
        values = {**vars(self), "refs": list(self.refs), "scope": dict(self.scope)}
        del values["records"]
        return values


def describe_effects(
    session: Session,
    actor: Actor,
    command: Command,
    message: Message | None,
    refs: Mapping[UpdateStatus, Sequence[str]],
) -> tuple[CommandEffect, ...]:
    """What the command did, of which the message is the answer; nothing where it refuses or only asks.

    refs: of each update, as the plan shows them.
    """
    if isinstance(command, _QUESTIONS) or isinstance(message, _SAYS_ONLY):
        return ()
    if isinstance(command, UpdateSeveral):
        return tuple(_describe_update(each, refs) for each in command.updates)
    if isinstance(command, UpdateStatus):
        return (_describe_update(command, refs),)
    return (
        CommandEffect(
            WORDS.get(type(command), command.name),
            refs=_refs_in(message),
            scope=_describe_scope(session, actor, command),
            public=command.public,
            records=not command.reads_only,
        ),
    )


def _describe_update(update: UpdateStatus, refs: Mapping[UpdateStatus, Sequence[str]]) -> CommandEffect:
    status = update.status.value if update.status else None
    return CommandEffect(
        WORDS[UpdateStatus],
        refs=tuple(refs.get(update, ())) or tuple(each.ref for each in update.refs),
        status=BLOCKED if update.blocked else status,
        declared=update.declared.value if update.declared and not update.blocked else None,
        due=update.due.isoformat() if update.due else None,
        because="" if update.because == STAND_IN_REASON else update.because,
        note=update.note,
        evidence=update.evidence,
        public=update.public,
        records=True,
    )


def _refs_in(message: Message | None) -> tuple[str, ...]:
    """Of the action that the message is about."""
    if isinstance(message, SnoozeReceipt):
        return message.refs
    if isinstance(message, NotMineReceipt):
        return (message.ref,)
    line = getattr(message, "line", None)
    return (line.ref,) if isinstance(line, ActionLine) else ()


def _describe_scope(session: Session, actor: Actor, command: Command) -> dict[str, str]:
    """What narrows the command or is given with it, by the names of `scope`; empty values are left out."""
    scope = getattr(command, "scope", None)
    if isinstance(scope, Scope):
        scope = ref_resolver.name_scope(session, actor, scope)
    values = _scope_values(session, actor, scope) if isinstance(scope, Scope) else _describe_words(command)
    if isinstance(command, Due):
        values["until"] = command.until.isoformat()
    return {name: value for name, value in values.items() if value}


def _describe_words(command: Command) -> dict[str, str]:
    values: dict[str, str] = {}
    match command:
        case Search(words=words) | Help(topic=words):
            values = {"words": words}
        case Export(form=form, words=words):
            values = {"form": form, "words": words}
        case NotMine(whose=whose):
            values = {"initials": whose}
        case Away(until=until) | Snooze(until=until):
            cover = command.cover if isinstance(command, Away) else ""
            values = {"until": until.isoformat() if until else "", "initials": cover}
        case LinkAccount(initials=initials, person=person):
            values = {"initials": initials, "person": person.name or person.user_id}
        case SetTimezone(timezone=timezone, reset=reset):
            values = {"words": "reset" if reset else timezone}
        case CalendarSubscription(operation=operation, of_board=of_board):
            asked = ["board" if of_board else "", "" if operation == "give" else operation]
            values = {"words": " ".join(asked).strip()}
        case ListQuestions(answered=answered):
            values = {"words": "answered" if answered else ""}
        case Versions(number=number):
            values = {"words": str(number or "")}
    return values


def _scope_values(session: Session, actor: Actor, scope: Scope) -> dict[str, str]:
    return {
        "section": scope.section,
        "project": scope.project,
        "person": _name_person(session, actor, scope.person) if scope.person else "",
    }


def _name_person(session: Session, actor: Actor, person: PersonRef) -> str:
    try:
        return people.find_person(session, actor, person).initials
    except CipError:
        return person.name or person.user_id
