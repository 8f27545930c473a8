"""Which processes serve the bot on a database. SQLite: one, which holds a lock on a file beside the database;
the kernel releases it however the process ends. PostgreSQL: any number, known by their connections' name.
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
from bot.private_files import FILE_MODE
from bot.sentences import sentence

APPLICATION_NAME = "cip serve"
BOT, COMMAND = "bot", "command"


def with_application_name(url: URL) -> URL:
    """The address with the name under which PostgreSQL lists the connections of a serving bot."""
    if url.get_backend_name() == "sqlite":
        return url
    return url.update_query_dict({"application_name": APPLICATION_NAME})


def is_served(database: Database) -> bool:
    """Whether any bot serves this PostgreSQL database, as any user. Other clients (a monitoring tool, another
    command) do not count.
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
    """Lock this SQLite file against other bots and against commands that change it as a whole. Raises
    SettingsError when one of these holds the lock. On PostgreSQL it does nothing.

    advice: ends the error's sentence where a bot holds the lock. kind: what this process is.
    """
    if not database.is_sqlite or not database.url.database:
        yield
        return
    with _open_lock(Path(f"{database.url.database}.lock")) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SettingsError(_describe_holder(file, database.url.database, kind, advice)) from None
        file.truncate(0)
        file.write(f"{os.getpid()} {kind}")
        file.flush()
        yield


def _open_lock(path: Path) -> IO[str]:
    try:
        return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, FILE_MODE), "a+")
    except OSError as error:
        problem = sentence("runtime.folder_not_writable", path=path, problem=error.strerror)
        raise SettingsError(problem) from None


def _describe_holder(file: IO[str], database: str, kind: str, advice: str) -> str:
    """Which process holds the lock, and what to do about it."""
    file.seek(0)
    process, _, holder = file.read(40).strip().partition(" ")
    holder = holder or BOT
    return sentence(
        "runtime.locked",
        holder=holder,
        process=process,
        is_same_kind=holder == kind,
        database=database,
        advice=sentence("runtime.wait_for_command") if holder == COMMAND else advice,
    )
