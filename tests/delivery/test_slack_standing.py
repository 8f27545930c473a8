"""What Slack says of an account: asked seldom, kept for ten minutes, and never guessed."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.commands import Asker
from bot.delivery.slack_standing import SlackStandings, read_account_kind
from bot.plan.reading import AccountKind, Standing
from bot.sandbox.server import Sandbox
from tests.fixtures.sandbox import BOARD, JM, LEAVER, OTHER, RM, FixedClock, client_of, running_sandbox

TEAM = "T0SANDBOX"


def asker(user: str, channel: str = BOARD) -> Asker:
    return Asker(TEAM, user, channel, "board")


def count_calls(sandbox: Sandbox, method: str) -> int:
    return sum(f"/{method}" in each.url for each in sandbox.traffic.exchanges())


def standings_of(sandbox: Sandbox, clock: FixedClock, **options: float) -> SlackStandings:
    return SlackStandings(client_of(sandbox), clock, **options)


async def test_the_kind_of_an_account_and_whether_it_is_in_the_channel() -> None:
    async with running_sandbox() as sandbox:
        add = sandbox.workspace.add_user
        add("U0GUEST", "g", "G", "g@f.example", "Europe/London", is_restricted=True)
        add("U0FIRM", "f", "F", "f@f.example", "Europe/London", team_id="T0FIRM")
        standings = standings_of(sandbox, FixedClock())
        asked = [(RM, BOARD), (JM, OTHER)]
        asked += [(user, BOARD) for user in ("U0GUEST", "U0FIRM", LEAVER, "U0NONE")]
        found = [await standings.ask(asker(user, channel), in_channel=True) for user, channel in asked]
        assert found == [
            Standing(AccountKind.MEMBER, in_channel=True),
            Standing(AccountKind.MEMBER, in_channel=False),
            Standing(AccountKind.GUEST),
            Standing(AccountKind.FOREIGN),
            Standing(AccountKind.DEACTIVATED),
            Standing(AccountKind.FOREIGN),
        ]


async def test_members_are_read_over_many_pages() -> None:
    async with running_sandbox() as sandbox:
        everyone = [f"U9{number:05}" for number in range(2_300)]
        sandbox.workspace.add_channel(BOARD, "board", everyone)
        sandbox.workspace.add_user(everyone[-1], "z", "Z", "z@c.example", "Europe/London")
        standings = standings_of(sandbox, FixedClock(), timeout_seconds=30)
        assert (await standings.ask(asker(everyone[-1]), in_channel=True)).in_channel
        assert count_calls(sandbox, "conversations.members") == 3


async def test_it_is_kept_for_ten_minutes_and_asked_once_for_all_who_wait() -> None:
    async with running_sandbox() as sandbox:
        clock = FixedClock()
        standings = standings_of(sandbox, clock)
        await asyncio.gather(*(standings.ask(asker(RM), in_channel=True) for _ in range(5)))
        assert (count_calls(sandbox, "users.info"), count_calls(sandbox, "conversations.members")) == (1, 1)
        clock.moment += timedelta(minutes=9, seconds=59)
        await standings.ask(asker(RM), in_channel=True)
        assert count_calls(sandbox, "users.info") == 1
        sandbox.workspace.channels[BOARD].members.remove(RM)
        clock.moment += timedelta(seconds=2)
        assert not (await standings.ask(asker(RM), in_channel=True)).in_channel


@pytest.mark.parametrize("seconds", [1, 10**11, 100])
async def test_after_a_refusal_slack_is_left_alone_for_a_while(seconds: int) -> None:
    async with running_sandbox() as sandbox:
        clock = FixedClock()
        standings = standings_of(sandbox, clock)
        sandbox.faults.rate_limit("users.info", retry_after=seconds)
        for _ in range(3):
            assert await standings.ask(asker(RM), in_channel=False) == Standing(None)
        assert count_calls(sandbox, "users.info") == 1
        clock.moment += timedelta(minutes=5)
        assert (await standings.ask(asker(RM), in_channel=False)).kind is AccountKind.MEMBER


async def test_what_takes_too_long_is_unknown_and_known_the_next_time() -> None:
    async with running_sandbox() as sandbox:
        standings = standings_of(sandbox, FixedClock(), timeout_seconds=0.2)
        sandbox.faults.slow("users.info", 1.0)
        assert await standings.ask(asker(RM), in_channel=False) == Standing(None)
        await asyncio.sleep(1.5)
        assert (await standings.ask(asker(RM), in_channel=False)).kind is AccountKind.MEMBER
        assert count_calls(sandbox, "users.info") == 1


async def test_a_channel_that_slack_does_not_show_is_no_way_in() -> None:
    async with running_sandbox() as sandbox:
        standings = standings_of(sandbox, FixedClock())
        assert await standings.ask(asker(RM, "C0NONE"), in_channel=True) == Standing(None)


@pytest.mark.parametrize(
    ("user", "kind"),
    [
        ({}, AccountKind.MEMBER),
        ({"team_id": TEAM, "is_restricted": False}, AccountKind.MEMBER),
        ({"is_restricted": True}, AccountKind.GUEST),
        ({"is_ultra_restricted": True}, AccountKind.GUEST),
        ({"team_id": "T0FIRM"}, AccountKind.FOREIGN),
        ({"team_id": "T0FIRM", "enterprise_user": {"teams": [TEAM]}}, AccountKind.MEMBER),
        ({"team_id": "T0FIRM", "enterprise_user": {"teams": ["T1"]}}, AccountKind.FOREIGN),
        ({"is_stranger": True}, AccountKind.FOREIGN),
        ({"deleted": True, "is_restricted": True}, AccountKind.DEACTIVATED),
    ],
)
def test_what_a_user_object_says(user: dict[str, Any], kind: AccountKind) -> None:
    assert read_account_kind(user, TEAM) is kind
