"""What owners say of themselves and not of the action: that it is not theirs, or that they are away."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from bot.commands import Away, NotMine, Offer, Option, PromptContext, Snooze, UpdateStatus
from bot.plan.statuses import Status
from bot.plan.text import one_line, plain_marks
from bot.plan.typed_days import leading_day
from bot.sentences import sentence
from handlers.command_parser.offers import MAX_OPTIONS
from handlers.command_parser.tokens import format_refs

MAX_WHOSE_LENGTH = 300
_NAME = r"(?P<name>[A-Z]{2,4}\b|[A-Z][a-z'-]{1,30}(?: [A-Z][a-z'-]{1,30})?)"
_SENDS_ON = (
    r"(?i:ask|try|speak to|talk to|check with|contact|belongs to|(?:moved|passed|gone|went|handed|over) to"
    r"|now with|under|it's|its|that's|thats|this is|it is)"
)
_NOT_MINE = re.compile(
    r"\b(?:not|isn't|isnt|wasn't|no longer|never)(?: (?:really|actually|been))? "
    r"(?:(?:mine|ours|for (?:me|us))\b(?! to \w)"
    r"|(?:my|our) (?:action|one|job|area|task|responsibility|remit|project)\b|(?:me|us)(?=\s*(?:[,.;!-]|$)))"
    r"|\bi(?:'ve| have)? (?:left|handed over) (?:that|this|the) (?:team|job|role|post)\b"
    r"|\bwrong (?:person|owner|initials)\b|\b(?:got|have) the wrong (?:person|owner|one)\b"
    r"|\bnothing to do with me\b|\b(?:don't|dont|do not|no longer) own\b",
    re.IGNORECASE,
)
_SENT_ON = re.compile(rf"(?:^|[,.;:-]\s*)(?i:please )?(?i:ask|try|speak to|talk to|contact) {_NAME}\s*[.!]?$")
_OWNED_BY = re.compile(
    rf"(?i:that's|thats|that is|it's|it is|this is|this one is) {_NAME}(?:'s|s')"
    r"(?: (?i:action|one|job|area|task|now|project))*\s*[.!]?$"
    r"|(?:^|[,.;:-]\s*)(?P<other>[A-Z]{2,4}|[A-Z][a-z'-]{1,30}) (?i:does|owns|has|looks after|is doing) "
    r"(?i:this|it|that)(?: one)? now\s*[.!]?$"
    r"|\b(?i:belongs to) (?P<holder>[A-Z]{2,4}|[A-Z][a-z'-]{1,30}(?: [A-Z][a-z'-]{1,30})?)"
    r"(?: (?i:now|instead|these days))?\s*[.!]?$"
)
_WHOSE = re.compile(rf"\b{_SENDS_ON} {_NAME}")
_BEGINS = r"(?:^|[,.;:!-]\s*|\b(?:i'm|im|i am|i'll be|i will be|am|currently|sorry|still)\s+)"
_AWAY = re.compile(
    _BEGINS
    + r"(?:on (?:my )?(?:(?:annual|sick|study|maternity|paternity|parental|compassionate|special|unpaid) )*+"
    r"(?:leave|holidays?|vacation|secondment)\b|jury service\b"
    r"|(?:annual|sick|study|maternity|paternity|parental|compassionate) leave\b"
    r"|(?:away|off sick|off ill|off|out of (?:the )?office|ooo)\b(?! track\b| by\b)"
    r"|back (?:on|at work|in the office|in)\b)",
    re.IGNORECASE,
)
# Somebody who cannot answer now, or does not want to.
_NO_TIME = re.compile(
    r"\b(?:will (?:look|do it|do this|get to it|update|check|answer|reply)|can't (?:look|do this|answer)"
    r"|no time|busy"
    r"|half day|on a course|(?:till|until|til) after (?:xmas|christmas|easter|the)|give me (?:a"
    r"|some) (?:time|minute|day))\b",
    re.IGNORECASE,
)
# Who stands in for somebody who is away.
_COVER = re.compile(
    rf"\b{_NAME} (?i:(?:is |will be |will |can |to )?+"
    r"(?:covers?|covering|standing in|stands in|deputis(?:es|ing|e)))\b"
    r"|\b(?i:cover(?:ed|ing)?(?: is| will be)?+(?: by|:| from)|contact|ask|speak to|talk to|deputy(?: is|:))"
    r"\s*+(?P<other>[A-Z]{2,4}\b|[A-Z][a-z'-]{1,30}(?: [A-Z][a-z'-]{1,30})?)"
)
_UNTIL = re.compile(
    r"\b(?:until|till|til|up to|back|return(?:ing)?)\b(?: (?:on|in|at work|in the office))*+\s*+",
    re.IGNORECASE,
)


def add_remarks(offer: Offer, words: str, today: date, asked: PromptContext) -> Offer:
    """The offer with what these words say of the owner before its other options, of which the guesses at how
    it is going are left out. words: of the line, without its command. asked: what may be asked again later.
    """
    text = one_line(plain_marks(words)).strip()
    is_away = _AWAY.search(text) is not None
    own = [*_not_mine_options(offer, text), *_away_options(text, today)]
    if (is_away or _NO_TIME.search(text)) and asked.actions:
        own.append(_later_option(asked, offer.line))
    if is_away and not any(isinstance(each, Away) for option in own for each in option.commands):
        offer = replace(offer, problem=sentence("handlers.away_until_when"))
        return replace(offer, options=(*own, *offer.options)[:MAX_OPTIONS])
    if not own:
        return offer
    if not is_away and all(isinstance(each, Snooze) for option in own for each in option.commands):
        return replace(offer, options=(*own, *offer.options)[:MAX_OPTIONS])
    notes = [each for each in offer.options if _is_note(each) or _is_done(each)]
    kept = offer.options[: offer.options.index(notes[0]) + 1] if is_away and notes else notes
    return replace(offer, problem=sentence("handlers.asks_remark_of_owner"), options=(*own, *kept))


def _later_option(asked: PromptContext, line: str) -> Option:
    items = tuple(each.item_id for each in asked.actions)
    return Option(sentence("handlers.option_later"), (Snooze(item_ids=items, line=line),))


def build_not_mine(words: str, line: str) -> NotMine | None:
    """Of words that name no action, where they say that one is somebody else's; else None."""
    text = one_line(plain_marks(words)).strip()
    if _NOT_MINE.search(text) is None:
        return None
    found = _SENT_ON.search(text) or _OWNED_BY.search(text) or _WHOSE.search(text)
    return NotMine(ref=None, whose=_read_name(found)[:MAX_WHOSE_LENGTH], line=line)


