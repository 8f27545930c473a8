"""A backup of an earlier version, with the workspace as it stood beside it, goes on as if nothing happened.

`earlier/` was made by the bot at commit 8c44c89 (version 0.1.0, schema revision 0013): `scenario.live`, then
`scenario.plan_next_monday`, then a backup. council.backup is that backup; workspace.json.gz holds the records
of the sandbox workspace (messages with their buttons, open forms), and the command that was answered last.
"""

import gzip
import json
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr
from sqlalchemy import text

from bot.config import Settings
from bot.sandbox import payloads
from bot.sandbox.deliveries import BotDelivery
from bot.sandbox.entities import SandboxMessage
from tests.backup.databases import restore
from tests.fixtures.council import Council, bot_running
from tests.fixtures.databases import KINDS, fresh_url
from tests.fixtures.plans import TEAM, USERS
from tests.fixtures.sandbox import SECRET, SETTINGS, TOKEN, FixedClock, running_sandbox
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.slack_actions import buttons
from tests.stored_names.scenario import NEXT_MONDAY, messages_to

EARLIER = Path(__file__).parent / "earlier"
SAMPLE = "Wexbourne Children's Services Improvement Plan 2025-28"


@dataclass
class Restored:
    """The council after the restore. answered: the last command before it. messages: as they stood then."""

    council: Council
    answered: BotDelivery
    messages: list[SandboxMessage]

    def column(self, statement: str) -> list[Any]:
        database = self.council.database()
        with database.transaction(write=False) as session:
            found = list(session.scalars(text(statement)))
        database.close()
        return found

    def message(self, words: str) -> SandboxMessage:
        """The newest of the messages of before that holds these words."""
        return [each for each in self.messages if words in each.text][-1]

    @property
    def prompt(self) -> SandboxMessage:
        return next(each for each in self.messages if buttons(each, "prompt:complete"))

    def current_text(self, initials: str, message: SandboxMessage) -> str:
        """The text of the message as the person sees it now."""
        return next(
            each.text
            for each in self.council.visible_messages(initials, message.channel)
            if each.ts == message.ts
        )

    async def press(self, initials: str, message: SandboxMessage, action: str, index: int = 0) -> None:
        """Press a button as it stood then, also where the message was rewritten since."""
        workspace, wanted = self.council.sandbox.workspace, buttons(message, action)[index]
        (element,) = [each for each in _elements(message) if each.get("action_id") == wanted]
        done = {
            "type": "button",
            "block_id": "old",
            "action_ts": message.ts,
            "action_id": element["action_id"],
            "value": element["value"],
        }
        delivery = payloads.message_action_delivery(workspace, USERS[initials], message, done, {})
        assert (await self.council.sandbox.redeliver(delivery)).status == 200

    async def until(self, statement: str, what: str) -> None:
        await wait_until(lambda: self.column(statement), what)


def _elements(message: SandboxMessage) -> list[dict[str, Any]]:
    return [
        each
        for block in message.blocks
        for each in (*block.get("elements", []), *([block["accessory"]] if "accessory" in block else []))
    ]


@pytest.fixture(params=KINDS)
async def earlier(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Restored]:
    """Restored five minutes after the backup was made, with this version's bot running."""
    held = json.loads(gzip.decompress((EARLIER / "workspace.json.gz").read_bytes()))
    state_file = tmp_path / "workspace.sqlite3"
    _write_state(state_file, held["records"])
    clock = FixedClock(NEXT_MONDAY + timedelta(minutes=5))
    slack = replace(SETTINGS, team_id=TEAM, state_file=state_file)
    async with running_sandbox(settings=slack, clock=clock, seeded=False) as sandbox:
        url = fresh_url(request.param, tmp_path, None)
        council = Council(sandbox, clock, _settings(url, sandbox.settings.base_url, tmp_path), url)
        database = council.database()
        restore(database, EARLIER / "council.backup", clock.now())
        database.close()
        messages = [SandboxMessage(**body) for kind, _, body in held["records"] if kind == "message"]
        restored = Restored(
            council, BotDelivery(**held["answered"]), sorted(messages, key=lambda each: each.ts)
        )
        async with bot_running(council):
            waiting = "select id from delivery where state in ('planned', 'claimed')"
            await wait_until(lambda: not restored.column(waiting), "what was planned was sent")
            yield restored


def _write_state(path: Path, records: list[list[Any]]) -> None:
    """The workspace's own file, as it was."""
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE record (kind TEXT, key TEXT, body TEXT, PRIMARY KEY (kind, key))")
    rows = [(kind, key, json.dumps(body)) for kind, key, body in records]
    database.executemany("INSERT INTO record VALUES (?, ?, ?)", rows)
    database.commit()
    database.close()


def _settings(url: str, sandbox_url: str, folder: Path) -> Settings:
    return Settings(
        database_url=SecretStr(url),
        slack_bot_token=SecretStr(TOKEN),
        slack_signing_secret=SecretStr(SECRET),
        slack_api_url=f"{sandbox_url}/sandbox/api/",
        port=0,
        tick_seconds=0.2,
        data_dir=folder,
    )


async def test_versions_and_the_record_are_read(earlier: Restored) -> None:
    """Kept drafts, changes, prompts and the snapshot of the digest before."""
    say = earlier.council.send_command
    assert "wexbourne.xlsx" in await say("PM", "versions")
    version = await say("PM", "versions 1")
    for words in (SAMPLE, "Version 1", "43 actions", "1/1.1 "):
        assert words in version, words
    assert "21 open questions" in await say("PM", "questions")
    assert "half the teams have agreed" in await say("PM", "history 1/6.1")
    assert "no chat account is linked" in await say("PM", "why wexbourne-1/5.3")
    digest = await say("PM", "digest")
    for words in ("13 Red · ", "Compared with 9 March 2026.", "For the board (13 are Red)"):
        assert words in digest, words
    assert "Taken back" in await say("RM", "undo")
    assert "two people are away" in await say("RM", "show 1/5.3")


