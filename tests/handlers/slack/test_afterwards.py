import asyncio
import io

from handlers.slack.afterwards import Afterwards


async def test_what_follows_is_finished_before_the_end() -> None:
    done, afterwards = [], Afterwards()

    async def work(pause: float) -> None:
        await asyncio.sleep(pause)
        done.append(pause)

    for pause in (0.0, 0.05):
        afterwards.do(work(pause))
    await afterwards.finish()
    assert done == [0.0, 0.05]
    await afterwards.finish()


async def test_what_takes_too_long_is_given_up() -> None:
    ended, afterwards = [], Afterwards()

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(True)

    afterwards.do(work())
    await asyncio.sleep(0)
    await asyncio.wait_for(afterwards.finish(0.05), 5)
    assert ended == [True]


async def test_what_fails_is_in_the_log_and_stops_nothing_else(logged: io.StringIO) -> None:
    done, afterwards = [], Afterwards()

    async def fail() -> None:
        raise RuntimeError("no more of this")

    async def work() -> None:
        done.append(True)

    afterwards.do(fail())
    afterwards.do(work())
    await afterwards.finish()
    assert done == [True]
    assert "what was to follow an answer failed" in logged.getvalue()
