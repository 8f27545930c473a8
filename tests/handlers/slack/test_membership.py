"""Once the bot is back in a channel, what waited for it is posted at once."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.sandbox.config import BOT_USER_ID
from models import BoardChannel, Delivery, DeliveryState, Refusal
from tests.delivery.test_worker import NINE
from tests.fixtures.council import BOARD, Council, bot_running, council
from tests.fixtures.databases import KINDS
from tests.fixtures.plans import TEAM
from tests.fixtures.waiting import wait_until


async def send_event(bot_council: Council, event: dict[str, Any]) -> None:
    body = json.dumps(
        {
            "type": "event_callback",
            "team_id": TEAM,
            "api_app_id": "A0",
            "event_id": f"Ev{abs(hash(json.dumps(event)))}",
            "event_time": 1,
            "event": event,
        }
    ).encode()
    headers = bot_council.sandbox.sign(body) | {"Content-Type": "application/json"}
    assert (await bot_council.sandbox.send_raw(body, headers)).status == 200


def state_of_digest(bot_council: Council) -> DeliveryState | None:
    database = bot_council.database()
    with database.transaction(write=False) as session:
        state = session.scalar(select(Delivery.state).where(Delivery.kind == "digest"))
    database.close()
    return state


async def wait_for(bot_council: Council, state: DeliveryState) -> None:
    await wait_until(lambda: state_of_digest(bot_council) is state, f"the digest is {state}")


def next_tries(bot_council: Council) -> set[bool]:
    """Whether each refusal is to be tried now."""
    database = bot_council.database()
    with database.transaction(write=False) as session:
        found = {each.next_try_at <= bot_council.clock.now() for each in session.scalars(select(Refusal))}
    database.close()
    return found


BACK = [
    {"type": "member_joined_channel", "user": BOT_USER_ID, "channel": BOARD, "channel_type": "C"},
    {"type": "channel_unarchive", "user": "U0RM", "channel": BOARD},
    {"type": "channel_rename", "channel": {"id": BOARD, "name": "board", "created": 1}},
    {"type": "group_unarchive", "user": "U0RM", "channel": BOARD},
]
NOTHING_NEW: list[dict[str, Any]] = [
    {"type": "member_joined_channel", "user": "U0STRANGER", "channel": BOARD, "channel_type": "C"},
    {"type": "channel_unarchive", "user": "U0RM", "channel": "C0OTHER"},
    {"type": "channel_rename", "channel": None},
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("event", BACK, ids=lambda event: event["type"])
async def test_what_waited_is_posted_once_the_channel_takes_it(
    kind: str, event: dict[str, Any], tmp_path: Path
) -> None:
    async with council(kind, tmp_path) as bot_council:
        await _refuse_the_channel(bot_council)
        async with bot_running(bot_council):
            await wait_for(bot_council, DeliveryState.WAITING)
            bot_council.sandbox.workspace.channels[BOARD].members.append(BOT_USER_ID)
            for each in NOTHING_NEW:
                await send_event(bot_council, each)
            assert next_tries(bot_council) == {False}
            await send_event(bot_council, event)
            await wait_for(bot_council, DeliveryState.SENT)
        assert len(bot_council.visible_messages("CH")) == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_a_restart_tries_what_waits(kind: str, tmp_path: Path) -> None:
    async with council(kind, tmp_path) as bot_council:
        await _refuse_the_channel(bot_council)
        async with bot_running(bot_council):
            await wait_for(bot_council, DeliveryState.WAITING)
        bot_council.sandbox.workspace.channels[BOARD].members.append(BOT_USER_ID)
        async with bot_running(bot_council):
            await wait_for(bot_council, DeliveryState.SENT)
        assert len(bot_council.visible_messages("CH")) == 1


async def _refuse_the_channel(bot_council: Council) -> None:
    bot_council.clock.moment = NINE
    bot_council.sandbox.workspace.channels[BOARD].members.remove(BOT_USER_ID)
    database = bot_council.database()
    with database.transaction() as session:
        session.execute(update(BoardChannel).values(channel_id=BOARD))
    database.close()
