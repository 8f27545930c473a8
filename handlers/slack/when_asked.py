"""The button "Change when I'm asked" of a question: why somebody is asked, and by what rule, below it."""

from slack_bolt.async_app import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from sqlalchemy.orm import Session

from bot.services.prompts import asking_rules
from handlers.context import AppContext
from handlers.pipeline import handle_request
from handlers.requests import NamedJob, Result
from handlers.slack import pipeline
from handlers.slack.background import BackgroundTasks
from handlers.slack.pipeline import as_threaded, read_press
from handlers.slack.responses import answer_button_press


class WhenAskedListener:
    """Handles its press. The question stays as it is."""

    def __init__(self, context: AppContext, background: BackgroundTasks) -> None:
        self._context, self._background = context, background

    async def explain(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        info, value = pipeline.from_interaction(request), read_press(request.body).value

        def work(session: Session) -> Result:
            now = self._context.clock.now()
            return Result(asking_rules.explain_to_asked(session, info.asker, value, now))

        response = await handle_request(self._context, info, NamedJob("when-asked", work, reads_only=True))
        await ack()
        self._background.start(answer_button_press(as_threaded(request.body), response))
