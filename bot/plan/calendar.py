"""Working days, quiet hours and the reminders of a date, as functions of a board's calendar and `now`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from operator import itemgetter
from zoneinfo import ZoneInfo

import holidays
from dateutil.rrule import rrulebase, rrulestr

MAX_BREAK_DAYS = 30
# A fixed Monday, so that a rule for every other week keeps its weeks. Local wall time is meant.
RULE_START = datetime(2018, 1, 1)  # noqa: DTZ001 - see above
# Clocks are put on or back by an hour, in some places by half of one, and by a day at most.
MAX_CLOCK_CHANGE = timedelta(days=1)


@lru_cache(maxsize=1024)
def bank_holidays(country: str, year: int) -> frozenset[date]:
    code, _, region = country.partition("-")
    return frozenset(holidays.country_holidays(code, subdiv=region or None, years=year))


@lru_cache(maxsize=1024)
def is_timezone(name: str) -> bool:
    """Whether it is the name of a timezone, as IANA spells it."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def choose_timezone(own: str | None, default: str) -> str:
    """The person's own timezone where one is known and can be read, else the default."""
    return own if own and is_timezone(own) else default


@dataclass(frozen=True)
class BoardCalendar:
    """A board's calendar, in the timezone of the board or of one person.

    country: ISO 3166 code, with a region where bank holidays differ ("GB-ENG").
    quiet_from, quiet_until: times of day between which nothing is sent.
    """

    timezone: str
    country: str
    prompt_time: time
    quiet_from: time
    quiet_until: time

    def today(self, now: datetime) -> date:
        return now.astimezone(ZoneInfo(self.timezone)).date()

    def is_working(self, day: date) -> bool:
        return day.weekday() < 5 and day not in bank_holidays(self.country, day.year)  # noqa: PLR2004 - Saturday is 5

    def working_day(self, day: date, *, step: int) -> date:
        """`day` itself, or the nearest working day after (step 1) or before (step -1) it."""
        for _ in range(MAX_BREAK_DAYS):
            if self.is_working(day):
                return day
            day += timedelta(days=step)
        return day

    def working_days_before(self, day: date, count: int) -> date:
        """The latest day after which so many working days have begun by `day`, that day among them."""
        while count > 0:
            count -= self.is_working(day)
            day -= timedelta(days=1)
        return day

    def at(self, day: date, moment: time) -> datetime:
        """A time of that day in this timezone, as UTC. A time the clocks skip is as much later, and of one
        that comes twice the first is meant; with fold=1 in `moment`, the second.
        """
        local = datetime.combine(day, moment, ZoneInfo(self.timezone))
        return local.astimezone(UTC)

    def prompt_moment(self, day: date) -> datetime:
        return self.at(day, self.prompt_time)

    def is_quiet(self, now: datetime) -> bool:
        moment = now.astimezone(ZoneInfo(self.timezone)).time()
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= moment < self.quiet_until
        return moment >= self.quiet_from or moment < self.quiet_until

    def after_quiet_hours(self, now: datetime) -> datetime:
        """`now`, or the end of the quiet hours it falls in."""
        if not self.is_quiet(now):
            return now
        today, until = self.today(now), self.quiet_until
        ends = (self.at(today, until), self.at(today, until.replace(fold=1)))
        return next((end for end in ends if end > now), self.at(today + timedelta(days=1), until))

    def is_time_to_ask(self, now: datetime) -> bool:
        """Whether somebody may be asked now: on a working day, from the prompt time until the quiet hours."""
        today = self.today(now)
        return self.is_working(today) and not self.is_quiet(now) and now >= self.prompt_moment(today)

    def next_time_to_ask(self, now: datetime) -> datetime:
        """`now`, or the next prompt time if now is not a time to ask."""
        return now if self.is_time_to_ask(now) else self.next_prompt_moment(now)

    def midnight_after(self, moment: datetime) -> datetime:
        """The midnight that ends the day of `moment`."""
        return self.at(self.today(moment) + timedelta(days=1), time(0))

    def next_prompt_moment(self, after: datetime) -> datetime:
        """The first prompt time on a working day that lies after `after`."""
        day = self.working_day(self.today(after), step=1)
        while self.prompt_moment(day) <= after:
            day = self.working_day(day + timedelta(days=1), step=1)
        return self.prompt_moment(day)


@dataclass(frozen=True)
class ScheduledPrompt:
    """One reminder of a date. days_left: negative for days late. at: when it is sent, in UTC."""

    due: date
    days_left: int
    at: datetime


def scheduled_prompts(
    due: date, prompt_days: Iterable[int], calendar: BoardCalendar
) -> list[ScheduledPrompt]:
    """When to ask about one date. Up to the day itself a reminder on a day off moves to the working day
    before, so that nobody is first asked once it is too late; after it, to the working day after.
    """
    found = []
    for days_left in prompt_days:
        day = _prompt_day(due, days_left, calendar)
        found.append(ScheduledPrompt(due, days_left, calendar.prompt_moment(day)))
    return sorted(found, key=lambda reminder: reminder.at)


def _prompt_day(due: date, days_left: int, calendar: BoardCalendar) -> date:
    return calendar.working_day(due - timedelta(days=days_left), step=-1 if days_left >= 0 else 1)


