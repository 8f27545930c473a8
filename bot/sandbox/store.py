"""Stores the workspace between runs: in one small SQLite file of its own, or in memory.

Every record is one row of JSON. Writes are committed before the response that acknowledges them, so a process
killed at any moment loses nothing that was acknowledged.
"""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from bot.sandbox.entities import Json

_CREATE_RECORDS = (
    "CREATE TABLE IF NOT EXISTS record (kind TEXT, key TEXT, body TEXT, PRIMARY KEY (kind, key))"
)
_CREATE_FILES = "CREATE TABLE IF NOT EXISTS file (id TEXT PRIMARY KEY, content BLOB NOT NULL)"


class RecordStore(Protocol):
    """Records by kind and key, and files by id. Nothing is durable before `commit`."""

    def put(self, kind: str, key: str, body: Json) -> None: ...
    def drop(self, kind: str, key: str) -> None: ...
    def put_file(self, file_id: str, content: bytes) -> None: ...
    def get_file(self, file_id: str) -> bytes | None: ...
    def load(self, kind: str) -> Iterator[Json]: ...
    def commit(self) -> None: ...
    def wipe(self) -> None: ...
    def close(self) -> None: ...


class SqliteStore:
    """path: None keeps the records in memory only."""

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path or ":memory:")
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute(_CREATE_RECORDS)
        self._db.execute(_CREATE_FILES)
        self._db.commit()

    def put(self, kind: str, key: str, body: Json) -> None:
        row = (kind, key, json.dumps(body, ensure_ascii=True, separators=(",", ":")))
        self._db.execute("INSERT OR REPLACE INTO record VALUES (?, ?, ?)", row)

    def drop(self, kind: str, key: str) -> None:
        self._db.execute("DELETE FROM record WHERE kind = ? AND key = ?", (kind, key))

    def put_file(self, file_id: str, content: bytes) -> None:
        self._db.execute("INSERT OR REPLACE INTO file VALUES (?, ?)", (file_id, content))

    def get_file(self, file_id: str) -> bytes | None:
        row = self._db.execute("SELECT content FROM file WHERE id = ?", (file_id,)).fetchone()
        return None if row is None else bytes(row[0])

    def load(self, kind: str) -> Iterator[Json]:
        for (body,) in self._db.execute("SELECT body FROM record WHERE kind = ? ORDER BY key", (kind,)):
            yield json.loads(body)

    def commit(self) -> None:
        self._db.commit()

    def wipe(self) -> None:
        self._db.execute("DELETE FROM record")
        self._db.execute("DELETE FROM file")
        self._db.commit()

    def close(self) -> None:
        self._db.commit()
        self._db.close()
