"""The files of a message: evidence of the update they are sent with, or else plans."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from sqlalchemy.orm import Session

from bot.commands import Command, Offer, UpdateStatus, map_updates, updates_in
from bot.importing.readers.registry import READERS
from bot.messages import FileNote
from bot.plan.text import one_line
from bot.plan.wording import shorten
from bot.sentences import sentence
from handlers.command_parser import is_meant_as_update, strip_unsafe
from handlers.slack.pipeline import Body

MAX_NAME_LENGTH, MAX_ADDRESS_LENGTH = 80, 500
# Between two files; spaces around it, so that it is no part of an address.
SEPARATOR = " + "
# So that the name cannot be read as an address, nor end the option --evidence.
_NOT_IN_NAME = re.compile(r"://|[<>|\"“”„«»]")
_ADDRESS = re.compile(r"https?://[^\s<>\"|\\]+")


@dataclass(frozen=True)
class AttachedFile:
    """address: where people with access to the conversation open it, "" where Slack names none."""

    name: str
    address: str

    @classmethod
    def from_body(cls, file: Body) -> "AttachedFile":
        name = strip_unsafe(str(file.get("name") or file.get("title") or ""))
        address = str(file.get("permalink") or "")
        is_address = len(address) <= MAX_ADDRESS_LENGTH and _ADDRESS.fullmatch(address)
        return cls(
            shorten(one_line(_NOT_IN_NAME.sub(" ", name)), MAX_NAME_LENGTH) or "a file",
            address if is_address else "",
        )

    @property
    def may_be_plan(self) -> bool:
        return PurePath(self.name).suffix.casefold() in READERS


def describe_files(files: Sequence[Body]) -> str:
    """Each with its name and address, as evidence."""
    return _join(AttachedFile.from_body(each) for each in files)


def _join(files: Iterable[AttachedFile]) -> str:
    return SEPARATOR.join(f"{each.name} {each.address}".strip() for each in files)


class Attachments:
    """store: puts the files away to be read as plans; None where they are not, as in a channel."""

    def __init__(self, files: Sequence[Body], store: Callable[[Session], None] | None) -> None:
        self._files = [AttachedFile.from_body(each) for each in files]
        self._store = store
        self._is_evidence = self._is_clear = False

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(each.name for each in self._files)

    @property
    def plan_names(self) -> tuple[str, ...]:
        return tuple(each.name for each in self._files if each.may_be_plan)

    def add_to(self, command: Command) -> Command:
        """The command with the files as its evidence, if it is an update, or a choice of one."""
        command = map_updates(command, self._add_to_update)
        updates = updates_in(command)
        self._is_evidence = bool(updates)
        # What is only offered was not read as an update.
        self._is_clear = not isinstance(command, Offer) and any(map(_is_clear, updates))
        return command

    def _add_to_update(self, update: UpdateStatus) -> UpdateStatus:
        """Its line is what a button repeats, where the action has to be chosen first."""
        evidence = _join(self._files)
        option = f' --evidence "{evidence}"' if "://" in evidence and not update.evidence else ""
        together = SEPARATOR.join(each for each in (update.evidence, evidence) if each)
        return replace(update, evidence=together, line=f"{update.line}{option}")

    def is_plan(self, text: str, *, in_thread: bool) -> bool:
        """Whether the message is about a plan, for all its words. in_thread: of a question."""
        return bool(self.plan_names) and not (in_thread or self._is_clear or is_meant_as_update(text))

    @property
    def is_evidence(self) -> bool:
        """Whether the words were read as an update."""
        return self._is_evidence

    def store_plans(self, session: Session) -> None:
        if self._store is not None:
            self._store(session)

    def describe_refusal(self, problem: str) -> str:
        """The problem with what becomes of the files."""
        return sentence("handlers.files_not_kept", problem=problem, names=self.names, plans=self.plan_names)

    def describe_result(self, *, is_recorded: bool) -> FileNote | None:
        """What the answer does not say of the files; None where it says everything, or asks something."""
        if not self._is_evidence:
            return FileNote(left=self.names)
        return FileNote(plans=self.plan_names) if self.plan_names and is_recorded else None


def _is_clear(update: UpdateStatus) -> bool:
    """Whether it says more than a number and a note, as "Plan 2026-27" does too."""
    changes_it = update.status or update.declared or update.due
    return bool(changes_it) or any("." in each.ref for each in update.refs)
