"""The handlers of commands about plans that came in: their questions and their versions."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.commands import ListQuestions, Versions
from bot.errors import NotUnderstoodError
from bot.importing import question_flow
from bot.importing.analysis import Analysis
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
from bot.services.actions.presenters import local_day, shorten
from bot.services.dispatcher import Handlers
from bot.services.people import Actor
from models.imports import PlanVersion
from models.people import Workspace
from models.plans import Action, Plan
from models.queries import boards as plans_query
from models.queries import imports as query
from models.queries import people as people_query

QUESTIONS_PER_PAGE = 8
ACTIONS_PER_PAGE = 15
MAX_GONE_LISTED = 20


def list_questions(session: Session, actor: Actor, command: ListQuestions, _now: datetime) -> QuestionList:
    """Of the plan with the most to answer, where there are several."""
    workspace = session.get_one(Workspace, actor.workspace_id)
    known = [(plan, question_flow.analyse_plan(session, workspace, plan)) for plan in _plans(session, actor)]
    plan, found = max(known, key=lambda each: len(each[1].open_questions) if each[1] else -1)
    lines = _question_lines(plan, found, answered=command.answered) if found else []
    here, page, pages = _paginate(lines, command.page, QUESTIONS_PER_PAGE)
    both = (len(found.open_questions), len(found.remembered)) if found else (0, 0)
    managers = people_query.initials_of_managers(session, actor.workspace_id)
    return QuestionList(
        plan=plan.title,
        lines=tuple(here),
        total=len(lines),
        page=page,
        pages=pages,
        run="questions answered" if command.answered else "questions",
        answered=command.answered,
        other=both[0] if command.answered else both[1],
        value=f"{question_flow.PLAN} {plan_token(plan)}",
        may_answer=actor.is_plan_manager,
        managers=managers,
    )


def _question_lines(plan: Plan, analysis: Analysis, *, answered: bool) -> list[QuestionLine]:
    def valued(line: QuestionLine, question: Question) -> QuestionLine:
        return replace(line, value=f"{question_flow.PLAN} {plan_token(plan)} {question.key}")

    if answered:
        return [valued(present_answered_question(each, given), each) for each, given in analysis.remembered]
    return [valued(present_open_question(each), each) for each in analysis.open_questions]


def handle_versions(
    session: Session, actor: Actor, command: Versions, _now: datetime
) -> VersionList | VersionText:
    """Of the plan that came in last, where there are several."""
    plan = max(_plans(session, actor), key=lambda each: each.imported_at)
    if command.number:
        return show_version(session, plan, command.number, page=command.page)
    return list_versions(session, plan)


def list_versions(session: Session, plan: Plan) -> VersionList:
    gone = query.removed_actions(session, plan.id)
    return VersionList(
        plan.title,
        tuple(_version_line(plan, each) for each in query.versions(session, plan.id)),
        tuple(_gone_line(plan, each) for each in gone[:MAX_GONE_LISTED]),
        max(0, len(gone) - MAX_GONE_LISTED),
    )


def show_version(
    session: Session, plan: Plan, number: int, *, page: int = 1, size: int = ACTIONS_PER_PAGE
) -> VersionText:
    """Raises NotUnderstoodError when the plan has no such version."""
    row = query.version_by_number(session, plan.id, number)
    if row is None:
        raise NotUnderstoodError(f"{plan.title} has no version {number}.", suggestion="/cip versions")
    actions = decode_draft(row.draft).actions
    here, page, pages = _paginate(actions, page, size)
    shown = tuple(_version_action(each) for each in here)
    line = _version_line(plan, row)
    return VersionText(plan.title, line, shown, len(actions), page, pages, f"versions {number}")


def _gone_line(plan: Plan, action: Action) -> RemovedAction:
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
    """The plans of the workspace; raises NotUnderstoodError when there is none."""
    found = list(plans_query.plans(session, actor.workspace_id).values())
    if not found:
        raise NotUnderstoodError("There is no plan here yet. Send me one as a file in a direct message.")
    return found


def _paginate(lines: Sequence[Any], page: int, size: int) -> tuple[Sequence[Any], int, int]:
    """The lines of a page, its number and how many there are."""
    pages = max(1, -(-len(lines) // size))
    number = min(max(1, page), pages)
    return lines[(number - 1) * size : number * size], number, pages


HANDLERS: Handlers = {
    ListQuestions: list_questions,
    Versions: handle_versions,
}
