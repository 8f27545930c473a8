"""Parses what a person typed after the slash command into a command of bot/commands.py.

parser.parse: line.py reads the verb; updates.py (with options.py) or lists.py (with filters.py) reads the
rest, out of tokens.py's refs, statuses and people. free_text.py: a reply in a person's own words.
"""

from handlers.command_parser.free_text import FreeTextReply, is_meant_as_update
from handlers.command_parser.line import MAX_LINE_LENGTH, MAX_NOTE_LENGTH, strip_unsafe
from handlers.command_parser.parser import parse
from handlers.command_parser.updates import resolve_mentions

__all__ = [
    "MAX_LINE_LENGTH",
    "MAX_NOTE_LENGTH",
    "FreeTextReply",
    "is_meant_as_update",
    "parse",
    "resolve_mentions",
    "strip_unsafe",
]
