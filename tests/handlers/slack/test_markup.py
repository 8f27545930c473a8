"""What Slack marks in a message is recorded as its readers saw it."""

import time

import pytest
from sqlalchemy import select, text, update

from bot.sandbox.entities import SandboxChannel
from handlers.slack.markup import to_readable
from handlers.slack.pipeline import unescape
from models.outbox import StatusChange
from models.people import Person
from tests.fixtures.council import BOARD, Council
from tests.fixtures.plans import USERS
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.slack_actions import notes

SS = USERS["SS"]
SEEN = {
    "<mailto:ann@council.example|ann@council.example>": "ann@council.example",
    "<mailto:ann@council.example>": "ann@council.example",
    "<mailto:a&amp;b@council.example|a&amp;b@council.example>": "a&b@council.example",
    "<tel:+442079460000|020 7946 0000>": "020 7946 0000",
    "<tel:02079460000>": "02079460000",
    "<@U0RM>": "@RM",
    "<@U0RM|rosa>": "@rosa",
    "<@U0RM|>": "@RM",
    "<@U0NOBODY>": "@someone",
    "<@W0NOBODY>": "@someone",
    f"<#{BOARD}|board>": "#board",
    f"<#{BOARD}>": "#board",
    f"<#{BOARD}|>": "#board",
    "<#C0SECRET>": "a channel",
    "<!subteam^S0TEAM|@social-work>": "@social-work",
    "<!subteam^S0TEAM>": "a group",
    "<!here>": "@here",
    "<!here|here>": "@here",
    "<!channel>": "@channel",
    "<!everyone|@everyone>": "@everyone",
    "<!date^1772438400^{date_long} at {time}|2 March 2026>": "2 March 2026",
    "<!date^1772438400^{date}^https://a.example|2 March>": "2 March",
    "<!date^1772438400^{date}>": "a date",
    "<!unheard|of>": "of",
    "<https://council.example/a?b=1&amp;c=2>": "https://council.example/a?b=1&c=2",
    "<https://council.example/a|https://council.example/a>": "https://council.example/a",
    "<http://council.example|council.example>": "council.example",
    "<https://council.example/|council.example>": "council.example",
    "<https://council.example/r.pdf|the report>": "the report (https://council.example/r.pdf)",
    "<slack://open|Slack>": "Slack",
    "R&amp;D &lt;b&gt; 3 &gt; 2": "R&D <b> 3 > 2",
    "&amp;lt;": "&lt;",
    ":tada: three": "three",
}


async def record_channel(council: Council) -> None:
    """The digest's channel is known by its id, as it is once something was sent there."""
    database = council.database()
    with database.transaction() as session:
        session.execute(text("update board_channel set channel_id = :id"), {"id": BOARD})
    database.close()


async def test_a_note_is_recorded_as_it_was_seen(bot_council: Council) -> None:
    await record_channel(bot_council)
    for typed in SEEN:
        said = await bot_council.send_command("SS", f"update 1/5.2 in-progress - met {typed} there")
        assert "Recorded." in said, typed
    assert notes(bot_council) == [f"met {seen} there" for seen in SEEN.values()]
    assert bot_council.sandbox.failures == []


async def test_a_direct_message_and_a_reason_are_recorded_so_too(sqlite_council: Council) -> None:
    channel = sqlite_council.sandbox.dm_id(SS)
    typed = " ".join(SEEN)
    await sqlite_council.sandbox.post_message(SS, channel, f"1/5.2 in progress: {typed}")
    await wait_until(lambda: len(notes(sqlite_council)) == 1, "it was recorded")
    await sqlite_council.sandbox.post_message(
        SS, channel, "1/5.2 due 30 June because <@U0RM> and <mailto:a@b.example|a@b.example> said <!here>"
    )
    await wait_until(lambda: len(notes(sqlite_council)) == 2, "the date was moved")
    database = sqlite_council.database()
    with database.transaction(write=False) as session:
        first, second = session.scalars(select(StatusChange).order_by(StatusChange.id))
        assert second.reason == "@RM and a@b.example said @here"
        assert not {"<@", "<#", "<!", "<mailto", "<tel", "<http"} & set(first.note.split())
        assert "<@" not in first.note
        assert "<#" not in first.note
    database.close()


