"""How far the linking of people and accounts is: for `doctor`, and for plan managers."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.messages import Notice
from bot.plan.calendar import is_timezone
from bot.plan.reading import EVERY_BOARD
from bot.plan.timezones import nearest_timezone
from bot.plan.wording import join_words
from bot.sentences import sentence
from bot.services import timezones, workspaces
from bot.services.outbox import admin_notices
from models.accounts import LinkingState
from models.queries import accounts as query
from models.queries import boards as boards_query
from models.queries import people as people_query
from models.queries import plan_roles as roles_query

REPORT_INTERVAL = timedelta(days=1)
MAX_NAMES_LISTED = 20


@dataclass(frozen=True)
class LinkingProgress:
    """linked: people with an account, of `total`. not_found: initials of those whose address nobody has.
    is_first_round: some addresses were not looked up yet.
    """

    linked: int
    total: int
    not_found: tuple[str, ...]
    is_first_round: bool


def load_progress(
    session: Session, workspace_id: int, boards: AbstractSet[int] | None = None
) -> LinkingProgress:
    """boards: to count only the people whom a plan of these knows, or no plan; None for everybody."""
    linked, total, not_found, is_first_round = 0, 0, list[str](), False
    hidden = _people_of_others(session, workspace_id, boards) if boards is not None else frozenset()
    for person, row in query.people_with_lookups(session, workspace_id):
        if person.id in hidden:
            continue
        linked, total = linked + bool(person.slack_user_id), total + 1
        if person.slack_user_id or not person.email:
            continue
        is_current = row is not None and row.email == person.email.lower()
        is_first_round |= not is_current
        if row is not None and is_current and row.looked_up_at is not None:
            not_found.append(person.initials)
    return LinkingProgress(linked, total, tuple(sorted(not_found)), is_first_round)


def _people_of_others(session: Session, workspace_id: int, boards: AbstractSet[int]) -> AbstractSet[int]:
    """Those whom only plans of other boards know."""
    known = roles_query.people_of_boards(session, workspace_id, EVERY_BOARD)
    return known - roles_query.people_of_boards(session, workspace_id, boards)


def report_linking(session: Session, team_id: str, now: datetime) -> None:
    """Tell plan managers once each address was looked up, and then, once a day at most, what changed since;
    and which permissions are missing. Nobody is written to while no plan manager has an account.
    """
    workspace = workspaces.require_workspace(session, team_id)
    if not any(each.slack_user_id for each in people_query.plan_managers(session, workspace.id)):
        return
    state = query.lock_linking_state(session, workspace.id)
    _report_scopes(session, state, now)
    progress = load_progress(session, workspace.id)
    if progress.is_first_round or not progress.not_found:
        return
    counts = {"linked": progress.linked, "total": progress.total, "not_found": list(progress.not_found)}
    is_early = state.reported_at is not None and abs(now - state.reported_at) < REPORT_INTERVAL
    if is_early or counts == state.reported:
        return
    state.reported, state.reported_at = counts, now

    def build(boards: AbstractSet[int]) -> Notice | None:
        return _build_notice(load_progress(session, workspace.id, boards))

    admin_notices.notify_each_manager(session, workspace.id, f"linking:{now.isoformat()}", build, now)


def _build_notice(progress: LinkingProgress) -> Notice | None:
    if not progress.not_found:
        return None
    listed, more = progress.not_found[:MAX_NAMES_LISTED], len(progress.not_found) - MAX_NAMES_LISTED
    return Notice(
        sentence(
            "services.linking_progress",
            linked=progress.linked,
            total=progress.total,
            not_found=join_words(listed) if more <= 0 else ", ".join(listed),
            more=max(more, 0),
        ),
        sentence("services.linking_remedy"),
    )


def _report_scopes(session: Session, state: LinkingState, now: datetime) -> None:
    for scope in state.missing_scopes:
        notice = Notice(
            sentence("services.missing_scope", scope=scope),
            sentence("services.missing_scope_remedy", scope=scope),
        )
        key = f"missing-scope:{scope}"
        admin_notices.notify_managers(session, state.workspace_id, key, notice, now, frozenset())


def describe_linking(session: Session, workspace_id: int) -> Iterator[tuple[bool, str]]:
    """For `doctor`: whether there is nothing to do, and the line that says so or what to do."""
    progress = load_progress(session, workspace_id)
    if progress.total:
        text = sentence("services.linked_people", linked=progress.linked, total=progress.total)
        yield True, text
    state = query.linking_state(session, workspace_id)
    for scope in state.missing_scopes if state else ():
        what = sentence("services.missing_scope", scope=scope)
        yield False, f"{what} {sentence('services.missing_scope_remedy', scope=scope)}"
    for board in boards_query.boards(session, workspace_id):
        if not is_timezone(board.timezone):
            nearest = nearest_timezone(board.timezone)
            yield (
                False,
                sentence(
                    "services.unreadable_board_timezone",
                    board=board.name,
                    timezone=board.timezone,
                    nearest=nearest,
                ),
            )
    for initials, timezone, nearest in timezones.list_unreadable(session, workspace_id):
        yield (
            False,
            sentence("services.unreadable_timezone", initials=initials, timezone=timezone, nearest=nearest),
        )
