"""What a person typed after the command, read into a frozen command of bot/commands.py."""

from handlers.command_parser.free_text import News
from handlers.command_parser.line import LONGEST_LINE, LONGEST_NOTE, storable
from handlers.command_parser.parser import parse

__all__ = ["LONGEST_LINE", "LONGEST_NOTE", "News", "parse", "storable"]
