"""Looks for days in a line: at each place the longest words that can be read."""

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from bot.plan import day_forms, period_forms
from bot.plan.date_patterns import find_dates
from bot.plan.day_drafts import DayDraft, DayKind, DayProblem, vague
from bot.plan.day_forms import Form, FormContext
from bot.plan.day_surroundings import (
    LOOK_BACK,
    can_be_day,
    event_end,
    is_inside_word,
    is_possessive,
    open_end,
    read_context,
    says_past,
    says_since,
    side_of,
)
from bot.plan.day_tokens import NormalLine
from bot.plan.day_wrappers import WRAPPERS, WordReader, with_words_after
from bot.plan.due_dates import Precision

_MAX_DEPTH = 2
_FIGURE = ("(?:[0-9]", "(?:(?P<d>[0-9]", "(?:(?P<y>[0-9]", "(?:20[0-9]")
_YEARS_ALONE = re.compile(r"20[0-9]{2}/(?:20)?[0-9]{2}")
_MONTH_IN_FIGURES = re.compile(
    r"[0-9]{1,2} ?[/.-] ?20[0-9]{2}|20[0-9]{2}-[0-9]{2}|[0-9./]{1,5} ?- ?[0-9./]{6,10}"
)
# Two dates, and a month with a number that may be a day.
_OWN_READING = re.compile(
    r"^[a-z]+\.? ?[0-9]{2}$|\b(?:to|until|till|through|between|and|from)\b|[a-z.] ?[/&-] ?[a-z]"
)


@cache
def _forms_at(*, is_figure: bool) -> tuple[Form, ...]:
    """The forms to try; those that begin with a figure and nothing else are not tried at a word."""
    every = (*day_forms.DAY_FORMS, *period_forms.PERIOD_FORMS)
    return every if is_figure else tuple(form for form in every if not form[0].pattern.startswith(_FIGURE))


@dataclass(frozen=True)
class FoundDay:
    """A draft and where its words begin in the normal form. said_past: "since" or the like stands before."""

    start: int
    draft: DayDraft
    said_past: bool = False


def find_drafts(line: NormalLine, today: date, *, is_wanted: bool) -> list[FoundDay]:
    """Every day, from left to right. is_wanted: the line stands where a day is expected."""
    found: list[FoundDay] = []
    reader = _PlaceReader(line, today, is_wanted=is_wanted)
    free_from = 0
    for place, start in enumerate(line.starts):
        joins = line.text[free_from:start] in {"/", "-"}
        if start < free_from or (is_inside_word(line, place) and not joins):
            continue
        each = reader.read(start, free_from)
        if each is not None:
            found.append(each)
            free_from = each.draft.end
    return found


class _PlaceReader:
    """Reads the longest day at a place of a line."""

    def __init__(self, line: NormalLine, today: date, *, is_wanted: bool) -> None:
        self.line, self.text, self.today, self.is_wanted = line, line.text, today, is_wanted
        # What documents say with a year as well: seasons, quarters, ranges.
        self.written = {match.start: match for match in find_dates(line.text, as_at=today)}
        self.ends = frozenset(line.ends)

    def read(self, start: int, last_end: int) -> FoundDay | None:
        before = self.text[max(0, last_end, start - LOOK_BACK) : start]
        core = self._longest(start, before, None, depth=0)
        if core is None:
            return None
        return self._in_its_place(start, before, with_words_after(self.text, core, self.today))

    def _longest(self, start: int, before: str, outer: FormContext | None, *, depth: int) -> DayDraft | None:
        """outer: what stands before the words that belong to this day and are read already."""
        forms = _forms_at(is_figure=self.text[start : start + 1].isdigit())
        matches = [(read, found) for pattern, read in forms if (found := pattern.match(self.text, start))]
        wrapping = [
            (change, found)
            for pattern, change in (WRAPPERS if depth < _MAX_DEPTH else ())
            if (found := pattern.match(self.text, start))
        ]
        if not matches and not wrapping and start not in self.written:
            return None
        context = self._context(start, before, outer)
        drafts = [read(found, context) for read, found in matches]
        drafts.append(self._read_written(start, context))
        drafts += [self._read_wrapped(change, found, context, depth) for change, found in wrapping]
        fitting = [
            draft for draft in drafts if draft and can_be_day(self.text, draft, context, is_part=depth > 0)
        ]
        return max(fitting, key=lambda draft: draft.end, default=None)

    def _read_written(self, start: int, context: FormContext) -> DayDraft | None:
        match = self.written.get(start)
        if match is None or match.end not in self.ends or match.precision is Precision.DAY or not match.day:
            return None
        words = self.text[match.start : match.end]
        if _OWN_READING.search(words):
            return None
        if _YEARS_ALONE.fullmatch(words):
            return vague(match.end, match.day) if context.is_wanted else None
        if not re.search("[a-z]", words) and not (context.is_led and _MONTH_IN_FIGURES.fullmatch(words)):
            return None
        return DayDraft(match.end, match.day, DayKind.PERIOD)

    def _context(self, start: int, before: str, outer: FormContext | None) -> FormContext:
        if outer is None:
            return read_context(self.line, start, before, self.today, is_wanted=self.is_wanted)
        raw = self.line.tokens[self.line.token_at(start)].raw
        return replace(outer, is_led=True, begins=False, lead=before, raw=raw)

    def _read_wrapped(
        self, change: WordReader, found: re.Match[str], context: FormContext, depth: int
    ) -> DayDraft | None:
        before = f"{context.lead}{found[0]}"
        core = self._longest(found.end(), before, context, depth=depth + 1)
        return change(found, core, self.today) if core else None

    def _in_its_place(self, start: int, before: str, draft: DayDraft) -> FoundDay | None:
        """The draft as the words around it make it: an event, a day after it, one that is past."""
        event = event_end(self.text, draft, before)
        if event is not None:
            if not read_context(self.line, start, before, self.today, is_wanted=self.is_wanted).is_led:
                return None
            draft = vague(event)
        elif is_possessive(self.text, draft):
            return None
        if (end := open_end(self.text, draft)) is not None:
            draft = vague(end, draft.day)
        side, length = side_of(before)
        if side and (side != "before" or draft.problem is DayProblem.VAGUE):
            return FoundDay(start - length, vague(draft.end))
        if draft.kind is DayKind.WEEKDAY and says_since(before):
            draft = replace(draft, day=None, problem=DayProblem.PAST)
        return FoundDay(start, draft, said_past=says_past(before))
