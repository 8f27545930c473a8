import io
import logging
from collections.abc import Iterator

import pytest

from bot.logs import set_up_logs
from tests.fixtures.plain_logs import log_plainly
from tests.fixtures.sandbox import SECRET


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What the bot logs, as it logs when it serves."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    set_up_logs("info", secrets=[SECRET], as_json=True, output=stream)
    yield stream
    root.handlers[:], root.level = handlers, level
    logging.captureWarnings(capture=False)
    log_plainly()
