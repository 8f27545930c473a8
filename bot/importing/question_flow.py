"""Asking the questions of a plan one after the other, of a file that waits or of a plan in use."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.commands import Asker
from bot.errors import NotAllowedError, NotUnderstoodError
from bot.importing import apply_draft, review
from bot.importing.analysis import Understanding, understand
from bot.importing.apply_draft import BoardDefaults
from bot.importing.button_tokens import plan_meant, upload_meant
from bot.importing.presenters import answered_line, open_line
from bot.importing.questions import Answer, Needs, Question
from bot.importing.questions.apply_answers import ACCOUNT_MARK, OWNER
from bot.importing.questions.change_questions import WHICH_PLAN
from bot.importing.questions.store import checked, remember
from bot.importing.versions import Source, latest_draft
from bot.messages import ImportReview, Offered, QuestionForm, QuestionsAnswered
from bot.services import people
from bot.services.people import Who
from models.imports import PlanUpload
from models.people import Workspace
from models.plans import Plan
from models.queries import people as people_query

UPLOAD, PLAN, AGAIN = "upload", "plan", "again"
SETTLED = "There is nothing left to ask here: the file was decided on, or the plan has a newer version."


@dataclass(frozen=True)
class Run:
    """Where somebody is in the questions. of: UPLOAD or PLAN; which: what the buttons about that one carry
    (bot.importing.button_tokens). key: this question alone, "" for all that are open. again: those that are
    answered, once more. skipped, answered: how many so far.
    """

    of: str
    which: str
    key: str = ""
    again: bool = False
    skipped: int = 0
    answered: int = 0

    def after(self, *, answered: bool) -> "Run":
        """Where somebody is after one more question."""
        if answered:
            return replace(self, answered=self.answered + 1)
        return replace(self, skipped=self.skipped + 1)


@dataclass(frozen=True)
class Filled:
    """What somebody filled in: a choice's value, a day (ISO), words, a person's account; "" for nothing."""

    choice: str = ""
    day: str = ""
    words: str = ""
    account: str = ""

    @property
    def is_blank(self) -> bool:
        return self == Filled()


def run_of(value: str) -> Run | None:
    """Where the button of this value begins: "upload 7-0f3a", "upload 7-0f3a again", "plan 3-0f3a",
    "plan 3-0f3a late:0f3a".
    """
    of, _, rest = value.partition(" ")
    which, _, what = rest.partition(" ")
    if of not in {UPLOAD, PLAN} or not which:
        return None
    return Run(of, which, "" if what == AGAIN else what, what == AGAIN)


def require_manager(session: Session, asker: Asker) -> Who:
    """Raises NotAllowedError for all but plan managers."""
    who = people.identify(session, asker)
    if not who.is_plan_manager:
        managers = people_query.initials_of_managers(session, who.workspace_id)
        can = " or ".join(managers) or "no plan manager is set up yet"
        raise NotAllowedError(f"Only a plan manager can answer these ({can}). Nothing was changed.")
    return who


def is_known(session: Session, asker: Asker, run: Run) -> bool:
    """Whether what the questions are about is there, whatever became of it."""
    return _subject(session, people.identify(session, asker).workspace_id, run) is not None


def form(session: Session, asker: Asker, run: Run) -> QuestionForm | QuestionsAnswered:
    """The next question to put, or the end of them."""
    who = people.identify(session, asker)
    known = _known(session, who, run)
    questions = _pool(known, run) if known else ()
    stays = run.again or bool(run.key)
    place = run.skipped + run.answered if stays else run.skipped
    if known is None or place >= len(questions):
        return _ended(session, who, known, run)
    of = len(questions) if stays else run.answered + len(questions)
    return _form(known, questions[place], run.skipped + run.answered + 1, of)


def _form(known: Understanding, question: Question, number: int, of: int) -> QuestionForm:
    answer = known.answer_to(question)
    line = answered_line(question, answer) if answer else open_line(question)
    needed = {choice.needs for choice in question.choices}
    return QuestionForm(
        line=replace(line, value=question.key),
        number=number,
        of=of,
        choices=tuple(Offered(choice.value, choice.label) for choice in question.choices),
        details=question.details,
        day=Needs.DAY in needed,
        words=Needs.WORDS in needed,
        person=Needs.PERSON in needed,
    )


def take_answer(
    session: Session, asker: Asker, run: Run, key: str, filled: Filled, defaults: BoardDefaults, now: datetime
) -> ImportReview | None:
    """Remember an answer, and change the tracker by it where the plan is in use. Gives the review of a file
    that waits as it is now. Raises NotUnderstoodError with what is missing.
    """
    who = require_manager(session, asker)
    known = _known(session, who, run)
    question = known.question(key) if known else None
    if known is None or question is None:
        raise NotUnderstoodError(SETTLED)
    answer = _answer(session, who, question, filled)
    title = known.raw.title if question.kind == WHICH_PLAN else known.title
    remember(session, who.workspace_id, title, question, answer, who.name, now)
    if run.of == PLAN:
        _apply(session, who, known, defaults, now)
        return None
    row = review.waiting(session, who.workspace_id, run.which)
    return review.shown(session, row, shown_again=False) if row else None


def understood_plan(session: Session, workspace: Workspace, plan: Plan) -> Understanding | None:
    """The plan's newest version as it is answered by now; None where none was kept."""
    raw = latest_draft(session, plan)
    return understand(session, workspace, raw) if raw else None


