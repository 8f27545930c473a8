"""Where each of the page's JSON endpoints is."""

from dataclasses import dataclass

from aiohttp import web

from bot.sandbox.faults import Faults
from bot.sandbox.page_api.actions import Acting
from bot.sandbox.page_api.clock import ClockWork
from bot.sandbox.page_api.debug import Trouble
from bot.sandbox.page_api.local_only import Handler, PageError, local_only
from bot.sandbox.page_api.state import Reading
from bot.sandbox.page_api.uploads import Dropping
from bot.sandbox.time_travel import TimeTravel
from bot.sandbox.traffic import Wire
from bot.sandbox.user_actions import People
from bot.sandbox.workspace import Workspace

BEGINNING = "The sandbox is starting again. Try again in a moment."


@dataclass(frozen=True)
class Behind:
    """What lies behind the endpoints."""

    workspace: Workspace
    people: People
    time: TimeTravel
    wire: Wire
    faults: Faults


def add_routes(app: web.Application, behind: Behind) -> None:
    for path, read in _gets(behind).items():
        app.router.add_get(path, local_only(read))
    for path, act in _acts(behind).items():
        app.router.add_post(path, local_only(_once_settled(act, behind.time)))
    clock, trouble = ClockWork(behind.time, behind.workspace.feed), Trouble(behind.wire, behind.faults)
    whenever = {
        "/sandbox/clock": clock.clock,
        "/sandbox/play": clock.play,
        "/sandbox/play/stop": clock.stop,
        "/sandbox/reset": clock.reset,
        "/sandbox/faults": trouble.set_faults,
        "/sandbox/wire/clear": trouble.clear_wire,
    }
    for path, do in whenever.items():
        app.router.add_post(path, local_only(do))


def _gets(behind: Behind) -> dict[str, Handler]:
    reading, trouble = Reading(behind.workspace, behind.time), Trouble(behind.wire, behind.faults)
    return {
        "/sandbox/state": reading.state,
        "/sandbox/hints": reading.hints,
        "/sandbox/conversations/{channel}": reading.conversation,
        "/sandbox/threads/{channel}/{ts}": reading.thread,
        "/sandbox/view": reading.view,
        "/sandbox/home": reading.home,
        "/sandbox/events": reading.events,
        "/sandbox/wire": trouble.read_wire,
        "/sandbox/faults": trouble.read_faults,
    }


def _acts(behind: Behind) -> dict[str, Handler]:
    acting = Acting(behind.workspace, behind.people)
    return {
        "/sandbox/say": acting.say,
        "/sandbox/press": acting.press,
        "/sandbox/submit": acting.submit,
        "/sandbox/close-view": acting.close_view,
        "/sandbox/open-home": acting.open_home,
        "/sandbox/upload": Dropping(behind.workspace, behind.people).upload,
    }


def _once_settled(act: Handler, time: TimeTravel) -> Handler:
    """Nobody can do anything while everything is being put back to the beginning."""

    async def settled(request: web.Request) -> web.StreamResponse:
        if time.starting_again:
            raise PageError(BEGINNING, 409)
        return await act(request)

    return settled
