"""`read` says what the bot would do with a line, by the way that a real message takes, and saves nothing."""

import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text
from sqlalchemy.orm import Session

import sample
from app import main
from bot.command_line.line_askers import LineAsker, LineAskers
from bot.command_line.line_results import LineResult
from bot.command_line.line_runner import LineClock, LineRunner
from bot.command_line.line_states import LineState
from bot.commands import Command, Offer, Option, PromptContext, Snooze, UpdateSeveral, UpdateStatus
from bot.config import Settings
from bot.database import Database
from bot.plan.rag import Colour
from bot.plan.refs import RefQuery
from bot.plan.statuses import Status
from handlers.command_parser import LineReading
from handlers.slack import direct_messages
from models.base import Base
from tests.fixtures.databases import KINDS, fresh_database, fresh_url
from tests.fixtures.plans import NOW

DAY = "2026-03-02"


@pytest.fixture(params=KINDS)
def address(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Of a database with the small plan, which the settings name."""
    return use(fresh_url(request.param, tmp_path, "planned"), tmp_path, monkeypatch)


@pytest.fixture
def planned_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small plan as a file of SQLite, which the settings name."""
    use(fresh_url("sqlite", tmp_path, "planned"), tmp_path, monkeypatch)
    return tmp_path / "cip.sqlite3"


def use(url: str | None, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    for name in os.environ:
        if name.startswith(("CIP_", "SLACK_", "DATABASE_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("CIP_DATA_DIR", str(folder / "data"))
    if url is not None:
        monkeypatch.setenv("DATABASE_URL", url)
    return url or ""


def run(*words: str, given: str | None = None) -> Result:
    return CliRunner().invoke(main, ["read", *words], input=given)


def read(*words: str) -> dict[str, Any]:
    """What one line, the last of the words, would do; on the plan's own day."""
    result = run("--json", "--date", DAY, *words)
    assert result.exit_code == 0, (result.output, result.exc_info)
    found: dict[str, Any] = json.loads(result.output)
    assert list(found) == ["line", "does", "choices", "says"]
    assert found["line"] == words[-1]
    return found


def done(*words: str) -> dict[str, Any]:
    """The one thing that the line does."""
    (effect,) = read(*words)["does"]
    assert list(effect) == [
        *("command", "refs", "status", "declared", "due", "because", "note", "evidence", "scope", "public")
    ]
    return effect  # type: ignore[no-any-return]


def feed(*objects: object, words: Sequence[str] = ("--json", "--date", DAY)) -> list[dict[str, Any]]:
    given = "\n".join(each if isinstance(each, str) else json.dumps(each) for each in objects)
    result = run(*words, given=given)
    return [json.loads(line) for line in result.stdout.splitlines()]


def rows_of(address: str) -> dict[str, list[tuple[object, ...]]]:
    database = Database(address, threads=1)
    with database.transaction(write=False) as session:
        rows = {
            table.name: sorted(map(tuple, session.execute(text(f"SELECT * FROM {table.name}"))), key=repr)
            for table in Base.metadata.sorted_tables
        }
    database.close()
    return rows


EVERYTHING = (
    ("--as", "SS", "1/5.2 done"),
    ("--as", "SS", "1/5.2 blocked: no money"),
    ("--as", "SS", "1/5.2 moved to 30 April because the contract is late"),
    ("--as", "SS", "--reply-to", "1/5.2", "later"),
    ("--thread", "1/5.2", "done"),
    ("--in", "slash", "export csv"),
    ("--in", "slash", "calendar"),
    ("--in", "slash", "timezone Europe/Paris"),
    ("--in", "slash", "link ZZ @pat"),
    ("--in", "channel", "5.3 on-track"),
    ("5.2 done",),
)


def test_nothing_is_saved_whatever_is_read(address: str) -> None:
    before = rows_of(address)
    for words in EVERYTHING:
        assert run("--json", "--date", DAY, *words).exit_code == 0
    assert rows_of(address) == before


def test_the_file_stays_as_it_was_to_the_byte(planned_file: Path) -> None:
    sqlite3.connect(planned_file).execute("PRAGMA journal_mode=WAL").close()
    before = planned_file.read_bytes()
    for words in EVERYTHING:
        run("--json", *words)
    assert planned_file.read_bytes() == before


def test_an_update_with_all_that_it_can_hold(address: str) -> None:
    line = "update 1/5.2 in-progress --rag amber --due 30/04/2026 --because contract late --evidence https://a.example/x"
    assert done("--as", "SS", "--in", "slash", line) == {
        "command": "update",
        "refs": ["1/5.2"],
        "status": "in-progress",
        "declared": "amber",
        "due": "2026-04-30",
        "because": "contract late",
        "note": "",
        "evidence": "https://a.example/x",
        "scope": {},
        "public": False,
    }


@pytest.mark.parametrize(
    ("line", "status", "declared", "note"),
    [
        ("1/5.2 done", "complete", None, ""),
        ("1/5.2 not-started", "not-started", None, ""),
        ("1/5.2 on-hold until the audit", "on-hold", None, "until the audit"),
        ("1/5.2 dropped", "dropped", None, ""),
        ("1/5.2 red", None, "red", ""),
    ],
)
def test_each_status_by_its_own_name(
    planned_file: Path, line: str, status: str | None, declared: str | None, note: str
) -> None:
    effect = done("--as", "SS", line)
    assert (effect["status"], effect["declared"], effect["note"]) == (status, declared, note)


def test_blocked_is_a_status_of_its_own(planned_file: Path) -> None:
    effect = done("--as", "SS", "1/5.2 blocked: no money")
    assert (effect["status"], effect["note"]) == ("blocked", "no money")


@pytest.mark.parametrize(
    ("line", "command", "scope"),
    [
        ("at-risk s1", "at-risk", {"section": "1"}),
        ("overdue project 5", "overdue", {"project": "5"}),
        ("overdue for SS", "overdue", {"person": "SS"}),
        ("overdue me", "overdue", {"person": "PM"}),
        ("due 31 March", "due", {"until": "2026-03-31"}),
        ("search caseload model", "search", {"words": "caseload model"}),
        ("mine", "mine", {}),
        ("digest", "digest", {}),
        ("questions", "questions", {}),
        ("versions", "versions", {}),
        ("help update", "help", {"words": "update"}),
        ("export csv", "export", {"form": "csv"}),
        ("link ZZ <@U0NEW>", "link", {"initials": "ZZ", "person": "U0NEW"}),
        ("timezone Europe/Paris", "timezone", {"words": "Europe/Paris"}),
        ("calendar", "calendar", {}),
    ],
)
def test_the_other_commands_by_their_word_and_what_narrows_them(
    planned_file: Path, line: str, command: str, scope: dict[str, str]
) -> None:
    effect = done("--as", "PM", "--in", "slash", line)
    assert (effect["command"], effect["scope"]) == (command, scope)


def test_an_undo_with_nothing_to_take_back_is_refused(planned_file: Path) -> None:
    assert read("--as", "PM", "undo")["does"] == []


@pytest.mark.parametrize("command", ["show", "history", "why"])
def test_a_question_about_an_action_names_it_as_the_plan_does(planned_file: Path, command: str) -> None:
    assert done("--as", "SS", f"{command} 5.2")["refs"] == ["1/5.2"]
    assert done("--as", "SS", f"{command} 6.1")["refs"] == ["6.1"]


def test_a_ref_is_given_its_section_only_where_others_have_it(planned_file: Path) -> None:
    assert done("--as", "SS", "5.2 done")["refs"] == ["1/5.2"]
    assert done("--as", "JM", "6.1 done")["refs"] == ["6.1"]
    assert done("--as", "PM", "2/5.2 done")["refs"] == ["2/5.2"]
    assert done("--as", "PM", "5.3, 6.1 done")["refs"] == ["5.3", "6.1"]


def test_a_milestone_keeps_its_own_name(planned_file: Path) -> None:
    assert done("--as", "PM", "1.3a done")["refs"] == ["1.3a"]


def test_a_ref_that_two_have_is_asked_and_each_choice_says_what_it_does(planned_file: Path) -> None:
    found = read("--as", "PM", "5.2 done")
    assert found["does"] == []
    assert [choice["does"][0]["refs"] for choice in found["choices"]] == [["1/5.2"], ["2/5.2"]]
    assert {choice["does"][0]["status"] for choice in found["choices"]} == {"complete"}
    assert "which do you mean" in found["says"].lower()


def test_who_has_no_right_is_refused(planned_file: Path) -> None:
    for initials, line in (("JM", "1/5.2 done"), ("VW", "6.1 done")):
        found = read("--as", initials, line)
        assert (found["does"], found["choices"]) == ([], []), found
        assert "Nothing was changed" in found["says"]


def test_a_ref_that_is_not_there_is_refused_with_a_line_that_is_run(planned_file: Path) -> None:
    found = read("--as", "SS", "show 5.9")
    assert found["does"] == []
    ((label, does),) = [(each["label"], each["does"]) for each in found["choices"]]
    assert label.startswith("/cip show 5.")
    assert [effect["command"] for effect in does] == ["show"]


def test_an_offered_line_that_is_refused_does_nothing(planned_file: Path) -> None:
    found = read("--as", "JM", "1/5.2 completd")
    assert found["does"] == []
    assert [each["does"] for each in found["choices"] if each["does"]] == []


def test_an_answer_needs_a_question(planned_file: Path) -> None:
    assert read("--as", "SS", "done")["does"] == []
    assert done("--as", "SS", "--reply-to", "1/5.2", "done")["refs"] == ["1/5.2"]
    assert done("--as", "JM", "--reply-to", "5.3", "done")["refs"] == ["5.3"]


def test_in_the_thread_of_a_question_it_is_about_that_action(planned_file: Path) -> None:
    assert done("--as", "JM", "--thread", "6.1", "done")["refs"] == ["6.1"]
    assert done("--as", "JM", "--thread", "5.3", "done")["refs"] == ["5.3"]


def test_later_puts_the_question_off(address: str) -> None:
    effect = done("--as", "SS", "--reply-to", "1/5.2", "later")
    assert (effect["command"], effect["refs"]) == ("later", ["1/5.2"])
    assert "next working day" in read("--thread", "6.1", "later")["says"]


def test_the_sender_is_an_owner_of_the_action_asked_about_or_else_a_plan_manager(planned_file: Path) -> None:
    # JM owns 6.1 and may not update 1/5.2; PM may update all.
    assert read("--reply-to", "6.1", "1/5.2 done")["does"] == []
    assert done("1/5.2 done")["refs"] == ["1/5.2"]


def test_the_same_line_in_a_message_and_in_a_channel(planned_file: Path) -> None:
    direct, channel = read("1/5.9 done"), read("--in", "channel", "1/5.9 done")
    assert "Nothing was recorded" not in direct["says"]
    assert "Nothing was recorded" in channel["says"]
    assert done("--in", "channel", "@cip show 6.1") == done("--in", "channel", "show 6.1")
    assert done("--in", "channel", "at-risk public")["public"]
    assert read("--as", "SS", "--reply-to", "1/5.2", "--in", "channel", "done")["does"] == []


def test_what_would_be_a_key_is_not_said_in_a_direct_message(planned_file: Path) -> None:
    found = read("--as", "SS", "calendar")
    assert found["does"] == []
    assert "is a key" in found["says"]
    assert done("--as", "SS", "--in", "slash", "calendar")["command"] == "calendar"


def test_the_day_is_the_one_that_is_given(planned_file: Path) -> None:
    line = "1/5.2 moved to friday because of leave"
    assert done("--as", "SS", line)["due"] == "2026-03-06"
    for day in ("2026-11-30", "30/11/2026"):
        (effect,) = json.loads(run("--json", "--as", "SS", "--date", day, line).output)["does"]
        assert effect["due"] == "2026-12-04"


def test_the_day_is_the_askers_own_wherever_they_are(address: str) -> None:
    database = Database(address, threads=1)
    with database.transaction() as session:
        session.execute(text("UPDATE person SET timezone = 'Pacific/Kiritimati' WHERE initials = 'SS'"))
    database.close()
    assert done("--as", "SS", "1/5.2 moved to tomorrow because of leave")["due"] == "2026-03-03"


def test_text_for_a_person(planned_file: Path) -> None:
    result = run("--as", "PM", "--date", DAY, "1/5.2 blocked: no money", "5.2 done", "show 6.1", "hm")
    assert result.exit_code == 0
    shown = result.output
    assert "Read against Improvement plan 2026-29. Nothing is saved." in shown
    assert "> 1/5.2 blocked: no money\nRecords: update 1/5.2: blocked" in shown
    assert "note “no money”" in shown
    assert (
        "Records nothing. Asks:\n  [1/5.2 Gather the data on workforce costs] update 1/5.2: complete" in shown
    )
    assert "Shows: show 6.1\n  6.1 Agree the new model" in shown


def test_objects_one_a_line_in_order_with_the_options_for_what_they_leave_out(planned_file: Path) -> None:
    answers = feed(
        {"line": "done", "as": "SS", "reply_to": "1/5.2", "id": "of a corpus"},
        "",
        {"line": "at-risk s2", "in": "slash", "as": None},
        {"line": "done", "thread": "6.1"},
        {"line": "1/5.2 moved to friday because of leave", "date": "2026-11-30"},
    )
    assert [each["line"] for each in answers] == [
        *("done", "at-risk s2", "done", "1/5.2 moved to friday because of leave")
    ]
    assert [each["does"][0]["command"] for each in answers] == ["update", "at-risk", "update", "update"]
    assert answers[2]["does"][0]["refs"] == ["6.1"]
    assert answers[3]["does"][0]["due"] == "2026-12-04"
    inherited = feed({"line": "done"}, words=("--json", "--date", DAY, "--reply-to", "6.1"))
    assert inherited[0]["does"][0]["refs"] == ["6.1"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("no json", "JSON"),
        ("[1]", "JSON"),
        ("{}", "line"),
        ('{"line": 7}', "line"),
        ('{"line": "a", "as": "QQ"}', "QQ"),
        ('{"line": "a", "as": 5}', "as"),
        ('{"line": "a", "in": "letter"}', "letter"),
        ('{"line": "a", "date": "soonish"}', "soonish"),
        ('{"line": "a", "reply_to": "99.9"}', "99.9"),
        ('{"line": "a", "reply_to": "5.2", "as": "PM"}', "1/5.2 or 2/5.2"),
        ('{"line": "a", "reply_to": "6.1", "thread": "6.1"}', "not both"),
    ],
)
def test_an_object_that_cannot_be_used_is_answered_and_stops_nothing(
    planned_file: Path, given: str, says: str
) -> None:
    bad, good = feed(given, {"line": "show 6.1"})
    assert list(bad) == ["line", "error"]
    assert says in bad["error"]
    assert good["does"]
    alone = run("--json", given=given)
    assert alone.exit_code == 2
    assert run("--json", given=f"{given}\n" + '{"line": "mine"}').exit_code == 0


def test_no_objects_are_no_failure(planned_file: Path) -> None:
    result = run("--json", given="\n\n")
    assert (result.exit_code, result.output) == (0, "")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--as", "QQ", "mine"), "QQ"),
        (("--date", "soonish", "mine"), "soonish"),
        (("--reply-to", "6.1", "--thread", "6.1", "done"), "not both"),
        (("--in", "letter", "mine"), "letter"),
    ],
)
def test_options_that_cannot_be_used(planned_file: Path, words: tuple[str, ...], says: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert says in result.output


def test_without_a_plan_it_says_how_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(None, tmp_path, monkeypatch)
    for _ in range(2):
        result = run("mine")
        assert result.exit_code == 1
        assert "python app.py import FILE" in result.output
    assert not (tmp_path / "data").exists()
    use(fresh_url("sqlite", tmp_path), tmp_path, monkeypatch)
    assert run("mine").exit_code == 1


def test_a_plan_that_was_only_imported_and_has_no_accounts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(None, tmp_path, monkeypatch)
    sample.write_sample(tmp_path / "plan.xlsx", today=date(2026, 11, 30))
    brought = CliRunner().invoke(main, ["import", "plan.xlsx", "--yes", "--board", "#improvement-board"])
    assert brought.exit_code == 0, brought.output
    assert done("--as", "GN", "--date", "2026-11-30", "1/5.2 done")["refs"] == ["1/5.2"]
    assert done("--reply-to", "2/2.5", "in progress")["refs"] == ["2/2.5"]
    assert done("--as", "GN", "--in", "channel", "mine")["command"] == "mine"


def offering(*commands: Command, label: str = "Done") -> Offer:
    return Offer(problem="I am not sure.", words="hm", options=(Option(label, commands),))


def answering_with(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any direct message is read as this command."""

    class FixedReading(LineReading):
        def to_command(self, _asked: PromptContext = PromptContext(())) -> Command:  # noqa: B008 - frozen
            return command

    monkeypatch.setattr(direct_messages, "LineReading", FixedReading)


def update(ref: str, section: str | None = None, **facts: object) -> UpdateStatus:
    return UpdateStatus(refs=(RefQuery(section, ref),), **facts)  # type: ignore[arg-type] # named as the fields


def test_an_offer_records_nothing_and_says_what_each_press_does(
    planned_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = Offer(
        problem="I am not sure.",
        words="hm",
        options=(
            Option("Done", (update("5.2", "1", status=Status.COMPLETE, note="hm"),)),
            Option("At risk", (update("5.2", "1", declared=Colour.AMBER), update("6.1", note="hm"))),
            Option("Not mine", (update("9.9", note="hm"),)),
            Option("Both or none", (update("5.2", "1", note="hm"), update("9.9", note="hm"))),
            Option("Later", (Snooze(item_ids=(0,)),)),
        ),
    )
    answering_with(offer, monkeypatch)
    found = read("--as", "PM", "--reply-to", "6.1", "hm")
    assert found["does"] == []
    assert "I am not sure." in found["says"]
    assert {
        each["label"]: [(one["command"], one["refs"]) for one in each["does"]] for each in found["choices"]
    } == {
        "Done": [("update", ["1/5.2"])],
        "At risk": [("update", ["1/5.2"]), ("update", ["6.1"])],
        "Later": [("later", ["6.1"])],
    }


def test_two_updates_of_one_line_are_two_entries(planned_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both = UpdateSeveral(
        updates=(update("5.2", "1", status=Status.COMPLETE), update("6.1", declared=Colour.RED))
    )
    answering_with(both, monkeypatch)
    found = read("--as", "PM", "hm")
    assert [(each["refs"], each["status"], each["declared"]) for each in found["does"]] == [
        (["1/5.2"], "complete", None),
        (["6.1"], None, "red"),
    ]
    assert "Gather the data" in found["says"]
    refused = UpdateSeveral(updates=(update("5.2", "1", status=Status.COMPLETE), update("9.9", note="x")))
    answering_with(refused, monkeypatch)
    assert read("--as", "PM", "hm")["does"] == []


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[LineRunner]:
    for database in fresh_database("sqlite", tmp_path, "planned"):
        yield LineRunner(database, Settings(data_dir=tmp_path), LineClock(NOW))


LINES = (
    *("1/5.2 done", "5.2 done", "show 6.1", "at-risk", "blocked: no money", "nearly there", "mine", "later"),
    *("1/5.2 moved to 31 March because of leave", "1/5.2 in-progress two of five", "what?", "overdue s1"),
)


def test_a_line_is_read_alike_whatever_was_read_before(runner: LineRunner) -> None:
    states = [LineState(), LineState("SS", asked="1/5.2"), LineState("PM", "slash"), LineState("", "channel")]
    alone = {(line, state): runner.run(line, state) for line in LINES for state in states}
    for key in reversed(list(alone)):
        again = runner.run(*key)
        assert (again.does, again.choices, again.says) == (
            alone[key].does,
            alone[key].choices,
            alone[key].says,
        ), key


def test_many_lines_open_the_database_and_look_for_each_sender_once(
    planned_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How long each takes says more of the machine; what must not grow is counted instead."""
    looked_for: list[str] = []
    look_up = LineAskers._look_up

    def look_up_noted(self: LineAskers, session: Session, state: LineState) -> LineAsker:
        looked_for.append(state.initials)
        return look_up(self, session, state)

    monkeypatch.setattr(LineAskers, "_look_up", look_up_noted)
    opened: list[str] = []
    build = Database.__init__

    def build_noted(self: Database, url: str, **facts: Any) -> None:
        opened.append(url)
        build(self, url, **facts)

    monkeypatch.setattr(Database, "__init__", build_noted)
    answers = feed(*({"line": "1/5.2 done", "as": initials} for initials in ("SS", "PM") * 50))
    assert len(answers) == 100
    assert (looked_for, len(opened)) == (["SS", "PM"], 1)


def test_the_words_of_a_line_stay_out_of_the_log(
    planned_file: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CIP_LOG_LEVEL", "debug")
    result = run("--json", "--as", "SS", "1/5.2 in-progress Marmaduke is ill")
    assert result.output.count("Marmaduke") == 3
    assert "Marmaduke" not in capfd.readouterr().err


def test_what_goes_wrong_with_one_line_keeps_no_other_from_being_read(
    planned_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = LineRunner.run

    def failing(self: LineRunner, line: str, state: LineState) -> LineResult:
        if line == "trouble":
            raise ZeroDivisionError
        return real(self, line, state)

    monkeypatch.setattr(LineRunner, "run", failing)
    answers = feed({"line": "mine"}, {"line": "trouble"}, {"line": "mine"})
    assert [sorted(each) for each in answers] == [
        *(["choices", "does", "line", "says"], ["error", "line"], ["choices", "does", "line", "says"])
    ]


def test_whatever_bytes_are_given_each_line_has_its_answer(planned_file: Path) -> None:
    given = b"\n".join(
        [
            b'\xef\xbb\xbf{"line": "mine"}\r',
            b'{"line": "1/5.2 done \\ud800 it is"}',
            b'{"line": "\xff\xfe"}',
            b'{"line": "a\\u0000b", "as": "\\u0000"}',
            b"[" * 100_000,
            json.dumps({"line": "1/5.2 done " + "x" * 5000}).encode(),
            '{"line": "1/5.2 blocked — dim arian \u00e2"}'.encode(),
        ]
    )
    result = CliRunner().invoke(main, ["read", "--json"], input=given)
    assert result.exit_code == 0
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert ["error" in each for each in answers] == [False, False, False, True, True, False, False]
    assert answers[-1]["does"][0]["note"] == "dim arian \u00e2"
    assert answers[-2]["does"] == []
    assert CliRunner().invoke(main, ["read"], input=given).exit_code == 0


def test_not_mine_and_away_are_choices_with_their_scope(address: str) -> None:
    del address
    mine = read("--reply-to", "1/5.2", "not mine, ask HT")
    away = read("--reply-to", "1/5.2", "I'm on leave until 16 March")
    [choice] = [each for each in mine["choices"] if each["label"] == "Not mine: HT"]
    [entry] = choice["does"]
    assert (entry["command"], entry["refs"], entry["scope"]) == ("not-mine", ["1/5.2"], {"initials": "HT"})
    assert (entry["status"], entry["note"]) == (None, "")
    [entry] = away["choices"][0]["does"]
    assert (entry["command"], entry["scope"]) == ("away", {"until": "2026-03-16"})
    assert mine["does"] == away["does"] == []
