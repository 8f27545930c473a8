"""The questions of a plan at the command line: one after the other in a terminal, or in a file."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import click
from sqlalchemy.orm import Session

from bot.command_line.exports import write_file
from bot.database import Database
from bot.errors import CipError, NotUnderstoodError
from bot.importing.analysis import Analysis, analyse_draft
from bot.importing.drafting.draft import PlanDraft
from bot.importing.questions import Answer, Choice, Needs, Question
from bot.importing.questions.change_questions import WHICH_PLAN
from bot.importing.questions.store import save_answer, validate_answer
from bot.plan.typed_days import read_day
from bot.sentences import sentence
from bot.services import workspaces
from models.queries import people as people_query

ACTOR_NAME = "the command line"
_FILL_PROMPTS = {
    Needs.DAY: "The day, such as 31/07/2026",
    Needs.WORDS: "In words",
    Needs.PERSON: "Their initials",
}


class Terminal(Protocol):
    """Somebody to ask. choose: one of the choices, None to leave the question for later. fill: the value
    that a choice needs, None to choose again. show: prints text. confirm: yes or no.
    """

    def choose(self, question: Question, number: int, of: int) -> Choice | None: ...

    def fill(self, choice: Choice) -> str | None: ...

    def show(self, text: str) -> None: ...

    def confirm(self, text: str) -> bool: ...


@dataclass(frozen=True)
class QuestionDialog:
    """Asks the questions of a draft. Each answer is saved at once, so that stopping half-way loses none."""

    database: Database
    draft: PlanDraft
    now: datetime

    def ask_all(self, terminal: Terminal) -> None:
        """Ask what is open; what is skipped is not asked again."""
        skipped, answered = 0, 0
        while skipped < len(open_questions := self._analyse().open_questions):
            question = open_questions[skipped]
            number, of = skipped + answered + 1, answered + len(open_questions)
            if self._ask(terminal, question, number, of):
                answered += 1
            else:
                skipped += 1

    def _ask(self, terminal: Terminal, question: Question, number: int, of: int) -> bool:
        """Returns whether it was answered."""
        while (choice := terminal.choose(question, number, of)) is not None:
            value = terminal.fill(choice) if choice.needs else ""
            if value is None:
                continue
            try:
                self.save(question, choice.value, value)
            except NotUnderstoodError as error:
                terminal.show(error.sentence)
                continue
            return True
        return False

    def answer_from_file(self, path: Path) -> int:
        """Save the answers of a file that `write_questions` made; returns how many. Raises CipError."""
        count = 0
        for key, choice, value in _read_answers(path):
            question = self._analyse().question(key)
            if question is not None:
                try:
                    self.save(question, choice, value)
                except NotUnderstoodError as error:
                    raise CipError(f"{question.asks} {error.sentence}") from None
                count += 1
        return count

    def save(self, question: Question, choice: str, value: str) -> None:
        """Raises NotUnderstoodError for an answer that is not valid."""
        with self.database.transaction() as session:
            workspace = workspaces.find_or_create_workspace(session)
            analysis = analyse_draft(session, workspace, self.draft)
            answer = _check_answer(session, workspace.id, question, choice, value, self.now)
            title = analysis.raw.title if question.kind == WHICH_PLAN else analysis.title
            save_answer(session, workspace.id, title, question, answer, ACTOR_NAME, self.now)

    def _analyse(self) -> Analysis:
        with self.database.transaction() as session:
            return analyse_draft(session, workspaces.find_or_create_workspace(session), self.draft)


def write_questions(path: Path, analysis: Analysis) -> None:
    """Write the open questions as JSON, to be filled in and given back with --answers."""
    rows = [
        {
            "key": each.key,
            "asks": each.asks,
            "about": each.subject,
            "where": each.where,
            "printed": each.printed,
            "until_answered": each.meanwhile,
            "choices": {choice.value: _choice_text(choice) for choice in each.choices},
            "answer": "",
            "value": "",
        }
        for each in analysis.open_questions
    ]
    write_file(path, (json.dumps(rows, ensure_ascii=False, indent=2) + "\n").encode())


def _choice_text(choice: Choice) -> str:
    return f"{choice.label} (give it as value)" if choice.needs else choice.label


def _read_answers(path: Path) -> Iterator[tuple[str, str, str]]:
    try:
        rows: Any = json.loads(path.read_text(encoding="utf-8"))
        for row in rows:
            if row.get("answer"):
                yield str(row["key"]), str(row["answer"]), str(row.get("value") or "")
    except OSError as problem:
        raise CipError(f"The answers {path} could not be opened: {problem.strerror}.") from None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise CipError(f"{path} is not a file of answers. Make one with --questions {path}.") from None


def _check_answer(
    session: Session, workspace_id: int, question: Question, choice: str, value: str, now: datetime
) -> Answer:
    chosen = question.choice(choice)
    if chosen is not None and chosen.needs is Needs.DAY and value:
        day = read_day(value, today=now.date())
        if day is None:
            raise NotUnderstoodError(f"\u201c{value}\u201d is not a date I can read. Write it as 31/07/2026.")
        value = day.isoformat()
    if chosen is not None and chosen.needs is Needs.PERSON and value:
        person = people_query.person_of_initials(session, workspace_id, value.strip())
        if person is None:
            raise NotUnderstoodError(
                f"Nobody has the initials {value}. Add them with: app.py people FILE.csv"
            )
        value = person.initials
    return validate_answer(question, choice, value)


class ClickTerminal:
    """The terminal that the command runs in."""

    def choose(self, question: Question, number: int, of: int) -> Choice | None:
        click.echo(f"\n{sentence('command_line.question_number', number=number, of=of)}")
        if question.subject:
            click.echo(f"  {question.subject}")
        click.echo(f"  {question.asks}")
        for line in question.details:
            click.echo(f"    {line}")
        if question.printed or question.where:
            place = sentence("command_line.printed_where", printed=question.printed, where=question.where)
            click.echo(f"  {place}")
        for index, choice in enumerate(question.choices, 1):
            click.echo(f"    {index}  {choice.label}")
        click.echo(f"  {sentence('command_line.until_answered', meanwhile=question.meanwhile)}")
        number_text = click.prompt(
            f"  {sentence('command_line.which_answer', choices=len(question.choices))}",
            default="",
            show_default=False,
            type=click.Choice(["", *map(str, range(1, len(question.choices) + 1))]),
            show_choices=False,
        )
        return question.choices[int(number_text) - 1] if number_text else None

    def fill(self, choice: Choice) -> str | None:
        value: str = click.prompt(f"  {_FILL_PROMPTS[choice.needs]}", default="", show_default=False)
        return value.strip() or None

    def show(self, text: str) -> None:
        click.echo(f"  {text}")

    def confirm(self, text: str) -> bool:
        return click.confirm(text, default=True)
