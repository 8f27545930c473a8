"""Where each of the page's JSON endpoints is."""

from aiohttp import web

from bot.sandbox.json_api.acting import Acting
from bot.sandbox.json_api.reading import Reading
from bot.sandbox.local_only import local_only
from bot.sandbox.people import People
from bot.sandbox.time_travel import TimeTravel
from bot.sandbox.workspace import Workspace


def add_routes(app: web.Application, workspace: Workspace, people: People, time: TimeTravel) -> None:
    reading, acting = Reading(workspace, time), Acting(workspace, people, time)
    gets = {
        "/sandbox/state": reading.state,
        "/sandbox/conversations/{channel}": reading.conversation,
        "/sandbox/threads/{channel}/{ts}": reading.thread,
        "/sandbox/view": reading.view,
        "/sandbox/home": reading.home,
        "/sandbox/events": reading.events,
    }
    posts = {
        "/sandbox/say": acting.say,
        "/sandbox/press": acting.press,
        "/sandbox/submit": acting.submit,
        "/sandbox/close-view": acting.close_view,
        "/sandbox/open-home": acting.open_home,
        "/sandbox/clock": acting.clock,
        "/sandbox/reset": acting.reset,
    }
    for path, read in gets.items():
        app.router.add_get(path, local_only(read))
    for path, act in posts.items():
        app.router.add_post(path, local_only(act))
