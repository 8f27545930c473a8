"""What a person typed after the command, read into a frozen command of bot/commands.py."""

from handlers.command_parser.free_text import FreeTextReply
from handlers.command_parser.line import MAX_LINE_LENGTH, MAX_NOTE_LENGTH, strip_unsafe
from handlers.command_parser.parser import parse

__all__ = ["MAX_LINE_LENGTH", "MAX_NOTE_LENGTH", "FreeTextReply", "parse", "strip_unsafe"]
