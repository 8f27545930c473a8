"""The handlers of commands about plans that came in: their questions and their versions."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.commands import Questions, Versions
from bot.errors import NotUnderstoodError
from bot.importing import question_flow
from bot.importing.analysis import Understanding
from bot.importing.button_tokens import of_plan
from bot.importing.drafting.codec import unpacked
from bot.importing.drafting.draft import ActionDraft
from bot.importing.presenters import answered_line, open_line
from bot.importing.questions import Question
from bot.messages import (
    GoneLine,
    QuestionLine,
    QuestionList,
    VersionAction,
    VersionLine,
    VersionList,
    VersionText,
)
from bot.services.actions.presenters import local_day, short
from bot.services.dispatcher import Handlers
from bot.services.people import Who
from models.imports import PlanVersion
from models.people import Workspace
from models.plans import Action, Plan
from models.queries import boards as plans_query
from models.queries import imports as query
from models.queries import people as people_query

PAGE = 8
ACTIONS_ON_A_PAGE = 15
MOST_GONE = 20


def questions(session: Session, who: Who, command: Questions, _now: datetime) -> QuestionList:
    """Of the plan with the most to answer, where there are several."""
    workspace = session.get_one(Workspace, who.workspace_id)
    known = [(plan, question_flow.understood_plan(session, workspace, plan)) for plan in _plans(session, who)]
    plan, found = max(known, key=lambda each: len(each[1].open) if each[1] else -1)
    lines = _question_lines(plan, found, answered=command.answered) if found else []
    here, page, pages = _page(lines, command.page, PAGE)
    both = (len(found.open), len(found.remembered)) if found else (0, 0)
    managers = people_query.initials_of_managers(session, who.workspace_id)
    return QuestionList(
        plan=plan.title,
        lines=tuple(here),
        total=len(lines),
        page=page,
        pages=pages,
        run="questions answered" if command.answered else "questions",
        answered=command.answered,
        other=both[0] if command.answered else both[1],
        value=f"{question_flow.PLAN} {of_plan(plan)}",
        may_answer=who.is_plan_manager,
        managers=managers,
    )


def _question_lines(plan: Plan, known: Understanding, *, answered: bool) -> list[QuestionLine]:
    def valued(line: QuestionLine, question: Question) -> QuestionLine:
        return replace(line, value=f"{question_flow.PLAN} {of_plan(plan)} {question.key}")

    if answered:
        return [valued(answered_line(each, given), each) for each, given in known.remembered]
    return [valued(open_line(each), each) for each in known.open]


def versions(session: Session, who: Who, command: Versions, _now: datetime) -> VersionList | VersionText:
    """Of the plan that came in last, where there are several."""
    plan = max(_plans(session, who), key=lambda each: each.imported_at)
    if command.number:
        return version_text(session, plan, command.number, page=command.page)
    return version_list(session, plan)


def version_list(session: Session, plan: Plan) -> VersionList:
    gone = query.removed_actions(session, plan.id)
    return VersionList(
        plan.title,
        tuple(_version_line(plan, each) for each in query.versions(session, plan.id)),
        tuple(_gone_line(plan, each) for each in gone[:MOST_GONE]),
        max(0, len(gone) - MOST_GONE),
    )


def version_text(
    session: Session, plan: Plan, number: int, *, page: int = 1, size: int = ACTIONS_ON_A_PAGE
) -> VersionText:
    """Raises NotUnderstoodError when the plan has no such version."""
    row = query.version_by_number(session, plan.id, number)
    if row is None:
        raise NotUnderstoodError(f"{plan.title} has no version {number}.", suggestion="/cip versions")
    actions = unpacked(row.draft).actions
    here, page, pages = _page(actions, page, size)
    shown = tuple(_version_action(each) for each in here)
    line = _version_line(plan, row)
    return VersionText(plan.title, line, shown, len(actions), page, pages, f"versions {number}")


def _gone_line(plan: Plan, action: Action) -> GoneLine:
    return GoneLine(
        f"{action.section.number}/{action.ref}",
        short(action.title),
        local_day(action.gone_at or plan.imported_at, plan.board.timezone),
        action.gone_reason,
    )


def _version_action(draft: ActionDraft) -> VersionAction:
    due = "; ".join(each.text for each in draft.due)
    ref = f"{draft.section}/{draft.ref}"
    return VersionAction(ref, short(draft.title), draft.owners, due, draft.status.words)


def _version_line(plan: Plan, row: PlanVersion) -> VersionLine:
    on = local_day(row.applied_at, plan.board.timezone)
    counts = tuple((kind, int(count)) for kind, count in row.counts.items())
    return VersionLine(row.number, on, row.applied_by, row.file, row.title, row.digest, counts)


def _plans(session: Session, who: Who) -> Sequence[Plan]:
    """The plans of the workspace; raises NotUnderstoodError when there is none."""
    found = list(plans_query.plans(session, who.workspace_id).values())
    if not found:
        raise NotUnderstoodError("There is no plan here yet. Send me one as a file in a direct message.")
    return found


def _page(lines: Sequence[Any], page: int, size: int) -> tuple[Sequence[Any], int, int]:
    """The lines of a page, its number and how many there are."""
    pages = max(1, -(-len(lines) // size))
    number = min(max(1, page), pages)
    return lines[(number - 1) * size : number * size], number, pages


HANDLERS: Handlers = {
    Questions: questions,
    Versions: versions,
}
