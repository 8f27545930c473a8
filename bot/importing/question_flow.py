"""Asks the questions of an upload or of a plan in use one after the other, and takes the answers."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.commands import Asker
from bot.errors import NotAllowedError, NotUnderstoodError
from bot.importing import apply_draft, review
from bot.importing.analysis import Analysis, AskedQuestions, analyse_draft, ask_about_draft
from bot.importing.apply_draft import BoardDefaults
from bot.importing.button_tokens import find_plan, find_upload
from bot.importing.presenters import present_answered_question, present_open_question
from bot.importing.questions import Answer, Needs, Question
from bot.importing.questions.apply_answers import ACCOUNT_MARK, OWNER
from bot.importing.questions.change_questions import WHICH_PLAN
from bot.importing.questions.store import save_answer, validate_answer
from bot.importing.versions import Source, latest_draft
from bot.messages import AnswerOption, ImportReview, QuestionForm, QuestionsAnswered
from bot.services import people
from bot.services.people import Actor
from models.imports import PlanUpload
from models.people import Workspace
from models.plans import Plan
from models.queries import people as people_query

UPLOAD, PLAN, AGAIN = "upload", "plan", "again"


@dataclass(frozen=True)
class QuestionRun:
    """How far somebody is in a series of questions. of: UPLOAD or PLAN. which: its button token
    (bot.importing.button_tokens). key: of one question alone, "" for all that are open. again: ask those that
    are answered once more. skipped, answered: how many so far.
    """

    of: str
    which: str
    key: str = ""
    again: bool = False
    skipped: int = 0
    answered: int = 0

    def next(self, *, answered: bool) -> "QuestionRun":
        """The run after one more question."""
        if answered:
            return replace(self, answered=self.answered + 1)
        return replace(self, skipped=self.skipped + 1)


@dataclass(frozen=True)
class SubmittedAnswer:
    """What somebody filled in. choice: its value. day: ISO. account: a user's id. "" for nothing."""

    choice: str = ""
    day: str = ""
    words: str = ""
    account: str = ""

    @property
    def is_blank(self) -> bool:
        return self == SubmittedAnswer()


def parse_run(value: str) -> QuestionRun | None:
    """The run that a button of this value starts: "upload 7-0f3a", "upload 7-0f3a again", "plan 3-0f3a",
    "plan 3-0f3a late:0f3a". None for any other value.
    """
    of, _, rest = value.partition(" ")
    which, _, what = rest.partition(" ")
    if of not in {UPLOAD, PLAN} or not which:
        return None
    return QuestionRun(of, which, "" if what == AGAIN else what, what == AGAIN)


def require_manager(session: Session, asker: Asker) -> Actor:
    """Raises NotAllowedError for all but plan managers."""
    actor = people.identify(session, asker)
    if not actor.is_plan_manager:
        managers = review.describe_managers(session, actor.workspace_id)
        raise NotAllowedError(f"Only a plan manager can answer these ({managers}). Nothing was changed.")
    return actor


def has_subject(session: Session, asker: Asker, run: QuestionRun) -> bool:
    """Whether the upload or plan of the run exists, decided on or not, and is the asker's to answer."""
    return _subject(session, people.identify(session, asker), run) is not None


def build_form(session: Session, asker: Asker, run: QuestionRun) -> QuestionForm | QuestionsAnswered:
    """The next question to ask, or the end of them. Raises NotAllowedError for all but plan managers: a form
    shows what is in the plan.
    """
    actor = require_manager(session, asker)
    analysis = _analyse_subject(session, actor, run)
    questions = _questions_of_run(analysis, run) if analysis else ()
    # An answered question leaves the open ones, but not those that are asked again.
    is_fixed = run.again or bool(run.key)
    index = run.skipped + run.answered if is_fixed else run.skipped
    if analysis is None or index >= len(questions):
        return _finish(session, actor, analysis, run)
    of = len(questions) if is_fixed else run.answered + len(questions)
    return _build_question_form(analysis, questions[index], run.skipped + run.answered + 1, of)


def _build_question_form(analysis: Analysis, question: Question, number: int, of: int) -> QuestionForm:
    answer = analysis.answer_to(question)
    line = present_answered_question(question, answer) if answer else present_open_question(question)
    needed = {choice.needs for choice in question.choices}
    return QuestionForm(
        line=replace(line, value=question.key),
        number=number,
        of=of,
        choices=tuple(AnswerOption(choice.value, choice.label) for choice in question.choices),
        details=question.details,
        day=Needs.DAY in needed,
        words=Needs.WORDS in needed,
        person=Needs.PERSON in needed,
    )


