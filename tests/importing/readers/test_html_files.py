"""Web pages: merged cells, lists and tables in cells, headings as titles; nothing fetched, nothing run."""

from datetime import date

import pytest

from bot.errors import UnreadableFileError
from tests.importing.texts import action_of, plan_in
from tests.importing.workbooks import messages

PAGE = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html [<!ENTITY secret SYSTEM "file:///etc/passwd">]>
<html><head><title>Not this</title><script>alert("x")</script></head><body>
<h1>Better Homes Plan 2026-29</h1><p>1 March 2026</p>
<table><tr><th>Meeting</th><th>Room</th></tr><tr><td>Board</td><td>2.1</td></tr></table>
<h2>Section 1: Savings</h2>
<table>
 <tr><td>1.</td><td>Fewer voids<br>Project manager: Ann Example</td>
  <td colspan="2">Finance ref: HOU 01</td></tr>
 <tr><td colspan="2">Project description</td><td colspan="2"><b>Savings identified &pound;000s</b></td></tr>
 <tr><td colspan="2"><ul><li>Let homes sooner</li></ul></td><td colspan="2"><table>
  <tr><td>2026/27</td><td>2027/28</td></tr><tr><td>1,200</td><td></td></tr></table></td></tr>
</table>
<table>
 <thead><tr><th>Ref</th><th>Actions</th><th>Owner</th><th>By when</th><th>Progress</th></tr></thead>
 <tbody>
 <tr><td>1.1</td><td>Agree the standard &secret; <ol type="a"><li>draft</li><li>publish</li></ol></td>
  <td rowspan="2">RM</td><td>30/04/26<br>31/05/26</td><td>In progress</td></tr>
 <tr><td>1.2</td><td><b>Train</b> &amp; mentor<table><tr><td>Course</td><td>June</td></tr></table></td>
  <td>01/06/26</td><td></td></tr>
 </tbody>
</table>
<h2>Section 2: Practice</h2>
<table><tr><td>Ref</td><td>Actions</td><td>Lead</td></tr>
<tr><td>1.1</td><td>Ask tenants</td><td>ST</td></tr></table>
</body></html>"""


def test_a_page_is_read_as_a_plan() -> None:
    draft = plan_in(PAGE, "plan.html")
    assert (draft.title, draft.as_at) == ("Better Homes Plan 2026-29", date(2026, 3, 1))
    assert [(each.number, each.title) for each in draft.sections] == [("1", "Savings"), ("2", "Practice")]
    project = draft.projects[0]
    assert (project.number, project.title, project.manager) == ("1", "Fewer voids", "Ann Example")
    assert project.finance_ref == "HOU 01"
    assert project.savings == {"2026/27": 1200.0, "2027/28": None}
    first, second, third = draft.actions
    assert [step.printed for step in first.milestones] == ["a) draft", "b) publish"]
    assert [step.due[0].date for step in first.milestones] == [date(2026, 4, 30), date(2026, 5, 31)]
    assert first.owners == second.owners == ("RM",)
    assert second.title == "Train & mentor"
    assert [step.title for step in second.milestones] == ["Course \u2013 June"]
    assert (third.section, third.ref, third.owners) == ("2", "1.1", ("ST",))
    assert "root:" not in repr(draft)
    assert messages(draft, "table") == ["1 table has no headings of a plan and was left aside."]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_any_common_encoding(encoding: str) -> None:
    text = (
        '<meta charset="cp1252"><table><tr><th>Ref<th>Action<th>Owner<tr>'
        "<td>1.1<td>Caf\u00e9 \u2013 \u00a35<td>RM</table>"
    )
    assert action_of(plan_in(text, "plan.htm", encoding), "1.1").title == "Caf\u00e9 \u2013 \u00a35"


@pytest.mark.parametrize(
    "text",
    [
        "<table>" * 3000,
        "<div>" * 5000 + "<td rowspan='99999999' colspan='99999999'>x",
        "<table><tr><td rowspan=20000 colspan=90>x</td></tr></table>" * 20,
        "<p>Ref, Action, Owner",
        "<table><tr><td>" + "\x00" * 9,
        "&#0;<![CDATA[",
    ],
)
def test_a_page_that_is_no_plan_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(UnreadableFileError) as refused:
        plan_in(text, "plan.html")
    assert refused.value.sentence.endswith(".")


def test_a_page_too_large_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match="10 MB"):
        plan_in("x" * 10_000_001, "plan.html")
