"""Random plans with steps, written as .docx and as .pdf, read back as what was meant."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.importing.drafting.draft import ActionDraft, MilestoneDraft
from bot.importing.pipeline import read_plan_bytes
from tests.importing.papers import pdf_bytes, word_bytes
from tests.importing.test_round_trip import actions, essentials, rows_of
from tests.importing.workbooks import TODAY

WIDTHS = (16, 30, 12, 80, 14, 22, 24)
_WORDS = st.lists(
    st.from_regex(r"[A-Za-z]{2,14}(?:[-/'&][A-Za-z]{2,8})?|[0-9]{3,4}", fullmatch=True),
    min_size=1,
    max_size=30,
)
_TITLES = st.tuples(st.sampled_from(["Agree", "Review", "Publish"]), _WORDS).map(
    lambda parts: " ".join([parts[0], *parts[1]])
)


@st.composite
def stepped(draw: st.DrawFn) -> ActionDraft:
    """An action of plain words, often with steps."""
    action = draw(actions())
    steps = draw(st.lists(_TITLES, max_size=4))
    milestones = tuple(MilestoneDraft("", step, status=action.status) for step in steps)
    return replace(action, title=draw(_TITLES), milestones=milestones)


def as_rows(plan: list[ActionDraft]) -> list[list[str]]:
    heading, *rows = rows_of(plan)
    for row, action in zip(rows, plan, strict=True):
        row[3] = "\n".join([action.title, *(f"\u2022 {step.title}" for step in action.milestones)])
    return [heading, *rows]


def read_back(name: str, content: bytes) -> list[tuple[ActionDraft, list[str]]]:
    draft = read_plan_bytes(name, content, today=TODAY)
    steps = [[step.title for step in action.milestones] for action in draft.actions]
    return list(zip(essentials(draft), steps, strict=True))


def expected_actions(plan: list[ActionDraft]) -> list[tuple[ActionDraft, list[str]]]:
    return [(replace(action, milestones=()), [step.title for step in action.milestones]) for action in plan]


@settings(max_examples=8, deadline=None)
@given(st.lists(stepped(), min_size=1, max_size=8))
def test_a_word_document_reads_back(plan: list[ActionDraft]) -> None:
    assert read_back("plan.docx", word_bytes("= Our plan", as_rows(plan))) == expected_actions(plan)


@settings(max_examples=6, deadline=None)
@given(st.lists(stepped(), min_size=1, max_size=12), st.booleans())
def test_a_pdf_reads_back(plan: list[ActionDraft], repeat: bool) -> None:
    rows = [[cell.replace("\u2022", "\u00b7") for cell in row] for row in as_rows(plan)]  # Latin-1 only
    content = pdf_bytes("= Our plan", rows, head="Draft for the board", widths=WIDTHS, repeat=repeat)
    assert read_back("plan.pdf", content) == expected_actions(plan)
