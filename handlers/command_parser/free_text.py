"""A reply in a person's own words. The prompt that it answers is known, so it needs no ref."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.commands import Choose, UpdateStatus
from bot.errors import NotUnderstoodError
from bot.plan.refs import RefQuery
from bot.plan.text import letters_only, one_line, plain_marks
from handlers.command_parser.line import InputLine, read_input_line, read_verb, strip_unsafe
from handlers.command_parser.tokens import leading_refs, leading_status
from handlers.command_parser.updates import leading_due, read_update

# Words before the status: "yes, it's now done". After those of `perhaps`, such as "I'm", the status may be
# that of something else.
_LEAD_IN = re.compile(
    r"(?:(?:(?P<perhaps>all|(?:this|that)(?:'?s| is)|we(?:'re| are)|i(?:'m| am))"
    r"|yes|yep|no|ok|okay|hi|hello|sorry|now|still|currently|it(?:'?s| is))\b[\s,;:.!-]*)+",
    re.IGNORECASE,
)
_EMOJIS = re.compile(r"(?:\s*+:[a-z0-9_+'-]++:)*+\s*+", re.IGNORECASE)
# The first are clear whatever follows. The second have everyday meanings as well ("done for today", "closed
# on Friday"), and are clear only alone or before punctuation.
_CLEAR_STATUSES = ("inprogress", "notstarted", "onhold", "ontrack", "atrisk", "offtrack", "blocked")
_CLEAR_BEFORE_PUNCTUATION = (
    *("complete", "done", "finished", "closed", "cancelled", "dropped", "verified", "stuck", "wip"),
    *("red", "amber", "green"),
)
_LATER = re.compile(
    r"(?:please\s+|can you\s+|could you\s+)*"
    r"(?:later|not now|(?:ask|remind|prompt)(?: me)?(?: again)? (?:later|tomorrow|another (?:day|time)))"
    r"(?:[\s,;.!-]+(?:today|please|thanks|thank you))*",
    re.IGNORECASE,
)
_PUNCTUATION_OR_END = re.compile(r"\s*(?:$|[-:;,.(!])|\s*\n|\s+because\b", re.IGNORECASE)
_FOLLOWING_TEXT = re.compile(r"\s*[-:;,.(!]+\s*\S|\s+because\b", re.IGNORECASE)
_PREPOSITION = re.compile(r"\s++(?:(?:on|for|with)\s++)?+(?=(?:s|sect?|section)?\s*[0-9])", re.IGNORECASE)


class FreeTextReply:
    """What a reply begins with: a status (is_status), a new due date (is_date), "later" (is_later) or
    none.
    """

    def __init__(self, text: str, *, today: date, command: str = "/cip") -> None:
        """today, command: as for `parse`. Raises NotUnderstoodError for a text that is too long."""
        self._today, self._command = today, command
        input_line = read_input_line(text, today=today, command=command)
        self._input_line = InputLine(_without_emojis(input_line.text), today, command)
        lead_in = _LEAD_IN.match(plain_marks(self._input_line.text))
        rest = self._input_line.text[lead_in.end() if lead_in else 0 :]
        self._words = rest if leading_status(rest) else self._input_line.text
        self._is_ambiguous = lead_in is not None and lead_in["perhaps"] is not None
        self._status = leading_status(self._words)
        self.is_status = self._status is not None
        self.is_later = _LATER.fullmatch(plain_marks(rest).strip(" .,;:!?-")) is not None
        self.is_date = leading_due(self._input_line, self._words) is not None
        self._rest = plain_marks(self._status.rest) if self._status else ""
        self._key = letters_only(self._words[: len(self._words) - len(self._rest)])

    @property
    def has_reason(self) -> bool:
        return re.search(r"\bbecause\b", self._words, re.IGNORECASE) is not None

    @property
    def is_clear(self) -> bool:
        """Whether it can hardly be anything but an answer to a prompt."""
        if "?" in self._words or self._is_ambiguous:
            return False
        if self.is_date or self._key.startswith(_CLEAR_STATUSES):
            return True
        return (
            self._key.startswith(_CLEAR_BEFORE_PUNCTUATION)
            and _PUNCTUATION_OR_END.match(self._rest) is not None
        )

    @property
    def may_ask_for_list(self) -> bool:
        """`at risk`, alone or with a scope, which is a command as well."""
        return self._key == "atrisk" and not _FOLLOWING_TEXT.match(self._rest)

    @property
    def ref(self) -> RefQuery | None:
        """The ref that directly follows the status: "done 5.2". Other numbers belong to the note: "in
        progress, 2 of 5 teams", "done 1.5 days early".
        """
        preposition = _PREPOSITION.match(self._rest)
        match = leading_refs(self._rest[preposition.end() :], strict=True) if preposition else None
        if (
            match is None
            or "." not in match.refs[0].ref
            or not _PUNCTUATION_OR_END.match(plain_marks(match.rest))
        ):
            return None
        return match.refs[0]

    def to_command(self, refs: Sequence[str], *, is_sure: bool) -> UpdateStatus | Choose:
        """An update of the action of these refs, or a choice if there are several or `is_sure` is False.

        Raises NotUnderstoodError as `parse` does, with a corrected line.
        """
        first = self._to_update(refs[0], is_only=len(refs) == 1)
        updates = (first, *(self._for_another(first, refs[0], ref) for ref in refs[1:]))
        if is_sure and len(updates) == 1:
            return updates[0]
        return Choose(updates=updates, line=one_line(self._words))

    def _for_another(self, update: UpdateStatus, ref: str, other: str) -> UpdateStatus:
        """The update as it would be read with another ref before the same words."""
        match = leading_refs(other)
        if match is None or match.rest or len(match.refs) > 1:
            return self._to_update(other, is_only=False)
        return replace(update, refs=match.refs, line=update.line.replace(ref, other, 1))

    def _to_update(self, ref: str, *, is_only: bool) -> UpdateStatus:
        text = f"{ref} {self._words}"
        input_line = read_input_line(f"update {text}", today=self._today, command=self._command)
        try:
            update = read_update(input_line, text)
        except NotUnderstoodError as error:
            raise _error_as_reply(error, input_line, ref if is_only else "") from None
        if len(update.refs) > 1:
            raise input_line.not_understood(
                "That names more than one action. Give the refs first, then the status."
            )
        return update


def _without_emojis(text: str) -> str:
    """The text without those it begins and ends with, which read the same from the end."""
    for _ in range(2):
        emojis = _EMOJIS.match(text)
        text = text[emojis.end() if emojis else 0 :][::-1]
    return text


def _error_as_reply(error: NotUnderstoodError, input_line: InputLine, ref: str) -> NotUnderstoodError:
    """The error with its suggestion as a reply: no slash command can be typed in a thread. ref: left out of
    it.
    """
    prefix, suggestion = input_line.format_suggestion("update"), error.suggestion or ""
    if not suggestion.startswith(f"{prefix} "):
        return error
    line = suggestion.removeprefix(prefix).strip()
    return NotUnderstoodError(error.sentence, suggestion=line.removeprefix(f"{ref} ") if ref else line)


def is_meant_as_update(text: str) -> bool:
    """Whether the text begins as an update does, with a ref such as 5.2 or with a status, well written or
    not.
    """
    line = _without_emojis(strip_unsafe(text).strip()).strip()
    verb = read_verb(line)
    if verb and verb[0] not in {"update", "status"}:
        return False
    words = verb[1] if verb else line
    refs = leading_refs(words)
    return (refs is not None and "." in refs.refs[0].ref) or leading_status(words) is not None
