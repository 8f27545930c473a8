"""Response urls that do not take an answer at once, or at all."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from handlers.slack import responses
from tests.fixtures.sandbox import serving


@dataclass
class Receiver:
    """Answers with these statuses, one after the other, then with 200; keeps what it was sent."""

    statuses: list[int] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    address: str = ""

    async def handle(self, request: web.Request) -> web.Response:
        self.requests.append(await request.json())
        status = self.statuses.pop(0) if self.statuses else 200
        return web.Response(status=status, headers={"Retry-After": "0"} if status == 429 else {})


@pytest.fixture
async def receiver(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Receiver]:
    monkeypatch.setattr(responses, "_RETRY_DELAYS", (0.0, 0.01, 0.01))
    one = Receiver()

    def routes(app: web.Application) -> None:
        app.router.add_post("/answer", one.handle)

    async with serving(routes) as address:
        one.address = f"{address}/answer"
        yield one


@pytest.mark.parametrize(
    ("statuses", "tries", "arrives"),
    [
        ([], 1, True),
        ([500], 2, True),
        ([429, 503], 3, True),
        ([500, 500, 500], 3, False),
        ([404], 1, False),
        ([400], 1, False),
    ],
)
async def test_what_may_pass_is_tried_again(
    receiver: Receiver, statuses: list[int], tries: int, arrives: bool
) -> None:
    receiver.statuses = statuses
    assert await responses.respond(receiver.address, {"text": "hello"}) is arrives
    assert len(receiver.requests) == tries


async def test_nobody_there_is_no_error() -> None:
    assert not await responses.respond("http://127.0.0.1:1/answer", {"text": "hello"})


PARTS: list[dict[str, Any]] = [
    {"text": "one", "blocks": [{"type": "divider"}]},
    {"text": "two", "blocks": []},
]


def _press(receiver: Receiver, channel: str = "C1", **container: Any) -> dict[str, Any]:
    return {"response_url": receiver.address, "container": container, "channel": {"id": channel}}


async def test_an_ephemeral_message_is_replaced(receiver: Receiver) -> None:
    answer = {"public": False, "parts": PARTS}
    await responses.answer_button_press(_press(receiver, is_ephemeral=True, thread_ts="1.2"), answer)
    first, second = receiver.requests
    assert first == {**PARTS[0], "replace_original": True}
    assert second == {
        "text": "two",
        "response_type": "ephemeral",
        "replace_original": False,
        "thread_ts": "1.2",
    }


async def test_a_message_for_all_stays(receiver: Receiver) -> None:
    await responses.answer_button_press(_press(receiver), {"public": False, "parts": PARTS[:1]})
    assert receiver.requests == [{**PARTS[0], "response_type": "ephemeral", "replace_original": False}]


async def test_a_public_answer_removes_the_private_question(receiver: Receiver) -> None:
    await responses.answer_button_press(
        _press(receiver, is_ephemeral=True), {"public": True, "parts": PARTS[:1]}
    )
    assert receiver.requests == [
        {**PARTS[0], "response_type": "in_channel", "replace_original": False},
        {"delete_original": True},
    ]


async def test_nothing_to_say_is_not_said(receiver: Receiver) -> None:
    await responses.answer_button_press(_press(receiver), {"public": False, "parts": []})
    await responses.answer_button_press({"container": None}, {"public": False, "parts": PARTS})
    assert receiver.requests == []