def record_answer(
    session: Session,
    asker: Asker,
    run: QuestionRun,
    key: str,
    submitted: SubmittedAnswer,
    defaults: BoardDefaults,
    now: datetime,
) -> ImportReview | None:
    """Store an answer, and apply it where the plan is in use; returns the new review of a file that waits for
    a decision. key: of the question. Raises NotAllowedError, or NotUnderstoodError with what is missing.
    """
    actor = require_manager(session, asker)
    analysis = _analyse_subject(session, actor, run)
    question = analysis.question(key) if analysis else None
    if analysis is None or question is None:
        raise NotUnderstoodError(
            "There is nothing left to ask here: the file was decided on, or the plan has a newer version."
        )
    answer = _build_answer(session, actor, question, submitted)
    title = analysis.raw.title if question.kind == WHICH_PLAN else analysis.title
    save_answer(session, actor.workspace_id, title, question, answer, actor.name, now)
    if run.of == PLAN:
        _apply_answers(session, actor, analysis, defaults, now)
        return None
    row = review.find_pending_upload(session, actor.workspace_id, run.which)
    return review.build_review(session, row, shown_again=False) if row else None


def analyse_plan(session: Session, workspace: Workspace, plan: Plan) -> Analysis | None:
    """The plan's newest version with the answers there are; None where no version is stored."""
    raw = latest_draft(session, plan)
    return analyse_draft(session, workspace, raw) if raw else None


def ask_about_plan(session: Session, workspace: Workspace, plan: Plan) -> AskedQuestions | None:
    """The questions about the plan's newest version alone; None where no version is stored."""
    raw = latest_draft(session, plan)
    return ask_about_draft(session, workspace, raw) if raw else None


def _analyse_subject(session: Session, actor: Actor, run: QuestionRun) -> Analysis | None:
    if run.of == UPLOAD:
        row = review.find_pending_upload(session, actor.workspace_id, run.which)
        return _analyse_managed_upload(session, actor, row) if row else None
    plan = _subject(session, actor, run)
    if not isinstance(plan, Plan):
        return None
    return analyse_plan(session, session.get_one(Workspace, actor.workspace_id), plan)


def _analyse_managed_upload(session: Session, actor: Actor, row: PlanUpload) -> Analysis | None:
    """None where it is a version of a plan that the actor does not manage."""
    try:
        analysis = review.analyse_upload(session, row, actor)
    except NotAllowedError:
        return None
    return analysis if review.may_apply(actor, analysis.plan) else None


def _subject(session: Session, actor: Actor, run: QuestionRun) -> PlanUpload | Plan | None:
    """None also for what other people manage."""
    if run.of == UPLOAD:
        row = find_upload(session, actor.workspace_id, run.which)
        return row if row and (actor.is_plan_manager or row.user_id == actor.user_id) else None
    plan = find_plan(session, actor.workspace_id, run.which)
    return plan if plan and actor.is_manager_of(plan.id) else None


def _questions_of_run(analysis: Analysis, run: QuestionRun) -> tuple[Question, ...]:
    if run.key:
        return tuple(each for each in analysis.questions if each.key == run.key)
    return tuple(each for each, _ in analysis.remembered) if run.again else analysis.open_questions


def _finish(session: Session, actor: Actor, analysis: Analysis | None, run: QuestionRun) -> QuestionsAnswered:
    subject = _subject(session, actor, run)
    file = ""
    if isinstance(subject, PlanUpload) and (analysis or subject.user_id == actor.user_id):
        file = subject.name
    return QuestionsAnswered(run.answered, len(analysis.open_questions) if analysis else 0, file)


def _build_answer(session: Session, actor: Actor, question: Question, submitted: SubmittedAnswer) -> Answer:
    """A choice may be left out where what was filled in says which it is."""
    given = {Needs.DAY: submitted.day, Needs.WORDS: submitted.words, Needs.PERSON: submitted.account}
    implied = [each.value for each in question.choices if each.needs and given[each.needs]]
    choice = submitted.choice or (implied[0] if len(implied) == 1 else "")
    chosen = question.choice(choice)
    value = given[chosen.needs] if chosen and chosen.needs else ""
    if chosen and chosen.needs is Needs.PERSON and value:
        value = _initials_of_account(session, actor, question, value)
    return validate_answer(question, choice, value)


def _initials_of_account(session: Session, actor: Actor, question: Question, account: str) -> str:
    """The initials of an account; the account itself where it has none and the question is whose they are."""
    person = people_query.person_of_user(session, actor.workspace_id, account)
    if person is not None:
        return person.initials
    if question.kind == OWNER:
        return f"{ACCOUNT_MARK}{account}"
    raise NotUnderstoodError(
        "That account is not linked to initials in a plan. Link it first: /cip link INITIALS @person."
    )


def _apply_answers(
    session: Session, actor: Actor, analysis: Analysis, defaults: BoardDefaults, now: datetime
) -> None:
    """Apply the plan's newest version again: only the answer can make a difference."""
    workspace = session.get_one(Workspace, actor.workspace_id)
    source = Source(by=actor.name, person=actor.person, answering=True)
    apply_draft.apply(
        session,
        workspace,
        analysis.raw,
        defaults=defaults,
        channel=None,
        now=now,
        source=source,
        boards=actor.own_boards,
    )
