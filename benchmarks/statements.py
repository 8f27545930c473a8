"""The bot reduced to the SQL statements of an update: how much of its time they take.

One update is done and its statements are kept. Every request after it runs those again and gets the same
answer: no line is read, no rule asked, no word written.
"""

from collections.abc import Callable, Mapping
from itertools import count
from typing import Any
from unittest.mock import patch

from sqlalchemy.orm import Session

from handlers import pipeline
from models.sql_fastpath import CompiledStatement

# These are unique in the database, so each request has its own.
_UNIQUE_PARAMS = ("key", "signature")


def replay_only_statements() -> None:
    """Replace the whole work of a request in this process, from the second request on."""
    whole, marks = pipeline._run_in_transaction, count()  # noqa: SLF001 - it is what is left out
    answers: list[Any] = []
    statements: list[tuple[CompiledStatement, Mapping[str, Any]]] = []

    def bare(session: Session, *request: Any, **how: Any) -> Any:
        if not answers:
            statements.extend(_record_statements(lambda: answers.append(whole(session, *request, **how))))
            return answers[0]
        mark = f"request {next(marks)}"
        for statement, facts in statements:
            own = {name: mark if name.endswith(_UNIQUE_PARAMS) else value for name, value in facts.items()}
            statement.run(session, own, flush=False)
        return answers[0]

    pipeline._run_in_transaction = bare  # noqa: SLF001


def _record_statements(work: Callable[[], None]) -> list[tuple[CompiledStatement, Mapping[str, Any]]]:
    """The statements the work runs."""
    run, noted = CompiledStatement.run, []

    def noting(
        statement: CompiledStatement, session: Session, facts: Mapping[str, Any], *, flush: bool = True
    ) -> Any:
        noted.append((statement, facts))
        return run(statement, session, facts, flush=flush)

    with patch.object(CompiledStatement, "run", noting):
        work()
    return noted
