"""Every error carries the sentence the person sees, and whether trying again helps."""

from enum import StrEnum


class CipError(Exception):
    """An error someone is told about.

    sentence: plain English, what was understood and what to do next; safe to show (no internals).
    try_again: True when the same request may succeed later without any change.
    """

    def __init__(self, sentence: str, *, try_again: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.try_again = try_again


class NotUnderstoodError(CipError):
    """The words could not be read. `suggestion` is a ready line to copy, or None."""

    def __init__(self, sentence: str, *, suggestion: str | None = None) -> None:
        super().__init__(sentence)
        self.suggestion = suggestion


class NotAllowedError(CipError):
    """The person may not do this; the sentence says who can."""


class SettingsError(CipError):
    """The bot was set up in a way it cannot run with."""


class UnreadableFileError(CipError):
    """A file that cannot be taken in, whole or at all."""


class CallKind(StrEnum):
    """The kinds of call to the chat platform that it limits, each by itself."""

    POST = "post"
    UPDATE = "update"
    OPEN = "open"
    FIND = "find"


class DeliveryError(CipError):
    """The chat platform did not take a message. `code` is the platform's own word for why.

    retry_after: for how many seconds it wants no more such calls, and `call` which kind that is.
    """

    def __init__(
        self,
        sentence: str,
        *,
        code: str,
        try_again: bool,
        retry_after: float | None = None,
        call: CallKind | None = None,
    ) -> None:
        super().__init__(sentence, try_again=try_again)
        self.code = code
        self.retry_after = retry_after
        self.call = call


class ReplayedError(CipError):
    """The very request, signature and all, was taken before: somebody is playing it back."""

    def __init__(self) -> None:
        super().__init__("This request was already taken.")


class NotSavedError(CipError):
    """Nothing was kept of what somebody wrote: not acknowledged, so that the platform sends it again."""

    def __init__(self) -> None:
        super().__init__("That could not be saved, so nothing was changed.", try_again=True)
