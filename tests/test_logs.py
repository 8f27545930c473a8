import asyncio
import io
import json
import logging
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from bot.logs import LogRedactor, set_up_logs
from bot.messages import ErrorMessage
from tests.fixtures.plain_logs import log_plainly

NOTE = "two of five teams are behind"
SECRETS = {
    "bot token": "xoxb-1234567890-abcdefghij",
    "rotated token": "xoxe.xoxp-1-Mi0yLTEyMzQ1Njc4OTA",
    "user token": "xoxp-1234567890-abcdefghij",
    "app token": "xapp-1-A0B1C2-abcdefghij",
    "signature": "v0=" + "a1" * 32,
    "response url": "https://hooks.slack.com/commands/T1/2/abcDEF",
    "hook": "https://hooks.slack.com/services/T1/B1/abcDEF",
    "socket": "wss://wss-primary.slack.com/link/?ticket=abc&app_id=1",
    "sandbox url": "http://127.0.0.1:3000/sandbox/response/abcdef",
    "bearer": "Authorization: Bearer abcdefgh12345",
    "database": "postgresql+psycopg://cip:hunter2@db.example/cip",
    "password": "password=hunter2",
    "own": "the-signing-secret-of-this-house",
}
TELLTALES = (
    "abcdefghij",
    "Mi0yLTEy",
    "a1a1a1",
    "abcDEF",
    "ticket=abc",
    "abcdef",
    "hunter2",
    "the-signing-secret",
)


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    """Leave logging as it was found."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    logging.captureWarnings(capture=False)
    log_plainly()


@pytest.fixture
def written() -> io.StringIO:
    stream = io.StringIO()
    set_up_logs("debug", secrets=[SECRETS["own"]], as_json=True, output=stream)
    return stream


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_json_with_its_facts_and_a_time_in_utc(written: io.StringIO) -> None:
    structlog.get_logger("bot.delivery").info("sent", kind="digest", attempts_before=2)
    (line,) = lines(written)
    assert line["timestamp"].endswith("Z")
    del line["timestamp"]
    assert line == {
        "event": "sent", "level": "info", "logger": "bot.delivery", "kind": "digest", "attempts_before": 2,
    }  # fmt: skip


def test_a_terminal_gets_plain_lines() -> None:
    stream = io.StringIO()
    set_up_logs("info", as_json=False, output=stream)
    structlog.get_logger("bot").info("sent", kind="digest", url=SECRETS["response url"])
    assert "sent" in stream.getvalue()
    assert "kind=digest" in stream.getvalue()
    assert "abcDEF" not in stream.getvalue()


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS.keys())
def test_no_secret_gets_through(written: io.StringIO, secret: str) -> None:
    log = structlog.get_logger("bot")
    sentence = f"started with {secret} today"
    log.info(sentence)
    log.info("started with %s", secret)
    log.info("started", where=secret, nested={"deep": [{"deeper": secret}, secret]}, of={secret: 1})
    log.info(
        "started", token=secret, signing_secret=secret, Authorization=secret, response_url=secret, dsn=secret
    )
    log.bind(where=secret).warning("bound")
    structlog.contextvars.bind_contextvars(where=secret)
    log.warning("in context")
    structlog.contextvars.clear_contextvars()
    for name in (
        "slack_bolt.AsyncApp",
        "slack_sdk.web.async_client",
        "aiohttp.access",
        "bot.old",
        "sqlalchemy.engine",
    ):
        logging.getLogger(name).error("Failed with %s and %r", secret, {"x": secret})
        logging.getLogger(name).warning("Failed: %s", secret, extra={"where": secret})
    _fail_with(OSError(f"could not connect to {secret}"))
    _fail_with(RuntimeError(secret))
    out = written.getvalue()
    assert len(lines(written)) >= 16
    assert not [telltale for telltale in TELLTALES if telltale in out]


def _fail_with(error: Exception) -> None:
    structlog.get_logger("bot").error("failed", exc_info=_caught(error))
    logging.getLogger("slack_bolt").error("failed", exc_info=_caught(error))


def _caught(error: Exception, cause: Exception | None = None) -> Exception:
    """The error as it is once it was raised, with its traceback."""
    try:
        _raise(error, cause)
    except type(error) as raised:
        return raised
    return error


def _raise(error: Exception, cause: Exception | None) -> None:
    raise error from cause


@pytest.mark.parametrize(
    "name",
    [
        "text",
        "note",
        "body",
        "payload",
        "blocks",
        "message",
        "value",
        "view",
        "raw_body",
        "because",
        "evidence",
        "line",
    ],
)
def test_no_message_body_gets_through(written: io.StringIO, name: str) -> None:
    structlog.get_logger("bot").info("took", **{name: NOTE, f"the_{name}": NOTE})
    structlog.get_logger("bot").info("took", found={name: {"x": NOTE}, "inner": [{name: NOTE}]})
    assert len(lines(written)) == 2
    assert NOTE not in written.getvalue()


def test_objects_are_logged_by_their_type_alone(written: io.StringIO) -> None:
    structlog.get_logger("bot").info(
        "took", found=ErrorMessage(NOTE), given=SecretStr("hunter2"), raw=NOTE.encode()
    )
    (line,) = lines(written)
    assert (line["found"], line["given"], line["raw"]) == ("<ErrorMessage>", "<SecretStr>", "<bytes>")


def test_what_libraries_print_of_requests_is_left_out(written: io.StringIO) -> None:
    bolt = logging.getLogger("slack_bolt.AsyncApp")
    bolt.setLevel(logging.DEBUG)
    bolt.debug("Request body: text=%s", NOTE)
    bolt.info("Invalid request signature detected (signature: v0=1, timestamp: 1, body: text=%s)", NOTE)
    assert written.getvalue() == ""
    bolt.warning("Unhandled request ({'type': 'block_actions', 'x': '%s'})", NOTE)
    bolt.error("Failed (body: text=%s)", NOTE)
    events = [line["event"] for line in lines(written)]
    assert events == ["Unhandled request ([left out]", "Failed ([left out]"]
    bolt.setLevel(logging.NOTSET)


def test_an_error_is_logged_with_its_type_and_trace(written: io.StringIO) -> None:
    error = _caught(ValueError(f"cannot take {NOTE}"), _caught(KeyError(NOTE)))
    structlog.get_logger("bot").error("failed", exc_info=error)
    (line,) = lines(written)
    assert NOTE not in written.getvalue()
    assert "builtins.ValueError: [left out]" in line["exception"]
    assert "builtins.KeyError: [left out]" in line["exception"]
    assert "test_logs.py" in line["exception"]


def test_each_error_of_a_group_is_logged(written: io.StringIO) -> None:
    inner = ExceptionGroup(NOTE, [_caught(KeyError(NOTE)), OSError("no disk")])
    structlog.get_logger("bot").error("failed", exc_info=ExceptionGroup(NOTE, [ValueError(NOTE), inner]))
    (line,) = lines(written)
    assert NOTE not in written.getvalue()
    for said in ("builtins.ValueError: [left out]", "builtins.KeyError: [left out]", "OSError: no disk"):
        assert said in line["exception"]


def test_a_database_error_is_logged_without_the_row(written: io.StringIO) -> None:
    engine = create_engine("sqlite://")
    try:
        with engine.connect() as connection:
            connection.execute(text("insert into nowhere values (:note)"), {"note": NOTE})
    except SQLAlchemyError:
        structlog.get_logger("bot").exception("not saved")
    (line,) = lines(written)
    assert "no such table: nowhere" in line["exception"]
    assert NOTE not in written.getvalue()


def test_what_slack_answered_is_left_out(written: io.StringIO) -> None:
    answer = {"ok": False, "error": "x", "text": NOTE}
    _fail_with(SlackApiError("The request failed", answer))  # type: ignore[no-untyped-call] # the library's own
    assert NOTE not in written.getvalue()


@pytest.mark.parametrize("words", ["one %s, two %s", "%d"])
def test_a_line_that_cannot_be_put_together_does_not_print_its_arguments(
    written: io.StringIO, capsys: pytest.CaptureFixture[str], words: str
) -> None:
    (handler,) = (each for each in logging.getLogger().handlers if type(each).__module__ == "bot.logs")
    handler.handle(logging.LogRecord("slack_bolt", logging.ERROR, __file__, 1, words, (NOTE,), None))
    assert "a log line of slack_bolt" in written.getvalue()
    assert NOTE not in written.getvalue() + capsys.readouterr().err


def test_long_values_are_cut(written: io.StringIO) -> None:
    structlog.get_logger("bot").info("took", where="x" * 5000)
    assert len(lines(written)[0]["where"]) < 320


async def test_what_a_lost_task_died_of_is_cleaned_too(written: io.StringIO) -> None:
    asyncio.get_running_loop().call_exception_handler(
        {"message": "Task exception was never retrieved", "exception": _caught(ValueError(NOTE))}
    )
    (line,) = lines(written)
    assert line["logger"] == "asyncio"
    assert NOTE not in written.getvalue()


def test_without_a_stream_it_is_standard_error() -> None:
    set_up_logs("warning")
    handler = logging.getLogger().handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    assert handler.stream is sys.stderr


LONG = 1_000_000
SLOW_SHAPES = (
    "a",
    "a.",
    "a://",
    "http://",
    "DETAIL",
    "data ",
    "token ",
    "[",
    "-",
    "password=",
    "xoxb-",
    " ",
    "@:",
)


@pytest.mark.parametrize("shape", SLOW_SHAPES)
def test_a_text_of_any_length_costs_no_more_than_a_short_one(shape: str) -> None:
    """A million characters in the log of a library may not hold up everybody: they are cut, then searched."""
    redactor = LogRedactor(["a-secret-of-ours"])
    words = (shape * LONG)[:LONG]
    begun = time.process_time()
    for redact in (redactor.redact_text, redactor.redact_foreign):
        assert len(redact(words)) <= 320
    assert time.process_time() - begun < 0.5


@pytest.mark.parametrize("before", range(2200, 2310, 7))
def test_no_half_of_a_secret_is_left_where_it_is_cut(before: int) -> None:
    """The tokens before it are hidden, so that the text shrinks and its cut end comes into sight."""
    redactor = LogRedactor(["half-of-this-is-too-much"])
    words = ("xoxb-" + "1" * 60 + " ") * 100
    for secret in ("half-of-this-is-too-much", "postgresql://cip:halfway@db/x", "xoxb-half-of-it"):
        clean = redactor.redact_text(words[:before] + secret + " and more" * 1000)
        assert "half" not in clean
        assert "111" not in clean
