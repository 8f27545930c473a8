"""What the buttons of the Home tab do."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.commands import Asker
from bot.errors import CipError
from bot.messages import HomeOutcome, StepsForm
from bot.sentences import sentence
from bot.services import people
from bot.services.actions.open_steps import OpenStepsError
from bot.services.prompts import ask_now, choices, prompt_forms

ASK_NOW = "ask-now"


def press(session: Session, asker: Asker, kind: str, value: str, now: datetime) -> HomeOutcome | StepsForm:
    """What came of it, refusals included: the tab says it; or the form that asks about open steps, with
    nothing recorded. kind: of the button, ASK_NOW or a choice.
    """
    try:
        with session.begin_nested():
            if kind == ASK_NOW:
                return HomeOutcome(ask_now.ask_now(session, asker, value, now))
            return record(session, asker, kind, value, now)
    except OpenStepsError:
        action, ref = choices.lock_action(session, people.identify(session, asker), value)
        return prompt_forms.build_steps_form(action, ref, value, now)
    except CipError as error:
        return HomeOutcome(error.sentence)


def record(session: Session, asker: Asker, choice: str, value: str, now: datetime) -> HomeOutcome:
    """choice: as of choices.record_choice, which raises CipError where nothing was recorded."""
    actor = people.identify(session, asker)
    change, batch = choices.record_choice(session, actor, value, choice, "", now)
    text = sentence(
        "services.home_recorded",
        ref=change.ref,
        status=change.to_status,
        colour=f"{change.rag.colour.words}: {change.rag.reason}.",
    )
    return HomeOutcome(text, batch, change.ref if choice == "at-risk" else "")
