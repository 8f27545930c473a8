import asyncio
import io

from handlers.slack.background import BackgroundTasks


async def test_what_follows_is_finished_before_the_end() -> None:
    done, background = [], BackgroundTasks()

    async def work(pause: float) -> None:
        await asyncio.sleep(pause)
        done.append(pause)

    for pause in (0.0, 0.05):
        background.start(work(pause))
    await background.finish()
    assert done == [0.0, 0.05]
    await background.finish()


async def test_what_takes_too_long_is_given_up() -> None:
    ended, background = [], BackgroundTasks()

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(True)

    background.start(work())
    await asyncio.sleep(0)
    await asyncio.wait_for(background.finish(0.05), 5)
    assert ended == [True]


async def test_what_fails_is_in_the_log_and_stops_nothing_else(logged: io.StringIO) -> None:
    done, background = [], BackgroundTasks()

    async def fail() -> None:
        raise RuntimeError("no more of this")

    async def work() -> None:
        done.append(True)

    background.start(fail())
    background.start(work())
    await background.finish()
    assert done == [True]
    assert "a background task failed" in logged.getvalue()
