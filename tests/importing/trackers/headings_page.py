"""The table of docs/import.md of the headings that are known.

Write it anew with: python -m tests.importing.trackers.headings_page --write
"""

import re
import sys
from pathlib import Path

from bot.importing.column_words import name_column
from bot.importing.table.column_kinds import Column
from bot.importing.table.columns import SYNONYMS
from bot.importing.table.heading_rules import RULES

PAGE = Path(__file__).parents[3] / "docs" / "import.md"
BEGIN, END = "<!-- headings: begin -->", "<!-- headings: end -->"
_OURS = (Column.ROW_TYPE, Column.STATUS_TEXT)


def table() -> str:
    """In Markdown, a row for each column: the names people give it, and other words that tell it."""
    lines = ["| Column | Known by these names | And by these words |", "| --- | --- | --- |"]
    for column in Column:
        if column not in _OURS:
            names, words = ", ".join(SYNONYMS.get(column, ())), ", ".join(_words(column))
            lines.append(f"| {name_column(column)} | {names} | {words} |")
    kept = sorted(
        {word for rule in RULES if not rule.candidates for word in _phrases(rule.words, rule.whole)}
    )
    lines.append(f"| kept as it is | | {', '.join(kept)} |")
    return "\n".join(line.replace("||", "| |") for line in lines)


def _words(column: Column) -> list[str]:
    """Of the rules that first mean this column."""
    found = [
        word
        for rule in RULES
        if rule.candidates and rule.candidates[0][0] is column
        for word in _phrases(rule.words, rule.whole)
    ]
    return sorted(set(found))


def _phrases(*texts: str) -> list[str]:
    return [phrase.replace("*", "\u2026") for text in texts for phrase in text.split("|") if phrase]


def written() -> str:
    """The page as it should be."""
    text = PAGE.read_text(encoding="utf-8")
    found = re.search(f"{re.escape(BEGIN)}.*{re.escape(END)}", text, re.DOTALL)
    assert found is not None, f"{PAGE} has no lines {BEGIN} and {END}"
    return f"{text[: found.start()]}{BEGIN}\n{table()}\n{END}{text[found.end() :]}"


if __name__ == "__main__":
    if "--write" in sys.argv:
        PAGE.write_text(written(), encoding="utf-8")
    else:
        sys.stdout.write(table())
