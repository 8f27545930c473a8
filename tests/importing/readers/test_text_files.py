"""Texts: pipe tables, HTML tables, cells between tabs, headings as titles, packs of several papers."""

from datetime import date

import pytest

from bot.errors import UnreadableFileError
from tests.importing.texts import action_of, plan_in, tabbed
from tests.importing.workbooks import messages

MARKDOWN = """Better Homes Plan 2026-29
===

As at 1 March 2026

Words about why.

## 1. Savings

### Project 1: Fewer voids
Project manager: Ann Example

| Ref | Action | Owner | Due | Status |
|-----|:------|-------|-----|--------|
| 1.1 | Agree **the** standard<br>a) draft b) agree \\| sign | RM, ST | 30/04/26 | Done |
| 1.2 | Train `A & B` staff | ST | June 2026 | |

## 2. Practice

Ref | Action | Owner
--- | --- | ---
1.1 | Ask tenants | KC
"""


def test_pipe_tables() -> None:
    draft = plan_in(MARKDOWN, "plan.md")
    assert (draft.title, draft.as_at) == ("Better Homes Plan 2026-29", date(2026, 3, 1))
    assert [(each.number, each.title) for each in draft.sections] == [("1", "Savings"), ("2", "Practice")]
    assert [(each.number, each.title, each.manager) for each in draft.projects] == [
        ("1", "Fewer voids", "Ann Example")
    ]
    first, second, third = draft.actions
    assert (first.title, first.owners) == ("Agree the standard", ("RM", "ST"))
    assert [step.printed for step in first.milestones] == ["a) draft", "b) agree | sign"]
    assert (second.title, second.due[0].date) == ("Train A & B staff", date(2026, 6, 30))
    assert (third.section, third.owners) == ("2", ("KC",))
    assert second.where == "line 16"


def test_a_pack_with_two_plans_and_other_tables() -> None:
    plan = "| Ref | Action | Owner |\n|---|---|---|\n| 1.1 | Do | RM |\n| 1.2 | Do more | RM |"
    pack = (
        f"# Agenda\n\n| Item | Page |\n|---|---|\n| 1 | 5 |\n\n# Winter plan 2026\n\n{plan}\n\n"
        f"# Appendix A\n\nWords.\n\n# Housing plan 2026\n\n{plan}\n| 1.3 | Do most | ST |\n\n"
        "# Agenda item 8\n\n| Name | Fee |\n|---|---|\n| A | 5 |\n"
    )
    draft = plan_in(pack, "pack.md")
    assert draft.title == "Housing plan 2026"
    assert [each.ref for each in draft.actions] == ["1.1", "1.2", "1.3"]
    assert "\u201cHousing plan 2026\u201d has the most rows" in messages(draft, "plan")[0]
    assert messages(draft, "table") == ["2 tables have no headings of a plan and were left aside."]


def test_tables_in_html_and_between_tabs() -> None:
    text = (
        "Tenants first\n\n<table>\n<tr><th>Ref</th><th>Action</th><th>Owner</th></tr>\n"
        "<tr><td>1.1</td><td>Ask</td><td>RM</td></tr>\n</table>\n\n"
        + tabbed("Ref | Action | Owner", "1.2 | <i>Answer</i> &amp; act | ST", "1.3 | 2 < 3 | ST")
    )
    draft = plan_in(text)
    assert [(each.ref, each.title, each.owners) for each in draft.actions] == [
        ("1.1", "Ask", ("RM",)),
        ("1.2", "Answer & act", ("ST",)),
        ("1.3", "2 < 3", ("ST",)),
    ]
    assert action_of(draft, "1.2").where == "line 9"


@pytest.mark.parametrize("text", ["words", "\x00\x01" * 50, "a|b\n-|-\n" * 3, "\t\n\t\t\n", "<table\n" * 500])
def test_a_text_without_a_plan_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(UnreadableFileError) as refused:
        plan_in(text)
    assert refused.value.sentence.endswith(".")
