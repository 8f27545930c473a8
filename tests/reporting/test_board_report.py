"""The board's report: the digest's own numbers, empty states in words, safe as a page."""

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from app import main
from bot.commands import UpdateStatus
from bot.database import Database
from bot.errors import CipError
from bot.importing import apply_draft
from bot.plan.refs import RefQuery
from bot.plan.statuses import Status
from bot.reporting.board_report import Report, build_report, resolve_period
from bot.reporting.report_pages import render_report_html, render_report_text
from bot.services import workspaces
from bot.services.digests import digests
from models import Board, Delivery, DeliveryState
from tests.fixtures.commands import dispatch
from tests.fixtures.databases import fresh_url
from tests.fixtures.plans import ACTIONS, DEFAULTS, DRAFT, NOW, asker, on

THEN = NOW + timedelta(days=20)
LATER = NOW + timedelta(days=25)
HOSTILE = "</td><script>alert(1)</script> & 'done'"


@pytest.fixture
def updated(planned: Database) -> Database:
    """A digest on the first Monday, then three weeks in which things happen."""
    with planned.transaction() as session:
        session.scalars(select(Board)).one().next_digest_at = NOW
        assert digests.plan_digests(session, NOW + timedelta(minutes=31)) == 1
        session.execute(update(Delivery).values(state=DeliveryState.SENT))

        def say(actor: str, ref: RefQuery, **said: Any) -> None:
            dispatch(session, asker(actor), UpdateStatus(refs=(ref,), **said), THEN)

        say("SS", RefQuery("1", "5.2"), note=HOSTILE)
        say("JM", RefQuery("1", "6.1"), due=on(90), due_text="31 May", because="the contract starts later")
        say("PM", RefQuery("2", "3.1"), status=Status.DROPPED, note="merged with 5.2")
        say("RM", RefQuery("1", "5.3"), status=Status.COMPLETE, evidence="https://example.com/a")
        say("RM", RefQuery("1", "5.3"), declared=None, note="and thanks")
        shorter = replace(
            DRAFT, actions=tuple(each for each in ACTIONS if (each.section, each.ref) != ("2", "5.2"))
        )
        apply_draft.apply(
            session,
            workspaces.find_or_create_workspace(session),
            shorter,
            defaults=DEFAULTS,
            channel=None,
            now=THEN,
        )
    return planned


def compose_report_and_digest(database: Database) -> tuple[Report, Any]:
    with database.transaction() as session:
        board = session.scalars(select(Board)).one()
        report = build_report(session, board, resolve_period(board, None, None, LATER), LATER)
        return report, digests.preview(session, board, LATER)


def test_the_numbers_are_those_of_the_digest(updated: Database) -> None:
    report, digest = compose_report_and_digest(updated)
    assert [(each.colour, each.number, each.change) for each in report.counts] == [
        (each.colour.words, each.count, each.change) for each in digest.counts
    ]
    assert report.total == digest.total == 6
    assert report.since == digest.since == date(2026, 3, 2)
    risky = {line.ref for line in (*report.overdue, *report.at_risk)}
    assert risky == {line.ref for line in (*digest.reds, *digest.ambers)}
    assert {line.ref for line in report.very_late} == set(digest.escalated)
    for mine, theirs in ((report.completed, digest.completed), (report.redated, digest.redated)):
        assert {each.ref for each in mine} == {each.ref for each in theirs}


def test_what_happened_is_reported_with_its_reasons(updated: Database) -> None:
    report, _ = compose_report_and_digest(updated)
    (done,), (moved,), (stopped,), (gone,) = report.completed, report.redated, report.stopped, report.removed
    assert (done.ref, done.by, done.evidence) == ("5.3", "RM", "https://example.com/a")
    assert (moved.ref, moved.old_due, moved.new_due) == ("6.1", on(60), on(90))
    assert moved.why == "the contract starts later"
    assert (stopped.ref, stopped.status, stopped.why) == ("3.1", "dropped", "merged with 5.2")
    assert (gone.title, gone.on, gone.why) == ("Improve the out-of-hours team", THEN.date(), "")
    assert [(each.ref, each.before, each.after) for each in report.moved] == [
        ("1.3", "Amber", "Red"),
        ("5.3", "Amber", "Blue"),
    ]
    text = render_report_text(report)
    assert (
        "6.1 Agree the new model\n      1 May 2026 to 31 May 2026 (JM, 22 March 2026). The contract" in text
    )
    assert "Since 22 March 2026, then in progress. No reason was recorded." in text
    assert "Red       2  (1 more)" in text


def test_the_page_needs_nothing_and_runs_nothing(updated: Database) -> None:
    page = render_report_html(compose_report_and_digest(updated)[0])
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#39;done&#39;" in page
    assert not re.findall(r"(?:\ssrc=|@import|url\()", page)
    assert re.findall(r'href="([^"#][^"]*)"', page) == ["https://example.com/a"]
    assert page.count("<h1>") == 1
    for colour in ("Red", "Amber", "Green", "Blue", "Grey"):
        assert f">{colour}</span>" in page


def test_what_is_very_late_is_named_once_more_and_not_described_twice(updated: Database) -> None:
    report, _ = compose_report_and_digest(updated)
    late = tuple(line for line in report.overdue if line.ref == "5.2")
    one, two, none = (replace(report, very_late=late * times) for times in (1, 2, 0))
    for written in (render_report_html, render_report_text):
        assert "5.2. What is said of it stands under Overdue." in written(one)
        assert "5.2, 5.2. What is said of them stands under Overdue." in written(two)
        assert "Nothing is that late." in written(none)
        assert written(one).count(late[0].title) == written(none).count(late[0].title)


def test_a_period_without_anything_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", fresh_url("sqlite", tmp_path, "planned"))
    run = CliRunner().invoke
    result = run(main, ["report", "--from", "1/1/2026", "--to", "2/1/2026"])
    assert result.exit_code == 0, result.output
    assert "What happened from 1 January 2026 to 2 January 2026." in result.output
    for words in (
        "No digest had been made by then",
        "No date moved.",
        "Nothing was completed.",
        "No lead had to be",
    ):
        assert words in result.output
    page = tmp_path / "report.html"
    assert run(main, ["report", str(page)]).output == f"Wrote the report of the Board to {page}.\n"
    assert page.read_text().startswith("<!DOCTYPE html>")
    for wrong, words in (
        (["report", "--from", "3/1/2026", "--to", "2/1/2026"], "first day lies after its last"),
        (["report", "--board", "Other"], "There is no board “Other”. There is: Board."),
        (["report", str(tmp_path / "x.pdf")], "ends in .html or .txt"),
    ):
        refused = run(main, wrong)
        assert (refused.exit_code, words in refused.output) == (2, True), refused.output


def test_the_last_day_is_never_ahead(planned: Database) -> None:
    with planned.transaction() as session:
        board = session.scalars(select(Board)).one()
        assert resolve_period(board, None, on(900), NOW).last == NOW.date()
        with pytest.raises(CipError):
            resolve_period(board, on(3), None, NOW)


def test_a_board_without_a_plan_shows_the_usual_rules(planned: Database) -> None:
    with planned.transaction() as session:
        known = session.scalars(select(Board)).one()
        facts = {each.key: getattr(known, each.key) for each in Board.__table__.columns if each.key != "id"}
        session.add(board := Board(**{**facts, "name": "Without a plan"}))
        session.flush()
        said = render_report_text(build_report(session, board, resolve_period(board, None, None, NOW), NOW))
    assert "nobody has said anything for 30 days or more" in said
    assert "Red: a date has passed" in said
