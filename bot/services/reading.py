"""Who may read which plans, asked before a command is handled (bot.services.dispatcher)."""

from dataclasses import replace

from sqlalchemy.orm import Session

from bot.commands import (
    AtRisk,
    CalendarSubscription,
    Command,
    DigestPreview,
    Due,
    Explain,
    Export,
    Help,
    History,
    LinkAccount,
    ListQuestions,
    Mine,
    Overdue,
    Search,
    Show,
    SmallTalk,
    Versions,
    Why,
)
from bot.errors import NotAllowedError, StandingNeededError
from bot.plan.reading import OUTSIDERS, AccessRefusal, ReadPolicy, Standing, decide_access, needs_standing
from bot.sentences import sentence
from bot.services.people import Actor
from bot.session_cache import SessionValue
from models.people import Person
from models.queries import boards as boards_query
from models.queries import people as people_query
from models.queries import plan_roles as roles_query

# What the members of a board's channel may read there. Whatever else there is needs somebody whom a plan
# knows.
OPEN_IN_CHANNEL: frozenset[type[Command]] = frozenset(
    {AtRisk, DigestPreview, Due, Explain, History, ListQuestions, Overdue, Search, Show, Versions, Why}
)
# They show nothing of a plan to whoever it does not know, and say themselves what is missing.
OPEN_TO_ALL: frozenset[type[Command]] = frozenset(
    {CalendarSubscription, Export, Help, LinkAccount, Mine, SmallTalk}
)
_STANDING = SessionValue[Standing]()


def note_standing(session: Session, standing: Standing) -> None:
    """What the platform said of the asker, for the rest of this transaction."""
    _STANDING.set(session, standing)


def admit(session: Session, actor: Actor, policy: ReadPolicy) -> Actor:
    """The actor with the boards whose plans may be shown where they ask.

    Raises NotAllowedError for somebody who may read nothing there, and StandingNeededError where the chat
    platform has to be asked first.
    """
    known, of_channel = frozenset(actor.known_board_ids), _boards_of_channel(session, actor)
    standing = _STANDING.get(session)
    if standing is None and needs_standing(policy, known, of_channel):
        raise StandingNeededError(in_channel=bool(of_channel))
    access = decide_access(policy, known, of_channel, standing)
    if isinstance(access, AccessRefusal):
        if access is AccessRefusal.UNKNOWN and not boards_query.boards(session, actor.workspace_id):
            return actor
        raise _refuse(session, actor, access)
    return replace(actor, boards=access.here, own_boards=access.anywhere)


def may_take_out(session: Session, person: Person | None, board_id: int, policy: ReadPolicy) -> bool:
    """Whether what the person asked for may still reach them outside the board's channel: a calendar, a
    file.
    """
    if person is None or person.account_kind in OUTSIDERS:
        return False
    return policy is ReadPolicy.WORKSPACE or roles_query.reads_board(session, person.id, board_id)


def _boards_of_channel(session: Session, actor: Actor) -> frozenset[int]:
    if not actor.is_in_channel:
        return frozenset()
    found = boards_query.boards_of_channel(session, actor.workspace_id, actor.channel_id, actor.channel_name)
    return frozenset(found)


def _refuse(session: Session, actor: Actor, refusal: AccessRefusal) -> NotAllowedError:
    if refusal is AccessRefusal.OUTSIDER:
        return NotAllowedError(sentence("services.outsider"))
    if refusal is AccessRefusal.UNASKED:
        return NotAllowedError(sentence("services.standing_unknown"), try_again=True)
    managers = people_query.initials_of_managers(session, actor.workspace_id)
    return NotAllowedError(
        sentence("services.may_not_read", linked=actor.person is not None, managers=managers)
    )
