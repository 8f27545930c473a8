"""The shortcut "Use as update" of any message: it is read as a direct message is, read back in a form, and
recorded only when the form is submitted, with the rights of whoever submits it.
"""

from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.orm import Session

from bot.commands import (
    TakeOption,
)
from bot.errors import NotUnderstoodError
from bot.messages import (
    Candidates,
    Message,
    NewDateForm,
    OfferedAnswers,
    OfferedOption,
    UseMessageForm,
)
from bot.rendering import form_view, new_date_view
from bot.rendering.limits import utf16_length
from bot.rendering.modals import MAX_METADATA_LENGTH
from bot.sentences import sentence
from bot.services import mentions, people
from handlers.context import AppContext
from handlers.pipeline import handle_request
from handlers.requests import NamedJob, RequestInfo, Result
from handlers.slack import pipeline
from handlers.slack.background import BackgroundTasks
from handlers.slack.form_opening import open_form
from handlers.slack.message_reading import find_asked, read_offer, require_readable
from handlers.slack.message_source import (
    SourceMessage,
    add_evidence,
    decode_source,
    encode_source,
    name_author,
    read_source,
)
from handlers.slack.pipeline import Body, get_object
from handlers.slack.views import build_receipt_view, read_words, show_error

CALLBACK_ID = "use_as_update"
REF_FIELD, CHOICE_FIELD = "ref", "choice"


