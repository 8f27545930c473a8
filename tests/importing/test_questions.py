"""Questions about a plan: asked, answered, remembered, and what an answer does."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.commands import ListQuestions, UpdateStatus, Versions
from bot.database import Database
from bot.errors import NotAllowedError, NotUnderstoodError
from bot.importing import apply_draft, question_flow
from bot.importing.analysis import Analysis, analyse_draft
from bot.importing.apply_draft import ImportResult
from bot.importing.button_tokens import plan_token
from bot.importing.drafting.draft import ActionDraft, PlanDraft
from bot.importing.pipeline import read_plan
from bot.importing.question_flow import QuestionRun, SubmittedAnswer, parse_run
from bot.importing.questions import Answer, Question
from bot.importing.questions.apply_answers import apply_answers
from bot.importing.questions.generate import cell_questions
from bot.importing.versions import Source
from bot.messages import QuestionForm, QuestionList, QuestionsAnswered, VersionList, VersionText
from bot.plan.refs import RefQuery
from bot.plan.statuses import Status
from bot.services import people, workspaces
from models import Action, Plan, PlanAnswer, PlanVersion, Project, StatusChange
from tests.fixtures.commands import DISPATCHER, dispatch
from tests.fixtures.plans import ACTIONS, DEFAULTS, DRAFT, NOW, asker, due, on
from tests.importing.test_apply_draft import all_rows
from tests.importing.workbooks import plan_of
from tests.paths import tracker_or_skip

LATER = NOW + timedelta(days=1)
STEPS = "Make the offer\n1.1.1 Agree it\n1.1.2 Write it\n1.1.3 Publish it"


def import_draft(database: Database, draft: PlanDraft, now: object = LATER) -> ImportResult:
    with database.transaction() as session:
        return apply_draft.apply(
            session,
            workspaces.find_or_create_workspace(session),
            draft,
            defaults=DEFAULTS,
            channel="#board",
            now=now,  # type: ignore[arg-type] # always a datetime
            source=Source("plan.xlsx", by="PM"),
        )


def analyse(database: Database, draft: PlanDraft) -> Analysis:
    with database.transaction() as session:
        return analyse_draft(session, workspaces.find_or_create_workspace(session), draft)


def only_plan(session: Session) -> Plan:
    return session.scalars(select(Plan)).one()


def answer_question(database: Database, question: Question, *filled: str, actor: str = "PM") -> None:
    """Answer a question of the plan in use."""
    with database.transaction() as session:
        run = QuestionRun(question_flow.PLAN, plan_token(only_plan(session)))
        question_flow.record_answer(
            session, asker(actor), run, question.key, SubmittedAnswer(*filled), DEFAULTS, LATER
        )


def action(session: Session, ref: str, section: str = "1") -> Action:
    found = [
        each
        for each in session.scalars(select(Action).where(Action.ref == ref, Action.gone_at.is_(None)))
        if each.section.number == section
    ]
    (one,) = found
    return one


def without(*refs: str, title: str = DRAFT.title) -> PlanDraft:
    left = tuple(each for each in ACTIONS if each.ref not in refs)
    return replace(DRAFT, title=title, actions=left)


def renumbered() -> PlanDraft:
    """A new action stands first in project 5 of section 1, and the others move down."""
    moved = {"5.1": "5.2", "5.2": "5.3", "5.3": "5.4"}
    first = ActionDraft("1", "5", "5.1", "Appoint somebody to run it", ("RM",), (due(on(20)),))
    actions = (
        replace(each, ref=moved[each.ref]) if each.section == "1" and each.ref in moved else each
        for each in ACTIONS
    )
    return replace(DRAFT, actions=(first, *actions))


@pytest.mark.parametrize(
    ("row", "kind", "answer", "check"),
    [
        (
            ("1.1", STEPS, "AB", "31/03/2027", "Complete\nIn progress"),
            "statuses-unplaced",
            Answer("0,2"),
            lambda it: (
                [step.status for step in it.milestones]
                == [Status.COMPLETE, Status.NOT_STARTED, Status.IN_PROGRESS]
            ),
        ),
        (
            ("1.1", STEPS, "AB", "31/03/2027\n30/06/2027", "In progress"),
            "dates-unplaced",
            Answer("1,2"),
            lambda it: (
                [[each.date for each in step.due] for step in it.milestones]
                == [[], [date(2027, 3, 31)], [date(2027, 6, 30)]]
            ),
        ),
        (
            ("1.1", "Open it", "AB", "31/01/2026", "In progress"),
            "late",
            Answer("day", "2026-09-30"),
            lambda it: [each.date for each in it.due] == [date(2026, 9, 30)],
        ),
        (
            ("1.1", "Open it", "AB", "31/01/2026", "In progress"),
            "late",
            Answer("complete"),
            lambda it: it.status is Status.COMPLETE,
        ),
        (
            ("1.1", "Open it, extended to 20/06/2026", "AB", "31/05/2026", "In progress"),
            "later-in-words",
            Answer("words 2026-06-20"),
            lambda it: it.due[0].date == date(2026, 6, 20),
        ),
        (
            ("1.1", "Open it", "AB", "soon", "In progress"),
            "date-unread",
            Answer("day", "2026-09-30"),
            lambda it: [each.date for each in it.due] == [date(2026, 9, 30)],
        ),
        (
            ("1.1", "Open it", "", "31/05/2026", "In progress"),
            "no-owner",
            Answer("person", "RM"),
            lambda it: it.owners == ("RM",),
        ),
        (
            ("1.1", "Open it", "AB", "31/05/2026", "Nearly there"),
            "status-unread",
            Answer("in-progress"),
            lambda it: it.status is Status.IN_PROGRESS,
        ),
    ],
)
def test_what_an_answer_does(row: tuple[str, ...], kind: str, answer: Answer, check: "object") -> None:
    draft = plan_of(row, as_at=date(2026, 3, 1))
    (question,) = [each for each in cell_questions(draft) if each.kind == kind]
    assert question.choice(answer.choice) is not None
    done = apply_answers(draft, [question], {question.key: answer})
    assert check(done.actions[0])  # type: ignore[operator] # a lambda
    moved = plan_of(("9.9", "Another", "AB", "31/05/2027", "Complete"), row, as_at=date(2026, 3, 1))
    assert question.key in {each.key for each in cell_questions(moved)}, "a row further down is the same"


def test_a_ref_that_stands_twice_and_steps_of_another() -> None:
    draft = plan_of(
        ("1.1", "Open it", "AB", "31/05/2027", "Complete"),
        ("1.1", "Close it\n1.2.1 Ask\n1.2.2 Tell", "AB", "31/05/2027", "Complete"),
        ("1.2", "Tell people", "AB", "31/05/2027", "Complete"),
    )
    questions = {each.kind: each for each in cell_questions(draft)}
    twice, strange = questions["ref-twice"], questions["strange-steps"]
    given = {twice.key: Answer("ref 1.1a"), strange.key: Answer("move 1.2")}
    done = apply_answers(draft, questions.values(), given)
    assert [each.ref for each in done.actions] == ["1.1", "1.1a", "1.2"]
    assert [len(each.milestones) for each in done.actions] == [0, 0, 2]


def test_an_answer_changes_the_tracker_and_is_known_the_next_time(planned: Database) -> None:
    nobody = next(each for each in ACTIONS if not each.owners)
    said = plan_of(("5.2", nobody.title, "", "31/03/2027", "In progress"), as_at=on(-20))
    draft = replace(said, title=DRAFT.title)
    import_draft(planned, draft)
    (question,) = [each for each in analyse(planned, draft).open_questions if each.kind == "no-owner"]
    with planned.transaction() as session, pytest.raises(NotAllowedError):
        question_flow.require_manager(session, asker("RM"))
    with pytest.raises(NotUnderstoodError, match="person"):
        answer_question(planned, question, "person")
    answer_question(planned, question, "person", "", "", "U0RM")
    with planned.transaction() as session:
        found = action(session, "5.2")
        assert [owner.person.initials for owner in found.owners] == ["RM"]
        last = session.scalars(select(StatusChange).order_by(StatusChange.id.desc())).first()
        assert last is not None
        assert "answered a question" in last.note
        assert last.person is not None
        assert last.person.initials == "PM"
    before = all_rows(planned)
    again = analyse(planned, draft)
    assert (again.differences.is_empty, question.key in {each.key for each in again.open_questions}) == (
        True,
        False,
    )
    assert {given.by for each, given in again.remembered if each.key == question.key} == {"PM"}
    import_draft(planned, draft)
    assert all_rows(planned) == before
    with planned.transaction(write=False) as session:
        assert len(session.scalars(select(PlanAnswer)).all()) == 1
        assert [each.number for each in session.scalars(select(PlanVersion))] == [1, 2]


def test_an_answer_is_a_newer_word_than_chat_had(planned: Database) -> None:
    late = next(each for each in ACTIONS if (each.section, each.ref) == ("1", "5.2"))
    draft = plan_of(("5.2", late.title, "SS", "31/01/2026", "In progress"), as_at=on(-20))
    draft = replace(draft, title=DRAFT.title)
    import_draft(planned, draft)
    with planned.transaction() as session:
        command = UpdateStatus(refs=(RefQuery("1", "5.2"),), status=Status.ON_HOLD)
        dispatch(session, asker("PM"), command, LATER)
    (question,) = [each for each in analyse(planned, draft).open_questions if each.kind == "late"]
    answer_question(planned, question, "complete")
    with planned.transaction(write=False) as session:
        assert action(session, "5.2").status is Status.COMPLETE


def test_renumbered_actions_keep_their_history(planned: Database) -> None:
    with planned.transaction() as session:
        command = UpdateStatus(refs=(RefQuery("1", "5.2"),), note="two of five teams done")
        dispatch(session, asker("SS"), command, NOW)
        known = {each.title: each.id for each in session.scalars(select(Action))}
    applied = import_draft(planned, renumbered())
    assert dict(applied.counts) == {"new": 1, "renumbered": 3}
    with planned.transaction(write=False) as session:
        found = action(session, "5.3")
        assert (found.id, found.last_word) == (known[found.title], "two of five teams done")
    before = all_rows(planned)
    assert import_draft(planned, renumbered()).differences.is_empty
    assert all_rows(planned) == before


def test_an_action_that_is_kept_keeps_its_project(planned: Database) -> None:
    draft = without("3.1")
    newer = replace(draft, projects=tuple(each for each in draft.projects if each.number != "3"))
    import_draft(planned, newer)
    gone = select(Project.number).where(Project.gone_at.is_not(None))
    with planned.transaction() as session:
        assert session.scalars(gone).all() == ["3"]
    (asked,) = [each for each in analyse(planned, newer).open_questions if each.subject.startswith("2/3.1")]
    answer_question(planned, asked, "kept")
    with planned.transaction() as session:
        assert session.scalars(gone).all() == []
    assert import_draft(planned, newer).differences.is_empty


def test_what_is_gone_is_asked_about_and_stays_on_record(planned: Database) -> None:
    import_draft(planned, without("6.1", "3.1", "5.1"))
    asked = {each.subject[:5]: each for each in analyse(planned, without("6.1", "3.1", "5.1")).open_questions}
    assert {"1/6.1", "2/3.1", "1/5.1"} <= set(asked)
    answer_question(planned, asked["1/6.1"], "dropped", "", "the building was sold")
    answer_question(planned, asked["1/5.1"], "complete")
    answer_question(planned, asked["2/3.1"], "kept")
    with planned.transaction() as session:
        gone = {each.ref: each for each in session.scalars(select(Action).where(Action.gone_at.is_not(None)))}
        assert (gone["6.1"].status, gone["6.1"].gone_reason) == (
            Status.DROPPED,
            "Dropped, as PM said: the building was sold",
        )
        assert gone["5.1"].gone_reason == "Complete, as PM said."
        assert action(session, "3.1", "2").gone_at is None
        actor = people.identify(session, asker("VW"))
        listed = DISPATCHER.dispatch(session, actor, Versions(), LATER)
        assert isinstance(listed, VersionList)
        assert {each.ref: each.reason for each in listed.gone}["1/6.1"].endswith("the building was sold")
        assert [each.number for each in listed.versions] == [2, 1]
        first = DISPATCHER.dispatch(session, actor, Versions(number=1), LATER)
        assert isinstance(first, VersionText)
        assert first.total == len(ACTIONS)
        with pytest.raises(NotUnderstoodError, match="no version 9"):
            DISPATCHER.dispatch(session, actor, Versions(number=9), LATER)
    before = all_rows(planned)
    assert import_draft(planned, without("6.1", "3.1", "5.1")).differences.is_empty
    assert all_rows(planned) == before
    back = import_draft(planned, DRAFT)
    assert dict(back.counts)["back"] == 2
    with planned.transaction(write=False) as session:
        assert action(session, "6.1").gone_reason == ""


def test_an_action_answered_to_be_the_same_gets_its_new_ref(planned: Database) -> None:
    other = ActionDraft("1", "6", "6.4", "Buy 12 buses", ("JM",), (due(on(60)),))
    draft = replace(without("6.1"), actions=(*without("6.1").actions, replace(other, ref="6.1")))
    import_draft(planned, draft)
    with planned.transaction(write=False) as session:
        old = session.scalars(select(Action).where(Action.gone_at.is_not(None))).one().id
    (question,) = [each for each in analyse(planned, draft).open_questions if each.kind == "gone"]
    answer_question(planned, question, "now 1/6.1")
    with planned.transaction(write=False) as session:
        assert action(session, "6.1").id == old
        assert action(session, "6.1").title == other.title
    before = all_rows(planned)
    assert import_draft(planned, draft).differences.is_empty
    assert all_rows(planned) == before


def test_next_years_plan_is_asked_about_and_takes_the_history_along(planned: Database) -> None:
    draft = replace(DRAFT, title="Improvement plan 2027-30")
    known = analyse(planned, draft)
    assert (known.is_plan_unknown, known.plan) == (True, None)
    (which,) = [each for each in known.open_questions if each.kind == "which-plan"]
    with planned.transaction() as session:
        number = only_plan(session).id
        row = PlanAnswer(
            workspace_id=workspaces.find_or_create_workspace(session).id,
            plan=draft.title,
            key=which.key,
            asks=which.asks,
            choice=f"plan {number}",
            said="A newer version",
            by="PM",
            at=LATER,
        )
        session.add(row)
    assert analyse(planned, draft).plan is not None
    applied = import_draft(planned, draft)
    assert (applied.is_new, applied.differences.is_empty) == (False, True)
    with planned.transaction(write=False) as session:
        assert session.scalars(select(Plan.title)).all() == [draft.title]
        assert [each.title for each in session.scalars(select(PlanVersion))] == [DRAFT.title, draft.title]
    assert import_draft(planned, draft).version == 0


def test_a_date_moved_in_chat_outlives_an_older_document(planned: Database) -> None:
    with planned.transaction() as session:
        command = UpdateStatus(refs=(RefQuery("1", "6.1"),), due=on(90), because="later")
        dispatch(session, asker("JM"), command, NOW)
    moved = tuple(replace(each, due=(due(on(70)),)) if each.ref == "6.1" else each for each in ACTIONS)
    older = replace(DRAFT, actions=moved)
    applied = import_draft(planned, older)
    assert [(each.ref, each.kind) for each in applied.overrides] == [("6.1", "re-dated")]
    with planned.transaction(write=False) as session:
        assert action(session, "6.1").next_due_on == on(90)
    assert import_draft(planned, older).differences.is_empty
    newer = replace(
        DRAFT,
        as_at=on(30),
        actions=tuple(replace(each, due=(due(on(80)),)) if each.ref == "6.1" else each for each in ACTIONS),
    )
    assert import_draft(planned, newer).overrides == ()
    with planned.transaction(write=False) as session:
        assert action(session, "6.1").next_due_on == on(80)


def test_the_form_goes_from_question_to_question(planned: Database) -> None:
    import_draft(planned, without("6.1", "5.1"))
    with planned.transaction() as session:
        run = parse_run(f"plan {plan_token(only_plan(session))}")
        assert run is not None
        first = question_flow.build_form(session, asker("PM"), run)
        assert isinstance(first, QuestionForm)
        second = question_flow.build_form(session, asker("PM"), run.next(answered=False))
        assert isinstance(second, QuestionForm)
        assert (second.number, second.of) == (2, first.of)
        assert first.line.value != second.line.value
        end = question_flow.build_form(session, asker("PM"), replace(run, skipped=first.of))
        assert end == QuestionsAnswered(0, first.of)
        listed = DISPATCHER.dispatch(session, people.identify(session, asker("PM")), ListQuestions(), LATER)
        assert isinstance(listed, QuestionList)
        assert (listed.total, listed.may_answer) == (first.of, True)
    assert [parse_run(value) for value in ("", "plan", "upload", "board 1")] == [None] * 4


def test_an_old_button_never_means_the_plan_that_has_its_number_now(planned: Database) -> None:
    import_draft(planned, without("6.1", "5.1"))
    with planned.transaction() as session:
        plan = only_plan(session)
        value = f"plan {plan_token(plan)}"
        assert has_subject(session, value)
        unknown = (
            f"plan {plan.id}",
            f"plan {plan.id}-0f3a0f3a",
            "plan x",
            "plan 12345678901",
            "upload 1-0f3a",
        )
        assert not any(has_subject(session, each) for each in unknown)
        plan.title = "Another plan, imported into a new database"
        assert not has_subject(session, value)
        run = parse_run(value)
        assert run is not None
        assert question_flow.build_form(session, asker("PM"), run) == QuestionsAnswered(0, 0)


def has_subject(session: Session, value: str) -> bool:
    run = parse_run(value)
    return run is not None and question_flow.has_subject(session, asker("PM"), run)


def test_the_tracker_of_july_is_asked_about_once(planned: Database) -> None:
    draft = read_plan(tracker_or_skip(), today=NOW.date())
    open_then = import_draft(planned, draft).open_questions
    kinds = {each.kind for each in open_then}
    assert {"late", "statuses-unplaced", "dates-unplaced", "no-owner", "no-date", "no-status"} <= kinds
    assert len({each.key for each in open_then}) == len(open_then)
    again = import_draft(planned, draft)
    assert again.differences.is_empty
    assert [each.key for each in again.open_questions] == [each.key for each in open_then]
