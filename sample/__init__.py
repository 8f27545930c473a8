"""A sample plan of a fictional council to try the bot with, with dates around today."""

from datetime import date
from importlib import import_module
from pathlib import Path

from sample.replies import SampleReply, draw_reply, scripted_updates

PEOPLE = Path(__file__).parent / "people.csv"

__all__ = ["PEOPLE", "SampleReply", "draw_reply", "scripted_updates", "write_sample"]


def write_sample(path: Path, *, today: date) -> None:
    """Write the sample plan as a workbook. The writer is imported only here: the bot rarely needs it."""
    import_module("sample.workbook").write_sample(path, today=today)
