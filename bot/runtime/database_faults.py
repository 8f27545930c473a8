"""What is wrong with a database that cannot be used as it is, in a sentence, instead of a traceback."""

import os
import pwd
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError, OperationalError

from bot.database import Database
from bot.errors import SettingsError
from bot.sentences import sentence

# SQLite's primary result codes are the last eight bits of its extended ones.
_PRIMARY_CODE = 0xFF
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_NOT_ALLOWED = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
# PostgreSQL's SQLSTATE for what this user has no right to.
_INSUFFICIENT_PRIVILEGE = "42501"


@contextmanager
def explain_faults(database: Database) -> Iterator[None]:
    """Raises SettingsError in the place of an error that says something about the database as a whole; any
    other error passes.
    """
    try:
        yield
    except DBAPIError as error:
        problem = describe_fault(database, error)
        if not problem:
            raise
        raise SettingsError(problem, try_again=isinstance(error, OperationalError)) from None


def describe_fault(database: Database, error: DBAPIError) -> str:
    """What is wrong and what to do; "" where the database is not to blame."""
    if database.is_sqlite:
        return describe_file_fault(Path(database.url.database or ""), error.orig)
    if getattr(error.orig, "sqlstate", None) == _INSUFFICIENT_PRIVILEGE:
        return sentence("runtime.database_not_allowed")
    return sentence("runtime.database_unreachable") if isinstance(error, OperationalError) else ""


def describe_file_fault(path: Path, error: BaseException | None) -> str:
    """The same for a SQLite file. error: as the driver raised it."""
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE
    if code in _DAMAGED:
        return sentence("runtime.file_damaged", path=path)
    if code in _NOT_ALLOWED:
        return sentence("runtime.file_not_writable", path=path, owner=_other_owner(path))
    if code in _BUSY:
        return sentence("runtime.file_busy", path=path)
    if code == sqlite3.SQLITE_FULL:
        return sentence("runtime.disk_full", path=path)
    return sentence("runtime.disk_fault", path=path) if code == sqlite3.SQLITE_IOERR else ""


def _other_owner(path: Path) -> str:
    """The name of the user whom the file, or else its folder, belongs to; "" where that is who runs this."""
    for each in (path, path.parent):
        try:
            owner = each.stat().st_uid
        except OSError:
            continue
        if owner != os.geteuid():
            return _user_name(owner)
    return ""


def _user_name(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