async def test_buttons_of_before_do_what_they_say(earlier: Restored) -> None:
    """A prompt, a choice between actions, and Undo."""
    await earlier.press("SS", earlier.prompt, "prompt:complete")
    await earlier.until("select id from prompt_item where answer = 'complete'", "the prompt was answered")
    await earlier.press("PM", earlier.message("5.2 names 4 actions"), "run", 2)
    recorded = "select id from status_change where source = 'command' and to_status = 'complete'"
    await wait_until(lambda: len(earlier.column(recorded)) == 2, "the action was chosen")
    taken_back = "select id from status_change where undoes_id is not null"
    assert len(earlier.column(taken_back)) == 1
    receipt = earlier.message("Recorded. 6.1 Agree the new model")
    [undo] = [each["value"] for each in _elements(receipt) if str(each.get("value")).startswith("undo ")]
    await earlier.press("JM", receipt, "run")
    said = earlier.council.visible_messages
    await wait_until(lambda: any("10 minutes" in each.text for each in said("JM")), "it was answered")
    # Its ten minutes are over; what it carries is understood for good.
    assert "Taken back. 6.1" in await earlier.council.send_command("JM", str(undo))
    assert len(earlier.column(taken_back)) > 1
    assert earlier.council.sandbox.failures == []


async def test_a_file_that_waits_is_applied_as_it_was_shown(earlier: Restored) -> None:
    review = earlier.message("I have read town.csv")
    await earlier.press("PM", review, "import-apply")
    await wait_until(lambda: "Taken in" in earlier.current_text("PM", review), "it was applied")
    assert "4 questions are still open" in earlier.current_text("PM", review)
    answered = "select status from action where title = 'Count the rooms'"
    assert earlier.column(answered) == ["complete"]
    assert earlier.council.sandbox.failures == []


async def test_questions_are_answered_by_their_buttons_and_in_the_open_form(earlier: Restored) -> None:
    council, user = earlier.council, USERS["PM"]
    form = council.sandbox.current_modal(user)
    assert form is not None
    assert form.content["title"]["text"] == "Question 2 of 5"
    await council.sandbox.submit(user, form.id, {"choice:1": "day", "day:1": "2026-12-01"})
    assert form.content["title"]["text"] == "Question 3 of 5"
    review = earlier.message("I have read town.csv")
    await wait_until(
        lambda: "2 questions answered" in earlier.current_text("PM", review), "the review was rewritten"
    )
    questions = earlier.message("open questions about")
    place = next(at for at, each in enumerate(_elements(questions)) if " late:" in str(each.get("value", "")))
    await earlier.press("PM", questions, "questions", place)
    await wait_until(
        lambda: (top := council.sandbox.current_modal(user)) and top.id != form.id, "its form opened"
    )
    late = council.sandbox.current_modal(user)
    assert late is not None
    assert late.content["title"]["text"] == "Question 1 of 1"
    await council.sandbox.submit(user, late.id, {"choice:0": "complete"})
    kinds = {key.partition(":")[0] for key in earlier.column("select key from plan_answer")}
    assert kinds == {"no-status", "date-unread", "late"}
    assert council.sandbox.failures == []


async def test_what_was_written_down_is_sent(earlier: Restored) -> None:
    """A digest, prompts and a notice that were planned before, and composed from what was kept."""
    council = earlier.council
    digest, details = [
        each for each in council.visible_messages("CH") if "digest for Monday 9 March 2026" in each.text
    ]
    assert "For the board (13 are Red)\n- Red " in digest.text
    assert "fewer)" in digest.text
    assert " complete" in digest.text
    assert SAMPLE in details.text
    (notice,) = [each for each in council.dm("PM") if "The digest could not be posted" in each.text]
    assert "One detail." in notice.text
    assert any("needs a word from you" in each.text for each in messages_to(council, "JM")[1:])
    assert earlier.column("select id from delivery where state = 'failed'") == []


async def test_a_command_that_comes_again_gets_its_answer_of_before(earlier: Restored) -> None:
    changes = earlier.column("select id from status_change")
    ack = await earlier.council.sandbox.redeliver(earlier.answered)
    assert isinstance(ack.body, dict)
    assert "Recorded. 1/5.3 Talk to service leads" in ack.body["text"]
    assert earlier.column("select id from status_change") == changes


async def test_a_calendar_of_before_is_followed(earlier: Restored) -> None:
    said = earlier.message("Your due dates, for your calendar").text
    path = next(line for line in said.splitlines() if "/calendar/" in line).partition("/calendar/")[2]
    async with (
        aiohttp.ClientSession() as web,
        web.get(f"{earlier.council.address}/calendar/{path}") as answer,
    ):
        assert answer.status == 200
        lines = (await answer.text()).splitlines()
    uids = [line for line in lines if line.startswith("UID:")]
    assert uids == ["UID:1-3-0-0@cip", "UID:1-5-1-0@cip", "UID:1-5-2-0@cip"]


def test_the_backup_is_of_its_day() -> None:
    """Whoever adds a later one keeps this one too: it is the older versions that must still be read."""
    with gzip.open(EARLIER / "council.backup") as lines:
        head = json.loads(lines.readline())
    assert (head["format"], head["version"], head["revision"]) == ("cip-backup", 1, "0013")
    assert date.fromisoformat(head["made_at"][:10]) == NEXT_MONDAY.date()
