"""Requests that are half sent, broken or no HTTP: they end in time, and are no errors of ours in the log."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession, web

from bot import metrics
from bot.config import Settings
from bot.runtime import http_server
from bot.runtime.http_server import bind_socket, build_application, listen

TIMEOUT = 0.4
HEADERS = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"


@asynccontextmanager
async def server(folder: Path) -> AsyncIterator[tuple[str, int]]:
    """The bot's own server before a small application; yields host and port."""
    app = build_application()

    async def echo(request: web.Request) -> web.Response:
        return web.Response(body=await request.read())

    async def slow(_request: web.Request) -> web.Response:
        await asyncio.sleep(3 * TIMEOUT)
        return web.Response(text="done")

    async def socket(request: web.Request) -> web.WebSocketResponse:
        answer = web.WebSocketResponse()
        await answer.prepare(request)
        async for message in answer:
            await answer.send_str(message.data)
        return answer

    app.router.add_post("/echo", echo)
    app.router.add_get("/slow", slow)
    app.router.add_get("/socket", socket)
    with bind_socket(Settings(data_dir=folder, port=0)) as listener:
        async with listen(app, listener):
            yield listener.getsockname()[:2]


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_server, "REQUEST_TIMEOUT", TIMEOUT)


def refused() -> float:
    value: float = metrics.REFUSED_REQUESTS.labels("content")._value.get()
    return value


@pytest.mark.parametrize(
    "parts",
    [
        [b""],
        [b"POST /echo HTTP/1.1\r\nHost"],
        [b"G"] + [b"E"] * 50,
        [HEADERS],
        [HEADERS + b"half"],
        [HEADERS] + [b"x"] * 9,
        [b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"],
        [HEADERS + b"0123456789", b"GET /slow HTT"],
    ],
    ids=[
        "nothing",
        "half headers",
        "dripping headers",
        "no body",
        "half a body",
        "dripping body",
        "half a chunk",
        "second",
    ],
)
async def test_a_request_that_is_half_sent_ends(
    tmp_path: Path, parts: list[bytes], capfd: pytest.CaptureFixture[str]
) -> None:
    before = refused()
    async with server(tmp_path) as (host, port):
        reader, writer = await asyncio.open_connection(host, port)

        async def drip() -> None:
            for part in parts:
                writer.write(part)
                await asyncio.sleep(TIMEOUT / 8)

        sending = asyncio.create_task(drip())
        async with asyncio.timeout(5 * TIMEOUT):
            while await reader.read(1000):
                pass
        sending.cancel()
        writer.close()
    assert refused() == before + 1
    assert "Traceback" not in capfd.readouterr().err


async def test_what_is_sent_in_time_is_answered_however_long_that_takes(tmp_path: Path) -> None:
    async with server(tmp_path) as (host, port), ClientSession(f"http://{host}:{port}") as session:
        for _ in range(3):
            async with session.get("/slow") as answer:
                assert await answer.text() == "done"
        async with session.ws_connect("/socket") as socket:
            for word in ("one", "two"):
                await socket.send_str(word)
                assert (await socket.receive()).data == word
                await asyncio.sleep(2 * TIMEOUT)
            assert not socket.closed
        reader, writer = await asyncio.open_connection(host, port)
        for _ in range(2):
            for part in (HEADERS, b"01234", b"56789"):
                writer.write(part)
                await asyncio.sleep(TIMEOUT / 8)
            assert (await reader.readuntil(b"0123456789")).startswith(b"HTTP/1.1 200")
            await asyncio.sleep(2 * TIMEOUT)
        writer.close()


async def post_packed(address: tuple[str, int], encoding: str, body: bytes) -> tuple[int, str]:
    """Status and text of the answer to a body that is said to be packed so."""
    url, headers = f"http://{address[0]}:{address[1]}/echo", {"Content-Encoding": encoding}
    async with ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
        return answer.status, await answer.text()


BROKEN_BODIES = {
    "garbage": ("gzip", b"\x1f\x8b\x08 garbage"),
    "no gzip at all": ("gzip", b"payload=%7B%7D"),
    "no deflate": ("deflate", b"\xff\xfe\xfd" * 20),
    "no brotli": ("br", b"\xff\xfe\xfd" * 20),
}


@pytest.mark.parametrize("kind", BROKEN_BODIES)
async def test_a_body_that_cannot_be_unpacked_is_refused(
    tmp_path: Path, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    encoding, body = BROKEN_BODIES[kind]
    before = refused()
    async with server(tmp_path) as address:
        status, text = await post_packed(address, encoding, body)
    if kind != "no brotli" or status != 200:
        assert (status, text) == (400, "This request could not be read.")
        assert refused() == before + 1
    assert [record for record in caplog.records if record.levelname in {"ERROR", "CRITICAL"}] == []


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_bomb_is_measured_unpacked(tmp_path: Path, encoding: str) -> None:
    pack = gzip.compress if encoding == "gzip" else zlib.compress
    body = pack(b"0" * 50_000_000)
    assert len(body) < http_server.MAX_BODY_SIZE
    async with server(tmp_path) as address:
        assert (await post_packed(address, encoding, body))[0] == 413


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GARBAGE\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nNo colon here\r\n\r\n",
        b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n\r\n",
        b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
)
async def test_what_is_no_http_is_no_error_of_ours(
    tmp_path: Path, request_bytes: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    before = refused()
    async with server(tmp_path) as (host, port):
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(request_bytes)
        async with asyncio.timeout(10):
            assert b" 400 " in await reader.read()
        writer.close()
    assert refused() == before + 1
    assert [record for record in caplog.records if record.levelname in {"WARNING", "ERROR", "CRITICAL"}] == []


async def test_whoever_leaves_in_the_middle_is_no_error_of_ours(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with server(tmp_path) as (host, port):
        _, writer = await asyncio.open_connection(host, port)
        writer.write(HEADERS + b"half")
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.transport.abort()
        await asyncio.sleep(0.05)
    assert [record for record in caplog.records if record.levelname in {"ERROR", "CRITICAL"}] == []
