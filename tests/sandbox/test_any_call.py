"""Whatever a method is called with, it answers or refuses: no call is an accident."""

from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sandbox.errors import RefusedError
from bot.sandbox.server import Sandbox
from bot.sandbox.web_api.call import ApiCall
from bot.sandbox.web_api.dispatch import METHODS
from tests.fixtures.sandbox import BOARD, RM, SETTINGS, FixedClock, seed

_NAMES = [
    *("channel", "users", "user", "text", "blocks", "attachments", "metadata", "ts", "thread_ts", "limit"),
    *("cursor", "oldest", "latest", "types", "view", "trigger_id", "view_id", "user_id", "hash", "name"),
    *("external_id", "timestamp", "files", "length", "filename", "email", "channel_id"),
]
_VALUES: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from([BOARD, RM, "1775462400.000000", "", "x", "{}", "[]", "null", "1", "-1"]),
    st.text(max_size=10),
    st.none() | st.booleans() | st.integers(-2, 2000),
    st.lists(st.sampled_from([RM, {}, 1, None, ["x"]]), max_size=2),
    st.dictionaries(st.sampled_from(["type", "blocks", "title", "id"]), st.text(max_size=6), max_size=3),
)


@pytest.fixture(scope="module")
def quiet() -> Iterator[Sandbox]:
    sandbox = Sandbox(SETTINGS, FixedClock())
    seed(sandbox)
    with closing(sandbox.workspace):
        yield sandbox


@given(
    method=st.sampled_from(sorted(METHODS)),
    args=st.dictionaries(st.sampled_from(_NAMES), _VALUES, max_size=6),
)
@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_call_is_answered_or_refused(quiet: Sandbox, method: str, args: dict[str, Any]) -> None:
    with suppress(RefusedError):
        answer = METHODS[method](ApiCall(quiet.workspace, method, args))
        assert isinstance(answer, dict)
