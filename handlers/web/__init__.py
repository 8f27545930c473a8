"""What the operator's tools ask: is it alive, is it ready, how is it doing."""

from handlers.web.calendars import add_calendar_routes
from handlers.web.health import add_web_routes

__all__ = ["add_calendar_routes", "add_web_routes"]
