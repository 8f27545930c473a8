"""The bot behind its signed door, as the handlers' own tests have it."""

from tests.handlers.conftest import logged
from tests.handlers.slack.conftest import _patient, town, village

__all__ = ["_patient", "logged", "town", "village"]