def next_scheduled_prompt(
    dues: Iterable[date], prompt_days: Iterable[int], calendar: BoardCalendar, *, after: datetime
) -> ScheduledPrompt | None:
    """The first reminder of any of the dates that lies after `after`."""
    offsets, eve = tuple(prompt_days), calendar.today(after) - timedelta(days=1)
    ahead = [(_prompt_day(due, days_left, calendar), due, days_left) for due in dues for days_left in offsets]
    # A later day has a later moment: only those of the next days are looked at.
    for day, due, days_left in sorted(ahead, key=itemgetter(0)):
        if day >= eve and (at := calendar.prompt_moment(day)) > after:
            return ScheduledPrompt(due, days_left, at)
    return None


@dataclass(frozen=True)
class RepeatRules:
    """After how many days without an answer an action is asked about again: any open one, and a late one."""

    days: int
    late_days: int


def next_repeat(
    dues: Iterable[date], rules: RepeatRules, calendar: BoardCalendar, *, since: datetime, after: datetime
) -> datetime:
    """When an open action is asked about that no reminder of a date asks about. dues: its open dates. since:
    the last word on it, or when it was last asked about. What should have been asked by `after` is asked at
    the next prompt time.
    """
    heard_on = calendar.today(since)
    day = heard_on + timedelta(days=rules.days)
    first = min(dues, default=None)
    if first is not None:
        day = min(day, max(heard_on, first) + timedelta(days=rules.late_days))
    moment = calendar.prompt_moment(calendar.working_day(day, step=1))
    return moment if moment > after else calendar.next_prompt_moment(after)


def last_scheduled_prompt(
    dues: Iterable[date], prompt_days: Iterable[int], calendar: BoardCalendar, *, until: datetime
) -> ScheduledPrompt | None:
    """The latest reminder that has come by `until`; the one a prompt sent now is about."""
    offsets = tuple(prompt_days)
    past = [
        reminder
        for due in dues
        for reminder in scheduled_prompts(due, offsets, calendar)
        if reminder.at <= until
    ]
    return max(past, key=lambda reminder: (reminder.at, -reminder.days_left), default=None)


def next_occurrence(rule: str, timezone: str, *, after: datetime) -> datetime:
    """When an RRULE next comes round in a timezone, as UTC. It counts in local time, so that nine o'clock
    stays nine o'clock when the clocks change. A time that comes twice counts once, the first time; one that
    the clocks skip is as much later.
    """
    zone, series = ZoneInfo(timezone), _series(rule)
    ahead = [moment for moment in _occurrences_around(series, zone, after) if moment > after]
    return (
        min(ahead) if ahead else _to_utc(rule, series.after(_to_local(after, zone) + MAX_CLOCK_CHANGE), zone)
    )


def last_occurrence(rule: str, timezone: str, *, until: datetime) -> datetime:
    """The latest time at or before `until` that an RRULE came round, counted as in next_occurrence."""
    zone, series = ZoneInfo(timezone), _series(rule)
    past = [moment for moment in _occurrences_around(series, zone, until) if moment <= until]
    return (
        max(past) if past else _to_utc(rule, series.before(_to_local(until, zone) - MAX_CLOCK_CHANGE), zone)
    )


def next_digest_time(rule: str, calendar: BoardCalendar, *, after: datetime) -> datetime:
    """When a digest is next due by an RRULE: on a working day, so one that would come on a day off comes at
    the same time of the next working day.
    """
    moment = next_occurrence(rule, calendar.timezone, after=after - timedelta(days=MAX_BREAK_DAYS))
    while (shifted := _shift_to_working_day(moment, calendar)) <= after:
        moment = next_occurrence(rule, calendar.timezone, after=moment)
    return shifted


def last_digest_time(rule: str, calendar: BoardCalendar, *, until: datetime) -> datetime:
    """The latest time at or before `until` at which a digest was due, as in next_digest_time."""
    moment = last_occurrence(rule, calendar.timezone, until=until)
    while (shifted := _shift_to_working_day(moment, calendar)) > until:
        moment = last_occurrence(rule, calendar.timezone, until=moment - timedelta(seconds=1))
    return shifted


def _shift_to_working_day(moment: datetime, calendar: BoardCalendar) -> datetime:
    day = calendar.today(moment)
    if calendar.is_working(day):
        return moment
    local = moment.astimezone(ZoneInfo(calendar.timezone)).time()
    return calendar.at(calendar.working_day(day, step=1), local)


@lru_cache(maxsize=1024)
def _series(rule: str) -> rrulebase:
    """Counted from the start once: it remembers what it has counted."""
    return rrulestr(rule, dtstart=RULE_START, cache=True)


def _occurrences_around(series: rrulebase, zone: ZoneInfo, moment: datetime) -> list[datetime]:
    """Those that a change of the clocks could move across `moment`: local times near it are in no order."""
    local = _to_local(moment, zone)
    near = series.between(local - MAX_CLOCK_CHANGE, local + MAX_CLOCK_CHANGE, inc=True)
    return [each.replace(tzinfo=zone).astimezone(UTC) for each in near]


def _to_local(moment: datetime, zone: ZoneInfo) -> datetime:
    """The wall time, without a zone."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def _to_utc(rule: str, occurrence: datetime | None, zone: ZoneInfo) -> datetime:
    if occurrence is None:
        raise ValueError(f"the rule {rule} never comes round")
    return occurrence.replace(tzinfo=zone).astimezone(UTC)
