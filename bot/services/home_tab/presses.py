"""What the buttons of the Home tab do."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.commands import Asker
from bot.errors import CipError
from bot.messages import HomeOutcome
from bot.sentences import sentence
from bot.services import people
from bot.services.prompts import ask_now, choices

ASK_NOW = "ask-now"


def press(session: Session, asker: Asker, kind: str, value: str, now: datetime) -> HomeOutcome:
    """What came of it, refusals included: the tab says it. kind: of the button, ASK_NOW or a choice."""
    try:
        with session.begin_nested():
            if kind == ASK_NOW:
                return HomeOutcome(ask_now.ask_now(session, asker, value, now))
            return _record(session, asker, kind, value, now)
    except CipError as error:
        return HomeOutcome(error.sentence)


def _record(session: Session, asker: Asker, choice: str, value: str, now: datetime) -> HomeOutcome:
    actor = people.identify(session, asker)
    change, batch = choices.record_choice(session, actor, value, choice, "", now)
    text = sentence(
        "services.home_recorded",
        ref=change.ref,
        status=change.to_status,
        colour=f"{change.rag.colour.words}: {change.rag.reason}.",
    )
    return HomeOutcome(text, batch, change.ref if choice == "at-risk" else "")
