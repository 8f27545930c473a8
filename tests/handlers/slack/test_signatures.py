import asyncio
import time
from pathlib import Path

import pytest

from bot.sandbox.deliveries import sign
from tests.fixtures.council import Council, bot_running, council
from tests.fixtures.databases import KINDS
from tests.handlers.slack.slack_actions import FORM, JSON, another_second, notes, post

LINE = "update 1/5.2 complete: all teams done"
LINE_AS_FORM = b"update+1%2F5.2+complete"
SIGNATURE, MOMENT = "X-Slack-Signature", "X-Slack-Request-Timestamp"


async def _body(bot_council: Council) -> bytes:
    """A command as it was sent, to be sent again with other headers."""
    await bot_council.send_command("SS", "mine")
    body = bot_council.sandbox.last_delivery.body
    return body.replace(b"text=mine", b"text=" + LINE_AS_FORM).replace(b"trigger_id=", b"trigger_id=0")


@pytest.mark.parametrize(
    "age", [301, 3600, -330, -100_000], ids=["expired", "an hour old", "ahead", "far ahead"]
)
async def test_a_signature_is_good_for_five_minutes(sqlite_council: Council, age: int) -> None:
    body = await _body(sqlite_council)
    ack = await post(sqlite_council, body, FORM, sqlite_council.sandbox.sign(body, int(time.time()) - age))
    assert ack.status == 401
    assert notes(sqlite_council) == []


async def test_forged_requests_change_nothing(sqlite_council: Council) -> None:
    body = await _body(sqlite_council)
    good = sqlite_council.sandbox.sign(body)
    forged: list[dict[str, str]] = [
        {},
        sign("another-secret", body),
        {MOMENT: good[MOMENT]},
        {SIGNATURE: good[SIGNATURE]},
        {**good, SIGNATURE: ""},
        {**good, SIGNATURE: good[SIGNATURE][:-1] + ("0" if good[SIGNATURE][-1] != "0" else "1")},
        {**good, SIGNATURE: good[SIGNATURE].removeprefix("v0=")},
        {**good, SIGNATURE: "v0=é"},
        {**good, MOMENT: "soon"},
        {**good, MOMENT: "9" * 400},
        {**good, MOMENT: "-1"},
        {**good, MOMENT: str(int(good[MOMENT]) + 1)},
        sqlite_council.sandbox.sign(body + b"&x=1"),
    ]
    for headers in forged:
        assert (await post(sqlite_council, body, FORM, headers)).status == 401, headers
    assert notes(sqlite_council) == []
    assert (await post(sqlite_council, body, FORM, good)).status == 200
    assert len(notes(sqlite_council)) == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_a_replay_is_refused_also_after_a_restart(kind: str, tmp_path: Path) -> None:
    async with council(kind, tmp_path) as bot_council:
        async with bot_running(bot_council):
            await bot_council.send_command("SS", LINE)
            assert (await bot_council.sandbox.replay()).status == 401
        async with bot_running(bot_council):
            assert (await bot_council.sandbox.replay()).status == 401
        assert notes(bot_council) == ["all teams done"]


@pytest.mark.parametrize("line", ["update 1/5.2 dnoe", "update 5.3 complete", "mine", "digest"])
async def test_what_was_refused_or_only_looked_is_not_replayed_either(
    sqlite_council: Council, line: str
) -> None:
    await sqlite_council.send_command("SS", line)
    assert (await sqlite_council.sandbox.replay()).status == 401
    assert notes(sqlite_council) == []


async def test_of_many_copies_at_once_one_is_taken(bot_council: Council) -> None:
    body = await _body(bot_council)
    headers = bot_council.sandbox.sign(body)
    acks = await asyncio.gather(*(post(bot_council, body, FORM, headers) for _ in range(6)))
    assert sorted(ack.status for ack in acks) == [200, 401, 401, 401, 401, 401]
    assert len(notes(bot_council)) == 1


async def test_a_redelivery_with_an_id_longer_than_is_kept(bot_council: Council) -> None:
    body = (await _body(bot_council)).replace(b"trigger_id=", b"trigger_id=" + b"x" * 300)
    moments = [int(time.time()) - ago for ago in (3, 2, 1)]
    acks = [await post(bot_council, body, FORM, bot_council.sandbox.sign(body, moment)) for moment in moments]
    assert len({str(ack.body) for ack in acks}) == 1
    assert len(notes(bot_council)) == 1
    assert (await post(bot_council, body, FORM, bot_council.sandbox.sign(body, moments[0]))).status == 401


@pytest.mark.parametrize("name", [b"user_id", b"channel_id", b"channel_name", b"team_id"])
async def test_ids_longer_than_slacks_are_nobodys(bot_council: Council, name: bytes) -> None:
    body = (await _body(bot_council)).replace(name + b"=", name + b"=" + b"x" * 300)
    ack = await post(bot_council, body, FORM, bot_council.sandbox.sign(body))
    assert ack.status == 200
    assert "could not be saved" not in str(ack.body)
    assert len(notes(bot_council)) == (1 if name.startswith(b"channel") else 0)


async def test_a_redelivery_gets_the_same_answer_and_changes_nothing(bot_council: Council) -> None:
    said = await bot_council.send_command("SS", LINE)
    await another_second()
    again = await bot_council.sandbox.redeliver()
    assert again.status == 200
    assert isinstance(again.body, dict)
    assert again.body["text"] == said
    assert notes(bot_council) == ["all teams done"]


async def test_redeliveries_at_once_change_one_thing(bot_council: Council) -> None:
    await bot_council.send_command("SS", "mine")
    delivery = bot_council.sandbox.last_delivery
    delivery.payload |= {"text": LINE, "trigger_id": "another"}
    acks = await asyncio.gather(
        *(
            post(
                bot_council,
                delivery.body,
                FORM,
                bot_council.sandbox.sign(delivery.body, int(time.time()) - n),
            )
            for n in range(5)
        )
    )
    assert {ack.status for ack in acks} == {200}
    assert len({str(ack.body) for ack in acks}) == 1
    assert notes(bot_council) == ["all teams done"]


async def test_slacks_own_checks_of_the_address(sqlite_council: Council) -> None:
    ack = await post(sqlite_council, b'{"type":"url_verification","challenge":"abc"}', JSON)
    assert (ack.status, ack.body) == (200, {"challenge": "abc"})
    assert (await post(sqlite_council, b"ssl_check=1&token=x", FORM, {})).status == 200
