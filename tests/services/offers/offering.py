"""Offers as the reader of lines makes them, and what is pressed of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import text

from bot.commands import Command, Offer, Option, TakeOption
from bot.database import Database
from bot.messages import Message, OfferedAnswers
from tests.fixtures.plans import NOW
from tests.services.actions.test_updates import run_command

WORDS = "waiting on finance"
PROBLEM = "That does not say how it is going."


def option(label: str, *commands: Command) -> Option:
    return Option(label, commands)


def offer(
    database: Database,
    *options: Option,
    initials: str = "SS",
    words: str = WORDS,
    now: datetime = NOW,
) -> OfferedAnswers:
    offered = run_command(database, initials, Offer(problem=PROBLEM, words=words, options=options), now)
    assert isinstance(offered, OfferedAnswers)
    return offered


def take(
    database: Database,
    offered: OfferedAnswers,
    index: int = 0,
    *,
    initials: str = "SS",
    now: datetime = NOW,
) -> Message:
    return run_command(database, initials, TakeOption(choice=offered.options[index].choice), now)


def rows(database: Database, statement: str) -> list[Any]:
    with database.transaction(write=False) as session:
        return list(session.scalars(text(statement)))


def execute(database: Database, statement: str, **values: Any) -> None:
    with database.transaction() as session:
        session.execute(text(statement), values)