def _known(session: Session, who: Who, run: Run) -> Understanding | None:
    if run.of == UPLOAD:
        row = review.waiting(session, who.workspace_id, run.which)
        return review.understood(session, row) if row else None
    plan = plan_meant(session, who.workspace_id, run.which)
    return understood_plan(session, session.get_one(Workspace, who.workspace_id), plan) if plan else None


def _subject(session: Session, workspace_id: int, run: Run) -> PlanUpload | Plan | None:
    meant = upload_meant if run.of == UPLOAD else plan_meant
    return meant(session, workspace_id, run.which)


def _pool(known: Understanding, run: Run) -> tuple[Question, ...]:
    if run.key:
        return tuple(each for each in known.questions if each.key == run.key)
    return tuple(each for each, _ in known.remembered) if run.again else known.open


def _ended(session: Session, who: Who, known: Understanding | None, run: Run) -> QuestionsAnswered:
    about = _subject(session, who.workspace_id, run)
    file = about.name if isinstance(about, PlanUpload) else ""
    return QuestionsAnswered(run.answered, len(known.open) if known else 0, file)


def _answer(session: Session, who: Who, question: Question, filled: Filled) -> Answer:
    """A choice may be left out where what was filled in says which it is."""
    given = {Needs.DAY: filled.day, Needs.WORDS: filled.words, Needs.PERSON: filled.account}
    implied = [each.value for each in question.choices if each.needs and given[each.needs]]
    choice = filled.choice or (implied[0] if len(implied) == 1 else "")
    chosen = question.choice(choice)
    value = given[chosen.needs] if chosen and chosen.needs else ""
    if chosen and chosen.needs is Needs.PERSON and value:
        value = _person(session, who, question, value)
    return checked(question, choice, value)


def _person(session: Session, who: Who, question: Question, account: str) -> str:
    """The initials of an account; the account itself where it has none and the question is whose they are."""
    person = people_query.person_of_user(session, who.workspace_id, account)
    if person is not None:
        return person.initials
    if question.kind == OWNER:
        return f"{ACCOUNT_MARK}{account}"
    raise NotUnderstoodError(
        "That account is not linked to initials in a plan. Link it first: /cip link INITIALS @person."
    )


def _apply(session: Session, who: Who, known: Understanding, defaults: BoardDefaults, now: datetime) -> None:
    """Take the newest version in again: nothing but the answer makes a difference to it."""
    workspace = session.get_one(Workspace, who.workspace_id)
    source = Source(by=who.name, person=who.person, answering=True)
    apply_draft.apply(session, workspace, known.raw, defaults=defaults, channel=None, now=now, source=source)
