"""Plan managers get notices about their own boards, and not about what only another board's plan knows."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.commands import LinkAccount, PersonRef, UpdateStatus
from bot.database import Database
from bot.errors import DeliveryError, ErrorKind, NotAllowedError
from bot.importing import apply_draft, people_import
from bot.importing.people_import import PersonRow
from bot.messages import Candidates, UpdateReceipt
from bot.plan.owners import PersonRole
from bot.plan.refs import RefQuery
from bot.plan.statuses import Status
from bot.services import account_lookups, accounts, linking_reports, people, workspaces
from bot.services.audit import audit
from bot.services.outbox import admin_notices
from models import Board, Delivery, Person
from models.operations import AuditFinding
from models.queries.people import plan_managers
from tests.fixtures import plans
from tests.fixtures.commands import dispatch
from tests.fixtures.plans import NOW, TEAM
from tests.fixtures.two_boards import HARBOUR_PLAN, HARBOUR_USERS


@pytest.fixture
def two_boards(planned: Database) -> Database:
    """HM manages the harbour's plan alone, PM the council's alone."""
    with planned.transaction() as session:
        for initials, user in HARBOUR_USERS.items():
            role = PersonRole.PLAN_MANAGER if initials == "HM" else PersonRole.OWNER
            session.add(Person(workspace_id=1, initials=initials, slack_user_id=user, role=role))
        session.flush()
        workspace = workspaces.find_or_create_workspace(session)
        apply_draft.apply(
            session, workspace, HARBOUR_PLAN, defaults=plans.DEFAULTS, channel="#harbour", now=NOW
        )
        harbour = board_named(session, "harbour")
        manager = person(session, "PM")
        row = PersonRow("PM", "PM", manager.email or "", PersonRole.VIEWER, "", None)
        people_import.apply(session, workspace, [row], NOW, harbour.id)
    return planned


def board_named(session: Session, channel: str) -> Board:
    return next(each for each in session.scalars(select(Board)) if each.channels[0].name == channel)


def person(session: Session, initials: str) -> Person:
    return session.scalars(select(Person).where(Person.initials == initials)).one()


def notices(session: Session) -> dict[str, list[str]]:
    """By account, what the notices to it say."""
    found: dict[str, list[str]] = {}
    for row in session.scalars(select(Delivery).where(Delivery.kind == "notice")):
        notice = admin_notices.read_notice(row.facts)
        found.setdefault(row.target, []).append(" ".join((notice.what, notice.todo, *notice.details)))
    return found


def test_the_deactivated_account_of_an_owner_concerns_the_board_that_knows_them(two_boards: Database) -> None:
    with two_boards.transaction() as session:
        accounts.notify_deactivated(session, person(session, "HO"), NOW)
        assert set(notices(session)) == {"U0HM"}
        accounts.notify_deactivated(session, person(session, "SS"), NOW)
        assert [set(notices(session)), len(notices(session)["U0HM"])] == [{"U0HM", "U0PM"}, 1]


@pytest.mark.parametrize("is_lost", [True, False])
def test_a_digest_that_is_refused_concerns_its_own_board(two_boards: Database, *, is_lost: bool) -> None:
    with two_boards.transaction() as session:
        board = board_named(session, "harbour")
        row = Delivery(workspace_id=1, kind="digest", target="#harbour", board_id=board.id, person_id=None)
        error = DeliveryError(
            "The bot is not there.", code="not_in_channel", try_again=False, kind=ErrorKind.CHANNEL
        )
        notify = admin_notices.notify_undelivered if is_lost else admin_notices.notify_waiting
        notify(session, row, error, NOW)
        assert set(notices(session)) == {"U0HM"}


def test_the_progress_of_linking_names_the_people_of_the_managers_own_boards(two_boards: Database) -> None:
    with two_boards.transaction() as session:
        for initials in ("HO", "SS"):
            each = person(session, initials)
            each.slack_user_id, each.email = None, f"{initials.lower()}@council.example"
        session.add(Person(workspace_id=1, initials="NEW", email="new@council.example"))
        session.flush()
        addresses = ["ho@council.example", "ss@council.example", "new@council.example"]
        for each in session.scalars(select(Person).where(Person.email.is_not(None))):
            if each.email not in addresses:
                each.email = None
        session.flush()
        account_lookups.record_unknown(session, TEAM, addresses, NOW)
        linking_reports.report_linking(session, TEAM, NOW)
        said = notices(session)
        assert "e-mail address of: HO and NEW." in said["U0HM"][0]
        assert "e-mail address of: NEW and SS." in said["U0PM"][0]


def test_an_audit_notifies_of_the_findings_of_ones_own_boards(two_boards: Database) -> None:
    with two_boards.transaction() as session:
        board = board_named(session, "harbour")
        board.digest_rule = "nonsense"
        session.flush()
        audit.run_audit(session, NOW)
        assert session.scalars(select(AuditFinding.board_id)).all() == [board.id]
        assert set(notices(session)) == {"U0HM"}


def test_a_board_that_nobody_manages_concerns_every_plan_manager(two_boards: Database) -> None:
    with two_boards.transaction() as session:
        workspace = workspaces.find_or_create_workspace(session)
        row = PersonRow("HM", "HM", "", PersonRole.VIEWER, "", None)
        people_import.apply(session, workspace, [row], NOW, board_named(session, "harbour").id)
        accounts.notify_deactivated(session, person(session, "HO"), NOW)
        assert set(notices(session)) == {"U0PM"}


def test_a_list_of_one_board_makes_nobody_less_of_a_manager_of_another(two_boards: Database) -> None:
    with two_boards.transaction() as session:
        assert people.identify(session, plans.asker("PM")).is_plan_manager
        assert people.identify(session, plans.asker("PM")).is_manager_of(1)
        assert [each.initials for each in plan_managers(session, 1)] == ["HM", "PM"]


def test_the_last_plan_manager_of_one_plan_keeps_their_account(two_boards: Database) -> None:
    link = LinkAccount(initials="HM", person=PersonRef(user_id="U0OTHER"))
    with two_boards.transaction() as session:
        with pytest.raises(NotAllowedError, match="only plan manager of a plan"):
            dispatch(session, plans.asker("U0HM"), link, NOW)
        workspace = workspaces.find_or_create_workspace(session)
        second = PersonRow("HO", "", "", PersonRole.PLAN_MANAGER, "", None)
        people_import.apply(session, workspace, [second], NOW, board_named(session, "harbour").id)
        dispatch(session, plans.asker("U0HO"), link, NOW)
        assert person(session, "HM").slack_user_id == "U0OTHER"


def test_who_only_looks_at_one_board_still_updates_what_they_own_in_another(two_boards: Database) -> None:
    with two_boards.transaction() as session:
        workspace = workspaces.find_or_create_workspace(session)
        email = person(session, "SS").email or ""
        viewer = PersonRow("SS", "SS", email, PersonRole.VIEWER, "", None)
        update = UpdateStatus(refs=(RefQuery("1", "5.2"),), status=Status.IN_PROGRESS)
        people_import.apply(session, workspace, [viewer], NOW, board_named(session, "harbour").id)
        assert isinstance(dispatch(session, plans.asker("SS"), update, NOW), UpdateReceipt | Candidates)
        people_import.apply(session, workspace, [viewer], NOW, 1)
        with pytest.raises(NotAllowedError):
            dispatch(session, plans.asker("SS"), update, NOW)
