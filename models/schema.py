"""The schema of a database: bring it up to date, or check whether it is."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, inspect, select
from sqlalchemy.exc import DBAPIError

from bot.database import Database
from bot.errors import SettingsError
from models.base import Base

VERSION_TABLE = "alembic_version"
MIGRATIONS = Path(__file__).parent / "migrations"
# The advisory lock for changing tables of a PostgreSQL database. The number means nothing.
MIGRATION_LOCK_ID = 4_711_030_297
# PostgreSQL's SQLSTATE for a lock that was not granted within lock_timeout.
LOCK_NOT_AVAILABLE = "55P03"
NO_TIMEOUT = "0"


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def upgrade(database: Database) -> str:
    """Apply every migration that is missing; returns the revision reached."""
    if not is_current(database):
        with schema_transaction(database) as connection:
            _require_own(connection)
            apply_migrations(connection)
    return newest_revision()


@contextmanager
def schema_transaction(database: Database, *, lock_timeout: str = NO_TIMEOUT) -> Iterator[Connection]:
    """One transaction for changing tables. SQLite copies a table to change it, which foreign keys to it would
    forbid: there they are checked at the end instead. On either database a second one waits until the first
    has ended.

    lock_timeout: how long PostgreSQL waits for the first, and for each table in use ("20s"). Raises
    SettingsError when the first took longer.
    """
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            with connection.begin():
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{lock_timeout}'")
                _acquire_migration_lock(connection)
                yield connection
            return
        _set_foreign_keys(connection, "OFF")
        try:
            with connection.begin():
                yield connection
                _check_references(connection)
        finally:
            _set_foreign_keys(connection, "ON")


def _acquire_migration_lock(connection: Connection) -> None:
    try:
        connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK_ID)))
    except DBAPIError as problem:
        if not is_lock_timeout(problem):
            raise
        raise SettingsError(
            "Another command is restoring or migrating this database, so nothing was changed. Try again when"
            " it is through.",
            try_again=True,
        ) from None


def is_lock_timeout(problem: Exception) -> bool:
    """Whether PostgreSQL gave up waiting for a lock that somebody else has."""
    return isinstance(problem, DBAPIError) and getattr(problem.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE


def _set_foreign_keys(connection: Connection, state: str) -> None:
    """Straight on the driver: SQLAlchemy would begin a transaction, in which SQLite does not change this."""
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA foreign_keys={state}")


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise SettingsError(
            f"A row of {broken[0]} refers to one of {broken[2]} that is not there. Nothing was changed."
        )


def recreate_schema(database: Database) -> None:
    """Drop all tables and create them anew. Only the sandbox does this, after asking."""
    with schema_transaction(database) as connection:
        command.downgrade(_config(connection), "base")
        command.upgrade(_config(connection), "head")


def recreate_at_revision(connection: Connection, revision: str) -> None:
    """Drop all tables and create those of that revision, in the caller's transaction.

    Raises SettingsError when a newer version of the bot made the schema.
    """
    _require_own(connection)
    current = current_revision(connection)
    if current:
        command.downgrade(_config(connection), "base")
    command.upgrade(_config(connection), revision)


def _require_own(connection: Connection) -> None:
    """Raises SettingsError for a schema that a newer version of the bot made, or another program."""
    current = current_revision(connection)
    if current and current not in known_revisions():
        raise SettingsError(
            f"The database is at {current}, which a newer version of the bot made. Use that one."
        )
    if not current and (tables := set(inspect(connection).get_table_names())):
        is_file = connection.dialect.name == "sqlite"
        if is_file or tables & Base.metadata.tables.keys():
            raise SettingsError(
                f"The database holds tables of another program, such as {min(tables)}. Nothing was changed."
                f" Give the bot {'a CIP_DATA_DIR' if is_file else 'a database'} of its own."
            )


def apply_migrations(connection: Connection) -> None:
    """Apply every migration that is missing, in the caller's transaction."""
    command.upgrade(_config(connection), "head")


@cache
def _migrations() -> ScriptDirectory:
    """The migrations of this version of the bot. They are modules, and no process loads them twice."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config)


def known_revisions() -> set[str]:
    return {script.revision for script in _migrations().walk_revisions()}


def check_models_match(database: Database) -> None:
    """Raises alembic's CommandError when a model changed without a migration."""
    with database.engine.begin() as connection, warnings.catch_warnings():
        # SQLite cannot describe an index on an expression; PostgreSQL can, and is checked too.
        warnings.filterwarnings("ignore", message=".*expression-based index")
        command.check(_config(connection))


def newest_revision() -> str:
    return _migrations().get_current_head() or ""


def current_revision(connection: Connection) -> str:
    """The revision of the database, "" when it has no schema yet."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def is_current(database: Database) -> bool:
    with database.engine.connect() as connection:
        return current_revision(connection) == newest_revision()


def ensure_current(database: Database) -> None:
    """Upgrade SQLite. PostgreSQL is upgraded by an operator, so that replicas never race: raises
    SettingsError when it is not current.
    """
    if database.is_sqlite:
        upgrade(database)
        return
    with database.engine.connect() as connection:
        current = current_revision(connection)
    if current != newest_revision():
        state = f"is at {current}" if current else "is empty"
        raise SettingsError(
            f"The database {state}, and this version needs {newest_revision()}."
            " Run `python app.py migrate`, then start again."
        )
