"""`backup` and `restore` of the command line."""

from datetime import datetime
from pathlib import Path

from bot.backup import dump
from bot.backup import restore as backup_restore
from bot.backup.after_restore import RestoreSummary
from bot.backup.file_format import BackupSummary
from bot.clock import Clock, SystemClock
from bot.config import Settings
from bot.database import Database
from bot.demo.clock import SimulatedClock
from bot.errors import CipError
from bot.plan.wording import count_noun, format_time
from bot.runtime.bot import new_database, require_reachable
from bot.runtime.instance_lock import exclusive_lock, is_served

STOP_FIRST = "Stop it first, then restore."
IN_USE = f"A bot is running on this database. {STOP_FIRST}"
HOLDS_DATA = (
    "This database holds data, and restoring would put the backup in its place. Nothing was changed."
    " If that is what you want, add --replace. To keep what is there, back it up first."
)


def build_clock(settings: Settings) -> Clock:
    """The practice workspace has a time of its own."""
    if settings.uses_sandbox:
        return SimulatedClock(settings.data_dir / "sandbox-clock.json")
    return SystemClock()


def back_up(settings: Settings, file: Path, now: datetime) -> str:
    """Also of a database that another version made: before an upgrade is when a backup is wanted most."""
    database = new_database(settings)
    try:
        contents = require_reachable(database, lambda found: dump.back_up(found, file, now))
    finally:
        database.close()
    return (
        f"Backed up {count_noun(contents.total, 'row')} to {file}. Only you may read the file:"
        " it holds everything people said, and their e-mail addresses."
    )


def describe_backup(file: Path) -> str:
    """What a backup holds, once it was found whole."""
    contents = backup_restore.check(file)
    rows = [f"  {count:>9,}  {name}" for name, count in contents.rows.items() if count]
    return "\n".join([f"This backup is whole. {_describe_origin(contents)}", *rows, "Nothing was changed."])


def restore(settings: Settings, file: Path, now: datetime, *, replace: bool) -> str:
    contents = backup_restore.check(file)
    database = new_database(settings)
    try:
        with exclusive_lock(database, STOP_FIRST):
            require_reachable(database, lambda found: _require_replaceable(found, replace=replace))
            settled = backup_restore.restore(
                database, file, now, lambda: _require_replaceable(database, replace=replace)
            )
    finally:
        database.close()
    return "\n".join(
        [
            f"Restored {count_noun(contents.total, 'row')}. {_describe_origin(contents)}",
            *_describe_outcome(settled),
        ]
    )


def _describe_origin(contents: BackupSummary) -> str:
    heading = contents.header
    return f"It was made at {format_time(heading.made_at, 'UTC')} (UTC), at revision {heading.revision}."


def _describe_outcome(settled: RestoreSummary) -> list[str]:
    lines = []
    if settled.skipped:
        lines.append(f"{count_noun(settled.skipped, 'message')} too old to be sent now will not be sent.")
    if settled.postponed:
        lines.append(
            f"{count_noun(settled.postponed, 'question')} that came due will be asked on the next "
            f"working morning."
        )
    for board, moment, timezone in settled.digests:
        lines.append(
            f"The digest of the {board} for {format_time(moment, timezone)} is not posted again:"
            " look in its channel whether it was."
        )
    return [*lines, "Start the bot when you are ready."]


def _require_replaceable(database: Database, *, replace: bool) -> None:
    if not database.is_sqlite and is_served(database):
        raise CipError(IN_USE)
    if backup_restore.has_data(database) and not replace:
        raise CipError(HOLDS_DATA)
