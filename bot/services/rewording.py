"""The line that asks the same thing again, but names one action outright."""

import re

from bot.commands import Command
from bot.plan.refs import RefQuery


def naming(command: Command, ref: RefQuery, chosen: str) -> str:
    """`command.line` with the first mention of `ref` (as typed) replaced by `chosen` ("1/5.2")."""
    pattern = rf"(?<![\w./]){re.escape(ref.ref)}\.?(?![\w/]|\.\d)"
    line, count = re.subn(pattern, lambda _: chosen, command.line, count=1, flags=re.IGNORECASE)
    return line if count else f"show {chosen}"
