"""`python -m models.check`: the migrations bring an empty database to exactly what the models define."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic.util import CommandError

from bot.database import Database
from models import schema


def main() -> int:
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'check.sqlite3'}")
        try:
            schema.upgrade(database)
            schema.check_models_match(database)
        except CommandError as problem:
            sys.stderr.write(f"A model changed without a migration. {problem}\n")
            return 1
        finally:
            database.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
