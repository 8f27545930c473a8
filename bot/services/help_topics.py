"""What the help says of each command."""

from bot.messages import HelpTopic
from bot.plan.periods import FORTNIGHT_DAYS

TOPICS = (
    HelpTopic("/cip mine", "Lists your open actions, worst first.", ("/cip mine",)),
    HelpTopic(
        "/cip update REF STATUS [note]",
        "Records where an action stands. The status can be not-started, in-progress, complete, verified,"
        " on-hold, dropped or blocked; a note can follow. Owners, the project's lead and plan managers can"
        " update. When I ask you about one action, a reply such as “done” is enough.",
        (
            "/cip update 5.2 in-progress two of five teams done",
            "/cip update 2.5, 2.6 complete",
            "/cip update 5.2 blocked waiting for the finance data",
            "/cip update 5.2 in-progress --rag amber",
            '/cip update 5.2 --due 31/03/2027 --because "the contract starts later"',
            "/cip update 5.2 complete --evidence https://example.gov.uk/report",
        ),
    ),
    HelpTopic(
        "/cip show REF",
        "Shows everything about one action. Where two sections have the same ref, put the section first.",
        ("/cip show 5.2", "/cip show 1/5.2", "/cip show s2 5.2"),
    ),
    HelpTopic(
        "/cip at-risk",
        "Lists what is Red or Amber, worst first. Add a section, a project or a person to narrow it.",
        (
            "/cip at-risk",
            "/cip at-risk s2",
            "/cip at-risk project 5",
            "/cip at-risk @person",
            "/cip at-risk public",
        ),
    ),
    HelpTopic(
        "/cip overdue",
        "Lists what is late, longest first. Narrow it the same way.",
        ("/cip overdue", "/cip overdue s1", "/cip overdue RM"),
    ),
    HelpTopic(
        "/cip due",
        f"Lists what falls due, in the next {FORTNIGHT_DAYS} days unless you say otherwise."
        " Narrow it the same way.",
        ("/cip due", "/cip due 30d", "/cip due this month", "/cip due 31 March"),
    ),
    HelpTopic("/cip history REF", "Shows who changed an action, when and how.", ("/cip history 5.2",)),
    HelpTopic(
        "/cip why REF",
        "Shows who was asked about an action and when, who was left out and why, and who is asked next."
        " For its owners, the project's lead, plan managers and the board's chair.",
        ("/cip why 5.2", "/cip why 1/5.2"),
    ),
    HelpTopic(
        "/cip explain REF",
        "Says why an action has its colour, and what would change it. Without a ref: what the colours mean.",
        ("/cip explain 5.2", "/cip explain"),
    ),
    HelpTopic(
        "/cip timezone",
        "Shows the timezone in which I ask you, or records another. Give its name, or reset.",
        ("/cip timezone", "/cip timezone Europe/Paris", "/cip timezone reset"),
    ),
    HelpTopic("/cip undo", "Takes back your latest change.", ("/cip undo",)),
    HelpTopic("/cip search WORDS", "Finds actions by words in them.", ("/cip search foster carers",)),
    HelpTopic(
        "/cip digest", "Shows you the board's digest as it stands now. Only you see it.", ("/cip digest",)
    ),
    HelpTopic(
        "/cip export",
        "Sends you the plan as a workbook, in a direct message. Add csv or json for another form, s2 for one"
        " section.",
        ("/cip export", "/cip export csv", "/cip export s2"),
    ),
    HelpTopic(
        "/cip calendar",
        "Gives you an address at which Outlook or Google shows your due dates; with board, everybody's."
        " Only you see it, once.",
        ("/cip calendar", "/cip calendar board", "/cip calendar renew", "/cip calendar stop"),
    ),
    HelpTopic(
        "/cip questions",
        "Lists what is still to be answered about the plan. Plan managers answer there.",
        ("/cip questions", "/cip questions answered"),
    ),
    HelpTopic(
        "/cip versions",
        "Lists every version of the plan, and what is no longer in it and why. Add a number to read one.",
        ("/cip versions", "/cip versions 2"),
    ),
    HelpTopic(
        "/cip link INITIALS @person",
        "Ties initials in the plan to a chat account. Only plan managers can.",
        ("/cip link RM @person",),
    ),
    HelpTopic("/cip help", "Lists the commands, or explains one.", ("/cip help", "/cip help update")),
)


def topics(name: str) -> tuple[HelpTopic, ...]:
    """Every topic for "", the one of that command, or none when there is no such command."""
    return tuple(topic for topic in TOPICS if not name or command_of(topic) == name)


def command_of(topic: HelpTopic) -> str:
    """The command's name: "update" of "/cip update REF STATUS [note]"."""
    return topic.usage.split()[1]
