"""The sandbox's clock over the whole product: moves, a quarter in fast motion, restarts, starting again."""

import asyncio
import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.demo.sandboxes import PLAN, PageClient, open_sandbox, settings_in, wait_for, write_plan_file


async def collect_events(visit: PageClient) -> None:
    """Collect the news every page gets."""
    url = f"{visit.address}/sandbox/events?user={visit.user}"
    async with visit.session.get(url) as stream:
        async for line in stream.content:
            if line.startswith(b"data: "):
                visit.events.append(json.loads(line.removeprefix(b"data: ")))


def events_of(visit: PageClient, kind: str) -> list[dict[str, Any]]:
    return [one for one in visit.events if one["type"] == kind]


async def sandbox_now(visit: PageClient) -> datetime:
    return datetime.fromisoformat((await visit.clock())["now_iso"])


async def has_finished(visit: PageClient) -> bool:
    return bool(events_of(visit, "played"))


async def is_idle(visit: PageClient) -> bool:
    """Whether nothing is under way: then there is nothing to stop."""
    return (await visit.clock())["playing"] is None and bool(await visit.messages())


async def is_later_than(visit: PageClient, moment: datetime) -> bool:
    return await sandbox_now(visit) > moment


async def is_last_message(visit: PageClient, words: str) -> bool:
    """Whether the board's channel ends with these words; a busy machine's answer may follow a promise."""
    return words in (await visit.messages("C0BOARD"))[-1]["text"]


async def test_steps_and_what_comes_next(tmp_path: Path) -> None:
    async with open_sandbox(settings_in(tmp_path), write_plan_file(tmp_path), "U0AA") as visit:
        before = await visit.clock()
        assert before["next_words"].startswith(before["upcoming"][0]["short"])
        assert {each["words"] for each in before["upcoming"]} >= {"weekly digest"}
        assert len(before["upcoming"]) <= 6
        first = before["upcoming"][0]
        words = (await visit.post("clock", to="next-event"))["words"]
        assert "the bot sent" in words
        assert await sandbox_now(visit) >= datetime.fromisoformat(first["at"])
        monday = (await visit.post("clock", to="next-monday"))["words"]
        assert "It is now Monday" in monday
        assert "digest" in monday
        day = await sandbox_now(visit)
        await visit.post("clock", to="day")
        assert timedelta(hours=23) < await sandbox_now(visit) - day < timedelta(hours=25, minutes=1)
        assert "prompt" in (await visit.post("clock", to="next-prompt"))["words"]
        assert (
            "It is now Wednesday 15 December 2021, 10:05am."
            in (await visit.post("clock", to="date", date="2021-12-15"))["words"]
        )
        for date, words in (("2021-12-15", "only goes forward"), ("2023-01-15", "a year at a time")):
            assert words in (await visit.post("clock", to="date", date=date))["error"]
            assert visit.status == 400


@pytest.mark.parametrize(("kind", "weeks"), [("sqlite", 13), ("postgresql", 2)])
async def test_a_quarter_in_fast_motion(tmp_path: Path, kind: str, weeks: int) -> None:
    async with open_sandbox(settings_in(tmp_path, kind), write_plan_file(tmp_path), "U0AA") as visit:
        listening = asyncio.create_task(collect_events(visit))
        began = await sandbox_now(visit)
        assert (await visit.post("play", weeks=weeks))["weeks"] == weeks
        assert "moving already" in (await visit.post("clock", to="day"))["error"]
        assert "moving already" in (await visit.post("play"))["error"]
        await wait_for(lambda: has_finished(visit), "the quarter was played")
        listening.cancel()
        (last,) = events_of(visit, "played")
        assert last["reason"] == "done"
        assert last["sent"]["digests"] == weeks
        assert last["sent"]["prompts"] > 0
        assert kind == "postgresql" or last["answers"] > 0
        playing = events_of(visit, "playing")
        assert playing
        assert all(0 <= one["percent"] <= 100 for one in playing)
        assert playing == sorted(playing, key=lambda one: one["percent"])
        assert timedelta(weeks=weeks) <= await sandbox_now(visit) - began < timedelta(weeks=weeks, hours=2)
        assert len(await visit.messages("C0BOARD")) >= weeks
        assert visit.events[-1] == {"type": "clock"} or {"type": "clock"} in visit.events


async def test_a_quarter_is_the_same_each_time_and_can_be_stopped(tmp_path: Path) -> None:
    async with open_sandbox(settings_in(tmp_path), write_plan_file(tmp_path), "U0AA") as visit:
        seen = []
        for _ in range(2):
            await visit.post("play", weeks=2)
            await wait_for(lambda: is_idle(visit), "the clock stands")
            seen.append([one["text"] for one in await visit.messages()])
            assert (await visit.post("reset"))["ok"]
        assert seen[0] == seen[1]
        began = await sandbox_now(visit)
        await visit.post("play")
        assert (await visit.post("play/stop"))["words"].startswith("Stopped. It is now")
        assert await sandbox_now(visit) - began < timedelta(weeks=12)
        assert (await visit.post("play/stop"))["words"] == ""
        assert "It is now" in (await visit.post("clock", to="day"))["words"]


