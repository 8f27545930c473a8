"""Who may read a plan: the one rule, without a database or a chat platform."""

from collections.abc import Container
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum


class ReadPolicy(StrEnum):
    """To whom plans are open: the people they name and the members of their board's channel, or every full
    member of the workspace.
    """

    PLAN = "plan"
    WORKSPACE = "workspace"


class AccountKind(StrEnum):
    """What the chat platform says of an account. foreign: of another organisation."""

    MEMBER = "member"
    GUEST = "guest"
    FOREIGN = "foreign"
    DEACTIVATED = "deactivated"


# Accounts that get nothing, also where initials of a plan are linked to them.
OUTSIDERS = frozenset({AccountKind.FOREIGN, AccountKind.DEACTIVATED})


class _EveryBoard(Container[int]):
    """Holds whatever board there is."""

    def __contains__(self, _board_id: object) -> bool:
        return True


EVERY_BOARD = _EveryBoard()


@dataclass(frozen=True)
class Standing:
    """What the chat platform says of an account and the channel it asks in. kind: None where the platform
    could not be asked.
    """

    kind: AccountKind | None
    in_channel: bool = False


class AccessRefusal(StrEnum):
    """Why somebody may read nothing here. unasked: the platform could not be asked."""

    UNKNOWN = "unknown"
    OUTSIDER = "outsider"
    UNASKED = "unasked"


@dataclass(frozen=True)
class Access:
    """What somebody may read. here: the boards whose plans may be shown where they ask. anywhere: those that
    may also be taken along, as a file or a calendar.
    """

    here: Container[int]
    anywhere: Container[int]


def needs_standing(policy: ReadPolicy, known: AbstractSet[int], of_channel: AbstractSet[int]) -> bool:
    """Whether the chat platform has to be asked about the account: never for boards that know it."""
    if policy is ReadPolicy.WORKSPACE:
        return not known
    return not of_channel <= known


def decide_access(
    policy: ReadPolicy, known: AbstractSet[int], of_channel: AbstractSet[int], standing: Standing | None
) -> Access | AccessRefusal:
    """known: the boards whose plans know the person behind the account. of_channel: those that the channel
    belongs to in which they ask, none in a direct message. standing: None where nobody needed to ask.
    """
    if policy is ReadPolicy.WORKSPACE and (known or _is_full_member(standing)):
        return Access(EVERY_BOARD, EVERY_BOARD)
    if of_channel - known and _is_full_member(standing) and standing and standing.in_channel:
        return Access(frozenset(known | of_channel), frozenset(known))
    if known:
        return Access(frozenset(known), frozenset(known))
    if standing is None or _is_full_member(standing):
        return AccessRefusal.UNKNOWN
    return AccessRefusal.UNASKED if standing.kind is None else AccessRefusal.OUTSIDER


def _is_full_member(standing: Standing | None) -> bool:
    return standing is not None and standing.kind is AccountKind.MEMBER
