"""What people search for is data: neither a wildcard nor a statement."""

import pytest

from bot.commands import LinkAccount, Overdue, PersonRef, Scope, Search
from bot.database import Database
from bot.errors import CipError
from bot.messages import ActionList
from tests.fixtures.commands import dispatch
from tests.fixtures.plans import NOW, asker

WILDCARDS = ["%", "_", "%%", "5_2", "%data%", "\\", "\\%", "[a-z]", "*", "?", "' or '1'='1"]


@pytest.mark.parametrize("words", WILDCARDS)
def test_a_wildcard_finds_only_itself(planned: Database, words: str) -> None:
    with planned.transaction() as session:
        found = dispatch(session, asker("PM"), Search(words=words, line=""), NOW)
        every = dispatch(session, asker("PM"), Search(words="action", line=""), NOW)
    assert isinstance(found, ActionList)
    assert found.total == 0
    assert isinstance(every, ActionList)


@pytest.mark.parametrize("name", ["%", "_", "R_", "r%", "' or 1=1 --", "%@council.example"])
def test_a_wildcard_names_nobody(planned: Database, name: str) -> None:
    person = PersonRef(name=name)
    with planned.transaction() as session:
        for command in (Overdue(scope=Scope(person=person)), LinkAccount(initials="ZZ", person=person)):
            with pytest.raises(CipError):
                dispatch(session, asker("PM"), command, NOW)
