"""A plan sent in a direct message: shown, then applied once or not at all."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

from bot.importing import uploads
from bot.plan.owners import PersonRole
from bot.sandbox import payloads
from bot.sandbox.deliveries import Ack
from bot.sandbox.entities import SandboxMessage
from bot.services import plan_roles
from handlers.slack import imports
from models import Action, Delivery, Person, Plan, PlanUpload
from tests.fixtures.council import Council, bot_running, council, minutes
from tests.fixtures.plan_files import ROWS, csv_file, send_file
from tests.fixtures.plans import TEAM, USERS
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.slack_actions import buttons


def answers(bot_council: Council, initials: str) -> list[SandboxMessage]:
    """What the bot has said to the person directly."""
    return [one for one in bot_council.dm(initials) if one.by_bot]


async def send_plan(
    bot_council: Council, initials: str, content: bytes, name: str = "plan.csv"
) -> SandboxMessage:
    """Send the file and wait for what the bot says to it."""
    before = len(answers(bot_council, initials))
    ack = await send_file(bot_council, initials, content, name)
    assert ack.status == 200
    await wait_until(lambda: len(answers(bot_council, initials)) > before, "the bot answered")
    return answers(bot_council, initials)[-1]


async def decide(bot_council: Council, initials: str, message: SandboxMessage, how: str, by: str = "") -> Ack:
    (button,) = buttons(message, f"import-{how}")
    return await bot_council.sandbox.press(USERS[by or initials], message.channel, message.ts, button)


def select_all(bot_council: Council, what: Any) -> list[Any]:
    database = bot_council.database()
    with database.transaction(write=False) as session:
        found = list(session.scalars(select(what)))
    database.close()
    return found


def set_role(bot_council: Council, initials: str, role: str) -> None:
    database = bot_council.database()
    with database.transaction() as session:
        person = session.scalars(select(Person).where(Person.initials == initials)).one()
        person.role = PersonRole(role)
        plan_roles.give_role_of_list(session, person, None)
    database.close()


def current_text(bot_council: Council, initials: str, ts: str) -> str:
    return next(one.text for one in bot_council.dm(initials) if one.ts == ts)


async def test_a_plan_is_shown_then_applied(bot_council: Council) -> None:
    review = await send_plan(bot_council, "PM", csv_file())
    for words in ("plan.csv", "Town plan 2026-29", "2 actions", "2 owners", "This is a new plan beside"):
        assert words in review.text
    assert "Improvement plan 2026-29" in review.text
    assert len(select_all(bot_council, Plan.id)) == 1
    await decide(bot_council, "PM", review, "apply")
    await wait_until(lambda: "Taken in" in current_text(bot_council, "PM", review.ts), "the message says so")
    assert "2 new actions" in current_text(bot_council, "PM", review.ts)
    assert "PM applied plan.csv" in current_text(bot_council, "PM", review.ts)
    assert len(select_all(bot_council, Plan.id)) == 2
    assert select_all(bot_council, PlanUpload.draft) == [None]
    assert "Mend the roof" in await bot_council.send_command("RM", "show 1.2")


TRACKER = (
    "Job,Watch,Deadline agreed,Cost code\n"
    "Fit new bay doors,Ann Example,14/05/2027,4471\n"
    "Test the hydrants & mains,Bob Sample,21/05/2027,\n"
    "Replace the heater,Ann Example,,4480\n"
    "Renew the licence,Bob Sample,28/05/2027,\n"
)


async def test_a_tracker_shows_its_first_actions_and_its_columns(bot_council: Council) -> None:
    review = await send_plan(bot_council, "PM", TRACKER.encode(), "station works.csv")
    for words in (
        "1/1 Fit new bay doors · Ann Example · 14 May 2027 · not started",
        "Test the hydrants &amp; mains",
        "1/3 Replace the heater · Ann Example · no date · not started",
        "“Job”: what is to be done",
        "“Watch”: who is responsible (by its cells)",
        "“Deadline agreed”: the due date",
        "Kept with each action under their own headings: Cost code",
    ):
        assert words in review.text
    assert "Renew the licence" not in review.text


async def test_pressed_twice_it_is_applied_once(bot_council: Council) -> None:
    review = await send_plan(bot_council, "PM", csv_file())
    await asyncio.gather(*(decide(bot_council, "PM", review, "apply") for _ in range(3)))
    await wait_until(lambda: "Taken in" in current_text(bot_council, "PM", review.ts), "it was taken in")
    await wait_until(
        lambda: sum("already" in one.text for one in answers(bot_council, "PM")) == 2, "both were answered"
    )
    assert len(select_all(bot_council, Action.id)) == 7 + 2


async def test_a_newer_version_shows_its_differences(sqlite_council: Council) -> None:
    first = await send_plan(sqlite_council, "PM", csv_file())
    await decide(sqlite_council, "PM", first, "apply")
    await wait_until(lambda: "Taken in" in current_text(sqlite_council, "PM", first.ts), "it was taken in")
    await sqlite_council.send_command("RM", "update 1.2 in-progress scaffolding is up")
    newer = csv_file(
        ("1.1", "Count the rooms", "SS", "30/06/2026", "In progress"),
        ("1.2", "Mend the roof", "JM", "30/04/2026", ""),
        ("1.4", "Paint the hall", "ZZ", "soon", ""),
    )
    review = await send_plan(sqlite_council, "PM", newer, "Plan July.CSV")
    for words in (
        "1 new action",
        "1 action with a new date",
        "1 action with a new owner",
        "31/03/2026 becomes 30/06/2026",
        "RM becomes JM",
        "Paint the hall",
    ):
        assert words in review.text, words
    assert "questions to answer" in review.text
    await decide(sqlite_council, "PM", review, "apply")
    await wait_until(lambda: "Taken in" in current_text(sqlite_council, "PM", review.ts), "it was taken in")
    assert "linked to an account: ZZ (2 actions)" in current_text(sqlite_council, "PM", review.ts).replace(
        "\n", " "
    )
    assert "scaffolding is up" in await sqlite_council.send_command("JM", "show 1.2")
    same = await send_plan(sqlite_council, "PM", newer)
    assert "Nothing: the plan is already as this file has it" in same.text
    assert buttons(same, "import-apply") == []


async def test_what_changed_meanwhile_is_shown_before_it_is_done(sqlite_council: Council) -> None:
    first = await send_plan(sqlite_council, "PM", csv_file())
    second = await send_plan(sqlite_council, "PM", csv_file(ROWS[0]))
    await decide(sqlite_council, "PM", first, "apply")
    await wait_until(
        lambda: "Taken in" in current_text(sqlite_council, "PM", first.ts), "the first was taken in"
    )
    await decide(sqlite_council, "PM", second, "apply")
    await wait_until(
        lambda: "has changed since" in current_text(sqlite_council, "PM", second.ts), "it is shown again"
    )
    assert "1 action no longer in the plan" in current_text(sqlite_council, "PM", second.ts)
    shown = next(one for one in sqlite_council.dm("PM") if one.ts == second.ts)
    await decide(sqlite_council, "PM", shown, "apply")
    await wait_until(
        lambda: "Taken in" in current_text(sqlite_council, "PM", second.ts), "now it is taken in"
    )


async def test_a_button_from_before_a_restore_is_never_taken_for_a_newer_file(
    sqlite_council: Council,
) -> None:
    """SQLite gives the number of a row that is gone to the next one."""
    old = await send_plan(sqlite_council, "PM", csv_file(("1.1", "Count the rooms", "", "soon", "")))
    database = sqlite_council.database()
    with database.transaction() as session:
        session.execute(delete(PlanUpload))
        session.execute(delete(Delivery).where(Delivery.kind == "reply"))
    database.close()
    await send_plan(sqlite_council, "PM", csv_file(), "newer.csv")
    assert select_all(sqlite_council, PlanUpload.id) == [1]
    for how in ("apply", "cancel"):
        await decide(sqlite_council, "PM", old, how)
    await wait_until(
        lambda: sum("no longer know" in one.text for one in answers(sqlite_council, "PM")) == 2,
        "both were answered",
    )
    ask = next(each for each in buttons(old, "questions"))
    await sqlite_council.sandbox.press(USERS["PM"], old.channel, old.ts, ask)
    await wait_until(lambda: sqlite_council.sandbox.workspace.views.top(USERS["PM"]), "a form opened")
    form = sqlite_council.sandbox.workspace.views.top(USERS["PM"])
    assert form is not None
    assert not [each for each in form.blocks if each["type"] == "input"], "it has nothing to ask"
    assert select_all(sqlite_council, PlanUpload.state) == ["waiting"]
    assert len(select_all(sqlite_council, Plan.id)) == 1


async def test_cancel(sqlite_council: Council) -> None:
    review = await send_plan(sqlite_council, "PM", csv_file())
    await decide(sqlite_council, "PM", review, "cancel")
    await wait_until(
        lambda: "Not taken in" in current_text(sqlite_council, "PM", review.ts), "the message says so"
    )
    assert not buttons(next(one for one in sqlite_council.dm("PM") if one.ts == review.ts), "import-apply")
    assert len(select_all(sqlite_council, Plan.id)) == 1


async def test_only_a_plan_manager_may_apply(sqlite_council: Council) -> None:
    review = await send_plan(sqlite_council, "PM", csv_file())
    set_role(sqlite_council, "PM", "owner")
    set_role(sqlite_council, "RM", "plan-manager")
    await decide(sqlite_council, "PM", review, "apply")
    await wait_until(
        lambda: "Only a plan manager can take a plan in (RM)" in answers(sqlite_council, "PM")[-1].text,
        "PM was answered",
    )
    assert len(select_all(sqlite_council, Plan.id)) == 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("photo.png", b"\x89PNG", "I read plans from files ending in .xlsx"),
        ("noending", b"x", "I read plans from files"),
        ("empty.csv", b" \n", "This file is empty"),
        ("words.csv", b"just some words\n", "No plan was found in this file"),
        ("bad.xlsx", b"PK\x03\x04 not a workbook", "cannot be taken in"),
        ("old.xlsx", b"\xd0\xcf\x11\xe0old", "cannot be taken in"),
        ("<!channel>.csv", b"x\n", "cannot be taken in"),
    ],
)
async def test_files_that_are_no_plan(sqlite_council: Council, name: str, content: bytes, words: str) -> None:
    answer = await send_plan(sqlite_council, "PM", content, name)
    assert words in answer.text
    assert "<!channel>" not in str(answer.blocks)
    assert sqlite_council.sandbox.failures == []


async def test_a_file_too_large_is_not_fetched(
    sqlite_council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "MAX_FILE_SIZE", 10)
    answer = await send_plan(sqlite_council, "PM", csv_file())
    assert "too large" in answer.text
    assert not [one for one in sqlite_council.sandbox.traffic.exchanges() if one.title == "file download"]


async def send_unfetchable(bot_council: Council) -> None:
    async with bot_running(bot_council):
        bot_council.sandbox.faults.fail_with_status("files.download", 503)
        await send_file(bot_council, "PM", csv_file())
        await wait_until(lambda: select_all(bot_council, PlanUpload.attempts) == [1], "it was tried")


async def test_a_restart_loses_no_file_and_repeats_nothing(tmp_path: Path) -> None:
    async with council("sqlite", tmp_path) as bot_council:
        await send_unfetchable(bot_council)
        assert select_all(bot_council, PlanUpload.state) == ["received"]
        assert answers(bot_council, "PM") == []
        async with bot_running(bot_council):
            await wait_until(lambda: answers(bot_council, "PM"), "the file was read after the restart")
            review = replace(answers(bot_council, "PM")[-1])
        async with bot_running(bot_council):
            await decide(bot_council, "PM", review, "apply")
            await wait_until(
                lambda: "Taken in" in current_text(bot_council, "PM", review.ts), "it was taken in"
            )
        async with bot_running(bot_council):
            await decide_again(bot_council, review)
            await wait_until(
                lambda: "already" in answers(bot_council, "PM")[-1].text, "the second press was answered"
            )
        assert len(select_all(bot_council, Plan.id)) == 2


async def test_what_was_sent_in_another_workspace_is_left_to_its_own_bot(tmp_path: Path) -> None:
    async with council("sqlite", tmp_path) as bot_council:
        await send_unfetchable(bot_council)
        database = bot_council.database()
        assert await database.read(uploads.next_to_read, "T0ELSEWHERE") is None
        assert await database.read(uploads.next_to_read, TEAM) is not None
        database.close()


async def decide_again(bot_council: Council, review: SandboxMessage) -> None:
    """Press the button of a message as it was, which a client may still show."""
    now = next(one for one in bot_council.dm("PM") if one.ts == review.ts)
    assert now.blocks != review.blocks
    buttons_then = next(block for block in review.blocks if block["type"] == "actions")
    bot_council.sandbox.workspace.edit_message(now, "as it was", [buttons_then], [])
    await decide(bot_council, "PM", now, "apply")


async def test_a_file_that_cannot_be_fetched_is_reported_in_the_end(
    sqlite_council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "MAX_FETCH_ATTEMPTS", 1)
    sqlite_council.sandbox.faults.fail_with_status("files.download", 503)
    assert "could not fetch the file" in (await send_plan(sqlite_council, "PM", csv_file())).text
    await sqlite_council.sandbox.user_actions.share_file(
        USERS["PM"],
        sqlite_council.sandbox.dm_id(USERS["PM"]),
        "",
        {"id": "F1", "name": "a.csv", "url_private": "https://evil.example/a.csv"},
    )
    await wait_until(
        lambda: "not kept in Slack" in answers(sqlite_council, "PM")[-1].text, "it was not asked for there"
    )


async def test_without_the_permission_it_says_which(sqlite_council: Council) -> None:
    sqlite_council.sandbox.settings.bot_token = "xoxb-another"
    await send_file(sqlite_council, "PM", csv_file())
    await wait_until(
        lambda: select_all(sqlite_council, PlanUpload.state) == ["refused"], "it was not let at the file"
    )


async def test_four_files_at_once(sqlite_council: Council) -> None:
    direct = sqlite_council.sandbox.dm_id(USERS["PM"])
    message = SandboxMessage("", direct, USERS["PM"], "")
    message.files = [{"id": f"F{n}", "name": f"{n}.png", "url_private": "x"} for n in range(4)]
    sqlite_council.sandbox.workspace.post(message)
    delivery = payloads.message_delivery(sqlite_council.sandbox.workspace, message)
    assert delivery is not None
    await sqlite_council.sandbox.redeliver(delivery)
    await wait_until(lambda: len(answers(sqlite_council, "PM")) == 3, "three were answered")
    sqlite_council.clock.moment += minutes(1)  # so many at once are more than the platform's pace allows
    await wait_until(lambda: len(answers(sqlite_council, "PM")) == 4, "the rest were named")
    assert any("up to 3 files" in one.text for one in answers(sqlite_council, "PM"))


async def test_delivered_twice_it_is_read_once(sqlite_council: Council) -> None:
    await send_plan(sqlite_council, "PM", csv_file())
    await sqlite_council.sandbox.redeliver()
    await asyncio.sleep(0.3)
    assert len(answers(sqlite_council, "PM")) == 1


async def test_the_bot_asks_with_its_token_and_nobody_else(sqlite_council: Council) -> None:
    await send_plan(sqlite_council, "PM", csv_file())
    (fetched,) = [one for one in sqlite_council.sandbox.traffic.exchanges() if one.title == "file download"]
    assert fetched.headers["Authorization"] == "…"
    assert (fetched.status, fetched.answer) == (200, f"({len(csv_file())} bytes)")


async def test_questions_are_answered_in_a_form_and_remembered(bot_council: Council) -> None:
    blank = csv_file(("1.1", "Count the rooms", "SS", "31/03/2027", ""), ("1.2", "Mend it", "RM", "soon", ""))
    review = await send_plan(bot_council, "PM", blank)
    assert "3 questions to answer" in review.text
    user, (button,) = USERS["PM"], buttons(review, "questions")
    await bot_council.sandbox.press(user, review.channel, review.ts, button)
    views = bot_council.sandbox.workspace.views
    await wait_until(lambda: views.top(user), "the form opened")
    form = views.top(user)
    assert form is not None
    assert form.content["title"]["text"] == "Question 1 of 3"
    await bot_council.sandbox.user_actions.submit(
        user, form.id, {"choice:0": "complete"}, client_validation=True
    )
    assert form.content["title"]["text"] == "Question 2 of 3"
    await bot_council.sandbox.user_actions.submit(user, form.id, {}, client_validation=True)
    assert form.content["title"]["text"] == "Question 3 of 3"
    await bot_council.sandbox.user_actions.submit(
        user, form.id, {"choice:2": "on-hold"}, client_validation=True
    )
    assert "1 question is left for later" in str(form.content["blocks"])
    await wait_until(
        lambda: "2 questions answered" in current_text(bot_council, "PM", review.ts), "the review says so"
    )
    shown = next(one for one in bot_council.dm("PM") if one.ts == review.ts)
    await decide(bot_council, "PM", shown, "apply")
    await wait_until(lambda: "Taken in" in current_text(bot_council, "PM", review.ts), "it was taken in")
    assert "1 question is still open" in current_text(bot_council, "PM", review.ts)
    assert "Status: Complete" in await bot_council.send_command("RM", "show 1.1")
    again = await send_plan(bot_council, "PM", blank)
    assert "as PM said on 2 March 2026" in again.text
    assert "Nothing: the plan is already as this file has it" in again.text
    assert "This very file was applied on 2 March 2026 by PM" in again.text
    assert "1 open question" in await bot_council.send_command("VW", "questions")
    assert "Version 1" in await bot_council.send_command("VW", "versions")
    assert "Only a plan manager can answer" in await bot_council.send_command("VW", "questions")
