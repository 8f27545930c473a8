"""Structured logs: one JSON object a line, times in UTC, without secrets and without anyone's words.

`set_up_logs` is called once, at the start. It covers the standard library's loggers too, so what Slack's
libraries, aiohttp and SQLAlchemy say passes through the same hygiene.
"""

import logging
import sys
from collections.abc import Iterable
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.types import EventDict, Processor

from bot.log_hygiene import Hygiene

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
