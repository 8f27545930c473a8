from datetime import date
from pathlib import Path

from bot.command_line.read_files import explain_files
from bot.importing.report import FileSummary, render_summaries, summarise_file
from tests.importing.workbooks import plan_of


def test_what_a_file_yields_is_a_table() -> None:
    draft = plan_of(
        ["1", "Early help - Project manager: Ann Other"],
        ["1.1", "Agree\n• a\n• b", "RM", "31/03/2027\n30/04/2027", "Complete"],
        ["1.2", "Publish", "", "soon", ""],
    )
    shown = render_summaries(
        [summarise_file("ours.xlsx", draft), FileSummary("other.pdf", refused="It is locked.")]
    )
    head, _, ours, blank, refusal = shown.splitlines()
    assert "".join(head.split()) == (
        "|File|Projects|Actions|Milestones|Dates|Owners|Statuses|Savings|Growth|Measures|Doubtful|Noted|Takenfor|"
    )
    assert "".join(ours.split()) == (
        "|ours.xlsx|1|2|2|2|1|1|0|0|0|3|1|“Ref”:theref;“Action”:whatistobedone;"
        "“Owner”:whoisresponsible;“Bywhen”:theduedate;“Progress”:thestatus|"
    )
    assert (blank, refusal) == ("", "other.pdf cannot be taken in. It is locked.")


def test_explain_takes_a_folder_and_says_what_was_kept(tmp_path: Path) -> None:
    head = "Job,Assigned to,Need by,Station\n"
    (tmp_path / "b.csv").write_text(f"{head}Fit new doors,AB,14/05/2027,Milltown\n", encoding="utf-8")
    (tmp_path / "a.csv").write_text("Nothing,here\n", encoding="utf-8")
    (tmp_path / ".hidden.csv").write_text(head, encoding="utf-8")
    shown = explain_files([tmp_path], date(2026, 11, 30)).splitlines()
    assert [line.split(" ")[1] for line in shown if line.startswith("| b")] == ["b.csv"]
    assert "“Need by”: the due date; kept as they are: Station |" in shown[2]
    assert shown[-1].startswith("a.csv cannot be taken in.")
    assert not any("hidden" in line for line in shown)
