"""Who is asking, and what they may do."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.commands import Asker, PersonRef
from bot.errors import NotAllowedError, NotUnderstoodError
from bot.messages import Owner
from bot.plan.calendar import choose_timezone
from bot.plan.owners import PersonRole
from bot.plan.reading import EVERY_BOARD, OUTSIDERS, AccountKind
from bot.plan.wording import describe_place, join_words
from bot.sentences import sentence
from bot.services import workspaces
from models.people import Board, Person
from models.plans import Action
from models.queries import boards as boards_query
from models.queries import people as query
from models.queries import plan_roles as roles_query

MAX_NAMES_LISTED = 30


@dataclass(frozen=True)
class Actor:
    """The asker, as far as we know them. person is None until someone links their account.

    place: where it was said, for the record ("#board", "direct message", "a private channel"). timezone:
    their own, or that of the first board; UTC while there is none. roles: what they are in which plan.
    boards: those whose plans may be shown to them where they ask; own_boards: those that may also be taken
    out of there. known_board_ids: those whose plans know them, which is both until they are admitted
    (bot.services.reading).
    """

    workspace_id: int
    user_id: str
    person: Person | None
    channel_id: str
    channel_name: str
    timezone: str
    known_board_ids: frozenset[int] = frozenset()
    boards: Container[int] = frozenset()
    own_boards: Container[int] = frozenset()
    roles: frozenset[tuple[int, PersonRole]] = frozenset()

    @property
    def is_plan_manager(self) -> bool:
        """Of some plan, or of those that are still to come."""
        if self.person is None:
            return False
        roles = {self.person.role, *(role for _, role in self.roles)}
        return PersonRole.PLAN_MANAGER in roles

    def is_manager_of(self, plan_id: int) -> bool:
        return (plan_id, PersonRole.PLAN_MANAGER) in self.roles

    @property
    def is_in_channel(self) -> bool:
        return self.channel_name not in {"", "directmessage"}

    @property
    def place(self) -> str:
        if self.channel_name:
            return describe_place(f"#{self.channel_name}")
        return "direct message" if self.channel_id[:1] in {"", "D"} else "a channel"

    @property
    def name(self) -> str:
        return self.person.initials if self.person else "someone not linked"


def identify(session: Session, asker: Asker) -> Actor:
    """Raises NotAllowedError for a workspace the bot was not set up for, and for accounts that get
    nothing.
    """
    user_context = query.user_context(session, asker.team_id, asker.user_id)
    if user_context is None:
        raise workspaces.unknown_workspace_error()
    person = user_context.person
    if asker.is_foreign or (person is not None and person.account_kind in OUTSIDERS):
        raise NotAllowedError(sentence("services.outsider"))
    timezone = choose_timezone(person.timezone if person else None, user_context.first_timezone or "UTC")
    return Actor(
        user_context.workspace.id,
        asker.user_id,
        person,
        asker.channel_id,
        asker.channel_name,
        timezone,
        known_board_ids=user_context.board_ids,
        boards=user_context.board_ids,
        own_boards=user_context.board_ids,
        roles=user_context.roles,
    )


def is_new_account_kind(session: Session, team_id: str, user_id: str, kind: AccountKind) -> bool:
    """Whether record_account_kind would change anything."""
    user_context = query.user_context(session, team_id, user_id)
    person = user_context.person if user_context else None
    return person is not None and (person.account_kind or AccountKind.MEMBER) is not kind


def record_account_kind(session: Session, team_id: str, user_id: str, kind: AccountKind) -> None:
    """What the platform says of an account; kept for somebody of the plan who has it."""
    if is_new_account_kind(session, team_id, user_id, kind):
        person = query.person_of_user(session, workspaces.require_workspace(session, team_id).id, user_id)
        if person is not None:
            person.account_kind = kind
            session.flush()


def today_for_asker(session: Session, asker: Asker, now: datetime) -> date:
    return today_of(identify(session, asker), now)


def today_of(actor: Actor, now: datetime) -> date:
    """The asker's own day."""
    return now.astimezone(ZoneInfo(actor.timezone)).date()


