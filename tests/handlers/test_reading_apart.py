"""What only reads holds nobody up who writes: neither the reading of a line, nor the finding of an answer."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.commands import Asker, Command, Mine
from bot.config import Settings
from bot.database import Database
from bot.errors import ReplayedError
from bot.messages import Message
from bot.services import people
from bot.services.people import Actor
from handlers.command_parser import parse
from handlers.context import AppContext
from handlers.pipeline import handle_request
from handlers.requests import RequestInfo, Response
from handlers.slack import commands, direct_messages
from handlers.slack.commands import MAX_SHORT_LINE, CommandJob
from handlers.slack.direct_messages import DirectMessageJob, FreeTextJob
from models import Delivery, Person, StatusChange
from tests.fixtures.contexts import build_context
from tests.fixtures.databases import fresh_database
from tests.fixtures.plans import NOW, TEAM, USERS
from tests.fixtures.sandbox import FixedClock
from tests.structure.growth import MAX_GROWTH

# One of each command that only reads.
LINES = (
    *("help", "show 1/5.2", "mine", "at-risk", "overdue", "due 14d", "history 1/5.2", "why 1/5.2"),
    "explain 5.3",
    *("search workforce", "questions", "versions", "digest", "thanks"),
)
PATIENCE = 30.0


@pytest.fixture
def context(planned: Database, tmp_path: Path) -> AppContext:
    return build_context(planned, FixedClock(NOW), Settings(data_dir=tmp_path))


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[AppContext]:
    """Where one thread writes."""
    for database in fresh_database("sqlite", tmp_path, "planned"):
        yield build_context(database, FixedClock(NOW), Settings(data_dir=tmp_path))


def asker(initials: str = "PM", channel: str = "C0BOARD", name: str = "board") -> Asker:
    return Asker(TEAM, USERS[initials], channel, name)


async def send(
    context: AppContext, line: str, key: str, signature: str = "", initials: str = "PM"
) -> Response:
    job = CommandJob(context, asker(initials), line)
    return await handle_request(context, RequestInfo(asker(initials), key, signature or f"v0={key}"), job)


async def send_direct(context: AppContext, line: str, key: str, initials: str = "SS") -> Response:
    info = RequestInfo(asker(initials, "D0SS", "directmessage"), key, f"v0={key}")
    job = FreeTextJob(context, info.asker, line, "1772440000.000100")
    return await handle_request(context, info, DirectMessageJob(context, info, job))


class SlowAnswer:
    """In place of a handler: begins, and ends when it is told to."""

    def __init__(self, handler: Callable[[Session, Actor, Mine, datetime], Message]) -> None:
        self._handler = handler
        self.begun, self.may_end, self.runs = threading.Event(), threading.Event(), 0

    def __call__(self, session: Session, actor: Actor, command: Mine, now: datetime) -> Message:
        self.runs += 1
        self.begun.set()
        assert self.may_end.wait(PATIENCE)
        return self._handler(session, actor, command, now)


@pytest.fixture
def slow_mine(on_sqlite: AppContext, monkeypatch: pytest.MonkeyPatch) -> SlowAnswer:
    handlers = on_sqlite.dispatcher.handlers
    slow = SlowAnswer(handlers[Mine])
    monkeypatch.setitem(handlers, Mine, slow)
    return slow


async def test_a_slow_answer_does_not_keep_an_update_waiting(
    on_sqlite: AppContext, slow_mine: SlowAnswer
) -> None:
    slow = asyncio.create_task(send(on_sqlite, "mine", "k1", initials="SS"))
    assert await asyncio.to_thread(slow_mine.begun.wait, PATIENCE)
    updated = await asyncio.wait_for(
        send(on_sqlite, "update 1/5.2 in-progress two of five", "k2"), PATIENCE / 2
    )
    assert updated["outcome"] == "done"
    assert not slow.done()
    slow_mine.may_end.set()
    answer = await slow
    assert answer["outcome"] == "done"
    again = await send(on_sqlite, "mine", "k1", "v0=again", initials="SS")
    assert again == {**answer, "outcome": "repeated"}
    assert slow_mine.runs == 1


async def test_a_slow_answer_in_a_direct_message_does_not_either(
    on_sqlite: AppContext, slow_mine: SlowAnswer
) -> None:
    slow = asyncio.create_task(send_direct(on_sqlite, "mine", "k1"))
    assert await asyncio.to_thread(slow_mine.begun.wait, PATIENCE)
    updated = await asyncio.wait_for(send_direct(on_sqlite, "1/5.2 done", "k2"), PATIENCE / 2)
    assert (updated["outcome"], slow.done()) == ("done", False)
    slow_mine.may_end.set()
    assert (await slow)["outcome"] == "done"
    with on_sqlite.database.transaction(write=False) as session:
        keys = session.scalars(select(Delivery.key).where(Delivery.kind == "reply")).all()
    assert len([key for key in keys if "k1" in key]) == 1


@pytest.mark.parametrize("line", [*LINES, "show 99.9", "search"])
async def test_a_redelivery_of_a_question_gets_its_answer_and_a_replay_nothing(
    context: AppContext, line: str
) -> None:
    first = await send(context, line, "k1")
    assert first["parts"]
    assert await send(context, line, "k1", "v0=again") == {**first, "outcome": "repeated"}
    for signature in ("v0=k1", "v0=again"):
        with pytest.raises(ReplayedError):
            await send(context, line, "k1", signature)


async def test_of_two_that_ask_the_same_at_once_one_is_answered_by_the_other(context: AppContext) -> None:
    both = await asyncio.gather(
        *(send(context, "at-risk", "k1", signature) for signature in ("v0=1", "v0=2"))
    )
    assert sorted(each["outcome"] for each in both) == ["done", "repeated"]
    assert both[0]["parts"] == both[1]["parts"]


def reading_commands(of: type[Command] = Command) -> set[type[Command]]:
    found = {of} if of.name and of.reads_only else set()
    return found.union(*(reading_commands(each) for each in of.__subclasses__()))


def test_what_says_that_it_only_reads_writes_nothing(planned: Database, context: AppContext) -> None:
    """PostgreSQL refuses what would."""
    run: set[type[Command]] = set()
    for line in LINES:
        command = parse(line, today=date(2026, 3, 2))
        run.add(type(command))
        with planned.transaction(write=False) as session:
            actor = people.identify(session, asker())
            context.dispatcher.dispatch(session, actor, command, NOW)
            assert not session.new
            assert not session.dirty
            assert not session.deleted
    assert run == reading_commands()


async def test_an_answer_that_could_not_be_found_by_reading_is_found_as_any_other(
    context: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    handlers = context.dispatcher.handlers
    ordinary = handlers[Mine]

    def writing(session: Session, actor: Actor, command: Mine, now: datetime) -> Message:
        session.execute(update(Person).values(name="somebody"))
        return ordinary(session, actor, command, now)

    monkeypatch.setitem(handlers, Mine, writing)
    assert (await send(context, "mine", "k1", initials="SS"))["outcome"] == "done"
    with context.database.transaction(write=False) as session:
        assert set(session.scalars(select(Person.name))) == {"somebody"}


@pytest.fixture
def reading_threads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The name of the thread, each time that a line is read."""
    names: list[str] = []

    def noted(module: object, name: str) -> None:
        read = getattr(module, name)

        def reading(*args: object, **kwargs: object) -> object:
            names.append(threading.current_thread().name)
            return read(*args, **kwargs)

        monkeypatch.setattr(module, name, reading)

    noted(commands, "parse")
    noted(direct_messages, "LineReading")
    return names


