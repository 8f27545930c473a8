"""A plan dropped on the page: reviewed in chat, applied by a button, its people move in."""

import asyncio
import base64
from pathlib import Path
from typing import Any

from tests.demo.sandboxes import PLAN, PageClient, open_sandbox, settings_in, wait_for, write_plan_file

NEWER = PLAN.replace("31/08/2021", "30/11/2021") + "1.4,Open the doors,ZZ,31/05/2022,Not started\n"


async def upload_plan(visit: PageClient, text: str, name: str = "newer.csv") -> dict[str, Any]:
    """Drop the file and wait for the review."""
    before = len(await visit.messages())
    response = await visit.post("upload", name=name, content=base64.b64encode(text.encode()).decode())
    assert (response["ok"], response["heard"]) == (True, True)
    progress_text = "I am reading"  # on a busy machine, until it is read
    return (
        await visit.wait_for_messages(
            lambda found: len(found) > before + 1 and progress_text not in found[-1]["text"]
        )
    )[-1]


def button(message: dict[str, Any], action: str) -> str:
    elements = [one for block in message["blocks"] for one in block.get("elements", [])]
    return str(next(one["action_id"] for one in elements if one.get("action_id", "").startswith(action)))


async def test_the_page_from_drop_to_newcomers(tmp_path: Path) -> None:
    async with open_sandbox(settings_in(tmp_path), write_plan_file(tmp_path), "U0PM") as visit:
        review = await upload_plan(visit, NEWER)
        assert "1 new action" in review["text"]
        assert "1 action with a new date" in review["text"]
        press = {"channel": await visit.dm_id(), "ts": review["ts"]}
        apply = button(review, "import-apply")
        both = await asyncio.gather(*(visit.post("press", action_id=apply, **press) for _ in range(2)))
        assert [one["ok"] for one in both] == [True, True]
        done = await visit.wait_for_messages(
            lambda found: any("Taken in" in one["text"] and one["edited"] for one in found)
        )
        assert sum("1 new action" in one["text"] for one in done) == 1

        async def moved_in() -> bool:
            return "U0ZZ" in {one["id"] for one in (await visit.get("state"))["users"]}

        await wait_for(moved_in, "ZZ moved in")
        visit.user = "U0ZZ"
        await visit.post("say", channel="C0BOARD", text="/cip mine")
        assert "Open the doors" in (await visit.messages("C0BOARD"))[-1]["text"]


async def test_cancel_and_a_file_that_is_none(tmp_path: Path) -> None:
    async with open_sandbox(settings_in(tmp_path), write_plan_file(tmp_path), "U0PM") as visit:
        review = await upload_plan(visit, NEWER)
        cancel = button(review, "import-cancel")
        await visit.post("press", action_id=cancel, channel=await visit.dm_id(), ts=review["ts"])
        await visit.wait_for_messages(lambda found: any("Not taken in" in one["text"] for one in found))
        refused = await upload_plan(visit, "no plan at all", "letter.csv")
        assert "letter.csv cannot be taken in." in refused["text"]
        wire = await visit.get("wire")
        titles = [one["title"] for one in wire["exchanges"]]
        assert {"file download", "message", "button " + cancel} <= set(titles)
