"""SQLite serves one bot: a lock on a file beside the database, which the kernel lets go whatever happens."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from bot.database import Database
from bot.errors import SettingsError


@contextmanager
def alone(database: Database, todo: str) -> Iterator[None]:
    """No other bot serves this SQLite file while the context lasts. Raises SettingsError, which ends with
    `todo`, when one does. PostgreSQL takes any number.
    """
    if not database.is_sqlite or not database.url.database:
        yield
        return
    with Path(f"{database.url.database}.lock").open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            who = _holder(file)
            raise SettingsError(f"Another bot{who} is running on {database.url.database}. {todo}") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _holder(file: IO[str]) -> str:
    file.seek(0)
    number = file.read(20).strip()
    return f" (process {number})" if number.isdecimal() else ""
