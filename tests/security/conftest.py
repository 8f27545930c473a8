"""The bot behind its signed door, as the handlers' own tests have it."""

from tests.handlers.conftest import logged
from tests.handlers.slack.conftest import _logged, town, village

__all__ = ["_logged", "logged", "town", "village"]
