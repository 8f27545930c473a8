"""What never reaches a log: secrets, and what people wrote."""

import re
import traceback
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any

HIDDEN, LEFT_OUT = "[hidden]", "[left out]"
_LONGEST_TEXT, _LONGEST_TRACE, _DEEPEST, _MOST_ITEMS = 300, 12_000, 4, 20
_SECRET_NAME = re.compile(
    r"token|secret|passw(?:or)?d|\bpwd\b|authori[sz]ation|cookie|signature|credential|api_?key|database_?url|dsn"
    r"|(?:response|webhook|hook)_?url|headers?\b",
    re.IGNORECASE,
)
_BODY_NAME = re.compile(
    r"(?:.*_)?(?:text|note|notes|body|bodies|payload|blocks?|attachments?|message|messages|value|values|view|state"
    r"|private_metadata|evidence|because|words|line|lines|title|sql|params|parameters|answer|command_line)",
    re.IGNORECASE,
)
_SECRETS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), better)
    for pattern, better in (
        (r"\bxox[a-z]?[.-][\w.%-]{4,}|\bxapp-[\w.%-]{4,}", HIDDEN),
        (r"\bv0=[0-9a-f]{16,}", HIDDEN),
        (r"\b(bearer|basic)\s+[\w.~+/=-]{4,}", rf"\1 {HIDDEN}"),
        (r"https?://hooks\.slack[\w.-]*/[^\s\"'<>)]*", HIDDEN),
        (r"(https?://[^\s\"'<>/]+)?/sandbox/(?:response|socket)/[\w.~-]+", HIDDEN),
        (r"(https?://[^\s\"'<>/]+)?/calendar/[\w.~%-]+", HIDDEN),
        (r"\bwss?://[^\s\"'<>]+", HIDDEN),
        (r"([a-z][a-z0-9+.-]*://)[^\s/@\"']*:[^\s\"']*@", rf"\1{HIDDEN}@"),
        (
            r"\b(password|passwd|token|secret|signing_secret|api_key)(\"?'?\s*[=:]\s*)[^\s,;&)}]+",
            rf"\1\2{HIDDEN}",
        ),
    )
)
# What a database says of a failing statement holds the row it failed on.
_ROWS = re.compile(
    r"\[parameters:.*|\bDETAIL:.*|\bCONTEXT:.*|Failing row contains.*|invalid input syntax.*",
    re.IGNORECASE | re.DOTALL,
)
# Libraries print what they were sent: as JSON, as a Python value, or after such a word.
_DUMP = re.compile(
    r"[{\[].*|\b(?:body|data|text|payload|message|response)\b\s*[:=].*", re.IGNORECASE | re.DOTALL
)
_TELLING = (OSError, TimeoutError, ConnectionError)


class Hygiene:
    """Cleans the facts of a log line. secrets: this installation's own, to be hidden wherever they occur."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = sorted((re.escape(secret) for secret in secrets if len(secret) > 3), key=len, reverse=True)  # noqa: PLR2004 - three letters occur everywhere
        self._own = re.compile("|".join(known)) if known else None

    def text(self, words: str, *, longest: int = _LONGEST_TEXT) -> str:
        """Hide every secret in the words, on one line, and cut them where they get long."""
        clean = self._own.sub(HIDDEN, words) if self._own else words
        for pattern, better in _SECRETS:
            clean = pattern.sub(better, clean)
        clean = _ROWS.sub(LEFT_OUT, clean)
        return clean if len(clean) <= longest else clean[:longest] + "…"

    def foreign(self, words: str) -> str:
        """Clean what a library says: without the data it prints."""
        return self.text(_DUMP.sub(LEFT_OUT, words))

    def fact(self, name: str, value: object, depth: int = 0) -> Any:
        """Clean one named fact; anything that is no plain value is told by its type alone."""
        if _SECRET_NAME.search(name):
            return HIDDEN
        if value is None or isinstance(value, bool | int | float):
            return value
        if _BODY_NAME.fullmatch(name):
            return LEFT_OUT
        if isinstance(value, str):
            return self.text(value)
        return self._several(value, depth + 1) if depth < _DEEPEST else f"<{type(value).__name__}>"

    def _several(self, value: object, depth: int) -> Any:
        if isinstance(value, Mapping):
            kept = list(value.items())[:_MOST_ITEMS]
            return {self.text(str(key)): self.fact(str(key), each, depth) for key, each in kept}
        if isinstance(value, Sequence | set | frozenset) and not isinstance(value, bytes | bytearray):
            return [self.fact("", each, depth) for each in list(value)[:_MOST_ITEMS]]
        return f"<{type(value).__name__}>"

    def trace(self, error: BaseException) -> str:
        """Tell where an error came from. What it says is kept only of errors that hold no one's words."""
        return self.text(self._chain(error, set()), longest=_LONGEST_TRACE)

    def _chain(self, error: BaseException, seen: set[int]) -> str:
        parts: list[str] = []
        at: BaseException | None = error
        while at is not None and id(at) not in seen:
            seen.add(id(at))
            parts.append(self._one(at, at.__traceback__))
            if isinstance(at, BaseExceptionGroup):
                parts[-1] += "".join(f"\nwhich holds:\n{self._chain(each, seen)}" for each in at.exceptions)
            at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
        return "\nwhile handling:\n".join(parts)

    def _one(self, error: BaseException, trace: TracebackType | None) -> str:
        name = f"{type(error).__module__}.{type(error).__qualname__}"
        said = self.foreign(str(error)) if isinstance(error, _TELLING) or _of_database(error) else LEFT_OUT
        frames = "".join(
            f"  {frame.filename}:{frame.lineno} in {frame.name}\n" for frame in traceback.extract_tb(trace)
        )
        return f"{frames}{name}: {said}"


def _of_database(error: BaseException) -> bool:
    return type(error).__module__.split(".")[0] in {"sqlite3", "psycopg", "sqlalchemy"}
