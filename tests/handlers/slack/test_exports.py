"""`/cip export`: a sentence at once, the file in the asker's direct message, and the truth when it fails."""

import io

import aiohttp
from openpyxl import load_workbook
from sqlalchemy import select, update

from bot.importing.analysis import analyse_draft
from bot.importing.pipeline import read_plan_bytes
from bot.services import workspaces
from models import Plan, PlanExport
from tests.fixtures.council import Council
from tests.fixtures.plans import NOW
from tests.fixtures.sandbox import TOKEN
from tests.fixtures.waiting import wait_until


async def fetch(bot_council: Council, address: str) -> bytes:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with aiohttp.ClientSession() as session, session.get(address, headers=headers) as found:
        return await found.read()


async def test_the_workbook_comes_in_a_direct_message(bot_council: Council) -> None:
    said = await bot_council.send_command("SS", "export")
    assert said.startswith("I am writing Improvement plan 2026-29 as a workbook.")
    assert "direct message" in said
    await wait_until(lambda: any(each.files for each in bot_council.dm("SS")), "the file came")
    message = next(each for each in bot_council.dm("SS") if each.files)
    assert message.text == "Here is Improvement plan 2026-29 as it stands, as you asked."
    assert message.files[0]["name"] == "improvement-plan-2026-29-2026-03-02.xlsx"
    content = await fetch(bot_council, message.files[0]["url_private_download"])
    assert load_workbook(io.BytesIO(content)).sheetnames[0] == "1. MTFS savings"
    draft = read_plan_bytes("plan.xlsx", content, today=NOW.date())
    database = bot_council.database()
    with database.transaction() as session:
        assert analyse_draft(
            session, workspaces.find_or_create_workspace(session), draft
        ).differences.is_empty
        assert [each.state for each in session.scalars(select(PlanExport))] == ["sent"]
    database.close()


async def test_a_title_that_would_notify_everybody_is_only_text(sqlite_council: Council) -> None:
    database = sqlite_council.database()
    with database.transaction() as session:
        session.execute(update(Plan).values(title="*Now* <!channel> & <https://evil.example|files>"))
    database.close()
    await sqlite_council.send_command("SS", "export csv")
    await wait_until(lambda: any(each.files for each in sqlite_council.dm("SS")), "the file came")
    message = next(each for each in sqlite_council.dm("SS") if each.files)
    assert "&lt;!channel&gt; &amp; &lt;https://evil.example|files&gt;" in message.text
    assert "<" not in message.text
    assert "*Now*" not in message.text


async def test_a_form_and_a_section_can_be_asked_for_without_the_slash(sqlite_council: Council) -> None:
    user = "U0RM"
    channel = sqlite_council.sandbox.workspace.directory.open_im(user).id
    await sqlite_council.sandbox.post_message(user, channel, "export csv s2")
    await wait_until(lambda: any(each.files for each in sqlite_council.dm("RM")), "the file came")
    message = next(each for each in sqlite_council.dm("RM") if each.files)
    content = (await fetch(sqlite_council, message.files[0]["url_private"])).decode("utf-8-sig")
    assert content.startswith("Plan,Improvement plan 2026-29 (section 2 only)\r\n")
    assert "Agree the procedure" in content
    assert "Gather the data" not in content


async def test_unlinked_people_get_no_file_and_are_shown_whom_to_ask(sqlite_council: Council) -> None:
    said = await sqlite_council.send_command("U0STRANGER", "export")
    assert said.startswith("Only people the plan knows can take a plan out as a file")
    said = await sqlite_council.send_command("SS", "export nonsense")
    assert "No one plan or section is called “nonsense”. The plans are: Improvement plan 2026-29." in said


async def test_what_fails_for_good_is_said(sqlite_council: Council) -> None:
    sqlite_council.sandbox.faults.fail("files.getUploadURLExternal", "missing_scope")
    await sqlite_council.send_command("SS", "export json")
    await wait_until(
        lambda: any("files:write" in each.text for each in sqlite_council.dm("SS")), "it was answered"
    )
    assert not any(each.files for each in sqlite_council.dm("SS"))


async def test_what_fails_for_a_while_is_tried_again(sqlite_council: Council) -> None:
    sqlite_council.sandbox.faults.rate_limit("files.completeUploadExternal")
    await sqlite_council.send_command("SS", "export json")
    database = sqlite_council.database()

    def waits() -> bool:
        with database.transaction(write=False) as session:
            row = session.scalars(select(PlanExport)).one()
            return row.attempts == 1 and row.state == "asked" and row.lease_until is not None

    await wait_until(waits, "it was put off")
    database.close()
    assert not any(each.files for each in sqlite_council.dm("SS"))