def present_owner(person: Person) -> Owner:
    return Owner(person.initials, person.slack_user_id or "")


def may_update(actor: Actor, action: Action) -> bool:
    """Owners, the lead of the action's project, and plan managers may. Viewers never do."""
    person = actor.person
    if person is None:
        return False
    if actor.is_manager_of(action.plan_id):
        return True
    if (action.plan_id, PersonRole.VIEWER) in actor.roles:
        return False
    if any(owner.person_id == person.id for owner in action.owners):
        return True
    return action.project is not None and action.project.lead_id == person.id


def require_update(session: Session, actor: Actor, action: Action, display_ref: str) -> None:
    """Raises NotAllowedError with a sentence that says who can."""
    if may_update(actor, action):
        return
    who = describe_who_can_update(session, action)
    raise NotAllowedError(
        sentence("services.may_not_update", ref=display_ref, who=who, linked=actor.person is not None)
    )


def describe_who_can_update(session: Session, action: Action, *, also: Sequence[str] = ()) -> str:
    """Those who may update an action, and `also`, as a sentence names them."""
    owners = [owner.person.initials for owner in action.owners]
    lead = action.project.lead.initials if action.project and action.project.lead else ""
    return sentence(
        "services.who_can_update",
        owners=owners,
        lead="" if lead in owners else lead,
        managers=[each.initials for each in roles_query.managers_of_plan(session, action.plan_id)],
        also=also,
    )


def require_linked_person(actor: Actor, purpose: str) -> Person:
    """The asker's own person. Raises NotAllowedError for an account nobody has linked to the plan."""
    if actor.person is None:
        raise NotAllowedError(
            f"Only people the plan knows can {purpose}, and your account is not linked to anyone in it yet."
            " Ask a plan manager to run /cip link INITIALS @you."
        )
    return actor.person


def find_board(session: Session, actor: Actor, allowed: Container[int]) -> Board:
    """Of the boards that are allowed: that of the channel, or the only one; in a direct message with several,
    the first.
    """
    boards = [each for each in boards_query.boards(session, actor.workspace_id) if each.id in allowed]
    if not boards:
        raise NotUnderstoodError("There is no plan here yet. Bring one in with: python app.py import FILE.")
    channel_boards = boards_query.boards_of_channel(
        session, actor.workspace_id, actor.channel_id, actor.channel_name
    )
    return next((board for board in boards if board.id in channel_boards), boards[0])


def find_person(session: Session, actor: Actor, ref: PersonRef) -> Person:
    """The person a command names; raises NotUnderstoodError when nobody, or more than one, fits."""
    if ref.user_id:
        person = query.person_of_user(session, actor.workspace_id, ref.user_id)
        if person is None or person not in list_people(session, actor):
            raise NotUnderstoodError(
                "That account is not linked to anyone in the plan. A plan manager can link it.",
                suggestion="/cip link INITIALS @person",
            )
        return person
    if ref.name.lower() == "me" and actor.person is not None:
        return actor.person
    found = query.people_by_name(list_people(session, actor), ref.name)
    if len(found) == 1:
        return found[0]
    if found:
        raise NotUnderstoodError(
            f"“{ref.name}” fits several people: {join_words([each.initials for each in found])}."
        )
    raise NotUnderstoodError(
        f"Nobody in the plan is called “{ref.name}”. The plan names {list_initials(session, actor)}."
    )


def knows_name(session: Session, actor: Actor, name: str) -> bool:
    """Whether one person in the plan has this name."""
    return len(query.people_by_name(list_people(session, actor), name)) == 1


def list_people(session: Session, actor: Actor) -> Sequence[Person]:
    """Those that the plans the actor may read know, and the actor."""
    everyone = query.people(session, actor.workspace_id)
    if actor.boards is EVERY_BOARD:
        return everyone
    known = roles_query.people_of_boards(session, actor.workspace_id, actor.boards)
    return [each for each in everyone if each.id in known or each is actor.person]


def list_initials(session: Session, actor: Actor) -> str:
    initials = [each.initials for each in list_people(session, actor)]
    return join_words(initials[:MAX_NAMES_LISTED]) or "nobody yet"
