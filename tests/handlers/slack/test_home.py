from bot.sandbox.entities import View
from tests.fixtures.council import Council
from tests.fixtures.plans import USERS
from tests.fixtures.waiting import wait_until


def view_text(view: View | None) -> str:
    return str(view.blocks) if view else ""


async def open_home(bot_council: Council, user: str) -> str:
    """Open the Home tab; what it shows once the bot has published it."""
    before = bot_council.sandbox.home_view(user)
    known = before.hash if before else ""
    assert (await bot_council.sandbox.open_home(user)).status == 200

    def published() -> bool:
        view = bot_council.sandbox.home_view(user)
        return view is not None and view.hash != known

    await wait_until(published, "the Home tab was published")
    return view_text(bot_council.sandbox.home_view(user))


async def test_the_home_tab_shows_what_is_mine_and_how_the_whole_stands(sqlite_council: Council) -> None:
    home = await open_home(sqlite_council, USERS["SS"])
    assert "You have 1 open action" in home
    assert "1/5.2" in home
    assert "Improvement" in home
    assert "/cip update 1/5.2 in-progress" in home
    await sqlite_council.send_command("SS", "update 1/5.2 complete")
    assert "You have no open actions" in await open_home(sqlite_council, USERS["SS"])


async def test_an_unlinked_person_is_shown_how_to_be_linked(sqlite_council: Council) -> None:
    assert "/cip link INITIALS @you" in await open_home(sqlite_council, "U0STRANGER")
    assert sqlite_council.sandbox.failures == []
