"""`backup` and `restore` of the command line."""

from datetime import datetime
from pathlib import Path

from bot.backup import dump
from bot.backup import restore as backup_restore
from bot.backup.after_restore import RestoreSummary
from bot.backup.file_format import BackupSummary
from bot.config import Settings
from bot.database import Database
from bot.errors import CipError
from bot.plan.wording import format_time
from bot.runtime.bot import new_database, require_reachable
from bot.runtime.instance_lock import exclusive_lock, is_served
from bot.sentences import sentence


def back_up(settings: Settings, file: Path, now: datetime) -> str:
    """Write a backup; returns what to print. The database may be of another version: it is backed up most
    of all before an upgrade.
    """
    database = new_database(settings)
    try:
        contents = require_reachable(database, lambda it: dump.back_up(it, file, now))
    finally:
        database.close()
    return sentence("command_line.backed_up", rows=contents.total, file=file)


def describe_backup(file: Path) -> str:
    """What a backup holds. Raises UnreadableFileError for one that is damaged or incomplete."""
    contents = backup_restore.check(file)
    heading = sentence("command_line.backup_whole", origin=_describe_origin(contents))
    rows = [f"  {count:>9,}  {name}" for name, count in contents.rows.items() if count]
    return "\n".join([heading, *rows, sentence("command_line.nothing_changed")])


def restore(settings: Settings, file: Path, now: datetime, *, replace: bool) -> str:
    """Restore a backup; returns what to print. replace: the database may hold data."""
    contents = backup_restore.check(file)
    database = new_database(settings)
    try:
        with exclusive_lock(database, sentence("command_line.stop_before_restoring")):
            require_reachable(database, lambda it: _require_replaceable(it, replace=replace))
            summary = backup_restore.restore(
                database, file, now, lambda: _require_replaceable(database, replace=replace)
            )
    finally:
        database.close()
    heading = sentence("command_line.restored", rows=contents.total, origin=_describe_origin(contents))
    return "\n".join([heading, *_describe_outcome(summary)])


def _describe_origin(contents: BackupSummary) -> str:
    header = contents.header
    moment = format_time(header.made_at, "UTC")
    return sentence("command_line.backup_origin", moment=moment, revision=header.revision)


def _describe_outcome(summary: RestoreSummary) -> list[str]:
    lines = []
    if summary.skipped:
        lines.append(sentence("command_line.messages_skipped", count=summary.skipped))
    if summary.postponed:
        lines.append(sentence("command_line.questions_postponed", count=summary.postponed))
    for board, at, timezone in summary.digests:
        moment = format_time(at, timezone)
        lines.append(sentence("command_line.digest_skipped", board=board, moment=moment))
    return [*lines, sentence("command_line.start_again")]


def _require_replaceable(database: Database, *, replace: bool) -> None:
    if not database.is_sqlite and is_served(database):
        raise CipError(sentence("command_line.database_in_use"))
    if backup_restore.has_data(database) and not replace:
        raise CipError(sentence("command_line.database_holds_data"))
