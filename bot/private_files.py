"""Files and folders that only their owner may read: the database, backups, reports and exports."""

import contextlib
import errno
import fcntl
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

FILE_MODE, FOLDER_MODE = 0o600, 0o700
# SQLite's files of a database beside the database itself.
_DATABASE_SUFFIXES = ("", "-wal", "-shm", "-journal", ".lock")
# In seconds. A partial file this old that nobody has locked was left by a process that was killed.
PARTIAL_AGE = 600.0
_PARTIAL_NAME = re.compile(r"\..+\.cip-[0-9]+\.partial")
# As an earlier version called it.
_EARLIER_PARTIAL_NAME = r"\.{name}\.[0-9]+\.partial"


def make_folder(path: Path) -> None:
    """The folder, with those above it; each that is new may be entered by its owner only. Raises OSError."""
    missing = [each for each in (path, *path.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=FOLDER_MODE, exist_ok=True)
    if not path.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path))


def protect_folder(path: Path) -> None:
    """Close a folder that is ours to all others. Shared ones stay as they are: a sticky folder such as /tmp,
    and one above the home or working folder.
    """
    with contextlib.suppress(OSError):
        resolved, mode = path.resolve(), path.stat().st_mode
        shared = any(each.is_relative_to(resolved) for each in (Path.home(), Path.cwd()))
        if not shared and not mode & stat.S_ISVTX:
            _restrict(path, FOLDER_MODE)


def create_database_file(path: Path) -> None:
    """An empty file for a database, with its folder, unless it is there. What is there is closed to others.

    SQLite gives the files beside it the same mode. Raises OSError.
    """
    make_folder(path.parent)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE))
    for suffix in _DATABASE_SUFFIXES:
        with contextlib.suppress(OSError):
            _restrict(path.with_name(path.name + suffix), FILE_MODE)


def _restrict(path: Path, mode: int) -> None:
    """Take every right from group and others, where the file is ours and is no link."""
    found = path.lstat()
    is_ours = found.st_uid == os.geteuid() and not stat.S_ISLNK(found.st_mode)
    if is_ours and stat.S_IMODE(found.st_mode) & 0o077:
        path.chmod(stat.S_IMODE(found.st_mode) & mode)


@contextmanager
def replace_file(path: Path) -> Iterator[BinaryIO]:
    """A new file that takes the place of `path` once it is complete and on disk; on a failure that stays as
    it was. What a killed process left in the folder is removed. Raises OSError.
    """
    partial = path.with_name(f".{path.name}.cip-{os.getpid()}.partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as target:
            fcntl.flock(target, fcntl.LOCK_EX)
            # By the clock of the disk, which may be another machine's.
            sweep_partial_files(path.parent, os.fstat(descriptor).st_mtime, path.name)
            yield target
            target.flush()
            os.fsync(target.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def sweep_partial_files(folder: Path, now: float, name: str = "") -> None:
    """Remove the partial files of ours that a killed process left there: old ones that nobody writes to.

    now: seconds since 1970. name: of the file that is about to be written.
    """
    earlier = re.compile(_EARLIER_PARTIAL_NAME.format(name=re.escape(name)))
    with contextlib.suppress(OSError):
        for each in folder.iterdir():
            if _PARTIAL_NAME.fullmatch(each.name) or earlier.fullmatch(each.name):
                with contextlib.suppress(OSError):
                    _remove_if_abandoned(each, now)


def _remove_if_abandoned(path: Path, now: float) -> None:
    """Raises OSError where the file is gone or being written."""
    found = path.lstat()
    is_old = now - found.st_mtime > PARTIAL_AGE
    if not (stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid() and is_old):
        return
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink()
