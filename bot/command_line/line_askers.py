"""Who says a line that `read` is given, and what the bot asked them before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from bot.command_line.line_states import CHANNEL, SLASH, LineState
from bot.commands import AskedAction, Asker, PromptContext
from bot.errors import CipError, NotUnderstoodError
from bot.plan.calendar import choose_timezone
from bot.plan.refs import RefQuery, normalise_ref, read_ref
from bot.sentences import sentence
from bot.services import people, workspaces
from bot.services.actions import presenters, ref_resolver
from bot.services.actions.ref_resolver import AmbiguousError
from models.base import DeliveryState
from models.outbox import Delivery, PromptItem
from models.people import Board, Person, Workspace
from models.plans import Action
from models.queries import boards as boards_query
from models.queries import people as query
from models.queries import plan_roles as roles_query
from models.queries import ref_index

# Ids for what the chat platform has not named yet. They are gone with the transaction.
TEAM, ACCOUNT, CONVERSATION, CHANNEL_ID = "T0READ", "U0READ", "D0READ", "C0READ"
# Of a thread that nothing is sent to.
ANY_PROMPT = 1
MAX_INITIALS_LISTED = 30
_SET_TEAM = update(Workspace).where(Workspace.id == bindparam("of")).values(team_id=bindparam("value"))
_SET_ACCOUNT = update(Person).where(Person.id == bindparam("of")).values(slack_user_id=bindparam("value"))


@dataclass(frozen=True)
class AskedQuestion:
    """What the bot asked of one action."""

    workspace_id: int
    person_id: int
    action_id: int
    context: PromptContext


@dataclass(frozen=True)
class LineAsker:
    """Who says the line, in their own timezone. question: None where nothing was asked."""

    asker: Asker
    workspace_id: int
    person_id: int
    timezone: str
    question: AskedQuestion | None = None


class LineAskers:
    """Finds who says a line, once for each state; accounts that nobody has linked yet are filled in, for the
    present transaction alone.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, str, bool], LineAsker] = {}
        self._without_account: set[int] = set()

    def find(self, session: Session, state: LineState) -> LineAsker:
        """Raises CipError for initials that nobody has, and for a ref that means no one action."""
        key = (state.initials.casefold(), state.place, state.asked, state.in_thread)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._look_up(session, state)
        elif known.person_id in self._without_account:
            _write_account(session, known.workspace_id, known.person_id, known.asker)
        return known

    def _look_up(self, session: Session, state: LineState) -> LineAsker:
        workspace = workspaces.find_or_create_workspace(session)
        person = _find_person(session, workspace, state.initials)
        found = self._as_asker(session, workspace, person, state)
        if not state.asked:
            return found
        action = _find_action(session, found.asker, state.asked)
        if not state.initials and action.owners:
            found = self._as_asker(session, workspace, action.owners[0].person, state)
        question = _build_question(session, workspace, found.person_id, action, in_thread=state.in_thread)
        return LineAsker(found.asker, found.workspace_id, found.person_id, found.timezone, question)

    def _as_asker(
        self, session: Session, workspace: Workspace, person: Person, state: LineState
    ) -> LineAsker:
        if workspace.team_id is None or person.slack_user_id is None:
            self._without_account.add(person.id)
        boards = boards_query.boards(session, workspace.id)
        place = _place(session, person, boards, state.place)
        timezone = choose_timezone(person.timezone, boards[0].timezone if boards else "UTC")
        user_id = person.slack_user_id or f"{ACCOUNT}{person.id}"
        asker = Asker(workspace.team_id or TEAM, user_id, *place)
        _write_account(session, workspace.id, person.id, asker)
        return LineAsker(asker, workspace.id, person.id, timezone)


def _write_account(session: Session, workspace_id: int, person_id: int, asker: Asker) -> None:
    """Give the workspace and the person the ids that the asker has. Without the session's own steps, which
    take longer than the rest of a short line.
    """
    connection = session.connection()
    connection.execute(_SET_TEAM, {"of": workspace_id, "value": asker.team_id})
    connection.execute(_SET_ACCOUNT, {"of": person_id, "value": asker.user_id})


def _find_person(session: Session, workspace: Workspace, initials: str) -> Person:
    """Without initials, a plan manager, or else whoever comes first."""
    if not initials:
        candidates = query.plan_managers(session, workspace.id) or query.people(session, workspace.id)
        found = candidates[0] if candidates else None
    else:
        found = query.person_of_initials(session, workspace.id, initials)
    if found is None:
        known = [each.initials for each in query.people(session, workspace.id)][:MAX_INITIALS_LISTED]
        raise CipError(sentence("command_line.unknown_initials", initials=initials, known=known))
    return found


def _place(session: Session, person: Person, boards: Sequence[Board], place: str) -> tuple[str, str]:
    """The id and the name of the conversation."""
    if place != CHANNEL:
        return CONVERSATION, "directmessage" if place == SLASH else ""
    known = roles_query.boards_of_person(session, person.id)
    channels = [each for board in boards if board.id in known for each in board.channels]
    return (channels[0].channel_id or CHANNEL_ID, channels[0].name) if channels else (CHANNEL_ID, "")


def _find_action(session: Session, asker: Asker, text: str) -> Action:
    """By its ref as the plan prints it, or as it may be typed."""
    actor = people.identify(session, asker)
    section, _, printed = text.rpartition("/")
    problem = CipError(sentence("command_line.no_ref", ref=text))
    for wanted in filter(None, (RefQuery(section.strip() or None, normalise_ref(printed)), read_ref(text))):
        try:
            return ref_resolver.resolve(session, actor, wanted).action
        except AmbiguousError as error:
            refs = [ref_resolver.build_unique_ref(each, wanted.ref, error.targets) for each in error.targets]
            raise CipError(sentence("command_line.several_refs", ref=text, refs=refs)) from None
        except NotUnderstoodError as error:
            problem = error
    raise problem


def _build_question(
    session: Session, workspace: Workspace, person_id: int, action: Action, *, in_thread: bool
) -> AskedQuestion:
    shared = ref_index.shared_refs(session, workspace.id, [action.ref])
    asked = AskedAction(action.id, presenters.format_ref(action, shared), 0)
    context = PromptContext((asked,), ANY_PROMPT if in_thread else None)
    return AskedQuestion(workspace.id, person_id, action.id, context)


def add_prompt_item(session: Session, question: AskedQuestion, now: datetime) -> int:
    """The id of the question as a row, where it takes one to put it off."""
    token = uuid4().hex
    delivery = Delivery(
        workspace_id=question.workspace_id,
        person_id=question.person_id,
        kind="prompt",
        key=f"read:{token}",
        token=token,
        due_at=now,
        next_attempt_at=now,
        planned_at=now,
        sent_at=now,
        state=DeliveryState.SENT,
        facts={"day": now.date().isoformat()},
    )
    session.add(delivery)
    session.flush()
    item = PromptItem(
        workspace_id=question.workspace_id,
        delivery_id=delivery.id,
        action_id=question.action_id,
        person_id=question.person_id,
        rung=0,
    )
    session.add(item)
    session.flush()
    return item.id
