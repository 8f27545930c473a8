"""Plans of any size to render."""

from dataclasses import replace
from datetime import date

from bot.messages import ActionLine, ColourCount, Digest, DigestChange, LastWord, Owner, example_line
from bot.plan.rag import Colour, Rag, RagRules, legend

TODAY = date(2026, 3, 31)
LEGEND = legend(RagRules())
RED = example_line()
AMBER = replace(
    RED,
    ref="2.4",
    title="Agree the rota",
    owners=(Owner("RM"), Owner("JS", "U2")),
    status="not started",
    rag=Rag(Colour.AMBER, "due in 3 days and not started", Colour.AMBER),
    due=date(2026, 4, 3),
    confirmed=False,
    days_late=0,
    last_word=None,
)
GREEN = replace(
    RED,
    ref="3.3",
    title="Publish the guide",
    owners=(),
    rag=Rag(Colour.GREEN, "no date to miss, and recently heard of", Colour.GREEN),
    due=None,
    due_text="Ongoing",
    days_late=0,
    last_word=LastWord("", "RM", 1),
)


def copies(line: ActionLine, count: int, section: str) -> tuple[ActionLine, ...]:
    """Lines with refs of their own: "1/r0", "1/r1" …"""
    title = "Review how the work is shared between the teams and agree what each of them will do from April"
    return tuple(
        replace(line, ref=f"{section}/r{at}", title=f"{title} ({section}-{at})") for at in range(count)
    )


def digest(reds: int = 0, ambers: int = 0, **facts: object) -> Digest:
    defaults: dict[str, object] = {
        "board": "Improvement Board",
        "plans": ("Improvement plan 2026-29",),
        "day": date(2026, 3, 30),
        "total": 200,
        "counts": (
            ColourCount(Colour.RED, reds, 2),
            ColourCount(Colour.AMBER, ambers, -1),
            ColourCount(Colour.GREEN, 10, 0),
            ColourCount(Colour.BLUE, 3, 1),
        ),
        "reds": copies(RED, reds, "1"),
        "ambers": copies(AMBER, ambers, "2"),
        "legend": LEGEND,
        "since": date(2026, 3, 23),
    }
    return Digest(**{**defaults, **facts})  # type: ignore[arg-type]  # facts are the fields of Digest


def digest_change(ref: str, **facts: object) -> DigestChange:
    return DigestChange(**{"ref": ref, "title": f"Title of {ref}", "by": "SS", **facts})  # type: ignore[arg-type]  # as above