async def test_a_person_with_a_name_is_called_by_it(sqlite_council: Council) -> None:
    database = sqlite_council.database()
    with database.transaction() as session:
        session.execute(update(Person).where(Person.initials == "RM").values(name="Rosa Martin"))
    database.close()
    await sqlite_council.send_command("SS", "1/5.2 in-progress asked <@U0RM> and <@U0JM>")
    assert notes(sqlite_council) == ["asked @Rosa Martin and @JM"]


async def test_commands_that_need_the_account_still_have_it(sqlite_council: Council) -> None:
    assert "is now linked" in await sqlite_council.send_command("PM", "link ZZ <@U0STRANGER>")
    assert "RM" in await sqlite_council.send_command("SS", "at-risk <@U0RM>")
    assert "Recorded." in await sqlite_council.send_command(
        "SS", "1/5.2 in-progress --evidence <http://council.example|council.example>"
    )
    database = sqlite_council.database()
    with database.transaction(write=False) as session:
        assert session.scalars(select(StatusChange.evidence)).one() == "http://council.example"
    database.close()


@pytest.mark.parametrize("piece", ["<", "<!", "<a", "<a:", "<!a|", "<mailto:", "<!here>", "a<b:|>", "&lt;"])
def test_any_text_is_read_in_linear_time(piece: str) -> None:
    def seconds(count: int) -> float:
        line = piece * count
        started = time.perf_counter()
        unescape(line)
        to_readable(line)
        return time.perf_counter() - started

    seconds(1000)
    assert seconds(20_000) < 2.0


@pytest.mark.parametrize(
    ("channel", "place"),
    [
        (SandboxChannel("C0PRIVATE", "secret", [], is_private=True), "in a private channel"),
        (SandboxChannel("G0GROUP", "mpdm-ann--bob--carl-1", []), "in a group message"),
        (SandboxChannel(BOARD, "board", []), "in #board"),
    ],
    ids=["private", "group", "public"],
)
async def test_the_place_of_a_change_is_said_in_words(
    sqlite_council: Council, channel: SandboxChannel, place: str
) -> None:
    sqlite_council.sandbox.workspace.add_channel(
        channel.id, channel.name, [SS, "U0CIPBOT"], is_private=channel.is_private
    )
    assert "Recorded." in await sqlite_council.send_command(
        "SS", "1/5.2 in-progress: two teams in", channel.id
    )
    said = await sqlite_council.send_command("SS", "history 1/5.2")
    assert place in said
    for raw in ("privategroup", "mpdm-"):
        assert raw not in said


async def test_places_recorded_before_are_shown_in_words_as_well(sqlite_council: Council) -> None:
    for _ in range(3):
        await sqlite_council.send_command("SS", "1/5.2 in-progress now")
    database = sqlite_council.database()
    with database.transaction() as session:
        session.execute(text("drop trigger if exists status_change_no_update"))
        for trigger in session.scalars(text("select name from sqlite_master where type = 'trigger'")).all():
            session.execute(text(f'drop trigger "{trigger}"'))
        for number, raw in enumerate(("#privategroup", "#mpdm-ann--bob-1", "direct message"), start=1):
            session.execute(
                text("update status_change set place = :raw where id = :id"), {"raw": raw, "id": number}
            )
    database.close()
    said = await sqlite_council.send_command("SS", "history 1/5.2")
    for place in ("in a private channel", "in a group message", "in a direct message"):
        assert place in said
    assert "privategroup" not in said
    assert "mpdm-" not in said
