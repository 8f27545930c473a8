"""Applies the bot's acknowledgements to the workspace, as Slack does: shows the answer, or that it failed."""

from dataclasses import dataclass, replace

from bot.sandbox.config import BOT_USER_ID
from bot.sandbox.deliveries import Ack, BotDelivery
from bot.sandbox.entities import Json, SandboxMessage, View
from bot.sandbox.errors import RefusedError
from bot.sandbox.scopes import check_file_fields
from bot.sandbox.validation.surfaces import check_message, check_view
from bot.sandbox.views import MAX_STACK_DEPTH
from bot.sandbox.workspace import SandboxWorkspace

CONNECTION_ERROR_TEXT = "We had some trouble connecting. Try again?"


@dataclass(frozen=True)
class Failure:
    """An error that a person saw. subject: what they did. code, messages: Slack's error and its details."""

    subject: str
    code: str
    messages: list[str]


class AckHandler:
    """Applies acknowledgements, and collects in `failures` those that failed or were invalid."""

    def __init__(self, workspace: SandboxWorkspace) -> None:
        self._workspace = workspace
        self.failures: list[Failure] = []

    def apply_command(self, delivery: BotDelivery, ack: Ack) -> Ack:
        """Show the answer to the person or the channel; for a failure, Slack's own error text.

        Returns the ack, with a failure added when its content was refused.
        """
        channel, user = delivery.payload["channel_id"], delivery.user
        try:
            if ack.delivered:
                self.post_response(
                    channel, user, {"text": ack.body} if isinstance(ack.body, str) else ack.body
                )
        except RefusedError as refused:
            ack = replace(ack, failure=refused.code)
            self._record_refusal(f"answer to {delivery.payload['command']}", refused)
        else:
            self._record_failure(delivery.payload["command"], ack)
        if ack.failure:
            sentence = f"{delivery.payload['command']} failed with the error “{ack.failure}”"
            self._workspace.post_as_slackbot(channel, user, sentence, trouble=True)
        return ack

    def apply_action(self, delivery: BotDelivery, ack: Ack) -> Ack:
        self._record_failure("button or menu", ack)
        if ack.failure and delivery.channel:
            sentence = f"That did not work: the app failed with the error “{ack.failure}”"
            self._workspace.post_as_slackbot(delivery.channel, delivery.user, sentence, trouble=True)
        return ack

    def apply_event(self, ack: Ack) -> Ack:
        self._record_failure("event", ack)
        return ack

    def apply_submission(self, view: View, ack: Ack) -> Ack:
        """Apply the `response_action` to the form; without one it is closed."""
        body = ack.body if isinstance(ack.body, dict) else {}
        self._record_failure("form", ack)
        try:
            if ack.delivered:
                self._apply_response_action(view, body)
        except RefusedError as refused:
            ack = replace(ack, failure=refused.code)
            self._record_refusal("answer to a form", refused)
        self._workspace.publish_view_change(view.user)
        return ack

    def post_response(self, channel: str, user: str, body: Json) -> None:
        """Post as the bot: for everyone where response_type is in_channel, else for this person only."""
        if not any(body.get(name) for name in ("text", "blocks", "attachments")):
            return
        text, blocks, attachments = self.check_content(body)
        only_for = None if body.get("response_type") == "in_channel" else user
        self._workspace.post(
            SandboxMessage(
                "",
                channel,
                BOT_USER_ID,
                text,
                blocks,
                attachments,
                only_for=only_for,
                thread_ts=body.get("thread_ts"),
            )
        )

    @staticmethod
    def check_content(body: Json) -> tuple[str, list[Json], list[Json]]:
        """Text, blocks and attachments of a message. RefusedError when Slack would refuse them."""
        text = str(body.get("text") or "")
        check_message(text, body.get("blocks"), body.get("attachments"))
        return text, body.get("blocks") or [], body.get("attachments") or []

    def _apply_response_action(self, view: View, body: Json) -> None:
        views = self._workspace.views
        match body.get("response_action"):
            case None:
                views.close(view)
            case "clear":
                views.clear(view.user)
            case "errors":
                view.errors = _validate_errors(view, body.get("errors"))
                views.save_stack(view.user)
            case "update":
                views.update(view, self._check_view(body))
            case "push" if len(views.stacks[view.user]) < MAX_STACK_DEPTH:
                views.push(view.user, self._check_view(body))
            case "push":
                raise RefusedError("push_limit_reached")
            case other:
                raise RefusedError("invalid_arguments", [f"[ERROR] unknown response_action: {other}"])

    def _check_view(self, body: Json) -> Json:
        granted = self._workspace.conditions.granted_scopes
        return check_file_fields(check_view(body.get("view"), "modal"), granted)

    def _record_failure(self, subject: str, ack: Ack) -> None:
        if ack.failure:
            self.failures.append(Failure(subject, ack.failure, [str(ack.body)] if ack.body else []))

    def _record_refusal(self, subject: str, refused: RefusedError) -> None:
        self.failures.append(Failure(subject, refused.code, refused.messages))


def _validate_errors(view: View, errors: object) -> dict[str, str]:
    """Error messages by block id. RefusedError for any block that is no input of the form."""
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise RefusedError("invalid_arguments", ["[ERROR] errors must name input blocks of the view"])
    return {name: str(message) for name, message in errors.items()}
