"""Answers in the database. They are stored under the plan's title, so that the next version finds them."""

from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from bot.errors import NotUnderstoodError
from bot.importing.questions.apply_answers import ACCOUNT_MARK, OWNER
from bot.importing.questions.model import MAX_ANSWER_LENGTH, Answer, Choice, Needs, Question
from bot.plan.text import one_line
from bot.plan.wording import format_day
from bot.sentences import sentence
from bot.services.actions.presenters import local_day
from models.imports import PlanAnswer
from models.queries import imports as query
from models.queries import people as people_query


def load_answers(session: Session, workspace_id: int, title: str, timezone: str) -> dict[str, Answer]:
    """Every answer given about the plan of this title, by the question's key."""
    return {
        row.key: Answer(row.choice, row.value, row.said, row.by, local_day(row.at, timezone))
        for row in query.answers(session, workspace_id, title)
    }


def validate_answer(question: Question, choice: str, value: str) -> Answer:
    """Raises NotUnderstoodError with what is missing. value: a day as ISO, words or initials."""
    chosen = question.choice(choice)
    if chosen is None:
        raise NotUnderstoodError("Choose one of the answers.")
    words = one_line(value)[:MAX_ANSWER_LENGTH] if chosen.needs else ""
    if chosen.needs and not words:
        raise NotUnderstoodError(sentence("questions.incomplete_answer", needs=chosen.needs.value))
    answer = Answer(choice, words)
    return Answer(choice, words, _describe_answer(chosen, answer))


def save_answer(
    session: Session,
    workspace_id: int,
    title: str,
    question: Question,
    answer: Answer,
    by: str,
    now: datetime,
) -> None:
    """The latest answer takes the place of an earlier one."""
    row = query.answer_by_key(session, workspace_id, title, question.key)
    if row is None:
        row = PlanAnswer(workspace_id=workspace_id, plan=title, key=question.key)
        session.add(row)
    row.asks, row.choice, row.value, row.said = question.asks, answer.choice, answer.value, answer.said
    row.by, row.at = by, now
    session.flush()


def move_answers(session: Session, workspace_id: int, title: str, new_title: str) -> None:
    """Store a plan's answers under its new title; those already given under that title win."""
    existing = {row.key for row in query.answers(session, workspace_id, new_title)}
    for row in query.answers(session, workspace_id, title):
        if row.key not in existing:
            row.plan = new_title
    session.flush()


def _describe_answer(choice: Choice, answer: Answer) -> str:
    """For example "It has a new date: 31 March 2022". Stored with the answer."""
    if not choice.needs:
        return choice.label
    value = format_day(answer.day) if choice.needs is Needs.DAY else answer.value
    if value.startswith(ACCOUNT_MARK):
        return sentence("questions.account_answer")
    return sentence("questions.filled_answer", label=choice.label, value=value)


class AnsweredQuestions(Protocol):
    """What link_answered_accounts needs of an analysis, which imports this module."""

    @property
    def remembered(self) -> tuple[tuple[Question, Answer], ...]: ...


def link_answered_accounts(session: Session, workspace_id: int, answered: AnsweredQuestions) -> None:
    """Link the accounts chosen as answers. Initials that have an account, and accounts that have initials,
    stay as they are.
    """
    for question, answer in answered.remembered:
        if question.kind != OWNER or not answer.value.startswith(ACCOUNT_MARK):
            continue
        account = answer.value.removeprefix(ACCOUNT_MARK)
        person = people_query.person_of_initials(session, workspace_id, question.printed)
        linked = people_query.person_of_user(session, workspace_id, account)
        if person is not None and person.slack_user_id is None and linked is None:
            person.slack_user_id = account
            session.flush()
