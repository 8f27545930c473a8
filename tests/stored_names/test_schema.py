"""Tables, columns, constraints and indexes; the words a column may hold; the revisions of the schema."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Enum, inspect, text

from bot.backup import file_format
from bot.database import Database
from models import Base, schema
from tests.fixtures.databases import fresh_url
from tests.stored_names import golden


def test_the_schema_keeps_its_names(tmp_path: Path) -> None:
    """As the migrations make it on PostgreSQL; that the models match it is tested in tests/models."""
    database = Database(fresh_url("postgresql", tmp_path), threads=1)
    try:
        golden.check("schema", "A name of the schema", _names(database))
    finally:
        database.close()


def _names(database: Database) -> Iterator[str]:
    found = inspect(database.engine)
    for table in found.get_table_names():
        yield from (f"{table}.{each['name']}: {each['type']}" for each in found.get_columns(table))
        named = (
            *found.get_foreign_keys(table),
            *found.get_unique_constraints(table),
            *found.get_check_constraints(table),
            *found.get_indexes(table),
            found.get_pk_constraint(table),
        )
        yield from (f"{table}: {each['name']}" for each in named)
    with database.engine.connect() as connection:
        triggers = (
            "select distinct event_object_table || ': ' || trigger_name from information_schema.triggers"
        )
        yield from connection.scalars(text(triggers))


def test_columns_of_words_keep_their_words() -> None:
    found = (
        f"{table.name}.{column.name} = {word}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(type_ := getattr(column.type, "impl_instance", column.type), Enum)
        for word in type_.enums
    )
    golden.check("column_words", "A word of a column", found)


def test_revisions_keep_their_ids() -> None:
    golden.check("revisions", "A revision of the schema", schema.known_revisions())


def test_a_backup_keeps_its_form() -> None:
    found = [
        f"format: {file_format.FORMAT} {file_format.VERSION}",
        *(f"kind: {name}" for name, _ in file_format.KINDS),
    ]
    golden.check("backup_form", "A word of a backup's form", found)
