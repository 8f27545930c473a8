"""No response names the software the bot is built with."""

import asyncio
from urllib.parse import urlsplit

from tests.fixtures.council import Council

MALFORMED = (
    b"GARBAGE\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nNo colon here\r\n\r\n",
    b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
    b"POST /slack/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n\r\n",
    b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 20_000 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\nConnection: close\r\n\r\n",
    b"GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"BREW /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
)


async def raw(address: str, request: bytes) -> str:
    """What comes back on a bare connection."""
    place = urlsplit(address)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    writer.write(request)
    async with asyncio.timeout(20):
        answer = await reader.read()
    writer.close()
    return answer.decode("latin-1")


async def test_no_answer_names_a_library(sqlite_council: Council) -> None:
    for request in MALFORMED:
        answer = await raw(sqlite_council.address, request)
        assert answer.startswith(("HTTP/1.0 4", "HTTP/1.1 4")), request
        head = answer.partition("\r\n\r\n")[0].splitlines()
        assert [line for line in head if line.lower().startswith("server:")] == ["Server: cip"], request
        assert not any(word in answer.lower() for word in ("aiohttp", "python", "traceback")), request
