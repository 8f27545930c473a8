from bot.sandbox.entities import View
from tests.fixtures.council import Council
from tests.fixtures.plans import USERS
from tests.fixtures.waiting import wait_until


def view_text(view: View | None) -> str:
    return str(view.blocks) if view else ""


async def open_home(town: Council, user: str) -> str:
    """Open the Home tab; what it shows once the bot has published it."""
    before = town.sandbox.home_view(user)
    known = before.hash if before else ""
    assert (await town.sandbox.open_home(user)).status == 200

    def published() -> bool:
        view = town.sandbox.home_view(user)
        return view is not None and view.hash != known

    await wait_until(published, "the Home tab was published")
    return view_text(town.sandbox.home_view(user))


async def test_the_home_tab_shows_what_is_mine_and_how_the_whole_stands(village: Council) -> None:
    home = await open_home(village, USERS["SS"])
    assert "You have 1 open action" in home
    assert "1/5.2" in home
    assert "Improvement" in home
    assert "/cip update 1/5.2 in-progress" in home
    await village.send_command("SS", "update 1/5.2 complete")
    assert "You have no open actions" in await open_home(village, USERS["SS"])


async def test_a_stranger_is_told_how_to_be_linked(village: Council) -> None:
    assert "/cip link INITIALS @you" in await open_home(village, "U0STRANGER")
    assert village.sandbox.failures == []