class MessageShortcut:
    """Opens the form, asks for the ref where the message has none, and records what is chosen."""

    def __init__(self, context: AppContext, client: AsyncWebClient, background: BackgroundTasks) -> None:
        self._context, self._client, self._background = context, client, background

    async def open(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        info, source = pipeline.from_interaction(request), read_source(request.body)
        forms = list[Message]()
        response = await handle_request(self._context, info, self._reading_job(info, source, "", forms))
        await ack()
        if response["outcome"] in {"refused", "failed"}:
            problem = str(response["parts"][0]["text"])
            forms = [UseMessageForm(source.text, sentence("handlers.message_author", author=""), problem)]
        if forms:
            view = self._build_view(forms[-1], source)
            self._background.start(open_form(self._context, self._client, request.body, view))

    async def submit(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        """With a ref it is read again, as of that action; with a choice it is recorded."""
        view = get_object(request.body, "view")
        source = decode_source(view.get("private_metadata"))
        if source is None:
            await ack(response_action="clear")
            return
        info = pipeline.from_interaction(request)
        asker = replace(info.asker, channel_id=source.channel_id, channel_name=source.channel_name)
        info = replace(info, asker=asker)
        if ref := read_words(view, REF_FIELD).strip():
            await self._submit_ref(ack, info, source, ref)
        else:
            await self._submit_choice(ack, info, source, view)

    async def _submit_ref(self, ack: AsyncAck, info: RequestInfo, source: SourceMessage, ref: str) -> None:
        forms = list[Message]()
        response = await handle_request(self._context, info, self._reading_job(info, source, ref, forms))
        if not forms:
            parts = response["parts"]
            problem = str(parts[0]["text"]) if parts else sentence("handlers.form_out_of_date")
            await show_error(ack, REF_FIELD, problem)
            return
        await ack(response_action="update", view=self._build_view(forms[-1], source))

    async def _submit_choice(
        self, ack: AsyncAck, info: RequestInfo, source: SourceMessage, view: Body
    ) -> None:
        choice = _read_choice(view)
        if not choice:
            if _has_field(view, CHOICE_FIELD):
                await show_error(ack, CHOICE_FIELD, sentence("handlers.choose_first"))
            else:
                await show_error(ack, REF_FIELD, sentence("handlers.unreadable_ref"))
            return
        forms = list[Message]()
        response = await handle_request(self._context, info, self._taking_job(info, source, choice, forms))
        if forms:
            await ack(response_action="update", view=self._build_view(forms[-1], source))
        elif response["outcome"] in {"refused", "failed"} or not response["parts"]:
            parts = response["parts"]
            problem = str(parts[0]["text"]) if parts else sentence("handlers.form_out_of_date")
            await show_error(ack, CHOICE_FIELD, problem)
        else:
            await ack(response_action="update", view=build_receipt_view(view, response))

    def _reading_job(
        self, info: RequestInfo, source: SourceMessage, ref: str, forms: list[Message]
    ) -> NamedJob:
        """Leaves the next form in `forms`."""

        def work(session: Session) -> Result:
            forms[:] = [self._read(session, info, source, ref)]
            return Result(None)

        return NamedJob("use-message", work)

    def _taking_job(
        self, info: RequestInfo, source: SourceMessage, choice: str, forms: list[Message]
    ) -> NamedJob:
        """Leaves in `forms` what is still to be asked, where that is so."""

        def work(session: Session) -> Result:
            forms.clear()
            now = self._context.clock.now()
            message = self._context.dispatcher.answer(session, info.asker, TakeOption(choice=choice), now)
            if isinstance(message, NewDateForm):
                forms.append(message)
                return Result(None)
            if isinstance(message, Candidates | OfferedAnswers):
                workspace_id = people.identify(session, info.asker).workspace_id
                author = name_author(session, workspace_id, source)
                forms.append(_ask_again(source, author, message))
                return Result(None)
            return Result(message)

        return NamedJob("use-message", work)

    def _read(self, session: Session, info: RequestInfo, source: SourceMessage, ref: str) -> UseMessageForm:
        """The form that reads the message back. Raises CipError where nothing can be made of it."""
        require_readable(source)
        actor, now = people.identify(session, info.asker), self._context.clock.now()
        author = name_author(session, actor.workspace_id, source)
        asked = find_asked(session, actor, ref)
        offer = read_offer(source, asked, people.today_of(actor, now), self._context.settings.command)
        shown_author = sentence("handlers.message_author", author=author)
        if offer is None:
            people.require_linked_person(actor, "record an update")
            problem = sentence("handlers.message_which_action")
            return UseMessageForm(source.text, shown_author, problem, asks_ref=True)
        command = mentions.name_in_command(session, actor.workspace_id, offer)
        command = add_evidence(command, author, source)
        message = self._context.dispatcher.answer(session, info.asker, command, now)
        if not isinstance(message, OfferedAnswers):
            raise NotUnderstoodError(sentence("handlers.message_which_action"))
        options = tuple(each for each in message.options if each.changes or each.asks_which)
        return UseMessageForm(message.words, shown_author, message.problem, options)

    def _build_view(self, message: Message, source: SourceMessage) -> dict[str, Any]:
        renderer = self._context.renderer
        if isinstance(message, NewDateForm):
            return new_date_view(renderer, message)
        submit = _submit_text(message) if isinstance(message, UseMessageForm) else ""
        metadata = encode_source(source)
        if utf16_length(metadata) > MAX_METADATA_LENGTH:
            metadata = encode_source(replace(source, text=""))
        return form_view(
            renderer, message, CALLBACK_ID, metadata, submit=submit, close="Cancel" if submit else "Close"
        )


def _submit_text(message: UseMessageForm) -> str:
    """Of the form's button, "" where it has no fields."""
    if message.options:
        return "Record"
    return "Next" if message.asks_ref else ""


def _ask_again(source: SourceMessage, author: str, message: Candidates | OfferedAnswers) -> UseMessageForm:
    """Which action is meant, or what is done of it."""
    shown_author = sentence("handlers.message_author", author=author)
    if isinstance(message, OfferedAnswers):
        return UseMessageForm(source.text, shown_author, message.problem, message.options)
    options = tuple(
        OfferedOption(
            each.ref,
            each.choice,
            each.changes,
            asks_reason=each.asks_reason,
            outcome=sentence("handlers.asks_steps_next") if each.asks_steps else "",
        )
        for each in message.candidates
        if each.choice
    )
    problem = sentence("handlers.which_of_them", ref=message.ref)
    return UseMessageForm(source.text, shown_author, problem, options)


def _has_field(view: Body, name: str) -> bool:
    return bool(get_object(get_object(get_object(view, "state"), "values"), name))


def _read_choice(view: Body) -> str:
    field = get_object(
        get_object(get_object(get_object(view, "state"), "values"), CHOICE_FIELD), CHOICE_FIELD
    )
    return str(get_object(field, "selected_option").get("value") or "")
