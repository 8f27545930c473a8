"""Whose account and which channels are still to be found, when each is asked about next, and at which pace.

Whatever was found is written down at once. Nobody asks twice at the same time: one replica has the lease.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from bot.plan.timezones import MAX_LENGTH
from bot.services import accounts, linking, timezones, workspaces
from bot.services.directory import Account
from bot.services.leases import CATCH_UP_LEASE, lease_end
from bot.services.outbox import refusals
from bot.services.outbox.rate_limits import MAX_PAUSE, Limit
from bot.services.timezones import TimezoneSource
from models.accounts import AccountLookup
from models.people import Person
from models.queries import accounts as query
from models.queries import boards as boards_query
from models.queries import outbox as outbox_query
from models.queries import people as people_query

# An address nobody has is asked about ever more seldom; the last of these again and again.
GAPS = (
    timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(weeks=1),
)  # fmt: skip
RETRY_PAUSE = GAPS[0]
MAX_EMAIL_LENGTH = 254
# More addresses than this are looked for in the list of members, 200 a call, instead of one by one.
MAX_SINGLE_LOOKUPS = 30


class LookupCall(StrEnum):
    """The calls that Slack limits separately, by their methods."""

    EMAIL = "users.lookupByEmail"
    ACCOUNT = "users.info"
    MEMBERS = "users.list"
    CHANNELS = "conversations.list"


# Slack allows 50, 100 and 20 a minute: so many at once after a rest, the others of a minute spread over it.
LIMITS = {
    LookupCall.EMAIL: Limit(timedelta(seconds=3), MAX_SINGLE_LOOKUPS),
    LookupCall.ACCOUNT: Limit(timedelta(seconds=2), MAX_SINGLE_LOOKUPS),
    LookupCall.MEMBERS: Limit(timedelta(seconds=6), 10),
    LookupCall.CHANNELS: Limit(timedelta(seconds=6), 10),
}


@dataclass(frozen=True)
class MissingLinks:
    """What is to be looked up now. addresses: lower-case. user_ids: accounts whose timezone nobody asked for
    yet. channels: names. cursor: of the page of members that is next, "" for the first. scopes: permissions
    that the last round lacked.
    """

    addresses: tuple[str, ...] = ()
    user_ids: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    cursor: str = ""
    scopes: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.addresses or self.user_ids or self.channels)


@dataclass
class ScopeFindings:
    """Permissions that calls turned out to lack, and those that they turned out to have."""

    missing: set[str] = field(default_factory=set)
    working: set[str] = field(default_factory=set)


def load_missing_links(session: Session, team_id: str, now: datetime) -> MissingLinks:
    workspace = people_query.workspace_of_team(session, team_id)
    if workspace is None:
        return MissingLinks()
    state = query.linking_state(session, workspace.id)
    rows = query.people_with_lookups(session, workspace.id)
    searches_channels = not _is_paused(session, workspace.id, LookupCall.CHANNELS, now)
    channels = boards_query.channels_without_id(session, workspace.id) if searches_channels else ()
    return MissingLinks(
        tuple(dict.fromkeys(_address(person) for person, row in rows if _is_due(person, row, now))),
        tuple(
            person.slack_user_id for person, row in rows if person.slack_user_id and _lacks_timezone(row, now)
        ),
        tuple(channel.name for channel in channels),
        state.cursor if state else "",
        frozenset(state.missing_scopes if state else ()),
    )


def _address(person: Person) -> str:
    return (person.email or "").lower()


def _is_due(person: Person, row: AccountLookup | None, now: datetime) -> bool:
    if person.slack_user_id or not person.email:
        return False
    return not _is_current(person, row) or _is_time(row, now)


def _lacks_timezone(row: AccountLookup | None, now: datetime) -> bool:
    return row is None or (row.slack_timezone is None and _is_time(row, now))


def _is_time(row: AccountLookup | None, now: datetime) -> bool:
    """A moment further ahead than any gap was set by a clock that was wrong."""
    if row is None or row.next_lookup_at is None:
        return True
    return not now < row.next_lookup_at <= now + GAPS[-1]


def _is_current(person: Person, row: AccountLookup | None) -> bool:
    """Whether the row is about the address that the person has now."""
    return row is not None and row.email == _address(person)


def acquire_lease(session: Session, team_id: str, now: datetime) -> bool:
    """Whether this replica may look things up now."""
    state = query.lock_linking_state(session, workspaces.require_workspace(session, team_id).id)
    end = lease_end(now, CATCH_UP_LEASE)
    # One that ends later was granted by a clock that was wrong.
    if state.lease_until is not None and now < state.lease_until <= end:
        return False
    state.lease_until = end
    return True


def acquire_calls(session: Session, team_id: str, call: LookupCall, wanted: int, now: datetime) -> int:
    """How many such calls may be made now, at most as many as are wanted. Renews the lease."""
    workspace_id = workspaces.require_workspace(session, team_id).id
    query.lock_linking_state(session, workspace_id).lease_until = lease_end(now, CATCH_UP_LEASE)
    if _is_paused(session, workspace_id, call, now):
        return 0
    state, limit = outbox_query.lock_rate_limit(session, workspace_id, call.value, now), LIMITS[call]
    free_at = max(state.free_at, now) if state.free_at <= now + MAX_PAUSE else now
    granted = min(wanted, limit.capacity(free_at, now))
    state.free_at = free_at + limit.interval * granted
    return granted


def pause_calls(
    session: Session, team_id: str, call: LookupCall, seconds: float | None, now: datetime
) -> None:
    """Make no such call for so long: for an hour at most, and for ten minutes if nobody said how long."""
    workspace_id = workspaces.require_workspace(session, team_id).id
    state = outbox_query.lock_rate_limit(session, workspace_id, _pause_name(call), now)
    state.free_at = min(max(state.free_at, now + _pause_length(seconds)), now + MAX_PAUSE)


def _pause_length(seconds: float | None) -> timedelta:
    if seconds is None or math.isnan(seconds) or seconds <= 0:
        return RETRY_PAUSE
    return timedelta(seconds=min(seconds, MAX_PAUSE.total_seconds()))


def _pause_name(call: LookupCall) -> str:
    return f"call:{call.value}"


def _is_paused(session: Session, workspace_id: int, call: LookupCall, now: datetime) -> bool:
    """A pause that would last longer than any was asked for by a clock that was wrong."""
    pauses = outbox_query.exhausted_rate_limits(session, workspace_id, [_pause_name(call)], now)
    return any(each.free_at <= now + MAX_PAUSE for each in pauses)


def record_account(session: Session, team_id: str, account: Account, now: datetime) -> list[str]:
    """Link whoever has this address and no account yet, and take the account's timezone over. Plan managers
    hear of one that is deactivated. Returns the initials newly linked.
    """
    workspace_id = workspaces.require_workspace(session, team_id).id
    linked = []
    if account.email and account.is_active:
        linked = linking.link_accounts(session, workspace_id, {account.email: account.user_id}, now)
    person = people_query.person_of_user(session, workspace_id, account.user_id)
    if person is None:
        return linked
    if account.is_deleted:
        accounts.notify_deactivated(session, person, now)
    query.lookup_of(session, person).email = account.email[:MAX_EMAIL_LENGTH]
    timezone = account.timezone if len(account.timezone) <= MAX_LENGTH else ""
    timezones.set_timezone(session, person, TimezoneSource.SLACK, timezone, now)
    return linked


def is_new_to_plan(session: Session, team_id: str, account: Account) -> bool:
    """Whether record_account would change anything: most changes of accounts are about nobody in the plan, or
    nothing that it holds.
    """
    workspace = people_query.workspace_of_team(session, team_id)
    if workspace is None:
        return False
    person = people_query.person_of_user(session, workspace.id, account.user_id)
    if person is None:
        unlinked = people_query.people_without_account(session, workspace.id) if account.email else ()
        return account.is_active and any(_address(each) == account.email for each in unlinked)
    row = query.find_lookup(session, person.id)
    return (
        account.is_deleted
        or row is None
        or (row.slack_timezone, row.email) != (account.timezone, account.email)
    )


def record_unknown(session: Session, team_id: str, addresses: Collection[str], now: datetime) -> None:
    """Nobody has these addresses: they are asked about again after the next of the gaps."""
    for row in _rows_of(session, team_id, addresses):
        row.looked_up_at = now
        row.next_lookup_at = now + GAPS[min(row.attempts, len(GAPS) - 1)]
        row.attempts += 1


def postpone_lookup(session: Session, team_id: str, key: str, now: datetime) -> None:
    """It could not be found out. key: an address, or the id of an account."""
    workspace_id = workspaces.require_workspace(session, team_id).id
    person = people_query.person_of_user(session, workspace_id, key)
    rows = [query.lookup_of(session, person)] if person else _rows_of(session, team_id, [key])
    for row in rows:
        row.next_lookup_at = now + RETRY_PAUSE


def _rows_of(session: Session, team_id: str, addresses: Collection[str]) -> list[AccountLookup]:
    """The rows of the people without account who have these addresses; counting anew for a new address."""
    workspace_id = workspaces.require_workspace(session, team_id).id
    wanted, rows = set(addresses), []
    for person in people_query.people_without_account(session, workspace_id):
        if _address(person) in wanted:
            row = query.lookup_of(session, person)
            if not _is_current(person, row):
                row.email, row.attempts = _address(person), 0
                row.looked_up_at = row.next_lookup_at = None
            rows.append(row)
    return rows


def record_cursor(session: Session, team_id: str, cursor: str, _now: datetime) -> None:
    """Where the reading of the list of members goes on; "" where it begins anew."""
    workspace_id = workspaces.require_workspace(session, team_id).id
    query.lock_linking_state(session, workspace_id).cursor = cursor


def record_channels(session: Session, team_id: str, found: Mapping[str, str], now: datetime) -> None:
    """found: ids by the names as the boards have them. The others are looked for again after a while. What
    waits for a channel that was known by its name only is tried at once.
    """
    workspace = workspaces.require_workspace(session, team_id)
    for channel in boards_query.channels_without_id(session, workspace.id):
        channel.channel_id = found.get(channel.name)
    session.flush()
    if found:
        refusals.try_now(session, now, team_id=team_id, scopes=())
    pause_calls(session, team_id, LookupCall.CHANNELS, None, now)


def list_unreadable_timezones(session: Session, team_id: str) -> list[tuple[str, str]]:
    """Initials and timezone of those whose timezone cannot be read."""
    workspace = people_query.workspace_of_team(session, team_id)
    unreadable = timezones.list_unreadable(session, workspace.id) if workspace else []
    return [(initials, timezone) for initials, timezone, _ in unreadable]


def end_round(session: Session, team_id: str, scopes: ScopeFindings, _now: datetime) -> list[str]:
    """Give the lease back, and write down which permissions are missing. Returns those newly so."""
    state = query.lock_linking_state(session, workspaces.require_workspace(session, team_id).id)
    state.lease_until = None
    before = state.missing_scopes
    remaining = [each for each in before if each not in scopes.working - scopes.missing]
    added = sorted(scopes.missing.difference(before))
    if added or remaining != before:
        state.missing_scopes = [*remaining, *added]
    return added