def long(line: str) -> str:
    return f"{line} {'and so on, ' * MAX_SHORT_LINE}"[: MAX_SHORT_LINE * 2].strip()


@pytest.mark.parametrize("line", ["update 1/5.2 in-progress", "mine", "undo", "what", "done", "later"])
async def test_a_line_is_read_before_the_transaction(
    context: AppContext, reading_threads: list[str], line: str
) -> None:
    await send(context, line, "k1")
    await send_direct(context, line, "k2")
    assert reading_threads
    assert set(reading_threads) == {threading.main_thread().name}


@pytest.mark.parametrize("line", ["update 1/5.2 in-progress", "what", "done"])
@pytest.mark.parametrize("hour", [1, 8, 11, 23])
async def test_a_long_line_does_not_hold_the_event_loop_either(
    context: AppContext, reading_threads: list[str], line: str, hour: int
) -> None:
    give_timezone(context, "Pacific/Auckland")
    assert isinstance(context.clock, FixedClock)
    context.clock.moment = datetime(2026, 3, 2, hour, 30, tzinfo=UTC)
    await send(context, long(line), "k1", initials="SS")
    await send_direct(context, long(line), "k2")
    assert reading_threads
    assert not [name for name in reading_threads if not name.startswith("asyncio")]


def give_timezone(context: AppContext, timezone: str) -> None:
    with context.database.transaction() as session:
        session.execute(update(Person).values(timezone=timezone))


@pytest.mark.parametrize("timezone", ["Europe/London", "Pacific/Auckland", "Pacific/Pago_Pago", "Etc/GMT+12"])
@pytest.mark.parametrize("hour", [0, 10, 12, 23])
@pytest.mark.parametrize("is_long", [False, True])
async def test_tomorrow_is_the_askers_own(
    on_sqlite: AppContext, timezone: str, hour: int, *, is_long: bool
) -> None:
    give_timezone(on_sqlite, timezone)
    moment = datetime(2026, 3, 2, hour, 45, tzinfo=UTC)
    assert isinstance(on_sqlite.clock, FixedClock)
    on_sqlite.clock.moment = moment
    line = "update 1/5.2 moved to tomorrow because the panel moved"
    answer = await send(on_sqlite, long(line) if is_long else line, "k1", initials="SS")
    assert answer["outcome"] == "done", answer
    with on_sqlite.database.transaction(write=False) as session:
        (given,) = session.scalars(select(StatusChange.new_due))
        today = people.today_for_asker(session, asker("SS"), moment)
    assert given == today + timedelta(days=1)


@pytest.mark.parametrize("unit", ["-", " because", "5.2, ", ":a:", "\u2014 "])
async def test_ten_lines_made_to_be_slow_take_linear_time(on_sqlite: AppContext, unit: str) -> None:
    """Four times the length takes about four times as long, on any machine, and an update sent with them is
    recorded.
    """
    await send(on_sqlite, "update 1/5.2 in-progress warm", "k0")
    quarter = min([await seconds_of_ten(on_sqlite, unit, 1000, f"quarter{run}") for run in range(2)])
    assert await seconds_of_ten(on_sqlite, unit, 4000, "whole") < max(MAX_GROWTH * quarter, 1)


async def seconds_of_ten(context: AppContext, unit: str, length: int, key: str) -> float:
    """What ten lines of this length and an update at the same time cost, in seconds of work."""
    slow = f"update 1/5.2 done --due 31 march {unit * length}"[:length]
    started = time.process_time()
    answers = await asyncio.gather(
        *(send(context, slow, f"{key}-{number}") for number in range(10)),
        send(context, f"update 1/5.2 in-progress {key} done", key),
    )
    seconds = time.process_time() - started
    assert answers[-1]["outcome"] == "done"
    with context.database.transaction(write=False) as session:
        notes = session.scalars(select(StatusChange.note)).all()
    assert notes.count(f"{key} done") == 1
    return seconds
