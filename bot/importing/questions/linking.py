"""Answers that name a chat account: it is tied to the initials once these are somebody in the plan."""

from typing import Protocol

from sqlalchemy.orm import Session

from bot.importing.questions.asked import Answer, Question
from bot.importing.questions.effects import ACCOUNT_MARK, OWNER
from models.queries import people as people_query


class Answered(Protocol):
    @property
    def remembered(self) -> tuple[tuple[Question, Answer], ...]: ...


def link_answered(session: Session, workspace_id: int, answered: Answered) -> None:
    """Initials that have an account, and accounts that have initials, stay as they are."""
    for question, answer in answered.remembered:
        if question.kind != OWNER or not answer.value.startswith(ACCOUNT_MARK):
            continue
        account = answer.value.removeprefix(ACCOUNT_MARK)
        person = people_query.person_of_initials(session, workspace_id, question.printed)
        taken = people_query.person_of_user(session, workspace_id, account)
        if person is not None and person.slack_user_id is None and taken is None:
            person.slack_user_id = account
            session.flush()
