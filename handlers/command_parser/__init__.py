"""Reads what a person typed, with or without the slash command, into a command of bot/commands.py.

reading.LineReading: verbs.py and lists.py (with filters.py) read commands, questions.py what is asked in
words, updates.py what is said of actions. parts.py finds what is said of which (ref_mentions.py), and
statements.py reads it (moves.py: a new date; evidence_links.py) out of clauses.py, lexemes.py and
vocabulary.toml. offers.py: what is asked where a line is not plain, with what it may mean (guesses.py).
"""

from handlers.command_parser.line import MAX_LINE_LENGTH, MAX_NOTE_LENGTH, resolve_mentions, strip_unsafe
from handlers.command_parser.reading import LineReading, is_meant_as_update, parse
from handlers.command_parser.ref_mentions import spell_refs

__all__ = [
    "MAX_LINE_LENGTH",
    "MAX_NOTE_LENGTH",
    "LineReading",
    "is_meant_as_update",
    "parse",
    "resolve_mentions",
    "spell_refs",
    "strip_unsafe",
]
