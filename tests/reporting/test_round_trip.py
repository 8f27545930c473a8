"""A plan goes out as a file, after people have spoken, and comes back without a difference."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bot.commands import Asker, UpdateStatus
from bot.database import Database
from bot.importing import apply_draft
from bot.importing.analysis import analyse_draft
from bot.importing.drafting.draft import ActionDraft, MilestoneDraft, PlanDraft, ProjectDraft, SectionDraft
from bot.importing.pipeline import read_plan, read_plan_bytes
from bot.plan.due_dates import DueDate, Precision, Role
from bot.plan.rag import Colour
from bot.plan.refs import RefQuery
from bot.plan.statuses import Status
from bot.reporting.export import export, render_tracker
from bot.reporting.gather import gather_tracker
from bot.services import workspaces
from models import Action, ActionOwner, Person, Plan, Section
from sample.workbook import write_sample
from tests.fixtures.commands import dispatch
from tests.fixtures.databases import fresh_url
from tests.fixtures.plans import DEFAULTS, NOW, TEAM, asker, due, on
from tests.importing.workbooks import csv_bytes
from tests.paths import tracker_or_skip

LATER = NOW + timedelta(days=1)
TABLES = (
    "section",
    "project",
    "action",
    "action_owner",
    "action_date",
    "milestone",
    "person",
    "status_change",
)
FORMS = ("xlsx", "csv")
AWKWARD_TEXTS = (
    "=HYPERLINK(1)",
    "+44 20",
    "-5 % on costs",
    "@everyone",
    "'quoted'",
    "'=1",
    "A | B; C, D\u2026",
    "1.2 ways to a)",
    "Project manager: nobody",
    "2021/22: 400",
    "[Tag] at the front",
    "\u2022 a bullet",
    "Section 3: not one",
    "Ref",
    "Ends with a colon :",
    "=1+1\n@SUM(1)\nlower case line",
    "Complete",
    "31/03/2026",
)


def import_back(session: Session, name: str, content: bytes, now: datetime = LATER) -> tuple[PlanDraft, Any]:
    draft = read_plan_bytes(name, content, today=now.date())
    return draft, analyse_draft(session, workspaces.find_or_create_workspace(session), draft).differences


def rows(session: Session) -> list[Any]:
    return [session.execute(text(f"select * from {table} order by id")).all() for table in TABLES]


def send_update(session: Session, requester: Asker, ref: RefQuery, **said: Any) -> None:
    dispatch(session, requester, UpdateStatus(refs=(ref,), **said), LATER)


@pytest.mark.parametrize("form", FORMS)
def test_what_was_said_in_chat_comes_back_without_a_difference(planned: Database, form: str) -> None:
    with planned.transaction() as session:
        manager = asker("PM")
        send_update(session, manager, RefQuery("1", "5.2"), status=Status.COMPLETE, note="=cmd|' /C calc'!A0")
        send_update(
            session, manager, RefQuery("1", "5.3"), due=on(90), due_text="next Friday", because="@later"
        )
        send_update(session, manager, RefQuery("1", "6.1"), status=Status.IN_PROGRESS, declared=Colour.RED)
        send_update(session, manager, RefQuery("2", "1.3a"), status=Status.COMPLETE)
        send_update(session, manager, RefQuery("2", "1.3b"), due=on(50), due_text="soon", because="holidays")
        send_update(session, manager, RefQuery("2", "3.1"), status=Status.ON_HOLD)
        reassign(session, "6.1", "RM")
    with planned.transaction() as session:
        plan, before = session.scalars(select(Plan)).one(), rows(session)
        done = export(session, plan, form, LATER)
        draft, found = import_back(session, done.name, done.content)
        assert found.is_empty, [(each.draft.ref, each.kinds) for each in found.changed]
        assert found.unchanged == 7
        apply_draft.apply(
            session,
            workspaces.find_or_create_workspace(session),
            draft,
            defaults=DEFAULTS,
            channel=None,
            now=LATER,
        )
        assert rows(session) == before


def reassign(session: Session, ref: str, initials: str) -> None:
    action = session.scalars(select(Action).where(Action.ref == ref)).one()
    person = session.scalars(select(Person).where(Person.initials == initials)).one()
    action.owners[:] = [ActionOwner(workspace_id=action.workspace_id, person=person)]


def test_a_change_somebody_made_in_the_file_is_a_difference(planned: Database) -> None:
    with planned.transaction() as session:
        done = export(session, session.scalars(select(Plan)).one(), "csv", LATER)
        changed = done.content.replace(b"Agree the new model", b"Agree the newest model")
        _, found = import_back(session, "plan.csv", changed)
        assert [(each.draft.ref, each.kinds) for each in found.changed] == [("6.1", ("re-titled",))]


@pytest.mark.parametrize("plan", ["the July 2021 tracker", "the sample"])
def test_a_whole_tracker_reads_as_it_did(plan: str, tmp_path: Path) -> None:
    today = date(2026, 11, 23)
    path = tmp_path / "sample.xlsx"
    if plan == "the sample":
        write_sample(path, today=today)
    else:
        path = tracker_or_skip()
    draft = read_plan(path, today=today)
    for again, found in export_and_import(draft, tmp_path):
        assert found.is_empty
        assert (again.title, again.as_at) == (draft.title, draft.as_at)
        assert (again.sections, again.projects) == (draft.sections, draft.projects)
        assert list(map(without_location, again.actions)) == list(map(without_location, draft.actions))


def without_location(action: ActionDraft) -> ActionDraft:
    """Without where it was read, and with the dates of its steps at the steps alone."""
    own = tuple(each for each in action.due if each.role is not Role.MILESTONE)
    return replace(action, where="", due=own)


def export_and_import(draft: PlanDraft, folder: Path) -> list[tuple[PlanDraft, Any]]:
    """Import the draft, export the plan in every form, and read the files."""
    folder.mkdir(exist_ok=True)
    database = Database(fresh_url("sqlite", folder), threads=1)
    with database.transaction() as session:
        workspace = workspaces.link_team(session, TEAM, "Test council")
        apply_draft.apply(session, workspace, draft, defaults=DEFAULTS, channel=None, now=NOW)
        plan = session.scalars(select(Plan)).one()
        files = [export(session, plan, form, NOW) for form in FORMS]
        found = [import_back(session, each.name, each.content, NOW) for each in files]
    database.close()
    return found


def test_awkward_words_come_back_as_they_were(tmp_path: Path) -> None:
    draft = awkward_plan()
    for again, found in export_and_import(draft, tmp_path):
        assert found.is_empty, [(each.draft.ref, each.kinds) for each in found.changed]
        assert again.title == draft.title
        assert (again.sections, again.projects) == (draft.sections, draft.projects)
        assert [(each.title, each.detail, each.tags) for each in again.actions] == [
            (each.title, each.detail, each.tags) for each in draft.actions
        ]


def awkward_plan() -> PlanDraft:
    """Words a spreadsheet or a reader might take for something else, in every place that holds words."""
    april, ongoing = (
        DueDate("April 21", date(2021, 4, 30), Precision.MONTH, Role.START),
        DueDate("ongoing", None, Precision.ONGOING, Role.ONGOING),
    )
    start = DueDate("01/02/2026", date(2026, 2, 1), Precision.DAY, Role.START)
    dates = ((), (april, ongoing), (due(on(3), text=f"{on(3):%d/%m/%Y}"), start), (due(on(5)), due(on(9))))
    return PlanDraft(
        "Plan: one \u2013 two (July 2021)",
        None,
        (
            SectionDraft("1", "Savings: more / less [x] - a title longer than any sheet's name"),
            SectionDraft("2", ""),
        ),
        (
            ProjectDraft(
                "1", "1", "=Project", "+Manager", "-REF", {"2026/27": 0.0, "2027/28": None, "2028/29": -50.5}
            ),
            ProjectDraft("1", "2", "5 ways", "", "", {}, ("@first measure", "second")),
            ProjectDraft("2", "1", "Empty but there"),
        ),
        tuple(
            ActionDraft(
                "1",
                "1" if place % 2 else "2",
                f"{place % 2 + 1}.{place}",
                words.split("\n")[0],
                ("RM", "Head of Service"),
                dates[place % len(dates)],
                Status.ON_HOLD if place % 3 else Status.IN_PROGRESS,
                "In consultation" if place % 2 else "",
                (
                    MilestoneDraft(
                        "", words.split("\n")[0], "", ("SS",), (replace(due(on(1)), role=Role.MILESTONE),)
                    ),
                    MilestoneDraft("(ii)(a)", "Step", "more\nwords", (), (), Status.COMPLETE),
                ),
                ("=tag", "Inspection"),
                ("A plan",),
                ("- better".strip("- "),),
                "",
                words.partition("\n")[2],
            )
            for place, words in enumerate(AWKWARD_TEXTS)
        ),
        (),
    )


CELLS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=30)
LINES = st.lists(
    st.sampled_from(["", "\u2022 ", "a) ", "- ", "[", "="]).flatmap(lambda mark: CELLS.map(mark.__add__))
)


@settings(max_examples=8, deadline=None)
@given(
    st.lists(st.tuples(CELLS, LINES.map("\n".join)), min_size=1, max_size=4),
    st.lists(st.dates(date(2021, 1, 1), date(2030, 1, 1)), max_size=3),
    st.sampled_from(["", "Complete", "Complete In progress", "In consultation", "on hold"]),
)
def test_whatever_a_reader_made_of_a_plan_comes_back(
    actions: list[tuple[str, str]], days: list[date], status: str
) -> None:
    due_cell = "\n".join(f"{day:%d/%m/%y}" for day in days)
    cells = [["Ref", "Action", "Owner", "By when", "Progress"]]
    cells += [[f"1.{n}", f"Do {a}\n{b}", "RM", due_cell, status] for n, (a, b) in enumerate(actions)]
    draft = read_plan_bytes("plan.csv", csv_bytes(cells), today=NOW.date())
    with TemporaryDirectory() as folder:
        for again, found in export_and_import(draft, Path(folder)):
            assert found.is_empty, [(each.before, each.after) for each in found.changed]
            assert list(map(without_location, again.actions)) == list(map(without_location, draft.actions))


def test_json_tells_everything(planned: Database) -> None:
    with planned.transaction() as session:
        send_update(
            session, asker("SS"), RefQuery("1", "5.2"), note="two of five", evidence="https://example.com/a"
        )
        done = export(session, session.scalars(select(Plan)).one(), "json", LATER)
    exported = json.loads(done.content)
    late = next(each for each in exported["actions"] if (each["section"], each["ref"]) == ("1", "5.2"))
    assert (late["colour"], late["reason"]) == ("red", "4 days late")
    assert late["last_word"] == {"text": "two of five", "by": "SS", "on": "2026-03-03"}
    assert exported["history"][0]["evidence"] == "https://example.com/a"
    assert exported["projects"][0]["savings"] == {"2026/27": 1065.0, "2027/28": None}
    assert exported["legend"]


def test_a_part_is_a_plan_of_its_own_and_empties_nothing(planned: Database) -> None:
    with planned.transaction() as session:
        plan = session.scalars(select(Plan)).one()
        second = session.scalars(select(Section).where(Section.number == "2")).all()
        tracker = gather_tracker(session, plan, LATER, sections=second)
        assert [each.number for each in tracker.sections] == ["2"]
        _, found = import_back(session, "part.csv", render_tracker(tracker, "csv"))
        assert found.gone == ()
        assert len(found.new) == 3
