"""Lines that are no business of the plan: thanks, a greeting, "stop", "who are you?"."""

import re

from bot.plan.text import one_line, plain_marks
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
    ("about", r"who (?:sees|can see|reads) (?:this|it|my answers?|my repl(?:y|ies))"),
)
_COMPILED = tuple((kind, re.compile(rf"\A(?:{form})", re.IGNORECASE)) for kind, form in _FORMS)
_IS_PLEASANT = re.compile(rf"\b{_PLEASANT}", re.IGNORECASE)
_MAX_LENGTH = 120


def read_small_talk(text: str) -> str | None:
    """thanks, ok, withdrawn, hello, stop, who or about; None for a line that is none of these as a whole."""
    words = one_line(plain_marks(text)).strip(" .,;!?-\"'")
    if not words or len(words) > _MAX_LENGTH:
        return None
    kinds = (kind for kind, form in _COMPILED if form.fullmatch(words))
    return next((kind for kind in kinds if kind != "thanks" or _IS_PLEASANT.search(words)), None)
