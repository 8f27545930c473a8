"""A running bot, as the handlers' own tests have it."""

from tests.handlers.conftest import logged
from tests.handlers.slack.conftest import _logged, bot_council, sqlite_council

__all__ = ["_logged", "bot_council", "logged", "sqlite_council"]
