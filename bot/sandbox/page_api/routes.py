"""The routes of the page's JSON endpoints."""

from dataclasses import dataclass

from aiohttp import web

from bot.sandbox.condition_controls import ConditionControls
from bot.sandbox.faults import Faults
from bot.sandbox.page_api.actions import ActionEndpoints
from bot.sandbox.page_api.clock import ClockEndpoints
from bot.sandbox.page_api.conditions import ConditionEndpoints
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
    """What the endpoints need."""

    workspace: SandboxWorkspace
    user_actions: UserActions
    time: TimeTravel
    traffic: TrafficLog
    faults: Faults
    conditions: ConditionControls


def add_routes(app: web.Application, context: PageContext) -> None:
    for path, handler in _read_routes(context).items():
        app.router.add_get(path, local_only(handler))
    for path, handler in _action_routes(context).items():
        app.router.add_post(path, local_only(_refuse_while_resetting(handler, context.time)))
    clock, debug = (
        ClockEndpoints(context.time, context.workspace.feed),
        DebugEndpoints(context.traffic, context.faults),
    )
    always_open = {
        "/sandbox/clock": clock.move,
        "/sandbox/play": clock.play,
        "/sandbox/play/stop": clock.stop,
        "/sandbox/reset": clock.reset,
        "/sandbox/faults": debug.set_faults,
        "/sandbox/conditions": ConditionEndpoints(context.workspace, context.conditions, context.time).change,
        "/sandbox/wire/clear": debug.clear_traffic,
    }
    for path, handler in always_open.items():
        app.router.add_post(path, local_only(handler))


def _read_routes(context: PageContext) -> dict[str, Handler]:
    read, debug = (
        ReadEndpoints(context.workspace, context.time),
        DebugEndpoints(context.traffic, context.faults),
    )
    return {
        "/sandbox/state": read.state,
        "/sandbox/hints": read.hints,
        "/sandbox/used-buttons": read.used_buttons,
        "/sandbox/conversations/{channel}": read.conversation,
        "/sandbox/threads/{channel}/{ts}": read.thread,
        "/sandbox/view": read.view,
        "/sandbox/home": read.home,
        "/sandbox/events": read.events,
        "/sandbox/wire": debug.read_traffic,
        "/sandbox/faults": debug.read_faults,
        "/sandbox/conditions": ConditionEndpoints(context.workspace, context.conditions, context.time).read,
    }


def _action_routes(context: PageContext) -> dict[str, Handler]:
    actions = ActionEndpoints(context.workspace, context.user_actions)
    return {
        "/sandbox/say": actions.post_message,
        "/sandbox/edit": actions.edit_message,
        "/sandbox/press": actions.press,
        "/sandbox/shortcut": actions.use_shortcut,
        "/sandbox/submit": actions.submit,
        "/sandbox/close-view": actions.close_view,
        "/sandbox/open-home": actions.open_home,
        "/sandbox/upload": UploadEndpoint(context.workspace, context.user_actions).upload,
    }


def _refuse_while_resetting(handler: Handler, time: TimeTravel) -> Handler:
    """The handler, with a PageError while everything is being reset."""

    async def handle(request: web.Request) -> web.StreamResponse:
        if time.is_resetting:
            raise PageError(RESETTING_TEXT, 409)
        return await handler(request)

    return handle
