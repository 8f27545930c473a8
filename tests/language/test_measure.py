"""The measure finds what it is there to find: wrong records, failing offers, missed presses."""

import json
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from click.testing import CliRunner

from bot.command_line.line_effects import CommandEffect
from bot.command_line.line_results import LineChoice, LineResult
from bot.command_line.line_runner import LineRunner
from tests.language import measure
from tests.language.cases import Case, read_cases
from tests.language.figures import Figures, Outcome, Verdict, find_missed, judge
from tests.language.matching import holds_never, matches_reading

PLAN = """Small council plan
Section,Ref,Action,Owner,Due,Status
Section 1: Services,4.3,Close the gap,HT,26/02/2027,In progress
Section 1: Services,5.2,Train all five teams,SP,27/11/2026,In progress
Section 1: Services,5.3,Put records on the system,SP,29/01/2027,Not started
Section 2: Schools,4.3,Visit every school,NV,12/03/2027,In progress
"""
PEOPLE = "initials,name,email,role\nRM,Rhoswen,rm@c.example,plan manager\nSP,Sunita,sp@c.example,\n"
COMPLETE = {"command": "update", "refs": ["5.2"], "status": "complete"}


def case(line: str = "5.2 done", **facts: Any) -> Case:
    found = {
        "id": "one",
        "family": "some",
        "line": line,
        "as": "SP",
        "in": "dm",
        "date": "2026-11-30",
        "readable": True,
        "aimed": False,
        "right": [[COMPLETE]],
    } | facts
    return read_text(json.dumps(found))[0]


def read_text(text: str) -> list[Case]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "cases.jsonl"
        path.write_text(text, encoding="utf-8")
        return read_cases(path)


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LineRunner]:
    folder = tmp_path_factory.mktemp("plan")
    (folder / "plan.csv").write_text(PLAN, encoding="utf-8")
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    with measure.opened_runner(folder / "plan.csv", folder / "people.csv") as found:
        yield found


def outcome(runner: LineRunner, found: Case) -> Outcome:
    (only,) = measure.measure(runner, [found])
    return only


def test_a_line_that_is_carried_out(runner: LineRunner) -> None:
    found = outcome(runner, case())
    assert (found.verdict, found.has_target) == (Verdict.RIGHT, False)
    assert outcome(runner, case("done", reply_to="5.2")).verdict is Verdict.RIGHT
    assert (
        outcome(runner, case("5.2 done", right=[[{"command": "show"}], [COMPLETE]])).verdict is Verdict.RIGHT
    )


@pytest.mark.parametrize(
    "right",
    [
        [[COMPLETE | {"refs": ["5.3"]}]],
        [[COMPLETE | {"status": "in-progress"}]],
        [[{"command": "update", "refs": ["5.2"]}]],
        [[COMPLETE | {"declared": "green"}]],
        [[COMPLETE | {"due": "2026-12-01"}]],
        [[COMPLETE | {"note_has": ["training"]}]],
        [[COMPLETE, COMPLETE | {"refs": ["5.3"]}]],
        [[]],
        [],
    ],
)
def test_a_wrong_record_is_found(runner: LineRunner, right: list[Any]) -> None:
    assert outcome(runner, case(right=right)).verdict is Verdict.WRONG


def test_a_record_that_must_never_be_is_wrong_whatever_else_is_right(runner: LineRunner) -> None:
    assert outcome(runner, case(never=[{"status": "complete"}])).verdict is Verdict.WRONG
    assert outcome(runner, case(never=[{"status": "dropped"}])).verdict is Verdict.RIGHT


def test_a_page_that_was_not_asked_for_is_no_wrong_record(runner: LineRunner) -> None:
    assert outcome(runner, case("show 5.2")).verdict is Verdict.MISREAD
    assert outcome(
        runner, case("at-risk s2", right=[[{"command": "at-risk", "scope": {"section": "1"}}]])
    ).verdict is (Verdict.MISREAD)
    narrowed = [[{"command": "at-risk", "scope": {"section": "2"}}]]
    assert outcome(runner, case("at-risk s2", right=narrowed)).verdict is Verdict.RIGHT


