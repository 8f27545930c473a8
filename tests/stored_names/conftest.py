from tests.handlers.conftest import logged
from tests.handlers.slack.conftest import _logged

__all__ = ["_logged", "logged"]
