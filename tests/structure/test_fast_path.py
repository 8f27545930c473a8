"""SQLAlchemy's internals stand in one module, and what a session remembers in another."""

import ast
from collections.abc import Iterator

import pytest

from tests.structure.source import Module, all_modules, product_modules

FAST_PATH = "models/sql_fastpath.py"
SESSION_CACHE = "bot/session_cache.py"
# What SQLAlchemy documents for applications. Any other module of it is an internal.
PUBLIC_MODULES = (
    "sqlalchemy",
    "sqlalchemy.dialects",
    "sqlalchemy.dialects.postgresql",
    "sqlalchemy.dialects.sqlite",
    "sqlalchemy.event",
    "sqlalchemy.exc",
    "sqlalchemy.orm",
    "sqlalchemy.pool",
    "sqlalchemy.types",
)
# Of an object's state, of the session's map of objects, of compiled statements, and of the driver.
INTERNAL_ATTRIBUTES = {
    "committed_state", "dbapi_connection", "dialect_impl", "expired_attributes", "identity_map",
    "loaded_dbapi", "manager_of_class", "new_instance", "positiontup", "session_id",
}  # fmt: skip
PRIVATE_PREFIXES = ("_sa_", "_mapper_", "_instance_state")


def uses_of_internals(module: Module) -> Iterator[tuple[int, str]]:
    """The line and name of each of SQLAlchemy's internals that the module imports or reads."""
    for node in module.nodes:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, each.name) for each in node.names if _is_internal(each.name))
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for each in node.names:
                if _is_internal(node.module) or _is_internal(f"{node.module}.{each.name}", is_name=True):
                    yield node.lineno, f"{node.module}.{each.name}"
        elif isinstance(node, ast.Attribute) and _is_internal_attribute(node):
            yield node.lineno, node.attr


def _is_internal(path: str, *, is_name: bool = False) -> bool:
    """path: of a module, or is_name: of a name in a public one, which may be a module itself."""
    if path.partition(".")[0] != "sqlalchemy":
        return False
    if not is_name:
        return path not in PUBLIC_MODULES
    name = path.rpartition(".")[2]
    return name.startswith("_") or name in {"attributes", "engine", "inspection", "sql", "state", "util"}


def _is_internal_attribute(node: ast.Attribute) -> bool:
    # Of the driver's connection, the cursor is internal; driver_connection is public.
    is_driver_cursor = (
        node.attr == "cursor" and isinstance(node.value, ast.Attribute) and node.value.attr == "connection"
    )
    return is_driver_cursor or node.attr in INTERNAL_ATTRIBUTES or node.attr.startswith(PRIVATE_PREFIXES)


def uses_of_session_info(module: Module) -> Iterator[int]:
    """The lines that read or write a session's `info`; a call of a logger's `info` is none."""
    if "info" not in module.text:
        return
    called = {id(node.func) for node in module.nodes if isinstance(node, ast.Call)}
    yield from (
        node.lineno
        for node in module.nodes
        if isinstance(node, ast.Attribute)
        and (node.attr == "info" and id(node) not in called)
        and "session" in ast.unparse(node.value).lower()
    )


def test_only_the_fast_path_uses_sqlalchemys_internals() -> None:
    found = [
        f"{module.path}:{line}: {name}"
        for module in product_modules()
        if module.path != FAST_PATH
        for line, name in uses_of_internals(module)
    ]
    assert found == []


def test_the_fast_path_uses_them() -> None:
    """So that the check looks for what is there."""
    (fast_path,) = (each for each in product_modules() if each.path == FAST_PATH)
    names = {name for _, name in uses_of_internals(fast_path)}
    assert {"sqlalchemy.orm.attributes.instance_state", "sqlalchemy.sql.compiler.SQLCompiler"} <= names
    assert {"cursor", "identity_map", "committed_state", "session_id"} <= names


def test_only_the_session_cache_touches_a_sessions_info() -> None:
    found = {
        f"{module.path}:{line}"
        for module in all_modules()
        if module.path != SESSION_CACHE
        for line in uses_of_session_info(module)
    }
    assert found == set()
    (cache,) = (each for each in all_modules() if each.path == SESSION_CACHE)
    assert list(uses_of_session_info(cache))


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("from sqlalchemy.orm.attributes import instance_state", 1),
        ("from sqlalchemy.orm import attributes", 1),
        ("import sqlalchemy.engine.cursor", 1),
        ("from sqlalchemy.sql.compiler import SQLCompiler, Compiled", 2),
        ("from sqlalchemy import _engine", 1),
        ("person._sa_instance_state", 1),
        ("session.identity_map.get(key)", 1),
        ("connection.connection.cursor()", 1),
        ("from sqlalchemy import select\nfrom sqlalchemy.orm import Session", 0),
        ("from sqlalchemy.dialects import postgresql", 0),
        ("connection.connection.driver_connection", 0),
        ("from attributes import instance_state", 0),
    ],
)
def test_what_counts_as_an_internal(code: str, count: int) -> None:
    assert len(list(uses_of_internals(Module("x.py", code, ast.parse(code))))) == count


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ('session.info["wire"]', 1),
        ("self._session.info.clear()", 1),
        ("dict(db_session.info)", 1),
        ('session_log.info("sent")', 0),
        ('log.info("sent")', 0),
    ],
)
def test_what_counts_as_a_sessions_info(code: str, count: int) -> None:
    assert len(list(uses_of_session_info(Module("x.py", code, ast.parse(code))))) == count
