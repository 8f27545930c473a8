"""HTTP endpoints outside Slack: health and metrics for operators, and the calendar feeds."""

from handlers.web.calendars import add_calendar_routes
from handlers.web.health import add_web_routes

__all__ = ["add_calendar_routes", "add_web_routes"]
