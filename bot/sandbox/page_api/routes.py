"""Where each of the page's JSON endpoints is."""

from dataclasses import dataclass

from aiohttp import web

from bot.sandbox.faults import Faults
from bot.sandbox.page_api.actions import ActionEndpoints
from bot.sandbox.page_api.clock import ClockEndpoints
from bot.sandbox.page_api.debug import DebugEndpoints
from bot.sandbox.page_api.local_only import Handler, PageError, local_only
from bot.sandbox.page_api.state import ReadEndpoints
from bot.sandbox.page_api.uploads import UploadEndpoint
from bot.sandbox.time_travel import TimeTravel
from bot.sandbox.traffic import TrafficLog
from bot.sandbox.user_actions import UserActions
from bot.sandbox.workspace import SandboxWorkspace

RESETTING_TEXT = "The sandbox is starting again. Try again in a moment."


@dataclass(frozen=True)
class PageContext:
    """What lies behind the endpoints."""

    workspace: SandboxWorkspace
    user_actions: UserActions
    time: TimeTravel
    traffic: TrafficLog
    faults: Faults


def add_routes(app: web.Application, context: PageContext) -> None:
    for path, read in _read_routes(context).items():
        app.router.add_get(path, local_only(read))
    for path, act in _action_routes(context).items():
        app.router.add_post(path, local_only(_refuse_while_resetting(act, context.time)))
    clock, trouble = (
        ClockEndpoints(context.time, context.workspace.feed),
        DebugEndpoints(context.traffic, context.faults),
    )
    whenever = {
        "/sandbox/clock": clock.move,
        "/sandbox/play": clock.play,
        "/sandbox/play/stop": clock.stop,
        "/sandbox/reset": clock.reset,
        "/sandbox/faults": trouble.set_faults,
        "/sandbox/wire/clear": trouble.clear_traffic,
    }
    for path, do in whenever.items():
        app.router.add_post(path, local_only(do))


def _read_routes(context: PageContext) -> dict[str, Handler]:
    reading, trouble = (
        ReadEndpoints(context.workspace, context.time),
        DebugEndpoints(context.traffic, context.faults),
    )
    return {
        "/sandbox/state": reading.state,
        "/sandbox/hints": reading.hints,
        "/sandbox/conversations/{channel}": reading.conversation,
        "/sandbox/threads/{channel}/{ts}": reading.thread,
        "/sandbox/view": reading.view,
        "/sandbox/home": reading.home,
        "/sandbox/events": reading.events,
        "/sandbox/wire": trouble.read_traffic,
        "/sandbox/faults": trouble.read_faults,
    }


def _action_routes(context: PageContext) -> dict[str, Handler]:
    acting = ActionEndpoints(context.workspace, context.user_actions)
    return {
        "/sandbox/say": acting.post_message,
        "/sandbox/press": acting.press,
        "/sandbox/submit": acting.submit,
        "/sandbox/close-view": acting.close_view,
        "/sandbox/open-home": acting.open_home,
        "/sandbox/upload": UploadEndpoint(context.workspace, context.user_actions).upload,
    }


def _refuse_while_resetting(handler: Handler, time: TimeTravel) -> Handler:
    """Nobody can do anything while everything is being put back to the beginning."""

    async def settled(request: web.Request) -> web.StreamResponse:
        if time.is_resetting:
            raise PageError(RESETTING_TEXT, 409)
        return await handler(request)

    return settled
