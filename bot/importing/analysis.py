"""Analyses a draft: which plan it is a version of, which questions it raises, what it would change."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from sqlalchemy.orm import Session

from bot.importing.diff import REDATED, RESTATED, ChangedAction, Differences, compare_plan, match_plan
from bot.importing.diff_headings import compare_headings
from bot.importing.drafting.draft import PlanDraft
from bot.importing.questions import Answer, Question
from bot.importing.questions.apply_answers import apply_answers
from bot.importing.questions.change_questions import (
    NEW_PLAN,
    WHICH_PLAN,
    agrees_with,
    gone_questions,
    other_plan_question,
    other_title,
    plan_question,
    resolutions_of,
)
from bot.importing.questions.column_questions import column_questions
from bot.importing.questions.generate import KnownPerson, cell_questions, owner_questions
from bot.importing.questions.store import load_answers
from bot.plan.reading import EVERY_BOARD
from bot.plan.wording import format_day
from bot.services.actions.presenters import local_day
from models.base import parse_id
from models.outbox import StatusChange
from models.people import Workspace
from models.plans import Action, Plan
from models.queries import boards as boards_query
from models.queries import changes as changes_query
from models.queries import imports as query
from models.queries import people as people_query


@dataclass(frozen=True)
class ChatOverride:
    """A status or date that stays as it was given in chat. kind: RESTATED or REDATED. chat, file: what each
    has, in words.
    """

    action_id: int
    ref: str
    kind: str
    chat: str
    file: str


@dataclass(frozen=True)
class AskedQuestions:
    """raw: as it was read. plan: what it is a version of, None for a new one. questions: all of them, in the
    order they are asked. answers: by the question's key.
    """

    raw: PlanDraft
    plan: Plan | None
    questions: tuple[Question, ...]
    answers: Mapping[str, Answer]

    @property
    def title(self) -> str:
        """The title that its answers are stored under."""
        return self.plan.title if self.plan else self.raw.title

    @cached_property
    def open_questions(self) -> tuple[Question, ...]:
        return tuple(each for each in self.questions if self.answer_to(each) is None)

    @cached_property
    def remembered(self) -> tuple[tuple[Question, Answer], ...]:
        pairs = ((each, self.answer_to(each)) for each in self.questions)
        return tuple((each, answer) for each, answer in pairs if answer is not None)

    @property
    def is_plan_unknown(self) -> bool:
        """Whether the question which plan this is has no answer yet, so that it cannot be applied."""
        return any(each.kind == WHICH_PLAN for each in self.open_questions)

    def answer_to(self, question: Question) -> Answer | None:
        """None also where the choice once made is no longer offered."""
        answer = self.answers.get(question.key)
        return answer if answer and question.choice(answer.choice) else None

    def question(self, key: str) -> Question | None:
        return next((each for each in self.questions if each.key == key), None)


@dataclass(frozen=True)
class Analysis(AskedQuestions):
    """draft: with the answers applied. timezone: of the plan's board."""

    draft: PlanDraft
    differences: Differences
    overrides: tuple[ChatOverride, ...]
    timezone: str


@dataclass(frozen=True)
class _AnsweredDraft:
    """Before it is compared with the plan. raw: without the answers but for its title. which: whether to ask
    which plan it is. questions: about the draft alone.
    """

    raw: PlanDraft
    draft: PlanDraft
    plan: Plan | None
    which: Question | None
    questions: tuple[Question, ...]
    answers: Mapping[str, Answer]


def analyse_draft(
    session: Session, workspace: Workspace, raw: PlanDraft, boards: Container[int] = EVERY_BOARD
) -> Analysis:
    """Compare the draft with the plan of its title, or the plan chosen for it. Writes nothing. boards: whose
    plans may be offered and chosen.
    """
    timezone = _timezone(session, workspace)
    answered = _answer_draft(session, workspace, raw, timezone, boards)
    draft, plan = answered.draft, answered.plan
    actions = query.actions_of_plan(session, plan.id) if plan else []
    projects = query.projects_of_plan(session, plan.id) if plan else None
    headings = compare_headings(plan, query.sections_of_plan(session, plan.id), draft) if plan else ()
    resolutions = resolutions_of(actions, answered.answers)
    differences = compare_plan(actions, draft, resolutions, projects, headings)
    zone = plan.board.timezone if plan else timezone
    overrides = find_chat_overrides(session, differences, draft.as_at, zone)
    questions = _all_questions(answered, differences, actions)
    return Analysis(answered.raw, plan, questions, answered.answers, draft, differences, overrides, zone)


