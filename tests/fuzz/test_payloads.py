"""Real requests with parts changed, rightly signed: taken, refused or not understood, but never a fault."""

import asyncio
import io
import json
from collections.abc import Iterator
from contextlib import AsyncExitStack
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.slack import pipeline
from tests.fixtures.council import Council, bot_running, council
from tests.fixtures.databases import KINDS
from tests.fixtures.plan_files import csv_file, send_file
from tests.fixtures.plans import USERS
from tests.fuzz.cases import cases
from tests.handlers.conftest import logged
from tests.handlers.slack.slack_actions import FORM, JSON, buttons, post, press
from tests.handlers.slack.test_forms import _form as form_of

__all__ = ["logged"]
ODD: list[Any] = [[], {}, ["U0SS"], {"id": "U0SS"}, "x" * 5000, "5.2", *USERS.values()]
JUNK: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=20), st.sampled_from(ODD)
)
FAULTS = ("a request failed", "a listener failed", "a background task failed")


class CouncilRunner:
    """A council that runs in a loop of its own, and one real request of each kind."""

    def __init__(self, kind: str, folder: Path) -> None:
        self._runner, self._stack = asyncio.Runner(), AsyncExitStack()
        self.council: Council = self._runner.run(self._open(kind, folder))
        self.real = self._runner.run(self._collect())

    async def _open(self, kind: str, folder: Path) -> Council:
        bot_council = await self._stack.enter_async_context(council(kind, folder))
        return await self._stack.enter_async_context(bot_running(bot_council))

    async def _collect(self) -> list[dict[str, Any]]:
        bot_council, found = self.council, []
        await bot_council.send_command("SS", "update 5.2 in-progress a note")
        found.append(dict(bot_council.sandbox.last_delivery.payload))
        view = await form_of(bot_council)
        await bot_council.sandbox.submit(USERS["SS"], view.id, {"note": "why"})
        found.append(dict(bot_council.sandbox.last_delivery.payload))
        await bot_council.send_command("PM", "show 5.2")
        await press(
            bot_council,
            "PM",
            bot_council.visible_messages("PM")[-1],
            buttons(bot_council.visible_messages("PM")[-1], "run")[0],
        )
        found.append(dict(bot_council.sandbox.last_delivery.payload))
        await bot_council.sandbox.post_message(
            USERS["SS"], bot_council.sandbox.dm_id(USERS["SS"]), "5.2 done"
        )
        found.append(dict(bot_council.sandbox.last_delivery.payload))
        await send_file(bot_council, "PM", csv_file())
        found.append(dict(bot_council.sandbox.last_delivery.payload))
        assert len({str(each.get("type")) for each in found}) >= 4
        return found

    def post(self, payload: dict[str, Any], cut: int | None) -> int:
        return self._runner.run(self._post(payload, cut))

    async def _post(self, payload: dict[str, Any], cut: int | None) -> int:
        if "command" in payload:
            body, kind = urlencode({name: _form_value(value) for name, value in payload.items()}), FORM
        elif "event" in payload:
            body, kind = json.dumps(payload), JSON
        else:
            body, kind = urlencode({"payload": json.dumps(payload)}), FORM
        raw = body.encode(errors="surrogatepass")[:cut]
        ack = await post(self.council, raw, kind)
        # The loop stands still between requests, so an idle connection may close just as it is used again.
        return ack.status if ack.delivered else (await post(self.council, raw, kind)).status

    def say(self, line: str) -> str:
        return self._runner.run(self.council.send_command("SS", line))

    def close(self) -> None:
        self._runner.run(self._stack.aclose())
        self._runner.close()


def _form_value(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text.encode(errors="replace").decode()


@pytest.fixture(params=KINDS)
def bot_council(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logged: io.StringIO
) -> Iterator[CouncilRunner]:
    monkeypatch.setattr(pipeline, "ACK_TIMEOUT", 30.0)
    found = CouncilRunner(request.param, tmp_path)
    yield found
    found.close()


def _places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value in it, however deep."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in pairs:
        yield (*at, name)
        yield from _places(each, (*at, name))


def changed(data: st.DataObject, payload: dict[str, Any]) -> dict[str, Any]:
    """A copy with some values taken out or replaced, under an id of its own most of the time."""
    copy: dict[str, Any] = json.loads(json.dumps(payload))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.sampled_from(sorted(_places(copy), key=repr) or [()]))
        if not place:
            break
        inner: Any = copy
        for step in place[:-1]:
            inner = inner[step]
        if data.draw(st.booleans()) and isinstance(inner, dict):
            del inner[place[-1]]
        else:
            inner[place[-1]] = deepcopy(data.draw(JUNK))
    fresh = data.draw(st.uuids()).hex
    for name in ("trigger_id", "event_id"):
        if name in copy and data.draw(st.integers(0, 9)):
            copy[name] = fresh
    return copy


def test_no_changed_request_is_a_fault(bot_council: CouncilRunner, logged: io.StringIO) -> None:
    seen = len(logged.getvalue())

    @cases(40, 12)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        nonlocal seen
        payload = changed(data, data.draw(st.sampled_from(bot_council.real)))
        cut = data.draw(st.none() | st.none() | st.integers(0, 3000))
        assert bot_council.post(payload, cut) in {200, 400, 401, 404}
        output, seen = logged.getvalue()[seen:], len(logged.getvalue())
        assert not [fault for fault in FAULTS if fault in output], output

    check()
    assert "open actions" in bot_council.say("mine")
