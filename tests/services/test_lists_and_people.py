"""Lists as people ask for them, and who is who, on the small plan imported on Monday 2 March 2026."""

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.commands import AtRisk, Command, Due, LinkAccount, Mine, Overdue, PersonRef, Scope, Search
from bot.database import Database
from bot.errors import NotAllowedError, NotUnderstoodError
from bot.messages import ActionList, LinkReceipt
from bot.plan.owners import PersonRole
from bot.services import linking, people
from models import Action, Person, PlanRole
from models.queries import people as people_query
from models.queries.ref_index import shared_refs
from tests.fixtures.commands import dispatch
from tests.fixtures.plans import NOW, USERS, asker, on


def run_list(session: Session, actor: str, command: Command) -> ActionList:
    found = dispatch(session, asker(actor), command, NOW)
    assert isinstance(found, ActionList)
    return found


def refs(found: ActionList) -> list[str]:
    return [line.ref for line in found.lines]


def test_a_list_is_narrowed_and_says_how_to_get_it_again(planned: Database) -> None:
    with planned.transaction() as session:
        late = run_list(session, "PM", Overdue(scope=Scope(section="1", person=PersonRef(name="SS"))))
        assert (refs(late), late.scope, late.run) == (["1/5.2"], "section 1, SS", "overdue s1 SS")
        mine = run_list(session, "RM", AtRisk(scope=Scope(person=PersonRef(name="me"))))
        assert set(refs(mine)) <= {"5.3", "1.3"}
        soon = run_list(
            session, "PM", Due(until=on(8), words="the next 8 days", scope=Scope(project="5", section="1"))
        )
        assert (refs(soon), soon.run) == (["5.3"], "due 2026-03-10 s1 p5")


def test_an_empty_list_says_what_is_ahead_and_a_search_what_was_near(planned: Database) -> None:
    with planned.transaction() as session:
        none = run_list(session, "PM", Due(until=on(1), words="tomorrow"))
        assert (none.total, none.next_due and none.next_due.ref) == (0, "5.3")
        near = run_list(session, "PM", Search(words="workforse"))
        assert (near.total, near.nearest) == (0, "workforce")
        assert run_list(session, "PM", Search(words="workforce costs")).total == 1


@pytest.mark.parametrize("words", ["écoles", "ÉCOLES", "Écoles", "Équipe écoles"])
def test_a_search_knows_capitals_of_other_than_english_letters(planned: Database, words: str) -> None:
    with planned.transaction() as session:
        session.execute(update(Action).where(Action.ref == "6.1").values(title="Une équipe des Écoles"))
        assert refs(run_list(session, "PM", Search(words=words))) == ["6.1"]


def test_a_page_too_far_is_the_last(planned: Database) -> None:
    with planned.transaction() as session:
        found = run_list(session, "JM", Mine(page=99))
        assert (found.page, found.pages) == (1, 1)
        with pytest.raises(NotUnderstoodError, match="not linked to anyone"):
            run_list(session, "U0STRANGER", Mine())


@pytest.mark.parametrize(
    ("ref", "says"),
    [
        (PersonRef(name="nobody"), "Nobody in the plan is called “nobody”. The plan names"),
        (PersonRef(user_id="U0STRANGER"), "That account is not linked to anyone in the plan"),
        (PersonRef(name="Twin"), "fits several people: JM and RM"),
    ],
)
def test_the_error_for_an_unknown_person_says_what_to_do(
    planned: Database, ref: PersonRef, says: str
) -> None:
    with planned.transaction() as session:
        session.execute(update(Person).where(Person.initials.in_(("RM", "JM"))).values(name="Twin"))
        with pytest.raises(NotUnderstoodError) as refused:
            run_list(session, "PM", Overdue(scope=Scope(person=ref)))
        assert says in refused.value.sentence


def test_who_is_written_with_other_than_english_letters_is_found(planned: Database) -> None:
    with planned.transaction() as session:
        session.execute(update(Person).where(Person.initials == "SS").values(initials="ÉŁ", name="Łucja Éva"))
        for name in ("éł", "ÉŁ", "łucja éva", "ŁUCJA ÉVA"):
            assert people.find_person(
                session, people.identify(session, asker("PM")), PersonRef(name=name)
            ).name
        command = LinkAccount(initials="éł", person=PersonRef(user_id="U0NEW"))
        assert (
            linking.link_person(session, people.identify(session, asker("PM")), command, NOW).initials == "ÉŁ"
        )


def test_a_ref_with_other_than_english_letters_is_shown_with_its_section_where_two_have_it(
    planned: Database,
) -> None:
    with planned.transaction() as session:
        session.execute(update(Action).where(Action.ref == "5.2").values(ref="É1"))
        late = run_list(session, "PM", Overdue(scope=Scope(section="1")))
        assert refs(late) == ["1/É1"]
        assert shared_refs(session, people.identify(session, asker("PM")).workspace_id) == {"é1"}


def test_linking_by_mention_by_name_and_when_it_cannot_be(planned: Database) -> None:
    def link(actor: str, initials: str, person: PersonRef) -> LinkReceipt:
        said = dispatch(session, asker(actor), LinkAccount(initials=initials, person=person), NOW)
        assert isinstance(said, LinkReceipt)
        return said

    with planned.transaction() as session:
        assert link("PM", "zz", PersonRef(user_id="U0NEW")).actions == 1
        again = link("PM", "ZZ", PersonRef(user_id="U0NEWER"))
        assert (again.user_id, again.replaced) == ("U0NEWER", "U0NEW")
        assert link("PM", "ZZ", PersonRef(user_id="U0NEWER")).replaced == ""
        assert link("PM", "SS", PersonRef(name="ss")).user_id == USERS["SS"]
        with pytest.raises(NotUnderstoodError, match="already linked to SS"):
            link("PM", "ZZ", PersonRef(user_id=USERS["SS"]))
        with pytest.raises(NotUnderstoodError, match="Nobody in the plan has the initials QQ"):
            link("PM", "QQ", PersonRef(user_id="U0Q"))
        with pytest.raises(NotUnderstoodError, match="can't tell which account"):
            link("PM", "ZZ", PersonRef(name="who"))
        with pytest.raises(NotAllowedError, match="Only a plan manager can link accounts"):
            link("RM", "ZZ", PersonRef(user_id="U0NEW"))
        session.execute(update(Person).where(Person.initials == "PM").values(role="owner"))
        session.execute(delete(PlanRole).where(PlanRole.role == PersonRole.PLAN_MANAGER))
        with pytest.raises(NotAllowedError, match="No plan manager is set up yet"):
            link("RM", "ZZ", PersonRef(user_id="U0NEW"))


def test_accounts_found_by_address_are_linked_once_and_never_twice(planned: Database) -> None:
    with planned.transaction() as session:
        session.execute(update(Person).where(Person.initials.in_(("RM", "JM"))).values(slack_user_id=None))
        workspace = session.scalars(select(Person.workspace_id)).first()
        assert workspace is not None
        found = {"rm@council.example": "U0NEW", "jm@council.example": USERS["SS"]}
        assert linking.link_accounts(session, workspace, found, NOW) == ["RM"]
        without = people_query.people_without_account(session, workspace)
        assert [each.initials for each in without] == ["JM"]
