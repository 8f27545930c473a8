"""Lines that are no business of the plan: thanks, a greeting, "stop", "who are you?", "ask me on Friday"."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.plan.periods import FORTNIGHT
from bot.plan.text import one_line, plain_marks
from bot.plan.typed_days import leading_day
from handlers.command_parser.vocabulary import group


def _one_of(name: str) -> str:
    """The phrases of a group, the longest first."""
    phrases = sorted(group(name), key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, phrases))})(?!\\w)"


_PLEASANT, _AFTER_PLEASANT = _one_of("pleasant"), _one_of("after_pleasant")
_POLITELY = r"(?:(?:please|pls|just|can you|could you|will you)\s)*+"
_ASKED = (
    r"(?:being |getting |been )?(?:asked|asking|ask|messaging|message|contacting|contact|reminding|getting"
    r"|get|receiving|sent|send|sending|chasing|bothering)"
)
_FORMS = (
    (
        "thanks",
        (
            rf"(?:(?:ok|okay|right|yes|no|and|got it|noted|{_PLEASANT}|{_AFTER_PLEASANT})"
            r"[\s,.!]*+)++"
        ),
    ),
    ("ok", _one_of("agreed")),
    (
        "withdrawn",
        rf"(?:(?:oh|ah|no|sorry|oops|actually|please)[\s,]+)*+{_one_of('withdrawn')}(?:[\s,]++{_AFTER_PLEASANT})*+",
    ),
    ("hello", rf"{_one_of('greetings')}(?:[\s,]++{_AFTER_PLEASANT})*+"),
    ("stop", rf"{_POLITELY}{_one_of('stops')}(?:[\s,]++{_one_of('after_stop')})*+"),
    ("stop", r"(?:too many|so many) (?:messages|reminders|questions|notifications)\b.*"),
    ("stop", r"(?:you are|you're|youre) (?:annoying|spamming)\b.*"),
    (
        "stop",
        r"(?:i (?:don't|dont|do not) want|i'm tired of|im tired of|sick of) (?:these|this|your|any more)\b.*",
    ),
    ("stop", rf"{_POLITELY}(?:ask|message|remind|contact|chase) me (?:less|less often|fewer times|only)\b.*"),
    ("stop", rf"{_POLITELY}(?:take me off|remove me from)\b.*"),
    (
        "who",
        (
            r"(?:who|what) (?:are|r) (?:you|u)|who(?:'s| is) (?:this|that|it)|what do you mean"
            r"|what is (?:this|the) bot"
        ),
    ),
    ("who", r"(?:are you|is this) (?:a |an )?(?:real|bot|robot|human|person|machine|automated|ai)\b.*"),
    ("who", r"who (?:runs|made|owns|set up) (?:you|this|the bot)\b.*"),
    (
        "about",
        (
            r"what(?:'s| is|s)? (?:this|that|it|all this|this all|all that)(?: all)?(?: message)?"
            r"(?: about| for)?"
        ),
    ),
    ("about", r"what do you (?:want|need)(?: from me)?|what does (?:this|that) mean|why me|what for"),
    ("about", rf"why (?:are|r|do|did|am|have) (?:you|u|i) {_ASKED}\b.*"),
    ("about", r"who (?:asked|wants to know|is asking|told you)(?: me)?(?: for| this| about| to ask)*+"),
    ("about", r"what happens (?:with|to) (?:my|the|this) (?:answers?|repl(?:y|ies)|updates?)"),
    (
        "about",
        r"who (?:sees|can see|reads) (?:this|it|my (?:answers?|reply|replies)|what i (?:write|say|put))\b.*",
    ),
    (
        "stop",
        r"how (?:do|can|would|could) (?:i|you|we) (?:turn|switch|stop|mute|get out|opt out|unsubscribe)\b.*",
    ),
    (
        "stop",
        rf"(?:can|could|would) (?:you|u|i) {_POLITELY}{_ASKED} (?:me )?(?:less|fewer|not so|only once)\b.*",
    ),
)
_COMPILED = tuple((kind, re.compile(rf"\A(?:{form})", re.IGNORECASE)) for kind, form in _FORMS)
_IS_PLEASANT = re.compile(rf"\b{_PLEASANT}", re.IGNORECASE)
_MAX_LENGTH = 120
_EXCUSE = (
    r"(?:(?:please|pls|sorry|ok|okay|can you|could you|can u|will you|would you|i'll do (?:this|it)"
    r"|busy(?: right| just)? now|busy(?: today)?|i'm busy|im busy|(?:i'm |im |i am |in )*+a meeting"
    r"|(?:i'm |im |i am )?(?:driving|on (?:a|the) (?:train|call|bus|phone|ward|school run)|in clinic"
    r"|in court|on shift)"
    r"|(?:i )?(?:can't|cant|cannot|have no time to) (?:talk|look|do this|do it|answer"
    r"|reply)(?: right now| now)?"
    r"|no time(?: right)?(?: now| today)?|hands full|up to my (?:eyes|neck)(?: in it)?|and|so|but"
    r"|then|just|now)"
    r"(?![\w'])[\s,:.;!-]*+)*+"
)
_POSTPONES = re.compile(
    rf"\A{_EXCUSE}(?:(?P<plain>later(?: on)?(?: today)?|not now|in a bit|another (?:day|time)"
    r"|some other time)"
    r"|(?:(?:ask|remind|prompt|try|chase|nudge|ping|come back to|get back to"
    r"|check (?:back )?(?:in )?with) (?:me|us)"
    r"|(?:ask|try)(?= again\b| tomorrow| next| on | monday| tuesday| wednesday| thursday| friday))"
    r"(?: about (?:this|it|that))?(?: again| back)?"
    r"(?P<when>(?: (?:on|at|in|after|from|come|this|early|later|first thing))*+)\s*+)",
    re.IGNORECASE,
)
# Whatever stands before "please ask tomorrow": "at a funeral today".
_ASKS_AGAIN = re.compile(
    r"\A(?=(?:sorry|i'm|im|i am|i've|ive|at|in|on|off|out|not (?:at|in)|got|stuck (?:in|at|on)|busy"
    r"|can't|cant|having|half day"
    r"|no time|hands)\b)(?!.*\b(?:done|complete|progress|finished|waiting|blocked|hold|risk|track|red"
    r"|amber|green|started)\b)"
    r"[^0-9?#]{3,80}?(?:[,.;:!-]\s*|\s(?:so|please|pls|can you|could you|just)\s)(?:please |pls )?"
    r"(?P<asks>(?:ask|remind|try|chase|nudge)\b)",
    re.IGNORECASE,
)
_TIME_OF_DAY = re.compile(
    r"(?:later|lunch(?:time)?|the meeting|(?:this |the )?(?:afternoon|evening|morning)|an? (?:hour"
    r"|bit|while|few hours)"
    r"|(?:a )?couple of hours|(?:half )?an hour|[0-9]{1,2}(?:[.:][0-9]{2})? ?(?:am|pm)|another (?:day"
    r"|time))\b",
    re.IGNORECASE,
)
_NEXT_WEEK = re.compile(r"(?:early |at the start of |sometime )?next week\b", re.IGNORECASE)
_AFTER_LATER = re.compile(
    r"(?:[\s,;.!-]*+(?:today|please|pls|plz|thanks|thank you|thx|ta|cheers|now|on|then|instead|ok"
    r"|would be (?:better|good)"
    r"|first thing|morning|afternoon|will do|if (?:that's|thats) ok))*+[\s,;.!-]*+",
    re.IGNORECASE,
)
# An excuse by itself asks for the same.
_IS_EXCUSE = re.compile(rf"\A{_EXCUSE}\Z", re.IGNORECASE)
_EXCUSES = re.compile(
    r"\b(?:busy|meeting|driving|train|call|bus|phone|ward|school run|clinic|court|shift|talk|look"
    r"|do this|do it|answer"
    r"|reply|no time|hands full|up to my)\b",
    re.IGNORECASE,
)
# Whoever names a later day is asked what is to be recorded.
MAX_LATER = FORTNIGHT


@dataclass(frozen=True)
class Later:
    """Somebody wants to be asked later. day: on which, where it is named."""

    day: date | None = None


def read_later(text: str, today: date) -> Later | None:
    """Read `not now`, `ask me again on Friday`; None for a line that is something else than that."""
    words = one_line(plain_marks(text)).strip()
    if len(words) > _MAX_LENGTH:
        return None
    found = _POSTPONES.match(words)
    if found is None and (asks := _ASKS_AGAIN.search(words)) is not None:
        words = words[asks.end() - len(asks["asks"]) :]
        found = _POSTPONES.match(words)
    if found is None:
        return Later() if _IS_EXCUSE.match(words) and _EXCUSES.search(words) else None
    return _read_when(words[found.end() :], today, is_whole=found["plain"] is not None)


def _read_when(rest: str, today: date, *, is_whole: bool) -> Later | None:
    """When somebody wants to be asked. rest: what follows "ask me". is_whole: it was said already."""
    time = None if is_whole else _TIME_OF_DAY.match(rest)
    if is_whole or time is not None or not rest.strip(" .!?"):
        return Later() if _AFTER_LATER.fullmatch(rest[time.end() :] if time else rest.strip(" .!?")) else None
    if next_week := _NEXT_WEEK.match(rest):
        monday = today + timedelta(days=7 - today.weekday())
        return Later(monday) if _AFTER_LATER.fullmatch(rest[next_week.end() :]) else None
    day = leading_day(rest, today=today)
    if day is None or day.day is None or not today < day.day <= today + MAX_LATER:
        return None
    return Later(day.day) if _AFTER_LATER.fullmatch(rest[day.end :]) else None


def read_small_talk(text: str) -> str | None:
    """thanks, ok, withdrawn, hello, stop, who or about; None for a line that is none of these as a whole."""
    words = one_line(plain_marks(text)).strip(" .,;!?-\"'")
    if not words or len(words) > _MAX_LENGTH:
        return None
    kinds = (kind for kind, form in _COMPILED if form.fullmatch(words))
    return next((kind for kind in kinds if kind != "thanks" or _IS_PLEASANT.search(words)), None)
