"""An answer in somebody's own words: what was asked about is known, so it needs no ref."""

import re
from collections.abc import Sequence
from datetime import date

from bot.commands import Choose, UpdateStatus
from bot.errors import NotUnderstoodError
from bot.plan.refs import RefQuery
from bot.plan.text import letters_only, one_line, plain_marks
from handlers.command_parser.line import Typed, read_typed
from handlers.command_parser.tokens import leading_refs, leading_status
from handlers.command_parser.updates import leading_due, read_update

# What people begin with before they say how it is: "yes, it's now done". After words such as "I'm" it may be
# something else that is done.
_BEFORE = re.compile(
    r"(?:(?:(?P<perhaps>all|(?:this|that)(?:'?s| is)|we(?:'re| are)|i(?:'m| am))"
    r"|yes|yep|no|ok|okay|hi|hello|sorry|now|still|currently|it(?:'?s| is))\b[\s,;:.!-]*)+",
    re.IGNORECASE,
)
_PICTURES = re.compile(r"^(?:\s*:[a-z0-9_+'-]+:)+|(?::[a-z0-9_+'-]+:\s*)+$", re.IGNORECASE)
# These say how something is going whatever follows. The second are words of every day as well ("done for
# today", "closed on Friday"), and are clear alone or before a mark; all others are not.
_CLEAR = ("inprogress", "notstarted", "onhold", "ontrack", "atrisk", "offtrack", "blocked")
_BEFORE_MARKS = (
    *("complete", "done", "finished", "closed", "cancelled", "dropped", "verified", "stuck", "wip"),
    *("red", "amber", "green"),
)
_LATER = re.compile(
    r"(?:please\s+|can you\s+|could you\s+)*"
    r"(?:later|not now|(?:ask|remind|prompt)(?: me)?(?: again)? (?:later|tomorrow|another (?:day|time)))"
    r"(?:[\s,;.!-]+(?:today|please|thanks|thank you))*",
    re.IGNORECASE,
)
_MARK = re.compile(r"\s*(?:$|[-:;,.(!])|\s*\n|\s+because\b", re.IGNORECASE)
_MORE = re.compile(r"\s*[-:;,.(!]+\s*\S|\s+because\b", re.IGNORECASE)
_TOWARDS = re.compile(r"\s+(?:(?:on|for|with)\s+)?(?=(?:s|sect?|section)?\s*[0-9])", re.IGNORECASE)


class News:
    """What a line says, where it begins with how something is going or with its new date; else just words."""

    def __init__(self, text: str, *, today: date, command: str = "/cip") -> None:
        """Raises NotUnderstoodError for a text that is too long."""
        self._today, self._command = today, command
        typed = read_typed(text, today=today, command=command)
        self._typed = Typed(_PICTURES.sub("", typed.text).strip(), today, command)
        before = _BEFORE.match(plain_marks(self._typed.text))
        rest = self._typed.text[before.end() if before else 0 :]
        self._words = rest if leading_status(rest) else self._typed.text
        self._perhaps = before is not None and before["perhaps"] is not None
        self._status = leading_status(self._words)
        self.is_status = self._status is not None
        self.is_later = _LATER.fullmatch(plain_marks(rest).strip(" .,;:!?-")) is not None
        self.is_date = leading_due(self._typed, self._words) is not None
        self._rest = plain_marks(self._status.rest) if self._status else ""
        self._key = letters_only(self._words[: len(self._words) - len(self._rest)])

    @property
    def has_reason(self) -> bool:
        return re.search(r"\bbecause\b", self._words, re.IGNORECASE) is not None

    @property
    def is_clear(self) -> bool:
        """Whether it can hardly be anything but an answer."""
        if "?" in self._words or self._perhaps:
            return False
        if self.is_date or self._key.startswith(_CLEAR):
            return True
        return self._key.startswith(_BEFORE_MARKS) and _MARK.match(self._rest) is not None

    @property
    def may_ask_for_list(self) -> bool:
        """`at risk`, alone or with what it is narrowed to."""
        return self._key == "atrisk" and not _MORE.match(self._rest)

    @property
    def ref(self) -> RefQuery | None:
        """The ref that directly follows the status: "done 5.2". Other figures are part of the words: "in
        progress, 2 of 5 teams", "done 1.5 days early".
        """
        towards = _TOWARDS.match(self._rest)
        named = leading_refs(self._rest[towards.end() :], strict=True) if towards else None
        if named is None or "." not in named.refs[0].ref or not _MARK.match(plain_marks(named.rest)):
            return None
        return named.refs[0]

    def said_of(self, refs: Sequence[str], *, sure: bool) -> UpdateStatus | Choose:
        """As said of what these refs name: an update, or a choice where they are several or it is not sure.

        Raises NotUnderstoodError as `parse` does, with the line put right.
        """
        updates = tuple(self._said_of(ref, is_only=len(refs) == 1) for ref in refs)
        if sure and len(updates) == 1:
            return updates[0]
        return Choose(updates=updates, line=one_line(self._words))

    def _said_of(self, ref: str, *, is_only: bool) -> UpdateStatus:
        typed = read_typed(f"update {ref} {self._words}", today=self._today, command=self._command)
        try:
            update = read_update(typed, f"{ref} {self._words}")
        except NotUnderstoodError as error:
            raise _as_reply(error, typed, ref if is_only else "") from None
        if len(update.refs) > 1:
            raise typed.misread("That names more than one action. Give the refs first, then the status.")
        return update


def _as_reply(error: NotUnderstoodError, typed: Typed, ref: str) -> NotUnderstoodError:
    """What is offered is a reply as well, since no command can be typed in a thread. ref: to be left out."""
    before, offered = typed.ready("update"), error.suggestion or ""
    if not offered.startswith(f"{before} "):
        return error
    line = offered.removeprefix(before).strip()
    return NotUnderstoodError(error.sentence, suggestion=line.removeprefix(f"{ref} ") if ref else line)
