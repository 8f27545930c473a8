"""`/cip explain`, on the small plan imported on Monday 2 March 2026 at 8:30am."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.commands import Explain, UpdateStatus
from bot.database import Database
from bot.errors import NotUnderstoodError
from bot.messages import ColourExplained, ColourLegend
from bot.plan.rag import Colour
from bot.plan.refs import RefQuery
from bot.rendering import Renderer
from models import Action, Plan
from tests.fixtures.commands import dispatch
from tests.fixtures.plans import NOW, asker

RENDERER = Renderer("/cip")


def explained(database: Database, ref: str, days: int = 0) -> str:
    section, _, number = ref.rpartition("/")
    with database.transaction() as session:
        command = Explain(ref=RefQuery(section or None, number))
        found = dispatch(session, asker("PM"), command, NOW + timedelta(days=days))
        assert isinstance(found, ColourExplained)
        return RENDERER.text(found)


@pytest.mark.parametrize(
    ("ref", "days", "words"),
    [
        ("1/5.2", 0, "Its date, 27 February 2026, passed 3 days ago and it is not complete: that is Red."),
        ("5.3", 0, "It is due in 7 days and has not started: within 14 days that is Amber."),
        ("2/5.2", 0, "Its date is not confirmed, with 20 days to go: that is Amber."),
        ("3.1", 40, "Nobody has said anything of it for 40 days, and no owner can be asked: that is Amber."),
        ("6.1", 0, "By the facts alone it is Green: due in 60 days."),
        ("6.1", 0, "It turns Red the day after 1 May 2026 unless it is complete by then or has a new date."),
        ("5.1", 0, "It is complete, which is Blue whatever else is so."),
    ],
)
def test_a_colour_is_explained_by_the_rules_that_make_it(
    planned: Database, ref: str, days: int, words: str
) -> None:
    assert words in explained(planned, ref, days)


def test_a_declared_colour_stands_apart_from_the_facts(planned: Database) -> None:
    with planned.transaction() as session:
        said = UpdateStatus(refs=(RefQuery(None, "6.1"),), declared=Colour.AMBER, line="")
        dispatch(session, asker("JM"), said, NOW)
        late = UpdateStatus(refs=(RefQuery("1", "5.2"),), declared=Colour.GREEN, line="")
        dispatch(session, asker("SS"), late, NOW)
    worse = explained(planned, "6.1")
    assert worse.startswith("Why 6.1 is Amber")
    assert "It was declared Amber; the last word is from JM, today. That is worse than the facts" in worse
    better = explained(planned, "1/5.2")
    assert better.startswith("Why 1/5.2 is Red")
    assert "It was declared Green; the last word is from SS, today. The facts say worse" in better


def test_without_a_ref_it_says_what_the_colours_mean_in_each_plan(planned: Database) -> None:
    with planned.transaction() as session:
        found = dispatch(session, asker("VW"), Explain(), NOW)
        assert isinstance(found, ColourLegend)
        text = RENDERER.text(found)
        assert "Red: a date has passed and it is not complete, or it was declared Red." in text
        assert "no word for 30 days and a question not answered for 5 working days" in text
        session.execute(update(Plan).values(rag_rules={"silence": 21, "answer": 3}))
    with planned.transaction() as session:
        text = RENDERER.text(dispatch(session, asker("VW"), Explain(), NOW))
        assert "no word for 21 days and a question not answered for 3 working days" in text


def test_a_ref_that_names_nothing_is_refused(planned: Database) -> None:
    with planned.transaction() as session, pytest.raises(NotUnderstoodError):
        dispatch(session, asker("PM"), Explain(ref=RefQuery(None, "99.9")), NOW)


def test_a_slipped_date_stays_amber_until_it_is_complete(planned: Database) -> None:
    with planned.transaction() as session:
        session.execute(update(Action).where(Action.ref == "6.1").values(slipped_days=41))
    assert "Its date has moved by 41 days in all, more than 30: that is Amber." in explained(planned, "6.1")
