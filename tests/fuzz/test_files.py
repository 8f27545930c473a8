"""Any file is read as a plan or refused with a sentence: real ones, with bytes and cells changed."""

from collections.abc import Sequence
from datetime import date
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UnreadableFileError
from bot.importing.drafting.draft import PlanDraft
from bot.importing.drafting.json_out import draft_json
from bot.importing.pipeline import read_plan_bytes
from bot.importing.readers.registry import READERS
from tests.fuzz.cases import cases
from tests.importing.workbooks import HEADING, TODAY, csv_bytes, workbook_bytes

ROWS = [
    ("1. Savings", "", "", "", ""),
    HEADING,
    ("1.1", "Open the home\n- first step\n- second step", "RC, OC", "31/03/27 (TBC)", "In progress"),
    ("1.2 a)", "Mend the roof", "JM and SC", "Sept-Nov 2026", "Complete"),
    ("5.2.1", "Keep it going", "Lead TBC", "Ongoing (started March 2026)", "In consultation"),
]
CELLS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(("31/02/27", "99/99/9999", "Q5 2027", "1.1.1.1.1.1", "=1+1", "RC" * 99, "-", "\x00")),
)  # fmt: skip


def _row(cells: Sequence[object]) -> str:
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _pipes(cells: Sequence[object]) -> str:
    return "|" + "|".join(str(cell).replace("\n", " ") for cell in cells) + "|"


@cache
def originals() -> dict[str, bytes]:
    return {
        "plan.csv": csv_bytes(ROWS),
        "plan.tsv": csv_bytes(ROWS, separator="\t", encoding="utf-16"),
        "plan.xlsx": workbook_bytes({"1. Savings": ROWS, "2. Practice": ROWS[1:]}),
        "plan.html": f"<table>{''.join(map(_row, ROWS))}</table>".encode(),
        "plan.md": "\n".join(map(_pipes, ROWS)).encode(),
        "plan.docx": b"PK\x03\x04" + b"\0" * 60,
        "plan.pdf": b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>",
    }  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, bytes]:
    """A file with bytes changed, cut out, doubled or put in; now and then under another name."""
    name = draw(st.sampled_from(sorted(originals())))
    content = bytearray(originals()[name])
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(content)))
        end = min(len(content), at + draw(st.integers(0, 40)))
        content[at:end] = draw(st.sampled_from((b"", bytes(content[at:end]) * 2)) | st.binary(max_size=8))
    other = draw(st.sampled_from([name] * 8 + [f"plan{ending}" for ending in READERS]))
    return other, bytes(content)


@st.composite
def retyped(draw: st.DrawFn) -> tuple[str, bytes]:
    """The same plan with some of its cells typed anew."""
    rows = [list(row) for row in ROWS]
    for _ in range(draw(st.integers(1, 6))):
        row = draw(st.sampled_from(rows))
        row[draw(st.integers(0, 4))] = draw(CELLS)
    return "plan.csv", csv_bytes(rows, encoding="utf-8")


@cases(60, 15)
@given(damaged() | retyped(), st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_every_file_is_read_or_refused(file: tuple[str, bytes], as_at: date) -> None:
    name, content = file
    draft = read_or_refused(name, content, as_at)
    if isinstance(draft, str):
        assert draft.endswith((".", "?"))
        assert len(draft) < 600
        return
    draft_json(draft)
    for problem in draft.problems:
        assert problem.message.strip()


def read_or_refused(name: str, content: bytes, as_at: date) -> PlanDraft | str:
    """The plan, or the sentence that says why not."""
    try:
        return read_plan_bytes(name, content, as_at=as_at, today=TODAY)
    except UnreadableFileError as error:
        return error.sentence
