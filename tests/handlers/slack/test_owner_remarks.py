"""An owner says in words that an action is not theirs, or that they are away: offered as a press."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from models.outbox import Delivery
from models.people import Person
from tests.fixtures.council import Council
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.slack_actions import buttons, press
from tests.handlers.slack.slack_events import answers, ask, changes

NINE = datetime(2026, 3, 2, 9, 0, 5, tzinfo=UTC)


def labels(message: object) -> list[str]:
    blocks = getattr(message, "blocks", [])
    return [block["accessory"]["text"]["text"] for block in blocks if "accessory" in block]


def notices(council: Council) -> list[tuple[str, str]]:
    """Who hears of it, and what; also of those notices that wait."""
    database = council.database()
    with database.transaction(write=False) as session:
        rows = session.scalars(select(Delivery).where(Delivery.kind == "lead-notice").order_by(Delivery.id))
        found = [(row.person.initials if row.person else "", str(row.facts["what"])) for row in rows]
    database.close()
    return found


def away_until(council: Council, initials: str) -> object:
    database = council.database()
    with database.transaction(write=False) as session:
        found = session.scalar(select(Person.away_until).where(Person.initials == initials))
    database.close()
    return found


@pytest.mark.parametrize(
    ("words", "label", "says"),
    [
        ("not mine, ask HT", "Not mine: HT", "They wrote: “HT”"),
        ("That's HT's action", "Not mine: HT", "They wrote: “HT”"),
        ("not mine", "Not mine", "is not theirs."),
        ("nothing to do with me", "Not mine", "is not theirs."),
    ],
)
async def test_not_mine_is_offered_and_heard_of_once_it_is_pressed(
    bot_council: Council, words: str, label: str, says: str
) -> None:
    bot_council.clock.moment = NINE
    await wait_until(lambda: answers(bot_council), "SS was asked")
    await asyncio.sleep(0.5)
    offered = await ask(bot_council, words)
    assert labels(offered)[0] == label
    assert "I tell RM and PM that 1/5.2 is not yours" in offered.text
    assert "In progress" not in labels(offered)
    assert notices(bot_council) == []
    assert buttons(answers(bot_council)[0], "prompt")
    await press(bot_council, "SS", offered, "choose:0", offered.channel)
    await wait_until(lambda: len(notices(bot_council)) == 2, "they hear of it")
    assert [who for who, _ in notices(bot_council)] == ["RM", "PM"]
    assert all(says in what for _, what in notices(bot_council))
    await wait_until(lambda: not buttons(answers(bot_council)[0], "prompt"), "the question is closed")
    assert changes(bot_council) == []


async def test_somebody_who_does_not_own_it_is_not_offered_it(sqlite_council: Council) -> None:
    said = await sqlite_council.send_command("PM", "update 6.1 not mine, ask HT")
    assert "Not mine" not in said
    assert notices(sqlite_council) == []


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("5.2 is not mine, ask HT", "Not mine: HT"),
        ("5.2 isn't ours", "Not mine"),
        ("1/5.2 not for us, speak to Jo Smith", "Not mine: Jo Smith"),
        ("5.2 belongs to HT now", "Not mine: HT"),
        ("we don't own 1/5.2", "Not mine"),
        ("5.2 is not our area", "Not mine"),
    ],
)
async def test_with_a_ref_it_is_offered_where_no_question_is_open(
    bot_council: Council, words: str, label: str
) -> None:
    offered = await ask(bot_council, words)
    assert labels(offered)[0] == label
    assert "I tell RM and PM that 1/5.2 is not yours" in offered.text
    assert notices(bot_council) == []
    await press(bot_council, "SS", offered, "choose:0", offered.channel)
    await wait_until(lambda: len(notices(bot_council)) == 2, "they hear of it")
    assert changes(bot_council) == []


async def test_of_several_each_is_offered_by_itself(sqlite_council: Council) -> None:
    await sqlite_council.send_command("JM", "5.3 and 6.1 are not mine, ask HT")
    offered = sqlite_council.visible_messages("JM")[-1]
    assert labels(offered) == ["5.3 is not mine: HT", "6.1 is not mine: HT", "Add as a note"]
    assert "I tell RM and PM that 5.3 is not yours: HT." in offered.text
    assert "I tell SS and PM that 6.1 is not yours: HT." in offered.text
    await press(sqlite_council, "JM", offered, "choose:1", offered.channel)
    await wait_until(lambda: len(notices(sqlite_council)) == 2, "they hear of it")
    assert all("6.1" in what for _, what in notices(sqlite_council))


@pytest.mark.parametrize("words", ["not mine, ask HT", "that isn't ours, ask HT"])
async def test_without_a_ref_or_a_question_it_is_asked_which(bot_council: Council, words: str) -> None:
    await bot_council.send_command("JM", words)
    offered = bot_council.visible_messages("JM")[-1]
    assert "Which action is not yours?" in offered.text
    assert labels(offered) == [
        "5.3 Talk to service leads",
        "1.3 Answer when children go missing",
        "6.1 Agree the new model",
    ]
    assert notices(bot_council) == []
    await press(bot_council, "JM", offered, "choose:2", offered.channel)
    await wait_until(lambda: len(notices(bot_council)) == 2, "they hear of it")
    assert all("JM says that 6.1" in what and "“HT”" in what for _, what in notices(bot_council))
    assert changes(bot_council) == []
    assert bot_council.sandbox.failures == []


@pytest.mark.parametrize("initials", ["PM", "VW"])
async def test_who_owns_nothing_is_asked_for_a_ref(sqlite_council: Council, initials: str) -> None:
    said = await sqlite_council.send_command(initials, "not mine, ask HT")
    assert "Which action is not yours? Begin with its ref" in said
    assert notices(sqlite_council) == []


@pytest.mark.parametrize(
    ("words", "cover"),
    [
        ("away until 14 March, HT covers", "HT"),
        ("on leave until 14 March. Jo Smith is covering", "Jo Smith"),
        ("I'm off until 14 March, cover: HT", "HT"),
        ("I'm away until 14 March, HT will cover for me", "HT"),
        ("away until 14 March, covered by HT", "HT"),
        ("back on 14 March, contact HT in my absence", "HT"),
        ("away until 14 March, nothing is covered", ""),
        ("away until 14 March", ""),
    ],
)
async def test_who_covers_is_recorded_and_shown_to_the_lead(
    sqlite_council: Council, words: str, cover: str
) -> None:
    """JM owns 5.3, which is due on 9 March, and 1.3, due on 12 March; RM leads the project of 5.3."""
    await sqlite_council.send_command("JM", words)
    offered = sqlite_council.visible_messages("JM")[-1]
    ending = f", {cover} covers" if cover else ""
    assert labels(offered)[0] == f"I'm away until 14 March 2026{ending}"
    assert (f"and that {cover} covers" in offered.text) is bool(cover)
    await press(sqlite_council, "JM", offered, "choose:0", offered.channel)
    await wait_until(lambda: notices(sqlite_council), "the lead hears of it")
    heard = dict(notices(sqlite_council))["RM"]
    assert heard == f"JM is away until Saturday 14 March 2026.{f' {cover} covers.' if cover else ''}"


@pytest.mark.parametrize(
    "words",
    [
        "I'm on leave until 9 March",
        "on annual leave till 9 March",
        "away until 9th March 2026",
        "back on 9/3/26",
    ],
)
async def test_away_is_offered_with_its_day(bot_council: Council, words: str) -> None:
    offered = await ask(bot_council, words)
    assert labels(offered)[0] == "I'm away until 9 March 2026"
    assert "I ask you nothing until Monday 9 March 2026." in offered.text
    assert away_until(bot_council, "SS") is None
    await press(bot_council, "SS", offered, "choose:0", offered.channel)
    await wait_until(lambda: away_until(bot_council, "SS"), "it is recorded")
    await wait_until(lambda: "You are away." in answers(bot_council)[-1].text, "it is said")
    assert "Nothing of yours falls due meanwhile." in answers(bot_council)[-1].text
    assert buttons(answers(bot_council)[-1], "back")
    assert changes(bot_council) == []
    assert bot_council.sandbox.failures == []


async def test_without_a_day_it_is_asked_for(sqlite_council: Council) -> None:
    said = (await ask(sqlite_council, "5.2 I'm on annual leave")).text
    assert "say until when, such as: away until 14 December" in said


@pytest.mark.parametrize(
    "words",
    [
        "5.2 my annual leave is delaying this", "5.2 HT is on leave until Friday",
        "5.2 put off until 14 March",
        "5.2 waiting on HT", "5.2 not mine to decide", "5.2 we asked Finance",
    ],
)  # fmt: skip
async def test_what_is_said_of_others_or_of_the_work_is_neither(sqlite_council: Council, words: str) -> None:
    for label in labels(await ask(sqlite_council, words)):
        assert not label.startswith(("Not mine", "I'm away"))
