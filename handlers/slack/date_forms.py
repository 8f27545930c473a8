"""The form that asks why a date moves: a press of what was offered opens it, and its submission is that press
with the reason.
"""

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from slack_bolt.async_app import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.orm import Session

from bot.commands import Asker, TakeOption
from bot.errors import NotUnderstoodError
from bot.messages import Candidates, NewDateForm, OfferedAnswers, UpdateReceipt
from bot.rendering import new_date_view
from bot.sentences import sentence
from handlers.command_parser import MAX_NOTE_LENGTH
from handlers.context import AppContext
from handlers.pipeline import handle_request
from handlers.requests import NamedJob, RequestInfo, Result
from handlers.slack import pipeline
from handlers.slack.background import BackgroundTasks
from handlers.slack.form_opening import open_form
from handlers.slack.pipeline import Body, get_object
from handlers.slack.responses import answer_button_press
from handlers.slack.views import build_receipt_view, read_words, show_error

CALLBACK_ID = "new-date"
REASON_FIELD = "reason"
# A response url is good for half an hour; what is saved is shown within this.
ADDRESS_LIFETIME = timedelta(minutes=28)
MAX_ADDRESSES = 1000


@dataclass(frozen=True)
class PressAddress:
    """Where the message is that a form was opened from. body: of the press, what tells that. asker: who
    pressed, and where.
    """

    body: Body
    asker: Asker
    pressed_at: datetime


class PressAddresses:
    """By the choice that was pressed. In memory alone: with a response url anybody can write as the bot."""

    def __init__(self) -> None:
        self._addresses: OrderedDict[str, PressAddress] = OrderedDict()

    def note(self, choice: str, body: Body, asker: Asker, now: datetime) -> None:
        kept: Body = {name: body.get(name) for name in ("response_url", "container", "channel")}
        self._addresses[choice] = PressAddress(kept, asker, now)
        self._addresses.move_to_end(choice)
        while len(self._addresses) > MAX_ADDRESSES:
            self._addresses.popitem(last=False)

    def find(self, choice: str, asker: Asker, now: datetime) -> PressAddress | None:
        """That of the asker's own press, while something can still be shown there."""
        found = self._addresses.get(choice)
        if found is None or found.asker.user_id != asker.user_id:
            return None
        return found if now - found.pressed_at < ADDRESS_LIFETIME else None


class NewDateForms:
    """Opens the form, and records what is submitted."""

    def __init__(self, context: AppContext, client: AsyncWebClient, background: BackgroundTasks) -> None:
        self._context, self._client, self._background = context, client, background
        self._addresses = PressAddresses()

    async def open(self, body: Body, asker: Asker, form: NewDateForm) -> None:
        self._addresses.note(form.choice, body, asker, self._context.clock.now())
        view = new_date_view(self._context.renderer, form)
        await open_form(self._context, self._client, body, view)

    async def submit(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        """Acknowledged once it is saved. The receipt takes the place of the message with the options, as
        after a press; where that is not known any more, that of the form.
        """
        view = get_object(request.body, "view")
        choice, reason = str(view.get("private_metadata") or ""), read_words(view, REASON_FIELD)
        if problem := _find_problem(reason):
            await show_error(ack, REASON_FIELD, problem)
            return
        info = pipeline.from_interaction(request)
        address = self._addresses.find(choice, info.asker, self._context.clock.now())
        info = _at_address(info, address)
        response = await handle_request(self._context, info, self._job(info.asker, choice, reason))
        if response["outcome"] in {"refused", "failed"}:
            await show_error(ack, REASON_FIELD, str(response["parts"][0]["text"]))
        elif address is not None and response["outcome"] == "done":
            await ack()
            self._background.start(answer_button_press(address.body, response))
        else:
            await ack(response_action="update", view=build_receipt_view(view, response))

    def _job(self, asker: Asker, choice: str, reason: str) -> NamedJob:
        command = TakeOption(choice=choice, because=reason)

        def work(session: Session) -> Result:
            now = self._context.clock.now()
            message = self._context.dispatcher.answer(session, asker, command, now)
            if isinstance(message, Candidates | OfferedAnswers):
                # The ref named one action when the form was opened, and none of its steps was open.
                raise NotUnderstoodError(sentence("handlers.form_out_of_date"))
            return Result(message, isinstance(message, UpdateReceipt) and message.public)

        return NamedJob(command.name, work)


def _at_address(info: RequestInfo, address: PressAddress | None) -> RequestInfo:
    """The submission as said where its form was opened: Slack names no channel in it."""
    if address is None:
        return info
    place = address.asker
    asker = replace(info.asker, channel_id=place.channel_id, channel_name=place.channel_name)
    return replace(info, asker=asker)


def _find_problem(reason: str) -> str:
    """What is wrong with the reason, or ""."""
    if len(reason) > MAX_NOTE_LENGTH:
        length, limit = f"{len(reason):,}", f"{MAX_NOTE_LENGTH:,}"
        return sentence("handlers.reason_too_long", length=length, limit=limit)
    return "" if reason else sentence("handlers.empty_reason")
