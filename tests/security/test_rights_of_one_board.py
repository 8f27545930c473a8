"""What somebody of one board asks for where another board is concerned, and what they asked for before their
rights were lost.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from models import PlanExport
from tests.fixtures.council import BOARD, OTHER, Council, bot_running, council
from tests.fixtures.databases import KINDS
from tests.fixtures.plans import NOW, USERS
from tests.fixtures.two_boards import HARBOUR, HARBOUR_USERS, add_second_board
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.slack_actions import notes
from tests.security.test_who_may_read import remove_roles, run_sql, set_account_kind


@pytest.fixture(params=KINDS)
async def boards(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Council]:
    async with council(request.param, tmp_path) as found, bot_running(found):
        add_second_board(found)
        yield found


async def test_a_number_said_in_another_boards_channel_changes_nothing_of_ones_own(boards: Council) -> None:
    owner = HARBOUR_USERS["HO"]
    boards.sandbox.workspace.directory.channels[BOARD].members.append(owner)
    for line in ("update 5.2 in-progress here", "update 1/5.2 in-progress here", "update s1 5.2 done here"):
        ack = await boards.sandbox.slash(owner, BOARD, line)
        assert "This is the channel of another board" in str(ack.body), line
    assert notes(boards) == []
    for place, line in (
        (BOARD, "update harbour-1/5.2 in-progress - one"),
        (BOARD, "update 8.8 in-progress - two"),
        (OTHER, "update 1/5.2 in-progress - three"),
        (HARBOUR, "update 5.2 in-progress - four"),
    ):
        ack = await boards.sandbox.slash(owner, place, line)
        assert "Recorded." in str(ack.body), line
    assert notes(boards) == ["one", "two", "three", "four"]


async def test_linking_names_nobody_of_another_board(boards: Council) -> None:
    manager = HARBOUR_USERS["HM"]
    for line in (f"link HO <@{USERS['SS']}>", "link HO @SS", "link HO @ss@council.example", "link SS @HO"):
        ack = await boards.sandbox.slash(manager, HARBOUR, line)
        assert ack.status == 200
        assert "linked to SS" not in str(ack.body), line
    ack = await boards.sandbox.slash(manager, HARBOUR, f"link HO <@{USERS['SS']}>")
    assert "already linked to somebody in a plan of another board" in str(ack.body)
    ack = await boards.sandbox.slash(manager, HARBOUR, f"link HO <@{HARBOUR_USERS['HL']}>")
    assert "already linked to HL." in str(ack.body)


async def test_whoever_works_for_both_boards_is_understood_by_the_channel(boards: Council) -> None:
    ack = await boards.sandbox.slash(USERS["PM"], HARBOUR, "update 5.2 in-progress dredging")
    assert "Dredge the channel" in str(ack.body)
    assert "Recorded." in str(ack.body)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lost", ["roles", "account", "link"])
async def test_a_file_asked_for_before_the_rights_were_lost_is_not_sent(
    kind: str, lost: str, tmp_path: Path
) -> None:
    async with council(kind, tmp_path) as found:
        ask_for_export(found)
        if lost == "roles":
            remove_roles(found, "SS")
        elif lost == "account":
            set_account_kind(found, "SS", "deactivated")
        else:
            run_sql(found, "update person set slack_user_id = null where initials = :who", who="SS")
        async with bot_running(found):
            await wait_until(lambda: bool(found.dm("SS")), "an answer came")
            (answer,) = found.dm("SS")
            assert answer.text == (
                "You asked for a plan as a file, and the plan is not shown to you any more,"
                " so I did not send it."
            )
            assert not any(each.files for each in found.dm("SS"))


def ask_for_export(found: Council) -> None:
    """As while the bot could not send it."""
    database = found.database()
    with database.transaction() as session:
        session.add(
            PlanExport(
                workspace_id=1,
                plan_id=1,
                user_id=USERS["SS"],
                form="csv",
                section_ids=[],
                asked_at=NOW,
                state="asked",
            )
        )
        assert session.scalars(select(PlanExport)).all()
    database.close()
