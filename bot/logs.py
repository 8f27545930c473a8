"""Structured logs: one JSON object a line, times in UTC, without secrets and without anyone's words.

`set_up_logs` is called once, at the start. It covers the standard library's loggers too, so what Slack's
libraries, aiohttp and SQLAlchemy say passes through the same hygiene.
"""

import logging
import re
import sys
import traceback
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.types import EventDict, Processor

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


# Below a warning these tell every request and statement, with what was in it.
_FOREIGN_LEVEL = logging.WARNING
_OWN = ("bot", "handlers", "models", "app", "sample", "__main__")
_KEPT = {"event", "level", "logger", "timestamp", "exception", "_record", "_from_structlog"}


def set_up_logs(
    level: str = "info", *, secrets: Iterable[str] = (), as_json: bool | None = None, to: TextIO | None = None
) -> None:
    """Send every log line to `to` (standard error). as_json None: plain lines for a terminal, else JSON.

    level: debug, info, warning or error, for our own lines; libraries are heard from warnings on.
    """
    stream = to or sys.stderr
    plain = stream.isatty() if as_json is None else not as_json
    hygiene = Hygiene(secrets)
    handler = _Handler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_common(),
            processors=[
                _cleaner(hygiene),
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _in_plain(colours=stream.isatty()) if plain else structlog.processors.JSONRenderer(),
            ],
        )
    )
    handler.addFilter(_worth_hearing)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.captureWarnings(capture=True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *_common(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


class _Handler(logging.StreamHandler[TextIO]):
    """Writes lines. A line that cannot be written must not print its arguments on the way out."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name is logging's own
        self.stream.write(
            f"a log line of {record.name} at {record.pathname}:{record.lineno} could not be written\n"
        )


def _worth_hearing(record: logging.LogRecord) -> bool:
    return record.name.split(".")[0] in _OWN or record.levelno >= _FOREIGN_LEVEL


def _common() -> list[Processor]:
    return [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _cleaner(hygiene: Hygiene) -> Processor:
    def clean(_logger: Any, _method: str, facts: EventDict) -> EventDict:
        error = _error_of(facts.pop("exc_info", None))
        facts.pop("stack_info", None)
        said = str(facts.get("event", ""))
        foreign = not facts.get("_from_structlog")
        cleaned: EventDict = {
            name: value if name in _KEPT else hygiene.fact(name, value) for name, value in facts.items()
        }
        cleaned["event"] = hygiene.foreign(said) if foreign else hygiene.text(said)
        if error is not None:
            cleaned["exception"] = hygiene.trace(error)
        return cleaned

    return clean


def _error_of(
    given: bool | BaseException | tuple[type | None, BaseException | None, TracebackType | None] | None,
) -> BaseException | None:
    if isinstance(given, BaseException):
        return given
    if isinstance(given, tuple):
        return given[1]
    return sys.exc_info()[1] if given else None


def _in_plain(*, colours: bool) -> Processor:
    return structlog.dev.ConsoleRenderer(colors=colours, pad_event_to=0)
