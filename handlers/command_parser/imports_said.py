"""The commands about plans that came in: their open questions and their versions."""

import re

from bot.commands import Command, Questions, Versions
from bot.plan.text import one_line
from handlers.command_parser.lists import take_ending
from handlers.command_parser.typed import Typed, said

_NUMBER = re.compile(r"(?:no\.?\s*|number\s*|#)?(?P<number>[0-9]{1,6})", re.IGNORECASE)
_ANSWERED = {"answered", "answers", "settled", "closed"}
_OPEN = {"", "open", "all"}


def read_questions(typed: Typed, text: str) -> Command:
    ending = take_ending(text)
    word = ending.text.casefold()
    if word not in _ANSWERED | _OPEN:
        raise typed.misread(f"I can list questions that are open or answered, not {said(text)}.", "questions")
    return Questions(answered=word in _ANSWERED, page=ending.page, line=one_line(typed.text))


def read_versions(typed: Typed, text: str) -> Command:
    ending = take_ending(text)
    named = _NUMBER.fullmatch(ending.text)
    if ending.text and named is None:
        raise typed.misread(f"{said(text)} is not the number of a version.", "versions")
    number = int(named["number"]) if named else 0
    return Versions(number=number, page=ending.page, line=one_line(typed.text))
