"""Taking a plan in, again, and in a newer version."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.commands import UpdateStatus
from bot.database import Database
from bot.importing import apply_draft, people_import
from bot.importing.analysis import analyse_draft
from bot.importing.apply_draft import ImportResult
from bot.importing.drafting.draft import ActionDraft, PlanDraft, ProjectDraft
from bot.importing.people_import import PersonRow
from bot.importing.pipeline import read_plan
from bot.importing.report import import_report, list_changes
from bot.plan.owners import PersonRole
from bot.plan.refs import RefQuery
from bot.plan.statuses import Status
from bot.reporting.gather import gather_tracker
from bot.services import workspaces
from models import Action, Person, Plan, Project, StatusChange
from tests.fixtures.commands import dispatch
from tests.fixtures.plans import ACTIONS, DEFAULTS, DRAFT, NOW, asker, due, on
from tests.paths import tracker_or_skip

LATER = NOW + timedelta(days=1)


def import_draft(database: Database, draft: PlanDraft) -> ImportResult:
    with database.transaction() as session:
        return apply_draft.apply(
            session,
            workspaces.find_or_create_workspace(session),
            draft,
            defaults=DEFAULTS,
            channel="#board",
            now=LATER,
        )


def changed(ref: str, section: str = "1", **facts: Any) -> PlanDraft:
    """The test plan with one action otherwise."""
    return replace(
        DRAFT,
        actions=tuple(
            replace(each, **facts) if (each.ref, each.section) == (ref, section) else each for each in ACTIONS
        ),
    )


def all_rows(database: Database) -> list[Any]:
    """Every row of every table but the time of the import itself."""
    tables = (
        "action",
        "action_owner",
        "action_date",
        "milestone",
        "project",
        "section",
        "person",
        "status_change",
    )
    with database.transaction(write=False) as session:
        return [session.execute(text(f"select * from {table} order by id")).all() for table in tables]


def action(database: Database, ref: str, section: str = "1") -> Action:
    with database.transaction(write=False) as session:
        found = [
            each
            for each in session.scalars(select(Action).where(Action.ref == ref))
            if each.section.number == section
        ]
        (each,) = found
        loaded = ([owner.person for owner in each.owners], each.due_dates)
        assert len(loaded) == 2
        return each


def post_update(database: Database, initials: str, ref: str, **facts: Any) -> None:
    with database.transaction() as session:
        command = UpdateStatus(refs=(RefQuery("1", ref),), line="", **facts)
        dispatch(session, asker(initials), command, NOW)


def test_the_same_file_again_changes_nothing(planned: Database) -> None:
    before = all_rows(planned)
    again = import_draft(planned, DRAFT)
    assert again.differences.is_empty
    assert again.differences.unchanged == len(ACTIONS)
    assert all_rows(planned) == before


def test_the_same_file_again_leaves_alone_what_was_said_since(planned: Database) -> None:
    post_update(planned, "SS", "5.2", status=Status.COMPLETE, note="done")
    post_update(planned, "JM", "6.1", due=on(90), because="later")
    before = all_rows(planned)
    assert import_draft(planned, DRAFT).differences.is_empty
    assert all_rows(planned) == before


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({"title": "Gather all the data"}, "re-titled"),
        ({"owners": ("JM",)}, "re-owned"),
        ({"due": (due(on(50)),)}, "re-dated"),
        ({"status": Status.COMPLETE}, "new status"),
        ({"success_measures": ("Fewer",)}, "re-worded"),
    ],
)
def test_each_kind_of_change_is_reported_and_applied(
    planned: Database, facts: dict[str, Any], kind: str
) -> None:
    applied = import_draft(planned, changed("5.2", **facts))
    (change,) = applied.differences.changed
    assert change.kinds == (kind,)
    assert import_draft(planned, changed("5.2", **facts)).differences.is_empty
    found = action(planned, "5.2")
    for name, value in facts.items():
        if name == "owners":
            assert tuple(owner.person.initials for owner in found.owners) == value
        elif name == "due":
            assert (found.next_due_on, found.slipped_days) == (on(50), 53)
        elif name == "success_measures":
            assert found.success_measures == list(value)
        else:
            assert getattr(found, name) == value


def test_a_status_given_in_chat_outlives_the_documents(planned: Database) -> None:
    post_update(planned, "SS", "5.2", status=Status.COMPLETE)
    applied = import_draft(planned, changed("5.2", status=Status.NOT_STARTED, status_text="Not started"))
    assert [(each.ref, each.chat, each.file) for each in applied.overrides] == [
        ("5.2", "complete", "not started")
    ]
    assert action(planned, "5.2").status is Status.COMPLETE


def test_a_status_nobody_spoke_of_follows_the_document_and_is_written_down(planned: Database) -> None:
    import_draft(planned, changed("5.2", status=Status.COMPLETE))
    with planned.transaction(write=False) as session:
        (change,) = session.scalars(select(StatusChange)).all()
        assert (change.source, change.to_status) == ("import", Status.COMPLETE)
    assert action(planned, "5.2").last_word_at is None


def test_an_action_that_is_gone_is_kept_and_can_come_back(planned: Database) -> None:
    without = replace(DRAFT, actions=tuple(each for each in ACTIONS if each.ref != "6.1"))
    applied = import_draft(planned, without)
    assert [each.action.ref for each in applied.differences.gone] == ["6.1"]
    gone = action(planned, "6.1")
    assert gone.gone_at is not None
    assert all(owner.prompt_at is None for owner in gone.owners)
    back = import_draft(planned, DRAFT)
    assert [each.draft.ref for each in back.differences.changed] == ["6.1"]
    assert action(planned, "6.1").gone_at is None


def test_a_new_action_is_added_in_its_place(planned: Database) -> None:
    extra = ActionDraft("1", "5", "5.4", "A new one", ("RM",), (due(on(5)),))
    applied = import_draft(planned, replace(DRAFT, actions=(*ACTIONS[:3], extra, *ACTIONS[3:])))
    assert [each.ref for _, each in applied.differences.new] == ["5.4"]
    assert [action(planned, ref).position for ref in ("5.3", "5.4", "6.1")] == [2, 3, 4]


def test_milestones_keep_what_was_said_of_them(planned: Database) -> None:
    with planned.transaction() as session:
        command = UpdateStatus(refs=(RefQuery(None, "1.3a"),), status=Status.COMPLETE, line="")
        dispatch(session, asker("JM"), command, NOW)
    draft = next(each for each in ACTIONS if each.milestones)
    steps = (replace(draft.milestones[0], title="Agree the procedures"), draft.milestones[1])
    import_draft(planned, changed("1.3", "2", milestones=steps))
    with planned.transaction(write=False) as session:
        found = session.scalars(select(Action).where(Action.ref == "1.3")).one()
        assert [
            (each.label, each.title, each.status) for each in found.milestones if each.gone_at is None
        ] == [
            ("a)", "Agree the procedures", Status.COMPLETE),
            ("b)", "Write the guidance", Status.NOT_STARTED),
        ]


def test_it_is_all_or_nothing(planned: Database) -> None:
    before = all_rows(planned)
    broken = ActionDraft("9", None, "9.1", "In a section the draft does not have")
    with pytest.raises(KeyError):
        import_draft(
            planned,
            replace(changed("5.2", title="Other"), actions=(*changed("5.2", title="Other").actions, broken)),
        )
    assert all_rows(planned) == before


def test_another_title_is_another_plan_and_says_so(planned: Database) -> None:
    applied = import_draft(planned, replace(DRAFT, title="Improvement plan 2027-30"))
    assert applied.is_new
    assert applied.other_plans == ("Improvement plan 2026-29",)


def test_the_real_tracker_goes_in_whole_and_again_without_a_difference(database: Database) -> None:
    draft = read_plan(tracker_or_skip(), today=NOW.date())
    with database.transaction() as session:
        workspaces.find_or_create_workspace(session)
    applied = import_draft(database, draft)
    assert len(applied.differences.new) == 55
    with database.transaction(write=False) as session:
        assert session.scalars(select(Plan)).one().as_at is not None
        assert len(session.scalars(select(Project)).all()) == 12
        leads = {each.number: each.lead.initials for each in session.scalars(select(Project)) if each.lead}
        assert leads == {"1": "IL", "2": "RC", "3": "SH", "4": "JM", "5": "RM", "6": "DM", "7": "KR"}
    assert import_draft(database, draft).differences.is_empty
    with database.transaction(write=False) as session:
        report = import_report(
            analyse_draft(session, workspaces.find_or_create_workspace(session), draft), [], None
        )
    assert "7 projects or priorities, 32 actions" in report
    assert "5 projects or priorities, 23 actions" in report
    assert "1. MTFS, row 7, column E" in report


def row(initials: str, email: str = "", role: PersonRole = PersonRole.OWNER, name: str = "") -> PersonRow:
    return PersonRow(initials, name, email, role, "row 2")


def test_people_are_added_corrected_and_looked_up_again(planned: Database) -> None:
    with planned.transaction() as session:
        workspace = workspaces.find_or_create_workspace(session)
        rows = [
            row("ZZ", "zz@council.example"),
            row("RM", "new@council.example"),
            row("SS", "ss@council.example"),
        ]
        applied = people_import.apply(session, workspace, rows, NOW)
        assert (applied.changed, applied.moved, applied.unchanged) == (("ZZ", "RM"), ("RM",), 1)
        people = {each.initials: each for each in session.scalars(select(Person))}
        assert people["RM"].slack_user_id is None
        assert people["SS"].slack_user_id == "U0SS"
        assert people_import.apply(session, workspace, rows, NOW).unchanged == 3


def test_planned_amounts_are_imported_and_their_changes_reported(planned: Database) -> None:
    first = DRAFT.projects[0]
    newer = replace(first, savings={"2026/27": 900.0, "2027/28": 0.0}, growth={"2026/27": 50.0})
    draft = replace(DRAFT, projects=(newer, *DRAFT.projects[1:]))
    with planned.transaction() as session:
        found = analyse_draft(session, workspaces.find_or_create_workspace(session), draft).differences
        lines = [(line.ref, line.before, line.after) for line in list_changes(found)]
    assert lines == [
        ("1/5", "savings 2026/27 1,065 thousand", "900 thousand"),
        ("1/5", "savings 2027/28 blank", "0 thousand"),
        ("1/5", "growth 2026/27 blank", "50 thousand"),
    ]
    import_draft(planned, draft)
    with planned.transaction() as session:
        project = session.scalars(select(Project).where(Project.finance_ref == first.finance_ref)).one()
        assert (project.savings, project.growth) == (newer.savings, newer.growth)
        assert analyse_draft(
            session, workspaces.find_or_create_workspace(session), draft
        ).differences.is_empty


def test_projects_that_are_new_gone_and_back_are_reported_and_applied(planned: Database) -> None:
    """One with actions goes, and one without any comes."""
    fresh = ProjectDraft("1", "9", "Homes & <care>", measures=("Fewer moves",))
    newer = replace(
        DRAFT,
        projects=(*(each for each in DRAFT.projects if each.number != "6"), fresh),
        actions=tuple(each for each in DRAFT.actions if each.ref != "6.1"),
    )
    expected = [("new project", "1/9", "", fresh.title), ("project gone", "1/6", "", "Centres")]
    assert project_lines(planned, newer) == expected
    assert ("project", 2) in import_draft(planned, newer).counts
    assert project_numbers(planned) == ["5", "9", "1", "3", "5"]
    assert import_draft(planned, newer).differences.is_empty
    assert [line[:2] for line in project_lines(planned, DRAFT)] == [
        ("new project", "1/6"),
        ("project gone", "1/9"),
    ]
    import_draft(planned, DRAFT)
    assert project_numbers(planned) == ["5", "6", "1", "3", "5"]
    assert import_draft(planned, DRAFT).differences.is_empty


def test_what_a_project_is_about_is_a_change_like_any_other(planned: Database) -> None:
    newer = replace(DRAFT.projects[0], measures=("Fewer agencies", "Lower cost"), risks=("No staff",))
    draft = replace(DRAFT, projects=(newer, *DRAFT.projects[1:]))
    assert project_lines(planned, draft) == [
        ("project", "1/5", "measures none", "Fewer agencies; Lower cost"),
        ("project", "1/5", "risks none", "No staff"),
    ]
    import_draft(planned, draft)
    assert import_draft(planned, draft).differences.is_empty


def test_a_new_section_title_and_plan_date_are_reported_and_applied(planned: Database) -> None:
    first, second = DRAFT.sections
    newer = replace(DRAFT, sections=(replace(first, title="Money"), replace(second, title="")), as_at=on(3))
    with planned.transaction() as session:
        lines = list_changes(
            analyse_draft(session, workspaces.find_or_create_workspace(session), newer).differences
        )
    assert [(each.kind, each.ref, each.before, each.after) for each in lines] == [
        ("section title", "section 1", "MTFS savings", "Money"),
        ("as at", "the plan", "10 February 2026", "5 March 2026"),
    ]
    assert import_draft(planned, newer).counts == (("section title", 1), ("as at", 1))
    with planned.transaction() as session:
        plan = session.scalars(select(Plan)).one()
        assert plan.as_at == on(3)
        assert [each.title for each in plan.sections] == ["Money", "Practice priorities"]
    assert import_draft(planned, newer).differences.is_empty
    assert import_draft(planned, replace(newer, as_at=None)).differences.is_empty


def project_lines(database: Database, draft: PlanDraft) -> list[tuple[str, str, str, str]]:
    with database.transaction() as session:
        lines = list_changes(
            analyse_draft(session, workspaces.find_or_create_workspace(session), draft).differences
        )
        return [(each.kind, each.ref, each.before, each.after) for each in lines if "project" in each.kind]


def project_numbers(database: Database) -> list[str]:
    """Of the projects an export of the plan has, by section."""
    with database.transaction() as session:
        plan = session.scalars(select(Plan)).one()
        return [
            each.number
            for section in gather_tracker(session, plan, NOW).sections
            for each in section.projects
        ]
