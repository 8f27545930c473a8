"""Whether a bot serves a database. SQLite serves one: a lock on a file beside it tells, which the kernel lets
go whatever happens. PostgreSQL serves any number: their connections bear a name.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from sqlalchemy import URL, text

from bot.database import Database
from bot.errors import SettingsError

APPLICATION_NAME = "cip serve"
BOT, COMMAND = "bot", "command"
WAIT_ADVICE = "Wait until it is done, and run this again."


def with_application_name(url: URL) -> URL:
    """The same address, so that PostgreSQL tells everyone that a bot serves through these connections."""
    if url.get_backend_name() == "sqlite":
        return url
    return url.update_query_dict({"application_name": APPLICATION_NAME})


def is_served(database: Database) -> bool:
    """Whether any bot serves this PostgreSQL database, whoever it connects as. What else has it open (a
    monitoring tool, another command) does not count.
    """
    with database.snapshot() as connection:
        bots = connection.scalar(
            text(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND application_name = :serving"
            ),
            {"serving": APPLICATION_NAME},
        )
    return bool(bots)


@contextmanager
def exclusive_lock(database: Database, advice: str, *, kind: str = COMMAND) -> Iterator[None]:
    """No bot serves this SQLite file while the context lasts, and no command changes it as a whole, but ours.
    Raises SettingsError when one does; where it is a bot, `advice` ends the sentence. PostgreSQL takes any
    number. kind: what we are.
    """
    if not database.is_sqlite or not database.url.database:
        yield
        return
    with Path(f"{database.url.database}.lock").open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SettingsError(_describe_holder(file, database.url.database, kind, advice)) from None
        file.truncate(0)
        file.write(f"{os.getpid()} {kind}")
        file.flush()
        yield


def _describe_holder(file: IO[str], database: str, kind: str, advice: str) -> str:
    """Who is there, and what to do about it."""
    file.seek(0)
    number, _, theirs = file.read(40).strip().partition(" ")
    theirs = theirs or BOT
    actor = f"{'Another' if theirs == kind else 'A'} {theirs}{f' (process {number})' if number else ''}"
    if theirs == COMMAND:
        return f"{actor} is changing {database}. {WAIT_ADVICE}"
    return f"{actor} is running on {database}. {advice}"
