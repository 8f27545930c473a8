"""What a person typed after the command, read into a frozen command of bot/commands.py."""

from handlers.command_parser.answers_said import News
from handlers.command_parser.reading import parse
from handlers.command_parser.typed import LONGEST_LINE, LONGEST_NOTE, storable

__all__ = ["LONGEST_LINE", "LONGEST_NOTE", "News", "parse", "storable"]
