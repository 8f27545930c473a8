"""Read a .txt or .md file: pipe tables, HTML tables, cells between tabs, and plans in running text."""

from bot.errors import UnreadableFileError
from bot.importing.forms.encodings import decode
from bot.importing.forms.text_blocks import blocks_of
from bot.importing.layout.pack import document_of_blocks
from bot.importing.layout.prose_plan import find_running_plan
from bot.importing.table.blocks import Block
from bot.importing.table.problems import ProblemLog
from bot.importing.table.tables import Document

_BIGGEST = 10_000_000
_NOT_TEXT = (
    "This file ends like a text but holds something other than text. Save it as plain text, encoding "
    "UTF-8, and try again."
)


def read_text(content: bytes) -> Document:
    """Read the plan in a text; raises UnreadableFileError for what is no text or too big."""
    if len(content) > _BIGGEST:
        raise UnreadableFileError("This file is larger than 10 MB, which no plan is. Save the plan alone.")
    text = decode(content, _NOT_TEXT).replace("\r\n", "\n").replace("\r", "\n")
    notes = ProblemLog()
    return document_of_blocks(_blocks(text.split("\n"), notes), notes, counted="line")


def _blocks(lines: list[str], notes: ProblemLog) -> list[Block]:
    plan = find_running_plan(lines, notes)
    if plan is None:
        return blocks_of(lines)
    return [*blocks_of(lines[: plan.start]), *plan.blocks, *blocks_of(lines[plan.end :], first=plan.end + 1)]
