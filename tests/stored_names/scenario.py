"""Two weeks of a council, for what they leave behind: requests of every kind, and a row of every kind."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import sample
from bot.messages import Notice
from bot.sandbox.deliveries import BotDelivery
from bot.sandbox.entities import SandboxMessage
from bot.services import workspaces
from bot.services.digests import digests
from bot.services.outbox import admin_notices
from bot.services.prompts import planner
from tests.fixtures.council import BOARD, Council
from tests.fixtures.plan_files import csv_file, send_file
from tests.fixtures.plans import USERS
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.slack_actions import buttons

NINE = datetime(2026, 3, 2, 9, 0, 5, tzinfo=UTC)
NEXT_MONDAY = datetime(2026, 3, 9, 9, 0, 1, tzinfo=UTC)
LINES = (
    ("JM", "update 6.1 in-progress half the teams have agreed"),
    ("JM", "update 6.1 --due 30/06/2026 --because the supplier is late"),
    ("JM", "update 6.1 blocked waiting for finance"),
    ("PM", "update 5.2 complete"),
    ("PM", "help"),
    ("PM", "mine"),
    ("PM", "at-risk"),
    ("PM", "overdue"),
    ("PM", "due this month"),
    ("PM", "history 6.1"),
    ("PM", "search data"),
    ("PM", "digest"),
    ("PM", "link VW <@U0VW>"),
    ("PM", "no such thing"),
    ("PM", "questions"),
    ("PM", "why 1/5.2"),
    ("PM", "show 1/6.1"),
    ("PM", "versions"),
    ("RM", "calendar"),
    ("RM", "export csv Improvement plan 2026-29"),
    ("RM", "update 1/5.3 on-hold"),
    ("RM", "undo"),
    ("RM", "update 1/5.3 complete"),
)
PENDING_PLAN = csv_file(
    ("1.1", "Count the rooms", "SS", "31/03/2027", ""),
    ("1.2", "Mend it", "RM", "soon", ""),
    ("1.3", "Paint the hall", "", "30/09/2026", "Nearly there"),
)


def messages_to(council: Council, initials: str) -> list[SandboxMessage]:
    """What the bot has said to the person directly."""
    return [one for one in council.dm(initials) if one.by_bot]


async def press(
    council: Council, initials: str, message: SandboxMessage, action: str, index: int = 0
) -> None:
    button = buttons(message, action)[index]
    ack = await council.sandbox.press(USERS[initials], message.channel, message.ts, button)
    assert ack.status == 200, ack


async def upload(council: Council, initials: str, content: bytes, name: str) -> SandboxMessage:
    """Send a plan; the message that reviews it comes back."""
    before = len(messages_to(council, initials))
    await send_file(council, initials, content, name)
    found: list[SandboxMessage] = []

    def reviewed() -> bool:
        fresh = messages_to(council, initials)[before:]
        found[:] = [each for each in fresh if buttons(each, "import-cancel")]
        return bool(found)

    await wait_until(reviewed, f"{name} was reviewed")
    return found[-1]


async def run_week(council: Council, folder: Path) -> BotDelivery:
    """A week with the bot running. The command that was answered last comes back, as it was sent."""
    await _import_sample(council, folder)
    await _answer_prompts(council)
    for initials, line in LINES:
        await council.send_command(initials, line)
        council.clock.moment += timedelta(seconds=30)
    await wait_until(lambda: any(each.files for each in messages_to(council, "RM")), "the file was sent")
    answered = council.sandbox.last_delivery
    await _send_direct_messages(council)
    await _answer_a_question(council)
    return answered


async def _import_sample(council: Council, folder: Path) -> None:
    path = folder / "sample.xlsx"
    sample.write_sample(path, today=council.clock.now().date())
    council.clock.moment += timedelta(minutes=5)
    review = await upload(council, "PM", path.read_bytes(), "wexbourne.xlsx")
    await press(council, "PM", review, "import-apply")
    await wait_until(
        lambda: any("Taken in" in each.text for each in council.dm("PM")), "the sample was applied"
    )


async def _answer_prompts(council: Council) -> None:
    council.clock.moment = NINE
    owners = ("SS", "RM", "JM")
    await wait_until(lambda: all(messages_to(council, each) for each in owners), "the owners were asked")
    await wait_until(lambda: council.visible_messages("CH"), "the digest was posted")
    later = messages_to(council, "JM")[0]
    await council.sandbox.post_message(USERS["JM"], later.channel, "not now", later.ts)
    await wait_until(lambda: len(messages_to(council, "JM")) > 1, "the reply was answered")
    await press(council, "RM", messages_to(council, "RM")[0], "prompt:at-risk")
    await wait_until(lambda: buttons(messages_to(council, "RM")[0], "why"), "the prompt was rewritten")
    await press(council, "RM", messages_to(council, "RM")[0], "why")
    user = USERS["RM"]
    await wait_until(lambda: council.sandbox.current_modal(user), "the form opened")
    form = council.sandbox.current_modal(user)
    assert form is not None
    await council.sandbox.submit(user, form.id, {"note": "two people are away"})
    council.clock.moment += timedelta(minutes=1)


async def _send_direct_messages(council: Council) -> None:
    """A command, a mention, and the Home tab."""
    sandbox, user = council.sandbox, USERS["JM"]
    before = len(messages_to(council, "JM"))
    await sandbox.post_message(user, sandbox.dm_id(user), "mine")
    await wait_until(lambda: len(messages_to(council, "JM")) > before, "the line was answered")
    await sandbox.post_message(user, BOARD, "<@U0CIPBOT> hello")
    await sandbox.open_home(user)


async def _answer_a_question(council: Council) -> None:
    """A file that waits; one question about it is answered, and the form with the next stays open."""
    review = await upload(council, "PM", PENDING_PLAN, "town.csv")
    await press(council, "PM", review, "questions")
    user = USERS["PM"]
    await wait_until(lambda: council.sandbox.current_modal(user), "the form opened")
    form = council.sandbox.current_modal(user)
    assert form is not None
    await council.sandbox.submit(user, form.id, {"choice:0": "complete"})
    await wait_until(
        lambda: "1 question answered" in _current_text(council, "PM", review), "the review was rewritten"
    )


def _current_text(council: Council, initials: str, message: SandboxMessage) -> str:
    return next(each.text for each in council.dm(initials) if each.ts == message.ts)


def plan_next_monday(council: Council) -> None:
    """With the bot stopped: what comes due is written down, and not sent."""
    council.clock.moment = NEXT_MONDAY
    database = council.database()
    with database.transaction() as session:
        digests.plan_digests(session, NEXT_MONDAY)
        planner.plan_prompts(session, NEXT_MONDAY)
        notice = Notice(
            "The digest could not be posted in #board.", "Invite the bot there.", ("One detail.",)
        )
        admin_notices.notify_managers(
            session,
            workspaces.find_or_create_workspace(session).id,
            "sample:1",
            notice,
            NEXT_MONDAY,
            frozenset(),
        )
    database.close()