def test_one_press_away_and_not(runner: LineRunner) -> None:
    ambiguous = case("4.3 done", **{"as": "RM", "right": [[COMPLETE | {"refs": ["2/4.3"]}]]})
    found = outcome(runner, ambiguous)
    assert (found.verdict, found.has_target, found.is_one_press) == (Verdict.ASKED, True, True)
    missed = outcome(runner, case("4.3 done", **{"as": "RM", "right": [[COMPLETE]]}))
    assert (missed.verdict, missed.has_target, missed.is_one_press) == (Verdict.ASKED, True, False)
    rightly = outcome(runner, case("thank you so much", readable=False, right=[[]]))
    assert (rightly.verdict, rightly.has_target) == (Verdict.ASKED, False)
    pressable = case("4.3 done", **{"as": "RM", "right": [[]], "pressable": [[{"refs": ["1/4.3"]}]]})
    assert outcome(runner, pressable).is_one_press


def offered(*choices: LineChoice) -> LineResult:
    return LineResult("hm", (), choices, "What?")


def test_an_offer_that_fails_when_it_is_pressed() -> None:
    complete = CommandEffect("update", ("5.2",), "complete")
    works, fails = LineChoice("Done", (complete,)), LineChoice("On hold", (), "That is not yours.")
    assert judge(case(), offered(works, fails)).failing == 1
    assert judge(case(), offered(works)).failing == 0
    assert judge(case(), offered(LineChoice("Something else"))).failing == 0


def test_an_offer_that_must_never_be_made() -> None:
    complete = LineChoice("Done", (CommandEffect("update", ("5.2",), "complete"),))
    assert not judge(case(never=[{"status": "complete"}]), offered(complete)).is_never_offered
    assert judge(case(never=[{"refs": ["5.3"]}]), offered(complete)).is_never_offered


def test_a_case_that_cannot_be_run(runner: LineRunner) -> None:
    assert outcome(runner, case(**{"as": "QQ"})).verdict is Verdict.FAILED
    assert outcome(runner, case("done", reply_to="4.3", **{"as": "RM"})).verdict is Verdict.FAILED


def does(**facts: Any) -> dict[str, Any]:
    return CommandEffect("update", **({"refs": ("5.2",)} | facts)).as_json()


@pytest.mark.parametrize(
    ("wanted", "found", "matches"),
    [
        ({"refs": ["1/5.2"]}, does(), True),
        ({"refs": ["5.2"]}, does(refs=("1/5.2",)), True),
        ({"refs": ["2/5.2"]}, does(refs=("1/5.2",)), False),
        ({"refs": ["R-0001"]}, does(refs=("R0001",)), True),
        ({"refs": ["5.4(ii)"]}, does(refs=("5.4ii",)), True),
        ({"refs": ["5.2", "5.3"]}, does(), False),
        ({"status": "blocked"}, does(status="blocked", declared="red"), True),
        ({"status": "blocked"}, does(status="blocked", declared="amber"), False),
        ({"note_has": ["Two Teams", "it\u2019s"]}, does(note="it's two teams"), True),
        ({"note_has": "two"}, does(note="one"), False),
        ({"note_not": ["done"]}, does(note="not done"), False),
        ({"note_not": ["done"]}, does(note="going well"), True),
        ({"because_has": ["late"]}, does(because="contract is late"), True),
        ({"evidence_has": "a.example"}, does(evidence="https://a.example/x"), True),
        ({"evidence_has": "b.example"}, does(evidence="https://a.example/x"), False),
        ({"due": "2026-12-01"}, does(due="2026-12-02"), False),
        ({}, does(due="2026-12-02"), False),
        ({}, does(declared="green"), False),
        ({"command": "show"}, does(), False),
        ({"public": True}, does(), False),
    ],
)
def test_how_entries_are_compared(wanted: dict[str, Any], found: dict[str, Any], *, matches: bool) -> None:
    assert matches_reading([wanted], [found]) is matches


def test_two_updates_in_any_order_and_one_of_two_actions_are_the_same() -> None:
    reading = [{"refs": ["5.3"], "status": "complete"}, {"refs": ["5.2"], "status": "complete"}]
    assert matches_reading(reading, [does(refs=("5.2", "5.3"), status="complete")])
    assert matches_reading(reading, [does(status="complete"), does(refs=("5.3",), status="complete")])
    assert not matches_reading(reading, [does(status="complete"), does(refs=("5.3",))])
    assert not matches_reading(reading, [does(status="complete")])


def test_a_never_holds_only_where_all_of_its_fields_do() -> None:
    assert holds_never([{"status": "complete"}], [does(status="complete", declared="green")])
    assert not holds_never([{"status": "complete", "refs": ["5.3"]}], [does(status="complete")])
    assert holds_never([{"refs": ["5.3"]}], [does(refs=("5.2", "5.3"))])


