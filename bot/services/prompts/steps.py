"""All that is due to one person, one action after the other: each is saved before the next is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.commands import Asker
from bot.errors import CipError
from bot.messages import ActionLine, DueDateForm, NotMineForm, StepForm, StepOutcome, StepsDone
from bot.sentences import sentence
from bot.services import people
from bot.services.actions import open_steps, presenters
from bot.services.people import Actor
from bot.services.prompts import answers, choices, messages
from models.base import parse_id
from models.outbox import PromptItem
from models.plans import Action
from models.queries import actions as actions_query
from models.queries import ref_index

# What the Home tab's button carries: whatever is due. Any other value is of a question.
MINE = "mine"
MAX_STEPS = 40
NOT_MINE = "not-mine"
StepMessage = StepForm | StepsDone | DueDateForm | NotMineForm


@dataclass(frozen=True)
class StepRun:
    """How far somebody is. values: of the actions, as buttons carry them. at: which is next. recorded: those
    of which something was. said: what of each of these, where it was no status: NOT_MINE, or the day of a new
    date in ISO form. from_home: it was begun on the Home tab. asks: the form that asks for the rest of an
    answer, DueDateForm.name or NotMineForm.name, "" for none.
    """

    values: tuple[str, ...]
    at: int = 0
    recorded: tuple[int, ...] = ()
    from_home: bool = False
    said: tuple[str, ...] = ()
    asks: str = ""

    def next(self, *, recorded: bool, said: str = "") -> "StepRun":
        run = replace(self, at=self.at + 1, asks="")
        if not recorded:
            return run
        return replace(run, recorded=(*self.recorded, self.at), said=(*self.said, said))


def begin(session: Session, asker: Asker, value: str, now: datetime) -> StepRun:
    """What is to be gone through. value: of the button. Raises CipError for somebody else's question."""
    actor = people.identify(session, asker)
    people.require_linked_person(actor, "have actions of their own")
    values = choices.find_due(session, actor, now) if value == MINE else _find_asked(session, actor, value)
    return StepRun(tuple(values[:MAX_STEPS]), from_home=value == MINE)


def _find_asked(session: Session, actor: Actor, value: str) -> list[str]:
    """What the message with this question still asks."""
    item = messages.find_item(session, value)
    if item is None or actor.person is None or item.person_id != actor.person.id:
        return []
    actions = [each.action for each in item.delivery.items if _is_open(each)]
    shared = ref_index.shared_refs(session, actor.workspace_id, [each.ref for each in actions])
    return [choices.button_value(each.id, presenters.format_ref(each, shared)) for each in actions]


def _is_open(item: PromptItem) -> bool:
    is_asked = not item.reason and not item.as_lead and item.answer == ""
    return is_asked and item.action.status.is_open and item.action.gone_at is None


def build_step(
    session: Session, asker: Asker, run: StepRun, now: datetime, words: str = ""
) -> tuple[StepMessage, StepRun]:
    """The form of the next action that is still open and theirs to update, with the run as far as that; or
    the end. words: with which a form that asks for the rest begins.
    """
    actor = people.identify(session, asker)
    actions = _load(session, run.values)
    lines = presenters.build_lines(session, actor.workspace_id, actions, now)
    while run.at < len(run.values):
        action = actions.get(_id_of(run.values[run.at]))
        if action is not None and _may_step(actor, action):
            if run.asks:
                return _build_rest(run, action, lines[action.id].ref, words), run
            return _build_form(run, action, lines, now), run
        run = run.next(recorded=False)
    return _finish(run, actor, actions, lines), run


def _build_rest(run: StepRun, action: Action, ref: str, words: str) -> DueDateForm | NotMineForm:
    value, title = run.values[run.at], presenters.shorten(action.title)
    if run.asks == DueDateForm.name:
        return DueDateForm(value, ref, title, action.next_due_on, reason=words, is_step=True)
    return NotMineForm(value, ref, title, whose=words, is_step=True)


def _load(session: Session, values: Sequence[str]) -> dict[int, Action]:
    return actions_query.load_actions(session, [each for value in values if (each := _id_of(value))])


def _id_of(value: str) -> int:
    return parse_id(value.partition(" ")[0]) or 0


def _may_step(actor: Actor, action: Action) -> bool:
    is_open = action.status.is_open and action.gone_at is None
    return is_open and action.workspace_id == actor.workspace_id and people.may_update(actor, action)


def _build_form(run: StepRun, action: Action, lines: dict[int, ActionLine], now: datetime) -> StepForm:
    today = presenters.today_of(action.plan, now)
    stones = (
        (each.id, presenters.build_milestone_line(action, each, today))
        for each in open_steps.list_open_steps(action)
    )
    return StepForm(
        lines[action.id],
        run.at + 1,
        len(run.values),
        milestones=tuple(stones),
        previous=_describe_previous(run, lines),
    )


def _describe_previous(run: StepRun, lines: dict[int, ActionLine]) -> str:
    line = lines.get(_id_of(run.values[run.recorded[-1]])) if run.recorded else None
    if line is None or run.recorded[-1] != run.at - 1:
        return ""
    if said := _said_of(run, -1):
        return sentence("services.step_said", ref=line.ref, day=_read_new_date(said))
    colour = f"{line.rag.colour.words}: {line.rag.reason}."
    return sentence("services.home_recorded", ref=line.ref, status=line.status, colour=colour)


def _said_of(run: StepRun, index: int) -> str:
    """index: among those recorded."""
    return run.said[index] if len(run.said) == len(run.recorded) else ""


def _read_new_date(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def _finish(
    run: StepRun, actor: Actor, actions: dict[int, Action], lines: dict[int, ActionLine]
) -> StepsDone:
    """Of actions that are the person's to update: the values came back from a form."""
    known = [
        (index, lines[number])
        for index, number in enumerate(map(_id_of, run.values))
        if number in actions and people.may_update(actor, actions[number])
    ]
    said = {index: _said_of(run, at) for at, index in enumerate(run.recorded)}
    return StepsDone(
        tuple(
            StepOutcome(line, _read_new_date(said[index]), is_not_mine=said[index] == NOT_MINE)
            for index, line in known
            if index in said
        ),
        tuple(line.ref for index, line in known if index not in run.recorded),
    )


def record_step(session: Session, asker: Asker, run: StepRun, choice: str, words: str, now: datetime) -> None:
    """Raises CipError where nothing was recorded."""
    actor = people.identify(session, asker)
    choices.record_choice(session, actor, _value_of(run), choice, words, now)


def record_rest(
    session: Session, asker: Asker, run: StepRun, fields: Mapping[str, str], now: datetime
) -> None:
    """What the form that asks for the rest says. Raises CipError where nothing was recorded."""
    actor = people.identify(session, asker)
    action, ref = choices.lock_action(session, actor, _value_of(run))
    choices.require_open(action, ref)
    if run.asks == DueDateForm.name:
        answers.move_date(session, actor, action, fields, now)
    else:
        answers.say_not_mine(session, actor, action, fields, now)


def _value_of(run: StepRun) -> str:
    if run.at >= len(run.values):
        raise CipError(sentence("services.unknown_message"))
    return run.values[run.at]
