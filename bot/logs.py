"""Structured logs: one JSON object a line, times in UTC, without secrets and without what people wrote.

`set_up_logs` is called once, at the start. It covers the standard library's loggers too, so the logs of
Slack's libraries, aiohttp and SQLAlchemy are redacted as well.
"""

import logging
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.types import EventDict, Processor

HIDDEN, LEFT_OUT = "[hidden]", "[left out]"
_MAX_TEXT_LENGTH, _MAX_TRACE_LENGTH, _MAX_DEPTH, _MAX_ITEMS = 300, 12_000, 4, 20
# What is searched is cut first, so that the longest text costs no more than a short one: so much beyond what
# is shown, of which the end, where half a secret may stand, is thrown away.
_LOOKAHEAD, _MAX_SECRET_LENGTH = 2_000, 1_000
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
_SECRETS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), better)
    for pattern, better in (
        (r"\bxox[a-z]?[.-][\w.%-]{4,}|\bxapp-[\w.%-]{4,}", HIDDEN),
        (r"\bv0=[0-9a-f]{16,}", HIDDEN),
        (r"\b(bearer|basic)\s+[\w.~+/=-]{4,}", rf"\1 {HIDDEN}"),
        (r"https?://hooks\.slack[\w.-]*/[^\s\"'<>)]*", HIDDEN),
        (r"(https?://[^\s\"'<>/]+)?/sandbox/(?:response|socket)/[\w.~-]+", HIDDEN),
        (r"(https?://[^\s\"'<>/]+)?/calendar/[\w.~%-]+", HIDDEN),
        (r"\bwss?://[^\s\"'<>]+", HIDDEN),
        (
            r"(?<![a-z0-9+.-])([a-z0-9+.-]++://)[^\s/@\"':]*+:(?:[^\s\"']*(@)|[^\s\"']*+)",
            lambda found: f"{found[1]}{HIDDEN}@" if found[2] else found[0],
        ),
        (
            r"\b(password|passwd|token|secret|signing_secret|api_key)(\"?'?\s*[=:]\s*)[^\s,;&)}]+",
            rf"\1\2{HIDDEN}",
        ),
    )
)
# A database's error message contains the row that it failed on.
_ROW_DATA = re.compile(
    r"\[parameters:.*|\bDETAIL:.*|\bCONTEXT:.*|Failing row contains.*|invalid input syntax.*",
    re.IGNORECASE | re.DOTALL,
)
# Libraries log the bodies of requests: as JSON, as a Python value, or after such a word.
_DUMP = re.compile(
    r"[{\[].*|\b(?:body|data|text|payload|message|response)\b\s*[:=].*", re.IGNORECASE | re.DOTALL
)
_SAFE_ERRORS = (OSError, TimeoutError, ConnectionError)


class LogRedactor:
    """Redacts the values of a log line. secrets: this installation's own, hidden wherever they occur."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        patterns = sorted((re.escape(secret) for secret in secrets if len(secret) > 3), key=len, reverse=True)  # noqa: PLR2004 - three letters occur everywhere
        self._secret_pattern = re.compile("|".join(patterns)) if patterns else None

    def redact_text(self, words: str, *, max_length: int = _MAX_TEXT_LENGTH) -> str:
        """The words without secrets and rows, cut after max_length."""
        searched = words[: max_length + _LOOKAHEAD]
        clean = self._secret_pattern.sub(HIDDEN, searched) if self._secret_pattern else searched
        for pattern, better in _SECRETS:
            clean = pattern.sub(better, clean)
        clean = _ROW_DATA.sub(LEFT_OUT, clean)
        if len(searched) < len(words):
            return clean[: min(max_length, max(0, len(clean) - _MAX_SECRET_LENGTH))] + "…"
        return clean if len(clean) <= max_length else clean[:max_length] + "…"

    def redact_foreign(self, words: str) -> str:
        """A library's message, without the data in it."""
        return self.redact_text(_DUMP.sub(LEFT_OUT, words[: _MAX_TEXT_LENGTH + _LOOKAHEAD + 1]))

    def redact_value(self, name: str, value: object, depth: int = 0) -> Any:
        """One value of a log line. An object that is no plain value or collection is replaced by its type."""
        if _SECRET_NAME.search(name):
            return HIDDEN
        if value is None or isinstance(value, bool | int | float):
            return value
        if _BODY_NAME.fullmatch(name):
            return LEFT_OUT
        if isinstance(value, str):
            return self.redact_text(value)
        return self._redact_items(value, depth + 1) if depth < _MAX_DEPTH else f"<{type(value).__name__}>"

    def _redact_items(self, value: object, depth: int) -> Any:
        if isinstance(value, Mapping):
            items = list(value.items())[:_MAX_ITEMS]
            return {
                self.redact_text(str(key)): self.redact_value(str(key), each, depth) for key, each in items
            }
        if isinstance(value, Sequence | set | frozenset) and not isinstance(value, bytes | bytearray):
            return [self.redact_value("", each, depth) for each in list(value)[:_MAX_ITEMS]]
        return f"<{type(value).__name__}>"

    def format_trace(self, error: BaseException) -> str:
        """The trace of an error and its causes. Messages stay only of errors that cannot contain what
        people wrote.
        """
        return self.redact_text(self._format_chain(error, set()), max_length=_MAX_TRACE_LENGTH)

    def _format_chain(self, error: BaseException, seen: set[int]) -> str:
        parts: list[str] = []
        current: BaseException | None = error
        while current is not None and id(current) not in seen:
            seen.add(id(current))
            parts.append(self._format_error(current, current.__traceback__))
            if isinstance(current, BaseExceptionGroup):
                parts[-1] += "".join(
                    f"\nwhich holds:\n{self._format_chain(each, seen)}" for each in current.exceptions
                )
            current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
        return "\nwhile handling:\n".join(parts)

    def _format_error(self, error: BaseException, trace: TracebackType | None) -> str:
        name = f"{type(error).__module__}.{type(error).__qualname__}"
        text = (
            self.redact_foreign(str(error))
            if isinstance(error, _SAFE_ERRORS) or _is_database_error(error)
            else LEFT_OUT
        )
        frames = "".join(
            f"  {frame.filename}:{frame.lineno} in {frame.name}\n" for frame in traceback.extract_tb(trace)
        )
        return f"{frames}{name}: {text}"


