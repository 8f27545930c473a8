"""A section that a line names: the one with that number, or whose title has these words."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from bot.commands import AtRisk, Offer, Scope, UpdateStatus
from bot.database import Database
from bot.errors import NotUnderstoodError
from bot.importing.drafting.draft import PlanDraft, SectionDraft
from bot.messages import ActionList, Message, OfferedAnswers, UpdateReceipt
from handlers.command_parser import parse
from tests.fixtures.commands import dispatch
from tests.fixtures.plans import ACTIONS, DRAFT, MONDAY, NOW, asker, seed_plan

ONE_SECTION: PlanDraft = replace(
    DRAFT,
    title="Savings plan 2026-27",
    sections=(SectionDraft("1", "Savings of 2026-27, part 2"),),
    projects=DRAFT.projects[:2],
    actions=ACTIONS[:4],
)


def send(database: Database, line: str, draft: PlanDraft | None = ONE_SECTION) -> Message:
    with database.transaction() as session:
        if draft is not None:
            seed_plan(session, draft)
        command = parse(line, today=MONDAY)
        assert isinstance(command, UpdateStatus | Offer)
        return dispatch(session, asker("SS"), command, NOW)


def count_changes(database: Database) -> int:
    with database.transaction(write=False) as session:
        return int(session.execute(text("select count(*) from status_change")).scalar_one())


@pytest.mark.parametrize(
    "line",
    [
        "S2 5.2 done",
        "s2 5.2 done",
        "section 2 5.2 done",
        "update section 2 5.2 done",
        "sec. 2: 5.2 done",
        "2/5.2 done",
        "s2/5.2 done",
        "s02 5.2 done",
        "done S2 5.2",
        "s20 5.2 done",
        "S 20 5.2 done",
        "20/5.2 done",
        "s26 5.2 done",
        "27/5.2 done",
        "s202 5.2 done",
        "update s2026 5.2 done",
    ],
)
def test_a_section_that_is_not_there_changes_no_other_sections_action(database: Database, line: str) -> None:
    with pytest.raises(NotUnderstoodError):
        send(database, line)
    assert count_changes(database) == 0


@pytest.mark.parametrize(
    "line",
    [
        "2 5.2 done",
        "update 7 5.2 done",
        "update plan 2 5.2 done",
        "update savings 2 5.2 done",
        "update plan 27 5.2 done",
        "update part 20 5.2 done",
        "2026 5.2 done",
        "update 2026-27 5.2 done",
    ],
)
def test_a_number_that_may_be_a_section_is_asked_about(database: Database, line: str) -> None:
    assert isinstance(send(database, line), OfferedAnswers)
    assert count_changes(database) == 0


def test_the_refusal_says_what_sections_there_are(database: Database) -> None:
    with pytest.raises(NotUnderstoodError) as raised:
        send(database, "S2 5.2 done")
    assert "1 Savings of 2026-27, part 2" in raised.value.sentence
    assert raised.value.suggestion == "/cip show 5.2"


@pytest.mark.parametrize(
    "line",
    [
        "5.2 done",
        "S1 5.2 done",
        "s01/5.2 done",
        "section 1 5.2 done",
        "1/5.2 done",
        "update savings 5.2 done",
        "update sav/5.2 done",
        "update plan 5.2 done",
    ],
)
def test_a_section_that_is_there_is_found_by_number_or_words(database: Database, line: str) -> None:
    receipt = send(database, line)
    assert isinstance(receipt, UpdateReceipt)
    assert [change.title for change in receipt.changes] == ["Gather the data on workforce costs"]


def test_a_number_after_words_is_no_second_action(database: Database) -> None:
    """Where the plan has a 2 of its own, "plan 2 5.2" does not mean both."""
    numbered = replace(ACTIONS[0], ref="2", title="Recruit")
    draft = replace(ONE_SECTION, actions=(*ONE_SECTION.actions, numbered))
    assert isinstance(send(database, "update plan 2 5.2 done", draft), OfferedAnswers)
    assert count_changes(database) == 0


@pytest.mark.parametrize("section", ["2", "20", "26", "27", "202"])
def test_a_list_is_not_narrowed_to_a_part_of_a_title(database: Database, section: str) -> None:
    with database.transaction() as session:
        seed_plan(session, ONE_SECTION)
        with pytest.raises(NotUnderstoodError, match="1 Savings"):
            dispatch(session, asker("SS"), AtRisk(scope=Scope(section=section)), NOW)


@pytest.mark.parametrize("words", ["2026-27", "savings 2026-27", "1", "savings 1"])
def test_a_year_of_a_title_is_a_word_of_it(database: Database, words: str) -> None:
    with database.transaction() as session:
        seed_plan(session, ONE_SECTION)
        found = dispatch(session, asker("SS"), AtRisk(scope=Scope(section=words)), NOW)
    assert isinstance(found, ActionList)
