"""`/cip why REF`, on the small plan imported on Monday 2 March 2026 at 8:30am."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.commands import Undo, UpdateStatus, Why
from bot.database import Database
from bot.errors import NotAllowedError, NotUnderstoodError
from bot.messages import Candidates, PromptLog
from bot.plan.rag import Colour
from bot.plan.refs import RefQuery
from bot.plan.statuses import Status
from bot.rendering import Renderer
from bot.services.digests import digests
from bot.services.outbox import outbox
from bot.services.prompts import answers
from models import Action, ActionOwner, Delivery, Person, PromptItem
from tests.fixtures.commands import dispatch
from tests.fixtures.plans import NOW, asker
from tests.services.prompts.test_planner import deliver, plan_everyone

NINE = datetime(2026, 3, 2, 9, 0, 1, tzinfo=UTC)


def why(session: Session, initials: str, ref: str, now: datetime = NINE, page: int = 1) -> PromptLog:
    section, _, bare = ref.rpartition("/")
    command = Why(ref=RefQuery(section or None, bare), page=page, line=f"why {ref}")
    said = dispatch(session, asker(initials), command, now)
    assert isinstance(said, PromptLog)
    return said


def render_text(said: PromptLog) -> str:
    return Renderer("/cip").text(said)


def test_asked_answered_put_off_and_asked_again(planned: Database) -> None:
    with planned.transaction() as session:
        plan_everyone(session, NINE)
        deliver(session, NINE)
        item = session.scalars(select(PromptItem).join(Action).where(Action.ref == "5.2")).one()
        answers.answer_prompt(
            session, asker("SS"), f"{item.id}-{item.delivery.token[:8]}", "later", NINE + timedelta(hours=1)
        )
        put_off = why(session, "SS", "1/5.2", NINE + timedelta(hours=2))
        said = render_text(put_off)
        assert "SS, 9:00am on Monday 2 March 2026, 3 days after 27 February 2026" in said
        assert "Asked by direct message" in said
        assert "Put off by SS at 10:00am on Monday 2 March 2026. That is no answer." in said
        assert "SS is asked at 9:00am on Tuesday 3 March 2026, because they chose Not now" in said
        done = UpdateStatus(refs=(RefQuery("1", "5.2"),), status=Status.COMPLETE, line="")
        dispatch(session, asker("RM"), done, NINE + timedelta(hours=3))
        answered = render_text(why(session, "SS", "1/5.2", NINE + timedelta(hours=4)))
        assert "Answered an update by RM at 12:00pm on Monday 2 March 2026." in answered
        assert "Nobody. It is complete." in answered
        dispatch(session, asker("RM"), Undo(), NINE + timedelta(hours=5))
        assert "No answer to it." in render_text(why(session, "SS", "1/5.2", NINE + timedelta(hours=5)))


def test_left_out_and_why_failed_and_waiting(planned: Database) -> None:
    with planned.transaction() as session:
        session.execute(update(Person).where(Person.initials == "RM").values(slack_user_id=None))
        plan_everyone(session, NINE)
        rows = {row.person_id: row for row in session.scalars(select(Delivery))}
        people = {each.id: each.initials for each in session.scalars(select(Person))}
        by = {people[key]: row for key, row in rows.items() if key}
        outbox.mark_failed(session, by["JM"].id, "That account is deactivated.")
        said = render_text(why(session, "PM", "5.3"))
        assert "Left out: no chat account is linked to RM." in said
        assert "Could not be sent. That account is deactivated." in said
        assert "/cip link RM @person" in said
        outbox.schedule_retry(
            session, by["SS"].id, now=NINE, reason="Slack asked for a pause.", retry_after=9
        )
        assert "Not sent yet. Slack asked for a pause. It is tried again." in render_text(
            why(session, "SS", "1/5.2")
        )


def test_an_action_left_out_of_a_sent_message_is_shown_as_left_out(planned: Database) -> None:
    with planned.transaction() as session:
        said = UpdateStatus(refs=(RefQuery("1", "6.1"),), status=Status.IN_PROGRESS, line="")
        dispatch(session, asker("JM"), said, NOW)
        session.execute(update(ActionOwner).values(prompt_at=NINE))
        plan_everyone(session, NINE)
        deliver(session, NINE)
        assert "Left out: JM spoke today, less than 7 days before." in render_text(why(session, "JM", "6.1"))
        assert "Asked by direct message" in render_text(why(session, "JM", "5.3"))


@pytest.mark.parametrize(
    ("ref", "nobody"),
    [
        ("5.1", "Nobody. It is complete."),
        ("2/5.2", "Nobody. It has no owner."),
        ("3.1", "ZZ is asked at 9:00am on Monday 30 March 2026."),
    ],
)
def test_nothing_yet_says_why_or_who_is_next(planned: Database, ref: str, nobody: str) -> None:
    with planned.transaction() as session:
        said = render_text(why(session, "PM", ref))
        assert nobody in said
        assert "Nobody has been asked about it yet." in said
        assert "JM is asked at 9:00am on Monday 30 March 2026" in render_text(why(session, "PM", "6.1"))


def test_a_question_that_is_not_planned_yet_says_so(planned: Database) -> None:
    with planned.transaction() as session:
        session.execute(update(ActionOwner).values(prompt_at=None))
        session.execute(update(Action).values(escalate_at=None))
        assert "worked out in the next round" in why(session, "PM", "6.1").no_prompt_reason


def test_the_last_digest_is_named_with_its_colour(planned: Database) -> None:
    with planned.transaction() as session:
        digests.plan_digests(session, NINE)
        said = why(session, "CH", "1/5.2")
    assert (said.digest_on, said.digest_colour) == (NINE.date(), Colour.RED)
    assert "The last digest, of 2 March 2026, counted it as Red." in render_text(said)


def test_many_reminders_come_in_pages_newest_first(planned: Database) -> None:
    with planned.transaction() as session:
        for week in range(12):
            moment = NINE + timedelta(weeks=week)
            session.execute(update(ActionOwner).values(prompt_at=moment))
            session.execute(update(Action).where(Action.ref == "6.1").values(last_word_at=None))
            plan_everyone(session, moment)
            deliver(session, moment)
        first, second = why(session, "JM", "6.1"), why(session, "JM", "6.1", page=2)
        beyond = why(session, "JM", "6.1", page=9)
    assert (first.total > 10, first.pages, beyond.page) == (True, 2, 2)
    moments = [entry.at for entry in (*first.entries, *second.entries)]
    assert moments == sorted(moments, reverse=True)
    assert "type: /cip why 6.1 page 2" in render_text(first)
    assert "Next\n" not in render_text(second)


def test_an_ambiguous_ref_is_offered_and_an_unknown_one_gets_the_nearest(planned: Database) -> None:
    with planned.transaction() as session:
        command = Why(ref=RefQuery(None, "5.2"), line="why 5.2")
        said = dispatch(session, asker("PM"), command, NINE)
        assert isinstance(said, Candidates)
        assert [each.run for each in said.candidates] == ["why 1/5.2", "why 2/5.2"]
        with pytest.raises(NotUnderstoodError, match=r"no action 5\.9 .* nearest is"):
            why(session, "PM", "5.9")


@pytest.mark.parametrize("initials", ["SS", "RM", "PM", "CH"])
def test_owner_lead_plan_manager_and_chair_may_ask(planned: Database, initials: str) -> None:
    with planned.transaction() as session:
        assert why(session, initials, "1/5.2").total == 0


@pytest.mark.parametrize("initials", ["JM", "VW"])
def test_the_refusal_to_anyone_else_names_who_may(planned: Database, initials: str) -> None:
    with planned.transaction() as session, pytest.raises(NotAllowedError) as refused:
        why(session, initials, "1/5.2")
    assert "its owner SS, the project's lead RM, a plan manager (PM) or the chair of the board" in str(
        refused.value
    )
