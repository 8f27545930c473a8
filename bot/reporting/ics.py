"""A feed as iCalendar (RFC 5545). Imported when a calendar is first requested: the library loads slowly."""

from datetime import timedelta

from icalendar import Calendar, Event

from bot.reporting import calendar_feed
from bot.reporting.calendar_feed import REFRESH_INTERVAL, FeedContent
from bot.sentences import sentence


def write_ics(feed: FeedContent) -> bytes:
    """Write the feed: all-day events that block nobody's time and ring no bell."""
    calendar = Calendar()
    calendar.add("prodid", "-//cip//Improvement plan due dates//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", feed.name)
    calendar.add("x-wr-calname", feed.name)
    if feed.left_out:
        note = sentence("reporting.dates_left_out", left_out=feed.left_out, shown=len(feed.events))
        calendar.add("x-wr-caldesc", note)
    calendar.add("refresh-interval", REFRESH_INTERVAL, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    for each in feed.events:
        calendar.add_component(_event(each))
    written: bytes = calendar.to_ical()
    return written


def _event(each: calendar_feed.FeedEvent) -> Event:
    event = Event()
    event.add("uid", each.uid)
    event.add("dtstamp", each.stamp)
    event.add("last-modified", each.stamp)
    event.add("dtstart", each.day)
    event.add("dtend", each.day + timedelta(days=1))
    event.add("summary", each.summary)
    event.add("description", each.description)
    event.add("categories", [each.status])
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    return event