def ask_about_draft(
    session: Session, workspace: Workspace, raw: PlanDraft, boards: Container[int] = EVERY_BOARD
) -> AskedQuestions:
    """The questions of `analyse_draft` alone: for them it is not asked what changed in each action."""
    answered = _answer_draft(session, workspace, raw, _timezone(session, workspace), boards)
    plan = answered.plan
    actions = query.headings_of_actions(session, plan.id) if plan else []
    differences = match_plan(actions, answered.draft, resolutions_of(actions, answered.answers))
    questions = _all_questions(answered, differences, actions)
    return AskedQuestions(answered.raw, plan, questions, answered.answers)


def _all_questions(
    answered: _AnsweredDraft, differences: Differences, actions: Sequence[Action]
) -> tuple[Question, ...]:
    which = () if answered.which is None else (answered.which,)
    return (*which, *gone_questions(answered.draft, differences, actions), *answered.questions)


def _answer_draft(
    session: Session, workspace: Workspace, raw: PlanDraft, timezone: str, boards: Container[int]
) -> _AnsweredDraft:
    answers = load_answers(session, workspace.id, raw.title, timezone)
    plan = boards_query.plan_by_title(session, workspace.id, raw.title)
    other = None if plan is None else _other_plan_question(session, plan, raw)
    if other is not None and (title := other_title(other, answers)):
        raw = replace(raw, title=title)
        answers = answers | load_answers(session, workspace.id, title, timezone)
        plan = boards_query.plan_by_title(session, workspace.id, title)
    which = other or (
        None
        if plan
        else plan_question(raw, boards_query.plans_of_boards(session, workspace.id, boards).values())
    )
    if which is not None and other is None:
        plan = _chosen_plan(session, workspace, answers.get(which.key), boards)
        answers = (
            answers if plan is None else load_answers(session, workspace.id, plan.title, timezone) | answers
        )
    questions = (
        *column_questions(raw),
        *cell_questions(raw),
        *owner_questions(raw, _known_people(session, workspace)),
    )
    return _AnsweredDraft(raw, apply_answers(raw, questions, answers), plan, which, questions, answers)


def _other_plan_question(session: Session, plan: Plan, raw: PlanDraft) -> Question | None:
    """Asked where the file has hardly an action of the plan that has its title."""
    stored = query.headings_of_actions(session, plan.id)
    return None if agrees_with(raw, stored) else other_plan_question(raw, plan)


def _chosen_plan(
    session: Session, workspace: Workspace, answer: Answer | None, boards: Container[int]
) -> Plan | None:
    plan_id = parse_id(answer.choice.removeprefix("plan ")) if answer and answer.choice != NEW_PLAN else None
    plan = session.get(Plan, plan_id) if plan_id is not None else None
    return plan if plan and plan.workspace_id == workspace.id and plan.board_id in boards else None


def _known_people(session: Session, workspace: Workspace) -> list[KnownPerson]:
    return [
        KnownPerson(each.initials, each.name, bool(each.slack_user_id or each.email or each.name))
        for each in people_query.people(session, workspace.id)
    ]


def _timezone(session: Session, workspace: Workspace) -> str:
    boards = boards_query.boards(session, workspace.id)
    return boards[0].timezone if boards else "UTC"


def find_chat_overrides(
    session: Session, differences: Differences, as_at: date | None, timezone: str
) -> tuple[ChatOverride, ...]:
    """A status given in chat stays. A date moved in chat stays when that was on or after the document's own
    day, or when the document has none.
    """
    redated = [each.action.id for each in differences.changed if REDATED in each.kinds]
    moves = changes_query.latest_date_moves(session, redated)
    return tuple(_iter_overrides(differences, moves, as_at, timezone))


def _iter_overrides(
    differences: Differences, moves: dict[int, StatusChange], as_at: date | None, timezone: str
) -> Iterator[ChatOverride]:
    for each in differences.changed:
        action, ref = each.action, each.draft.ref
        is_updated = action.last_word_at is not None
        if is_updated and RESTATED in each.kinds and each.draft.status is not action.status:
            yield ChatOverride(action.id, ref, RESTATED, action.status.words, each.draft.status.words)
        move = moves.get(action.id)
        if move is None or move.new_due is None or move.new_due in _draft_days(each):
            continue
        if as_at is None or local_day(move.at, timezone) >= as_at:
            file = "; ".join(due.text for due in each.draft.due) or "no date"
            yield ChatOverride(action.id, ref, REDATED, format_day(move.new_due), file)


def _draft_days(changed: ChangedAction) -> set[date | None]:
    draft = changed.draft
    return {due.date for due in (*draft.due, *(due for step in draft.milestones for due in step.due))}
