"""What the help says of each command."""

from functools import cache

from bot.messages import HelpTopic
from bot.plan.periods import FORTNIGHT_DAYS
from bot.sentences import sentence

# The lines that the help offers to copy, by the usage of their command.
EXAMPLES = {
    "/cip mine": ("/cip mine",),
    "/cip update REF STATUS [note]": (
        "/cip update 5.2 in-progress two of five teams done",
        "/cip update 2.5, 2.6 complete",
        "/cip update 5.2 blocked waiting for the finance data",
        "/cip update 5.2 in-progress --rag amber",
        '/cip update 5.2 --due 31/03/2027 --because "the contract starts later"',
        "/cip update 5.2 complete --evidence https://example.gov.uk/report",
    ),
    "/cip show REF": ("/cip show 5.2", "/cip show 1/5.2", "/cip show s2 5.2"),
    "/cip at-risk": (
        "/cip at-risk",
        "/cip at-risk s2",
        "/cip at-risk project 5",
        "/cip at-risk @person",
        "/cip at-risk public",
    ),
    "/cip overdue": ("/cip overdue", "/cip overdue s1", "/cip overdue RM"),
    "/cip due": ("/cip due", "/cip due 30d", "/cip due this month", "/cip due 31 March"),
    "/cip history REF": ("/cip history 5.2",),
    "/cip why REF": ("/cip why 5.2", "/cip why 1/5.2"),
    "/cip undo": ("/cip undo",),
    "/cip search WORDS": ("/cip search foster carers",),
    "/cip digest": ("/cip digest",),
    "/cip export": ("/cip export", "/cip export csv", "/cip export s2"),
    "/cip calendar": ("/cip calendar", "/cip calendar board", "/cip calendar renew", "/cip calendar stop"),
    "/cip questions": ("/cip questions", "/cip questions answered"),
    "/cip versions": ("/cip versions", "/cip versions 2"),
    "/cip link INITIALS @person": ("/cip link RM @person",),
    "/cip help": ("/cip help", "/cip help update"),
}


def topics(name: str) -> tuple[HelpTopic, ...]:
    """Every topic for "", the one of that command, or none when there is no such command."""
    return tuple(topic for topic in _all_topics() if not name or command_of(topic) == name)


def command_of(topic: HelpTopic) -> str:
    """The command's name: "update" of "/cip update REF STATUS [note]"."""
    return topic.usage.split()[1]


@cache
def _all_topics() -> tuple[HelpTopic, ...]:
    return tuple(
        HelpTopic(
            usage,
            sentence("help.summary", command=usage.split()[1], due_days=FORTNIGHT_DAYS),
            examples,
        )
        for usage, examples in EXAMPLES.items()
    )
