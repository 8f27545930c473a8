"""A plan of an invented council to try the bot with: worded for it, with dates around today."""

from pathlib import Path

from sample.past import answers
from sample.quarter import Reply, reply
from sample.workbook import write_sample

PEOPLE = Path(__file__).parent / "people.csv"

__all__ = ["PEOPLE", "Reply", "answers", "reply", "write_sample"]
