"""Errors that a person sees: each has a sentence to show, and says whether trying again can help."""

from enum import StrEnum


class CipError(Exception):
    """An error to show to a person.

    sentence: plain English, what was understood and what to do next; safe to show (no internals).
    try_again: True when the same request may succeed later without any change.
    """

    def __init__(self, sentence: str, *, try_again: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.try_again = try_again


class NotUnderstoodError(CipError):
    """The text could not be parsed. suggestion: a corrected line, ready to copy, or None."""

    def __init__(self, sentence: str, *, suggestion: str | None = None) -> None:
        super().__init__(sentence)
        self.suggestion = suggestion


class UnknownSectionError(NotUnderstoodError):
    """No section has the name that was read: the words may be none."""


class NoRefError(NotUnderstoodError):
    """Something is said of an action, and no ref was read that says of which."""


class UnknownRefError(NotUnderstoodError):
    """No action has the ref that was read: it may be another number. nearest: a ref that differs from it only
    in how it is written, or "".
    """

    def __init__(self, sentence: str, *, suggestion: str, nearest: str = "") -> None:
        super().__init__(sentence, suggestion=suggestion)
        self.nearest = nearest


class UnknownOptionError(NotUnderstoodError):
    """An option that changes nothing here. rest: the line without it."""

    def __init__(self, sentence: str, *, rest: str) -> None:
        super().__init__(sentence)
        self.rest = rest


class NotAllowedError(CipError):
    """The person may not do this; the sentence says who can."""


class NotVerifierError(NotAllowedError):
    """An owner says that their own action is verified."""


class SettingsError(CipError):
    """The bot cannot run with its settings, or in its environment."""


class UnreadableFileError(CipError):
    """A file that cannot be read, in whole or in part."""


class CallKind(StrEnum):
    """The kinds of call that the chat platform limits separately."""

    POST = "post"
    UPDATE = "update"
    OPEN = "open"
    FIND = "find"


class ErrorKind(StrEnum):
    """What a call to the chat platform failed for, which decides what becomes of a message.

    TOKEN, PERMISSION and CHANNEL: what somebody can put right; the message waits. ACCOUNT and MESSAGE: this
    message never arrives. SERVER: it is tried again soon. UNKNOWN: a code that no rule knows.
    """

    TOKEN = "token"  # noqa: S105 - no password
    PERMISSION = "permission"
    CHANNEL = "channel"
    ACCOUNT = "account"
    MESSAGE = "message"
    SERVER = "server"
    UNKNOWN = "unknown"


BOT_ERROR_KINDS = frozenset({ErrorKind.TOKEN, ErrorKind.PERMISSION})


class DeliveryError(CipError):
    """A call to the chat platform failed. code: the platform's error code.

    retry_after: for how many seconds it accepts no more calls of the kind `call`. needs: the permission that
    was missing, "" where the platform did not name one.
    """

    def __init__(
        self,
        sentence: str,
        *,
        code: str,
        try_again: bool,
        retry_after: float | None = None,
        call: CallKind | None = None,
        kind: ErrorKind | None = None,
        needs: str = "",
    ) -> None:
        super().__init__(sentence, try_again=try_again)
        self.code = code
        self.retry_after = retry_after
        self.call = call
        self.kind = kind or (ErrorKind.SERVER if try_again else ErrorKind.MESSAGE)
        self.needs = needs


class StandingNeededError(Exception):
    """The chat platform has to be asked about the asker first; the request is then handled again. No person
    sees it. in_channel: also whether they are in the channel they ask in.
    """

    def __init__(self, *, in_channel: bool) -> None:
        super().__init__()
        self.in_channel = in_channel


class ReplayedError(CipError):
    """A request with this signature was handled before: somebody replays it."""

    def __init__(self) -> None:
        super().__init__("This request was already taken.")


class NotSavedError(CipError):
    """A message could not be saved. Its event is not acknowledged, so that the platform sends it again."""

    def __init__(self) -> None:
        super().__init__("That could not be saved, so nothing was changed.", try_again=True)