def judged(verdict: Verdict, *, aimed: bool = False, readable: bool = True) -> Outcome:
    return Outcome(case(aimed=aimed, readable=readable), None, verdict)


GOOD = [judged(Verdict.RIGHT)] * 200


@pytest.mark.parametrize(
    ("outcomes", "missed"),
    [
        (GOOD, []),
        ([*GOOD, judged(Verdict.WRONG)], []),
        ([*GOOD, *[judged(Verdict.WRONG)] * 2], ["recorded wrongly, of other lines: 2 of 202"]),
        ([*GOOD, judged(Verdict.WRONG, aimed=True)], ["recorded wrongly, of aimed lines: 1 of 1"]),
        ([judged(Verdict.RIGHT), judged(Verdict.ASKED)], ["carried out without asking: 1 of 2"]),
        ([*GOOD, *[judged(Verdict.ASKED, readable=False)] * 300], []),
        ([*GOOD, judged(Verdict.FAILED)], ["cases that could not be run: 1"]),
    ],
)
def test_what_is_not_good_enough_is_said(outcomes: Sequence[Outcome], missed: list[str]) -> None:
    found = find_missed(Figures(outcomes))
    assert [each.partition(",  ")[0][: len(want)] for each, want in zip(found, missed, strict=True)] == missed


def test_missed_presses_and_failing_offers_are_not_good_enough() -> None:
    offers = (
        LineChoice("Done", (CommandEffect("update", ("5.3",), "complete"),)),
        LineChoice("x", (), "No."),
    )
    result = LineResult("hm", (), offers, "What?")
    found = find_missed(Figures([*GOOD, judge(case(), result)]))
    assert [each.partition(":")[0] for each in found] == ["one press away", "offers that fail"]


def corpus(folder: Path, *cases: dict[str, Any]) -> Path:
    path = folder / "cases.jsonl"
    path.write_text("\n".join(json.dumps(dict(each)) for each in cases), encoding="utf-8")
    return path


@pytest.fixture
def page(tmp_path: Path, runner: LineRunner, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page with a place for figures; the command runs on the small plan."""
    monkeypatch.setattr(measure, "opened_runner", lambda: nullcontext(runner))
    path = tmp_path / "language.md"
    path.write_text(f"# Words\n\n{measure.BEGIN}\nold\n{measure.END}\n\nMore.\n", encoding="utf-8")
    return path


def test_the_command_prints_writes_and_fails(tmp_path: Path, page: Path) -> None:
    right = dict(case().facts)
    cases = corpus(
        tmp_path,
        right,
        {**right, "id": "two", "family": "other", "line": "5.3 done"},
        {**right, "id": "three", "family": "other", "line": "thanks", "right": [[]], "readable": False},
    )
    failed = CliRunner().invoke(measure.main, [str(cases), "--write", str(page), "--show", "wrong"])
    assert failed.exit_code == 1, failed.output
    assert "two: wrong\n> 5.3 done\nRecords: update 5.3: complete" in failed.output
    assert "three" not in failed.output
    assert "NOT REACHED  cases.jsonl: recorded wrongly, of other lines: 1 of 3" in failed.output
    written = page.read_text(encoding="utf-8")
    assert written.startswith("# Words\n\n<!-- figures")
    assert written.endswith("end of the figures -->\n\nMore.\n")
    assert "| some | 1 | 1 | 1 of 1 (100 %) | 0 | 0 | 0 |" in written
    assert "| other | 2 | 1 | 0 of 1 (0 %) | 0 | 1 | 1 |" in written
    assert "`cases.jsonl`, 3 cases:" in written
    assert "old" not in written
    good = CliRunner().invoke(measure.main, [str(cases), "--family", "some"])
    assert (good.exit_code, "other" in good.output) == (0, False)


def test_a_page_without_a_place_for_figures_is_left_alone(tmp_path: Path, page: Path) -> None:
    page.write_text("Nothing here.", encoding="utf-8")
    refused = CliRunner().invoke(
        measure.main, [str(corpus(tmp_path, dict(case().facts))), "--write", str(page)]
    )
    assert refused.exit_code == 2
    assert page.read_text(encoding="utf-8") == "Nothing here."


def test_what_is_no_case_is_refused() -> None:
    with pytest.raises(ValueError, match="family"):
        read_text('{"id": "a"}')


def test_the_day_of_the_figures_is_written(page: Path) -> None:
    measure.write(page, [("a.jsonl", [judged(Verdict.RIGHT)])], date(2026, 11, 30))
    assert "Measured on 30 November 2026." in page.read_text(encoding="utf-8")
