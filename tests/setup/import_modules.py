"""Imports every module of the product: `python -m tests.setup.import_modules`.

It needs nothing but requirements.lock.
"""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages

PACKAGES = ("bot", "handlers", "models", "sample")
# Alembic runs them, each in a context of its own.
NOT_IMPORTED = "models.migrations."


def modules() -> Iterator[str]:
    """The names of all modules of all packages."""
    for package in PACKAGES:
        yield package
        found = walk_packages(import_module(package).__path__, prefix=f"{package}.")
        yield from (each.name for each in found if not each.name.startswith(NOT_IMPORTED))


def main() -> None:
    names = list(modules())
    for name in names:
        import_module(name)
    print(f"{len(names)} modules were imported.")  # noqa: T201 - the command's answer


if __name__ == "__main__":
    main()
