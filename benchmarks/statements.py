"""The bot with nothing left of an update but its statements: how much of its time they take.

The first update is handled and its statements are recorded. Every request after it runs those again and gets
the same answer: nothing is parsed, decided or rendered.
"""

from collections.abc import Callable, Mapping
from itertools import count
from typing import Any
from unittest.mock import patch

from sqlalchemy.orm import Session

from handlers import pipeline
from handlers.slack.commands import CommandJob
from models.sql_fastpath import CompiledStatement

# These are unique, so each request has its own.
_UNIQUE_PARAMS = ("key", "signature")


def replay_only_statements() -> None:
    """Replace the work of a request in this process, from the second request on."""
    run, numbers = pipeline._run_in_transaction, count()  # noqa: SLF001 - it is what is replaced
    answers: list[Any] = []
    statements: list[tuple[CompiledStatement, Mapping[str, Any]]] = []

    def replay(session: Session, *request: Any, **options: Any) -> Any:
        if not answers:
            statements.extend(_record_statements(lambda: answers.append(run(session, *request, **options))))
            return answers[0]
        unique = f"request {next(numbers)}"
        for statement, recorded in statements:
            params = {
                name: unique if name.endswith(_UNIQUE_PARAMS) else value for name, value in recorded.items()
            }
            statement.run(session, params, flush=False)
        return answers[0]

    pipeline._run_in_transaction = replay  # noqa: SLF001
    prepare = CommandJob.prepare

    async def prepare_first(job: CommandJob) -> None:
        if not answers:
            await prepare(job)

    CommandJob.prepare = prepare_first  # type: ignore[method-assign, assignment] # in this process alone


def _record_statements(work: Callable[[], None]) -> list[tuple[CompiledStatement, Mapping[str, Any]]]:
    """The statements the work runs."""
    run, recorded = CompiledStatement.run, []

    def record(
        statement: CompiledStatement, session: Session, params: Mapping[str, Any], *, flush: bool = True
    ) -> Any:
        recorded.append((statement, params))
        return run(statement, session, params, flush=flush)

    with patch.object(CompiledStatement, "run", record):
        work()
    return recorded
