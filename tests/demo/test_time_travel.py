"""The sandbox's clock over the whole product: moves, a quarter in fast motion, restarts, starting again."""

import asyncio
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.demo.sandboxes import PLAN, Visit, comes_true, opened, plan_file, settings_in


async def hear(visit: Visit) -> None:
    """Collect the news every page gets."""
    url = f"{visit.address}/sandbox/events?user={visit.user}"
    async with visit.session.get(url) as stream:
        async for line in stream.content:
            if line.startswith(b"data: "):
                visit.news.append(json.loads(line.removeprefix(b"data: ")))


def told(visit: Visit, kind: str) -> list[dict[str, Any]]:
    return [one for one in visit.news if one["type"] == kind]


async def now(visit: Visit) -> datetime:
    return datetime.fromisoformat((await visit.clock())["now_iso"])


async def over(visit: Visit) -> bool:
    return bool(told(visit, "played"))


async def still(visit: Visit) -> bool:
    """Whether nothing is under way: then there is nothing to stop."""
    return (await visit.clock())["playing"] is None and bool(await visit.messages())


async def later_than(visit: Visit, moment: datetime) -> bool:
    return await now(visit) > moment


async def shown(visit: Visit, words: str) -> bool:
    """Whether the board's channel ends with these words; a busy machine's answer may follow a promise."""
    return words in (await visit.messages("C0BOARD"))[-1]["text"]


async def test_steps_and_what_comes_next(tmp_path: Path) -> None:
    async with opened(settings_in(tmp_path), plan_file(tmp_path), "U0AA") as visit:
        before = await visit.clock()
        assert before["next_words"].startswith(before["upcoming"][0]["short"])
        assert {each["words"] for each in before["upcoming"]} >= {"weekly digest"}
        assert len(before["upcoming"]) <= 6
        first = before["upcoming"][0]
        words = (await visit.post("clock", to="next-event"))["words"]
        assert "the bot sent" in words
        assert await now(visit) >= datetime.fromisoformat(first["at"])
        monday = (await visit.post("clock", to="next-monday"))["words"]
        assert "It is now Monday" in monday
        assert "digest" in monday
        day = await now(visit)
        await visit.post("clock", to="day")
        assert timedelta(hours=23) < await now(visit) - day < timedelta(hours=25, minutes=1)
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
    async with opened(settings_in(tmp_path, kind), plan_file(tmp_path), "U0AA") as visit:
        listening = asyncio.create_task(hear(visit))
        began = await now(visit)
        assert (await visit.post("play", weeks=weeks))["weeks"] == weeks
        assert "moving already" in (await visit.post("clock", to="day"))["error"]
        assert "moving already" in (await visit.post("play"))["error"]
        await comes_true(lambda: over(visit), "the quarter was played")
        listening.cancel()
        (last,) = told(visit, "played")
        assert last["reason"] == "done"
        assert last["sent"]["digests"] == weeks
        assert last["sent"]["prompts"] > 0
        assert kind == "postgresql" or last["answers"] > 0
        playing = told(visit, "playing")
        assert playing
        assert all(0 <= one["percent"] <= 100 for one in playing)
        assert playing == sorted(playing, key=lambda one: one["percent"])
        assert timedelta(weeks=weeks) <= await now(visit) - began < timedelta(weeks=weeks, hours=2)
        assert len(await visit.messages("C0BOARD")) >= weeks
        assert visit.news[-1] == {"type": "clock"} or {"type": "clock"} in visit.news


async def test_a_quarter_is_the_same_each_time_and_can_be_stopped(tmp_path: Path) -> None:
    async with opened(settings_in(tmp_path), plan_file(tmp_path), "U0AA") as visit:
        seen = []
        for _ in range(2):
            await visit.post("play", weeks=2)
            await comes_true(lambda: still(visit), "the clock stands")
            seen.append([one["text"] for one in await visit.messages()])
            assert (await visit.post("reset"))["ok"]
        assert seen[0] == seen[1]
        began = await now(visit)
        await visit.post("play")
        assert (await visit.post("play/stop"))["words"].startswith("Stopped. It is now")
        assert await now(visit) - began < timedelta(weeks=12)
        assert (await visit.post("play/stop"))["words"] == ""
        assert "It is now" in (await visit.post("clock", to="day"))["words"]


async def test_starting_again_while_the_clock_moves(tmp_path: Path) -> None:
    async with opened(settings_in(tmp_path), plan_file(tmp_path), "U0AA") as visit:
        opened_at = await now(visit)
        before = [one["text"] for one in await visit.messages("C0BOARD")]
        await visit.post("say", channel="C0BOARD", text="/cip update 1.1 complete")
        moving = asyncio.create_task(visit.post("clock", to="date", date="2022-07-01"))
        await comes_true(lambda: later_than(visit, opened_at + timedelta(days=1)), "the clock moves")
        first, second = await asyncio.gather(visit.post("reset"), visit.post("reset"))
        assert sorted([first.get("ok", False), second.get("ok", False)]) == [False, True]
        assert "Stopped" in (await moving)["words"]
        assert await now(visit) - opened_at < timedelta(hours=1)
        assert [one["text"] for one in await visit.messages("C0BOARD")] == before
        await visit.post("play")
        await asyncio.sleep(0.3)
        assert (await visit.post("reset"))["ok"]
        assert (await visit.clock())["playing"] is None
        assert [one["text"] for one in await visit.messages("C0BOARD")] == before


async def test_everything_survives_a_restart(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    async with opened(settings, plan_file(tmp_path), "U0AA") as visit:
        await visit.post("clock", to="next-monday")
        await visit.post("say", channel="C0BOARD", text="/cip update 1.1 in-progress half way")
        before, at = await visit.get("state"), await now(visit)
        said = [await visit.messages(), await visit.messages("C0BOARD")]
    async with opened(settings, user="U0AA") as visit:
        after = await visit.get("state")
        assert (after["users"], after["plan"]) == (before["users"], before["plan"])
        assert timedelta() <= await now(visit) - at < timedelta(minutes=2)
        assert [await visit.messages(), await visit.messages("C0BOARD")] == said
        assert after["clock"]["upcoming"] == before["clock"]["upcoming"]


async def test_an_opening_that_was_cut_short_is_begun_anew(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    async with opened(settings, plan_file(tmp_path), "U0AA") as visit:
        before = [one["text"] for one in await visit.messages("C0BOARD")]
        await visit.post("clock", to="next-monday")
    record = tmp_path / "sandbox-town.json"
    record.write_text(json.dumps({**json.loads(record.read_text()), "ready": False}))
    (tmp_path / "sandbox-clock.json").write_text("{half a file")
    async with opened(settings, user="U0AA") as visit:
        assert [one["text"] for one in await visit.messages("C0BOARD")] == before


async def test_it_never_wipes_what_it_did_not_put_there(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    async with opened(settings, plan_file(tmp_path), "U0AA"):
        pass
    (tmp_path / "sandbox-town.json").unlink()
    async with opened(settings, user="U0AA") as visit:
        assert "did not put there" in (await visit.post("reset"))["error"]
        await visit.post("say", channel="C0BOARD", text="/cip show 1.2")
        await comes_true(lambda: shown(visit, "Mend the roof"), "the action is shown")
    other = plan_file(tmp_path, PLAN.replace("Mend", "Raise"), "other.csv")
    with pytest.raises(Exception, match="did not put there"):
        async with opened(settings, other):
            pass


async def test_hints(tmp_path: Path) -> None:
    async with opened(settings_in(tmp_path), plan_file(tmp_path), "U0BB") as visit:
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
