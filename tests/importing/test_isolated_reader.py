"""Files read in a process of their own: the draft crosses whole, and no file can hang or swell the bot."""

import asyncio
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest
from fpdf import FPDF

from bot.errors import UnreadableFileError
from bot.importing.drafting.codec import decode_json
from bot.importing.drafting.json_out import to_json
from bot.importing.isolated_reader import IsolatedReader, ReaderLimits
from bot.importing.pipeline import read_plan_bytes
from tests.importing.papers import pdf_bytes
from tests.importing.workbooks import TODAY, csv_bytes, plan_of

ROOT = Path(__file__).resolve().parents[2]
ROWS = [
    ["Ref", "Action", "Owner", "Due", "Status"],
    ["1.1", "Agree\n· a\n· b", "RM", "31/03/27 (TBC)\nOngoing", ""],
]


async def test_a_draft_crosses_whole_and_pages_are_reported() -> None:
    pages_read: list[tuple[int, int]] = []
    content = pdf_bytes("= Our plan", "July 2026", ROWS)
    draft = await IsolatedReader().read(
        "x.pdf",
        content,
        title="Another",
        as_at=TODAY,
        today=TODAY,
        on_progress=lambda *pages: pages_read.append(pages),
    )
    assert draft == read_plan_bytes("x.pdf", content, title="Another", as_at=TODAY, today=TODAY)
    assert pages_read == [(1, 1)]


def test_every_field_is_there_again() -> None:
    draft = plan_of(*ROWS[1:], ["2", "Section 2"], as_at=TODAY)
    assert draft.actions
    assert draft.problems
    assert decode_json(to_json(draft)) == draft
    with pytest.raises(ValueError, match="title"):
        decode_json("{}")


async def test_refusals_cross() -> None:
    with pytest.raises(UnreadableFileError, match="is none"):
        await IsolatedReader().read("x.docx", b"no document", today=TODAY)


def test_a_reader_starts_without_what_only_the_bot_needs() -> None:
    """Checking what crossed takes longer to load than reading most files takes."""
    loaded = "import sys, bot.importing.reader_process; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "bot" in done.stdout.split()
    assert not {"pydantic", "sqlalchemy", "aiohttp"} & set(done.stdout.split())


def slow() -> bytes:
    """A huge page ruled into 40,000 cells, which takes minutes to look through."""
    pages = FPDF(format=(4_000, 4_000))
    pages.add_page()
    for n in range(1, 201):
        pages.line(10 * n, 10, 10 * n, 2_000)
        pages.line(10, 10 * n, 2_000, 10 * n)
    return bytes(pages.output())


async def test_a_file_that_takes_too_long_is_stopped() -> None:
    begun = time.monotonic()
    with pytest.raises(UnreadableFileError, match="longer than 2 seconds"):
        await IsolatedReader(ReaderLimits(seconds=2)).read("x.pdf", slow(), today=TODAY)
    assert time.monotonic() - begun < 10


def swollen() -> bytes:
    """A PDF of less than 1 MB whose one page unpacks to 160 MB."""
    packer = zlib.compressobj(1)
    packed = b"".join(packer.compress(b" " * 1_000_000) for _ in range(160)) + packer.flush()
    stream = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream" % (len(packed), packed)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 500 500] /Contents 4 0 R >>",
        stream,
    ]
    body = b"".join(b"%d 0 obj\n%b\nendobj\n" % (n, text) for n, text in enumerate(objects, start=1))
    return b"%PDF-1.4\n" + body + b"trailer\n<< /Root 1 0 R >>\n%%EOF"


async def test_a_file_that_swells_is_stopped() -> None:
    with pytest.raises(UnreadableFileError, match="more memory"):
        await IsolatedReader(ReaderLimits(megabytes=150)).read("x.pdf", swollen(), today=TODAY)


async def test_a_reader_that_dies_is_reported() -> None:
    with pytest.raises(UnreadableFileError, match="stopped"):
        await IsolatedReader(ReaderLimits(megabytes=1)).read("x.csv", csv_bytes(ROWS), today=TODAY)


async def test_a_reader_ends_with_whoever_waits_for_it() -> None:
    room = IsolatedReader(ReaderLimits(concurrency=1))
    first = asyncio.create_task(room.read("x.pdf", slow(), today=TODAY))
    await asyncio.sleep(0.5)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    draft = await room.read("x.csv", csv_bytes(ROWS), today=TODAY)
    assert len(draft.actions) == 1