def _is_database_error(error: BaseException) -> bool:
    return type(error).__module__.split(".")[0] in {"sqlite3", "psycopg", "sqlalchemy"}


# Below warnings, libraries log every request and statement, content and all.
_LIBRARY_LEVEL = logging.WARNING
_OUR_PACKAGES = ("bot", "handlers", "models", "app", "sample", "__main__")
_UNREDACTED_KEYS = {"event", "level", "logger", "timestamp", "exception", "_record", "_from_structlog"}


def set_up_logs(
    level: str = "info",
    *,
    secrets: Iterable[str] = (),
    as_json: bool | None = None,
    output: TextIO | None = None,
) -> None:
    """Send every log line to `output` (standard error). as_json None: plain lines for a terminal, else JSON.

    level: debug, info, warning or error, for our own lines; of libraries, warnings and errors are logged.
    """
    stream = output or sys.stderr
    plain = stream.isatty() if as_json is None else not as_json
    redactor = LogRedactor(secrets)
    handler = _Handler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_common_processors(),
            processors=[
                _redacting_processor(redactor),
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _plain_renderer(colours=stream.isatty()) if plain else structlog.processors.JSONRenderer(),
            ],
        )
    )
    handler.addFilter(_is_relevant)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.captureWarnings(capture=True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *_common_processors(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


class _Handler(logging.StreamHandler[TextIO]):
    """Where a line cannot be formatted, logging would print its arguments; this does not."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name is logging's own
        self.stream.write(
            f"a log line of {record.name} at {record.pathname}:{record.lineno} could not be written\n"
        )


def _is_relevant(record: logging.LogRecord) -> bool:
    return record.name.split(".")[0] in _OUR_PACKAGES or record.levelno >= _LIBRARY_LEVEL


def _common_processors() -> list[Processor]:
    return [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _redacting_processor(redactor: LogRedactor) -> Processor:
    def redact(_logger: Any, _method: str, facts: EventDict) -> EventDict:
        error = _error_of(facts.pop("exc_info", None))
        facts.pop("stack_info", None)
        event = str(facts.get("event", ""))
        is_foreign = not facts.get("_from_structlog")
        redacted: EventDict = {
            name: value if name in _UNREDACTED_KEYS else redactor.redact_value(name, value)
            for name, value in facts.items()
        }
        redacted["event"] = redactor.redact_foreign(event) if is_foreign else redactor.redact_text(event)
        if error is not None:
            redacted["exception"] = redactor.format_trace(error)
        return redacted

    return redact


def _error_of(
    exc_info: bool | BaseException | tuple[type | None, BaseException | None, TracebackType | None] | None,
) -> BaseException | None:
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple):
        return exc_info[1]
    return sys.exc_info()[1] if exc_info else None


def _plain_renderer(*, colours: bool) -> Processor:
    return structlog.dev.ConsoleRenderer(colors=colours, pad_event_to=0)
