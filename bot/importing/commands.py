"""The handlers of commands about imported plans: their questions and their versions."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.commands import ListQuestions, Versions
from bot.errors import NotUnderstoodError
from bot.importing import question_flow, review
from bot.importing.analysis import AskedQuestions
from bot.importing.button_tokens import plan_token
from bot.importing.drafting.codec import decode_draft
from bot.importing.drafting.draft import ActionDraft
from bot.importing.presenters import present_answered_question, present_open_question
from bot.importing.questions import Question
from bot.messages import (
    QuestionLine,
    QuestionList,
    RemovedAction,
    VersionAction,
    VersionLine,
    VersionList,
    VersionText,
)
from bot.plan.pages import select_page
from bot.services.actions.presenters import local_day, shorten
from bot.services.dispatcher import Handlers
from bot.services.people import Actor
from models.imports import PlanVersion
from models.people import Workspace
from models.plans import Action, Plan
from models.queries import boards as boards_query
from models.queries import imports as query

QUESTIONS_PER_PAGE = 8
ACTIONS_PER_PAGE = 15
MAX_REMOVED_LISTED = 20


def list_questions(session: Session, actor: Actor, command: ListQuestions, _now: datetime) -> QuestionList:
    """Of the plan with the most open questions, where there are several plans."""
    workspace = session.get_one(Workspace, actor.workspace_id)
    asked = [
        (plan, question_flow.ask_about_plan(session, workspace, plan)) for plan in _plans(session, actor)
    ]
    plan, questions = max(asked, key=lambda each: len(each[1].open_questions) if each[1] else -1)
    lines = _question_lines(plan, questions, answered=command.answered) if questions else []
    page = select_page(command.page, len(lines), QUESTIONS_PER_PAGE)
    both = (len(questions.open_questions), len(questions.remembered)) if questions else (0, 0)
    managers = review.managers_of(session, actor.workspace_id, plan)
    return QuestionList(
        plan=plan.title,
        lines=tuple(page.entries(lines)),
        total=len(lines),
        page=page.number,
        pages=page.count,
        run="questions answered" if command.answered else "questions",
        answered=command.answered,
        other=both[0] if command.answered else both[1],
        value=f"{question_flow.PLAN} {plan_token(plan)}",
        may_answer=actor.is_manager_of(plan.id),
        managers=managers,
    )


def _question_lines(plan: Plan, questions: AskedQuestions, *, answered: bool) -> list[QuestionLine]:
    def with_value(line: QuestionLine, question: Question) -> QuestionLine:
        return replace(line, value=f"{question_flow.PLAN} {plan_token(plan)} {question.key}")

    if answered:
        return [
            with_value(present_answered_question(each, answer), each) for each, answer in questions.remembered
        ]
    return [with_value(present_open_question(each), each) for each in questions.open_questions]


def handle_versions(
    session: Session, actor: Actor, command: Versions, _now: datetime
) -> VersionList | VersionText:
    """Of the plan that was imported last, where there are several."""
    plan = max(_plans(session, actor), key=lambda each: each.imported_at)
    if command.number:
        return show_version(session, plan, command.number, requested_page=command.page)
    return list_versions(session, plan)


def list_versions(session: Session, plan: Plan) -> VersionList:
    removed = query.removed_actions(session, plan.id)
    return VersionList(
        plan.title,
        tuple(_version_line(plan, each) for each in query.versions(session, plan.id)),
        tuple(_removed_action(plan, each) for each in removed[:MAX_REMOVED_LISTED]),
        max(0, len(removed) - MAX_REMOVED_LISTED),
    )


def show_version(
    session: Session, plan: Plan, number: int, *, requested_page: int = 1, size: int = ACTIONS_PER_PAGE
) -> VersionText:
    """Raises NotUnderstoodError when the plan has no such version."""
    row = query.version_by_number(session, plan.id, number)
    if row is None:
        raise NotUnderstoodError(f"{plan.title} has no version {number}.", suggestion="/cip versions")
    actions = decode_draft(row.draft).actions
    page = select_page(requested_page, len(actions), size)
    lines = tuple(_version_action(each) for each in page.entries(actions))
    line = _version_line(plan, row)
    return VersionText(plan.title, line, lines, len(actions), page.number, page.count, f"versions {number}")


def _removed_action(plan: Plan, action: Action) -> RemovedAction:
    return RemovedAction(
        f"{action.section.number}/{action.ref}",
        shorten(action.title),
        local_day(action.gone_at or plan.imported_at, plan.board.timezone),
        action.gone_reason,
    )


def _version_action(draft: ActionDraft) -> VersionAction:
    due = "; ".join(each.text for each in draft.due)
    ref = f"{draft.section}/{draft.ref}"
    return VersionAction(ref, shorten(draft.title), draft.owners, due, draft.status.words)


def _version_line(plan: Plan, row: PlanVersion) -> VersionLine:
    on = local_day(row.applied_at, plan.board.timezone)
    counts = tuple((kind, int(count)) for kind, count in row.counts.items())
    return VersionLine(row.number, on, row.applied_by, row.file, row.title, row.digest, counts)


def _plans(session: Session, actor: Actor) -> Sequence[Plan]:
    """The plans the actor may read here; raises NotUnderstoodError when there is none."""
    plans = list(boards_query.plans_of_boards(session, actor.workspace_id, actor.boards).values())
    if not plans:
        raise NotUnderstoodError("There is no plan here yet. Send me one as a file in a direct message.")
    return plans


HANDLERS: Handlers = {
    ListQuestions: list_questions,
    Versions: handle_versions,
}
