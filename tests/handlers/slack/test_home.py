from datetime import timedelta

from sqlalchemy import select

from models.people import Person
from models.plans import Action, ActionOwner
from tests.fixtures.council import Council
from tests.handlers.slack.home_pages import buttons_of, open_home, text_of


async def test_the_home_tab_shows_what_is_mine_and_how_the_whole_stands(sqlite_council: Council) -> None:
    home = text_of(await open_home(sqlite_council, "SS"))
    assert "You have 1 open action" in home
    assert "1/5.2" in home
    assert "Improvement" in home
    assert "/cip update 1/5.2 in-progress" in home
    await sqlite_council.send_command("SS", "update 1/5.2 complete")
    assert "You have no open actions" in text_of(await open_home(sqlite_council, "SS"))


async def test_an_unlinked_person_is_shown_how_to_be_linked(sqlite_council: Council) -> None:
    assert "/cip link INITIALS @you" in text_of(await open_home(sqlite_council, "U0STRANGER"))
    assert sqlite_council.sandbox.failures == []


async def test_long_lists_end_with_how_many_more_and_the_command(sqlite_council: Council) -> None:
    """Within Slack's hundred blocks, with fifty actions of long titles."""
    database = sqlite_council.database()
    with database.transaction() as session:
        person = session.scalars(select(Person).where(Person.initials == "SS")).one()
        model = session.scalars(select(Action).where(Action.ref == "6.1")).one()
        for number in range(50):
            action = Action(
                workspace_id=model.workspace_id,
                plan_id=model.plan_id,
                section_id=model.section_id,
                project_id=model.project_id,
                ref=f"9.{number}",
                title="A very long title & <so on> " * 20,
                status=model.status,
                created_at=model.created_at,
                next_due_on=model.next_due_on - timedelta(days=90) if model.next_due_on else None,
            )
            action.owners = [ActionOwner(workspace_id=model.workspace_id, person_id=person.id)]
            session.add(action)
    database.close()
    view = await open_home(sqlite_council, "SS")
    text = text_of(view)
    assert "You have 51 open actions" in text
    assert "And 41 more. All of yours: `/cip mine`" in text
    assert "did not fit" not in text
    assert len(view.blocks) <= 100
    assert len([each for each in buttons_of(view) if each["text"]["text"] == "Done"]) == 10
    assert sqlite_council.sandbox.failures == []
