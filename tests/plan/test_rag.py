"""Colours at their exact edges."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.plan.rag import Colour, RagFacts, RagRules, Silence, compute_rag, legend
from bot.plan.statuses import Status

TODAY = date(2026, 3, 31)
RULES = RagRules()


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def ahead(days: int) -> date:
    return TODAY + timedelta(days=days)


def facts(**given_facts: Any) -> RagFacts:
    usual: dict[str, Any] = {
        "status": Status.IN_PROGRESS,
        "declared": None,
        "next_due": ahead(40),
        "confirmed": True,
        "silent_since": ago(1),
        "slipped_days": 0,
        "has_update": True,
    }
    return RagFacts(**(usual | given_facts))


@pytest.mark.parametrize(
    ("given_facts", "colour", "reason"),
    [
        ({}, Colour.GREEN, "due in 40 days"),
        ({"next_due": TODAY}, Colour.GREEN, "due today"),
        ({"next_due": ago(1)}, Colour.RED, "1 day late"),
        ({"next_due": ago(14)}, Colour.RED, "14 days late"),
        (
            {"next_due": ahead(14), "status": Status.NOT_STARTED},
            Colour.AMBER,
            "due in 14 days and not started",
        ),
        ({"next_due": ahead(15), "status": Status.NOT_STARTED}, Colour.GREEN, "due in 15 days"),
        ({"next_due": TODAY, "status": Status.NOT_STARTED}, Colour.AMBER, "due today and not started"),
        ({"next_due": ahead(14)}, Colour.GREEN, "due in 14 days"),
        ({"silent_since": ago(29)}, Colour.GREEN, "due in 40 days"),
        ({"silent_since": ago(30)}, Colour.GREEN, "due in 40 days"),
        ({"silent_since": ago(29), "silence": Silence.UNANSWERED}, Colour.GREEN, "due in 40 days"),
        ({"silent_since": ago(30), "silence": Silence.UNANSWERED}, Colour.AMBER, "no word for 30 days"),
        (
            {"silent_since": ago(30), "silence": Silence.UNREACHABLE},
            Colour.AMBER,
            "no word for 30 days, and nobody could be asked",
        ),
        ({"next_due": ahead(30), "confirmed": False}, Colour.AMBER, "date not confirmed, 30 days to go"),
        ({"next_due": ahead(31), "confirmed": False}, Colour.GREEN, "due in 31 days"),
        ({"slipped_days": 30}, Colour.GREEN, "due in 40 days"),
        ({"slipped_days": 31}, Colour.AMBER, "date moved by 31 days in all"),
        ({"next_due": None, "has_update": False}, Colour.GREY, "nothing due and no date"),
        ({"next_due": None}, Colour.GREEN, "no date to miss, and recently heard of"),
        ({"next_due": None, "silent_since": ago(30)}, Colour.GREEN, "no date to miss"),
        ({"declared": Colour.RED}, Colour.RED, "declared Red"),
        ({"declared": Colour.AMBER}, Colour.AMBER, "declared Amber"),
        ({"declared": Colour.GREEN}, Colour.GREEN, "due in 40 days"),
        (
            {"declared": Colour.GREEN, "next_due": ago(3)},
            Colour.RED,
            "3 days late; declared Green, facts say Red",
        ),
        ({"declared": Colour.RED, "next_due": ago(3)}, Colour.RED, "declared Red; 3 days late"),
        ({"status": Status.COMPLETE, "next_due": ago(90)}, Colour.BLUE, "complete"),
        ({"status": Status.VERIFIED}, Colour.BLUE, "complete and verified"),
        ({"status": Status.DROPPED, "declared": Colour.RED}, Colour.GREY, "dropped"),
        ({"status": Status.ON_HOLD, "next_due": ago(9)}, Colour.GREY, "on hold"),
    ],
)
def test_the_colour_and_its_reason(given_facts: dict[str, Any], colour: Colour, reason: str) -> None:
    found = compute_rag(facts(**given_facts), today=TODAY, rules=RULES)
    assert (found.colour, found.reason) == (colour, reason)


def test_a_plan_that_asks_for_a_check_is_not_blue_before_it() -> None:
    found = compute_rag(facts(status=Status.COMPLETE), today=TODAY, rules=RagRules(verify=True))
    assert (found.colour, found.reason) == (Colour.GREEN, "complete, waiting to be verified")


def test_a_disagreement_shows_only_when_the_owner_said_better() -> None:
    assert compute_rag(facts(declared=Colour.GREEN, next_due=ago(1)), today=TODAY, rules=RULES).disagrees
    assert not compute_rag(facts(declared=Colour.RED), today=TODAY, rules=RULES).disagrees


@given(
    st.builds(
        RagFacts,
        status=st.sampled_from(Status),
        declared=st.sampled_from([None, Colour.RED, Colour.AMBER, Colour.GREEN]),
        next_due=st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
        confirmed=st.booleans(),
        silent_since=st.dates(date(2020, 1, 1), TODAY),
        slipped_days=st.integers(0, 1000),
        has_update=st.booleans(),
    )
)
def test_the_reported_colour_is_never_better_than_either(given_facts: RagFacts) -> None:
    found = compute_rag(given_facts, today=TODAY, rules=RULES)
    assert found.reason
    assert found.colour.rank <= found.facts.rank
    if given_facts.status.is_open and given_facts.declared is not None:
        assert found.colour.rank <= given_facts.declared.rank
    if not given_facts.status.is_open:
        assert found.colour in {Colour.BLUE, Colour.GREY}


def test_the_legend_tells_the_plans_own_thresholds() -> None:
    lines = legend(RagRules(due_soon=10, silence=21, verify=True))
    assert "due within 10 days" in lines[1]
    assert "no word for 21 days" in lines[1]
    assert lines[3] == "Blue: complete and verified."
