"""The Home tab as a person sees it, and presses on it."""

from typing import Any

from bot.sandbox.deliveries import Ack
from bot.sandbox.entities import View
from tests.fixtures.council import Council
from tests.fixtures.plans import USERS
from tests.fixtures.waiting import wait_until


def home_of(council: Council, initials: str) -> View:
    view = council.sandbox.home_view(USERS.get(initials, initials))
    assert view is not None
    return view


def text_of(view: View) -> str:
    """Everything that is written on it, a line for each block."""
    return "\n".join(_words(block) for block in view.blocks)


def _words(block: dict[str, Any]) -> str:
    if block["type"] == "context":
        return " ".join(each["text"] for each in block["elements"])
    return str(block.get("text", {}).get("text", ""))


def buttons_of(view: View) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for block in view.blocks:
        found += block.get("elements", []) if block["type"] == "actions" else []
        found += [block["accessory"]] if "accessory" in block else []
    return found


def find_button(view: View, label: str) -> dict[str, Any]:
    """The one whose label for screen readers, or text, begins with this."""
    [found] = [
        each
        for each in buttons_of(view)
        if each.get("accessibility_label", "").startswith(label) or each["text"]["text"].startswith(label)
    ]
    return found


async def open_home(council: Council, initials: str) -> View:
    """Open the tab; what it shows once the bot has published it."""
    user = USERS.get(initials, initials)
    before = council.sandbox.home_view(user)
    known = before.hash if before else ""
    assert (await council.sandbox.open_home(user)).status == 200
    await _published(council, user, known)
    return home_of(council, initials)


async def press_home(council: Council, initials: str, label: str) -> View:
    """Press a button of the tab; what it shows once the bot has answered."""
    view = home_of(council, initials)
    known = view.hash
    await press_only(council, initials, find_button(view, label)["action_id"])
    await _published(council, view.user, known)
    return home_of(council, initials)


async def press_only(council: Council, initials: str, action_id: str) -> Ack:
    view = home_of(council, initials)
    ack = await council.sandbox.press_in_view(view.user, view.id, action_id)
    assert ack.status == 200
    return ack


async def _published(council: Council, user: str, known: str) -> None:
    def published() -> bool:
        view = council.sandbox.home_view(user)
        return view is not None and view.hash != known

    await wait_until(published, "the Home tab was published")