async def test_starting_again_while_the_clock_moves(tmp_path: Path) -> None:
    async with open_sandbox(settings_in(tmp_path), write_plan_file(tmp_path), "U0AA") as visit:
        opened_at = await sandbox_now(visit)
        before = [one["text"] for one in await visit.messages("C0BOARD")]
        await visit.post("say", channel="C0BOARD", text="/cip update 1.1 complete")
        moving = asyncio.create_task(visit.post("clock", to="date", date="2022-07-01"))
        await wait_for(lambda: is_later_than(visit, opened_at + timedelta(days=1)), "the clock moves")
        first, second = await asyncio.gather(visit.post("reset"), visit.post("reset"))
        assert sorted([first.get("ok", False), second.get("ok", False)]) == [False, True]
        assert "Stopped" in (await moving)["words"]
        assert await sandbox_now(visit) - opened_at < timedelta(hours=1)
        assert [one["text"] for one in await visit.messages("C0BOARD")] == before
        await visit.post("play")
        await asyncio.sleep(0.3)
        assert (await visit.post("reset"))["ok"]
        assert (await visit.clock())["playing"] is None
        assert [one["text"] for one in await visit.messages("C0BOARD")] == before


async def test_everything_survives_a_restart(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    async with open_sandbox(settings, write_plan_file(tmp_path), "U0AA") as visit:
        await visit.post("clock", to="next-monday")
        await visit.post("say", channel="C0BOARD", text="/cip update 1.1 in-progress half way")
        before, at = await visit.get("state"), await sandbox_now(visit)
        said = [await visit.messages(), await visit.messages("C0BOARD")]
    async with open_sandbox(settings, user="U0AA") as visit:
        after = await visit.get("state")
        assert (after["users"], after["plan"]) == (before["users"], before["plan"])
        assert timedelta() <= await sandbox_now(visit) - at < timedelta(minutes=2)
        assert [await visit.messages(), await visit.messages("C0BOARD")] == said
        assert after["clock"]["upcoming"] == before["clock"]["upcoming"]


async def test_an_opening_that_was_cut_short_is_begun_anew(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    async with open_sandbox(settings, write_plan_file(tmp_path), "U0AA") as visit:
        before = [one["text"] for one in await visit.messages("C0BOARD")]
        await visit.post("clock", to="next-monday")
    record = tmp_path / "sandbox-town.json"
    record.write_text(json.dumps({**json.loads(record.read_text()), "ready": False}))
    (tmp_path / "sandbox-clock.json").write_text("{half a file")
    async with open_sandbox(settings, user="U0AA") as visit:
        assert [one["text"] for one in await visit.messages("C0BOARD")] == before


async def test_it_never_wipes_what_it_did_not_put_there(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    async with open_sandbox(settings, write_plan_file(tmp_path), "U0AA"):
        pass
    (tmp_path / "sandbox-town.json").unlink()
    async with open_sandbox(settings, user="U0AA") as visit:
        assert "did not put there" in (await visit.post("reset"))["error"]
        await visit.post("say", channel="C0BOARD", text="/cip show 1.2")
        await wait_for(lambda: is_last_message(visit, "Mend the roof"), "the action is shown")
    other = write_plan_file(tmp_path, PLAN.replace("Mend", "Raise"), "other.csv")
    with pytest.raises(Exception, match="did not put there"):
        async with open_sandbox(settings, other):
            pass


async def test_hints(tmp_path: Path) -> None:
    async with open_sandbox(settings_in(tmp_path), write_plan_file(tmp_path), "U0BB") as visit:
        found = await visit.get("hints")
        assert [(one["ref"], one["mine"]) for one in found["refs"]] == [
            ("1.2", True),
            ("1.1", False),
            ("1.3", False),
        ]
        assert found["refs"][0] | {"owners": ""} == {
            "ref": "1.2",
            "title": "Mend the roof",
            "owners": "",
            "due_words": "30 September 2021",
            "status_words": "not started",
            "mine": True,
        }
        assert {"in-progress", "complete"} <= {one["name"] for one in found["statuses"]}


async def test_what_is_refused_is_counted_on_the_way_and_sent_once_it_is_put_right(tmp_path: Path) -> None:
    async with open_sandbox(settings_in(tmp_path), write_plan_file(tmp_path), "U0AA") as visit:
        first = await visit.clock()
        await visit.post("conditions", name="token", on=True)
        words = (await visit.post("clock", to="next-event"))["words"]
        assert await sandbox_now(visit) < datetime.fromisoformat(first["now_iso"]) + timedelta(days=8)
        assert "waits until what is wrong is put right." in words
        assert "Nothing was due" not in words
        words = (await visit.post("clock", to="next-monday"))["words"]
        assert "the bot sent" not in words
        await visit.post("conditions", clear=True)
        today = f"{await sandbox_now(visit):%-d %B %Y}"
        await wait_for(lambda: is_last_message(visit, today), "the digest that waited was posted")
        words = (await visit.post("clock", to="next-monday"))["words"]
        assert "wait" not in words


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_an_undo_is_used_however_it_was_taken_back(tmp_path: Path, kind: str) -> None:
    async with open_sandbox(settings_in(tmp_path, kind), write_plan_file(tmp_path), "U0BB") as visit:
        for line in ("/cip update 1.2 in-progress", "/cip update 1.2 complete"):
            await visit.post("say", channel="C0BOARD", text=line)
        await wait_for(lambda: has_undos(visit, 2), "both are recorded")
        older, newer = await undo_values(visit)
        asked = f"used-buttons?value={older}&value={newer}&value=undo%20nothing&value=mine"
        assert await visit.get(asked) == {"used": []}
        await visit.post("say", channel="C0BOARD", text="/cip undo")
        assert await visit.get(asked) == {"used": [newer]}


async def has_undos(visit: PageClient, count: int) -> bool:
    return len(await undo_values(visit)) == count


async def undo_values(visit: PageClient) -> list[str]:
    """The values of the Undo buttons in the board's channel, oldest first."""
    return re.findall(r'"(undo \w+)"', json.dumps(await visit.messages("C0BOARD")))