def build_away_offer(words: str, line: str, today: date) -> Offer | None:
    """Of words that name no action, where they say until when somebody is away; else None."""
    options = tuple(_away_options(one_line(plain_marks(words)).strip(), today))
    if not options:
        return None
    return Offer(
        problem=sentence("handlers.asks_remark_of_owner"), words=one_line(words), options=options, line=line
    )


def _is_done(option: Option) -> bool:
    return any(isinstance(each, UpdateStatus) and each.status is Status.COMPLETE for each in option.commands)


def _is_note(option: Option) -> bool:
    return all(
        isinstance(each, UpdateStatus) and each.status is None and each.declared is None and each.due is None
        for each in option.commands
    )


def _not_mine_options(offer: Offer, text: str) -> Iterator[Option]:
    """One for each action of the offer, where the words say it and it is of the same throughout."""
    updates = [each for option in offer.options for each in option.commands if isinstance(each, UpdateStatus)]
    refs = {each.refs for each in updates}
    found = _SENT_ON.search(text) or _OWNED_BY.search(text)
    if len(refs) != 1 or not (found or _NOT_MINE.search(text)):
        return
    whose = _read_name(found or _WHOSE.search(text))[:MAX_WHOSE_LENGTH]
    [several] = refs
    for ref in several:
        label = sentence(
            "handlers.option_not_mine", whose=whose, ref=format_refs((ref,)) if len(several) > 1 else ""
        )
        command = NotMine(ref=ref, whose=whose, action_id=updates[0].action_id, line=offer.line)
        yield Option(label, (command,))


def _read_name(found: re.Match[str] | None) -> str:
    groups = found.groupdict() if found else {}
    found_name = groups.get("name") or groups.get("other") or groups.get("holder") or ""
    return found_name.removesuffix("'s")


def _away_options(text: str, today: date) -> Iterator[Option]:
    """One, where the words say until which day."""
    if _AWAY.search(text) is None:
        return
    for until in _UNTIL.finditer(text):
        found = leading_day(text[until.end() :], today=today)
        if found is not None and found.day is not None and found.day > today:
            cover = _read_name(_COVER.search(text))[:MAX_WHOSE_LENGTH]
            label = sentence("handlers.option_away", day=found.day, cover=cover)
            yield Option(label, (Away(until=found.day, cover=cover),))
            return
