from datetime import date

import pytest

from bot.commands import AtRisk, Command, Due, History, Mine, Overdue, PersonRef, Scope, Search, Show, Why
from bot.plan.refs import RefQuery
from tests.handlers.command_parser.lines import parse_error, read


def bare(line: str) -> Command:
    """The command without its line."""
    command = read(line)
    return type(command)(**{**vars(command), "line": ""})


ANN = PersonRef(name="ann")


@pytest.mark.parametrize(
    ("line", "scope"),
    [
        ("at-risk", Scope()),
        ("At Risk", Scope()),
        ("risk", Scope()),
        ("at-risk s2", Scope(section="2")),
        ("at-risk for section 2", Scope(section="2")),
        ("at-risk section 2.", Scope(section="2")),
        ("at-risk MTFS", Scope(section="mtfs")),
        ("at-risk adult social care", Scope(section="adult social care")),
        ("at-risk section practice", Scope(section="practice")),
        ("at-risk project 5", Scope(project="5")),
        ("at-risk p05", Scope(project="5")),
        ("at-risk @ann", Scope(person=ANN)),
        ("at-risk <@U123|ann>", Scope(person=PersonRef("U123", "ann"))),
        ("at-risk <@U123>", Scope(person=PersonRef("U123"))),
        ("at-risk RM", Scope(person=PersonRef(name="RM"))),
        ("at-risk rm", Scope(person=PersonRef(name="RM"))),
        ("at-risk me", Scope(person=PersonRef(name="me"))),
        ("at-risk s2 p5 @ann", Scope("2", "5", ANN)),
    ],
)
def test_scopes(line: str, scope: Scope) -> None:
    assert bare(line) == AtRisk(scope=scope)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("at-risk public", AtRisk(public=True)),
        ("at-risk s2 page 3 public", AtRisk(scope=Scope(section="2"), page=3, public=True)),
        ("at-risk s2 public page 3", AtRisk(scope=Scope(section="2"), page=3, public=True)),
        ("at-risk --public", AtRisk(public=True)),
        ("overdue page 0", Overdue()),
        ("late s1", Overdue(scope=Scope(section="1"))),
        ("mine", Mine()),
        ("my actions page 2", Mine(page=2)),
        ("my overdue actions", Overdue(scope=Scope(person=PersonRef(name="me")))),
        ("history 5.2 page 2", History(ref=RefQuery(None, "5.2"), page=2)),
        ("log mtfs 5.2", History(ref=RefQuery("mtfs", "5.2"))),
        ("why 5.2", Why(ref=RefQuery(None, "5.2"))),
        ("Why wasn't I asked about 1/5.2?", Why(ref=RefQuery("1", "5.2"))),
        ("reminders 5.2 page 2", Why(ref=RefQuery(None, "5.2"), page=2)),
        ("5.2 why?", Why(ref=RefQuery(None, "5.2"))),
        ("5.2 history", History(ref=RefQuery(None, "5.2"))),
        ("show 5.2", Show(ref=RefQuery(None, "5.2"))),
        ("show me S1 5.2 please", Show(ref=RefQuery("1", "5.2"))),
        ("open 5.2", Show(ref=RefQuery(None, "5.2"))),
        ("5.2", Show(ref=RefQuery(None, "5.2"))),
        ("5.2.", Show(ref=RefQuery(None, "5.2"))),
        ("1/5.2", Show(ref=RefQuery("1", "5.2"))),
        ("status 5.2", Show(ref=RefQuery(None, "5.2"))),
        ("search foster carers", Search(words="foster carers")),
        ("find “foster carers” public", Search(words="foster carers", public=True)),
        ("search public", Search(words="public")),
        ("search foster page 2", Search(words="foster", page=2)),
    ],
)
def test_lists_and_cards(line: str, expected: Command) -> None:
    assert bare(line) == expected


@pytest.mark.parametrize(
    ("words", "until", "description"),
    [
        ("", date(2026, 4, 20), "the next 14 days"),
        ("14d", date(2026, 4, 20), "the next 14 days"),
        ("in the next 3 weeks", date(2026, 4, 27), "the next 21 days"),
        ("1 day", date(2026, 4, 7), "the next day"),
        ("this month", date(2026, 4, 30), "this month"),
        ("This Month.", date(2026, 4, 30), "this month"),
        ("tomorrow", date(2026, 4, 7), "tomorrow"),
        ("31 March", date(2027, 3, 31), "up to 31 March 2027"),
        ("by 31/05/2026", date(2026, 5, 31), "up to 31 May 2026"),
    ],
)
def test_windows(words: str, until: date, description: str) -> None:
    command = bare(f"due {words}")
    assert command == Due(until=until, words=description)
    assert bare(f"due s2 {words}") == Due(until=until, words=description, scope=Scope(section="2"))
    assert bare(f"due {words} RM page 2") == Due(
        until=until, words=description, scope=Scope(person=PersonRef(name="RM")), page=2
    )


@pytest.mark.parametrize(
    ("line", "says", "suggestion"),
    [
        ("due 31/03/2020", "31 March 2020 has passed", "/cip overdue"),
        ("due 32 March", "“32 March” as a date", "/cip due 31 March"),
        ("due next blursday", "“next blursday” as a date", "/cip due 31 March"),
        ("due 31/13", "“31/13” as a date", "/cip due 31 March"),
        ("due 99999 days", "10 years", "/cip due 14d"),
        ("due -3d", "looks ahead", "/cip overdue"),
        ("due s1 \u22122 weeks", "looks ahead", "/cip overdue"),
        ("at-risk 5", "section 5 or project 5", "/cip at-risk s5"),
        ("at-risk 5.2", "say that 5.2 is at risk", "/cip update 5.2 at-risk"),
        ("overdue 1/5.2", "use show", "/cip show 1/5.2"),
        ("at-risk s1 s2", "One section at a time", None),
        ("overdue <@U1> <@U2>", "One person at a time", None),
        ("overdue <#C1|board>", "can be narrowed to", "/cip overdue"),
        ("overdue " + "x" * 70, "can't tell what", "/cip overdue s1"),
        ("show", "Which action?", "/cip show 5.2"),
        ("show recruitment", "can't find a ref", "/cip search recruitment"),
        ("show 5.2, 5.3", "one action at a time", "/cip show 5.2"),
        ("show 5.2 done", "show changes nothing", "/cip update 5.2 done"),
        ("show 2 \n a) done", "show changes nothing", "/cip update 2a done"),
        ("history", "Which action?", "/cip history 5.2"),
        ("why", "Which action?", "/cip why 5.2"),
        ("search", "Which words", "/cip search foster carers"),
        ("search " + "x" * 101, "fewer words", None),
        ("red", "Which action", "/cip mine"),
    ],
)
def test_what_cannot_be_read(line: str, says: str, suggestion: str | None) -> None:
    error = parse_error(line)
    assert says in error.sentence
    assert error.suggestion == suggestion


def test_what_is_no_date_is_refused_also_across_lines() -> None:
    assert "as a date" in parse_error("due this \n update").sentence
