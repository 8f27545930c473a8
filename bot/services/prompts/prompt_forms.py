"""The forms of a question, as they are opened."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.commands import Asker
from bot.errors import NotUnderstoodError
from bot.messages import (
    AwayForm,
    DueDateForm,
    EvidenceForm,
    MoreForm,
    NotMineForm,
    PromptForm,
    ReasonsAsked,
    SentenceForm,
    StepsForm,
)
from bot.plan.day_drafts import is_far
from bot.sentences import sentence
from bot.services import people
from bot.services.actions import open_steps, presenters
from bot.services.prompts import messages
from bot.services.small_talk import count_open_actions
from models.outbox import PromptItem
from models.plans import Action
from models.queries import plan_roles, ref_index

# As many steps as a form has room for, besides the other answers.
MAX_STEPS = 8
PLAIN_FORMS = {each.name: each for each in (MoreForm, SentenceForm, EvidenceForm, NotMineForm, AwayForm)}
# Those that add to an answer that is there; the others need a question that is open.
_ADDING_FORMS = frozenset({SentenceForm.name, EvidenceForm.name})


def build_form(session: Session, asker: Asker, name: str, value: str, now: datetime) -> PromptForm:
    """The form of this name, about the question that a button stands for. Raises CipError where the asker
    may not answer that, or has.
    """
    actor = people.identify(session, asker)
    item = messages.find_own_item(session, actor, value)
    if name not in _ADDING_FORMS:
        messages.require_waiting(item)
    ref, title = _name_action(session, item)
    if name == StepsForm.name:
        return build_steps_form(item.action, ref, value, now)
    if name == DueDateForm.name:
        return DueDateForm(value, ref, title, item.action.next_due_on)
    if name == ReasonsAsked.name:
        managers = [each.initials for each in plan_roles.managers_of_plan(session, item.action.plan_id)]
        return ReasonsAsked(value, ref, title, count_open_actions(session, actor), tuple(managers))
    return PLAIN_FORMS[name](value, ref, title)


def build_steps_form(action: Action, ref: str, value: str, now: datetime) -> StepsForm:
    """ref: as it is shown. value: of the button that was pressed."""
    steps, today = open_steps.list_open_steps(action), presenters.today_of(action.plan, now)
    offered = tuple(
        (each.id, presenters.build_milestone_line(action, each, today)) for each in steps[:MAX_STEPS]
    )
    return StepsForm(value, ref, presenters.shorten(action.title), offered, len(steps))


def _name_action(session: Session, item: PromptItem) -> tuple[str, str]:
    shared = ref_index.shared_refs(session, item.workspace_id, [item.action.ref])
    return presenters.format_ref(item.action, shared), presenters.shorten(item.action.title)


def read_day(text: str) -> date:
    """As a form sends it. Raises NotUnderstoodError where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotUnderstoodError(sentence("services.no_day_chosen")) from None


def require_coming_day(day: date, today: date) -> None:
    """Raises NotUnderstoodError for a new date that has passed, or is years away."""
    if day < today:
        raise NotUnderstoodError(sentence("services.due_day_passed", day=day))
    if is_far(day, today):
        raise NotUnderstoodError(sentence("services.due_day_far", day=day))
