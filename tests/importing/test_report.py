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
        "|File|Projects|Actions|Milestones|Dates|Owners|Statuses|Savings|Growth|Measures|Doubtful|Noted|"
    )
    assert "".join(ours.split()) == "|ours.xlsx|1|2|2|2|1|1|0|0|0|3|1|"
    assert len(head) == len(ours)
    assert (blank, refusal) == ("", "other.pdf cannot be taken in. It is locked.")
