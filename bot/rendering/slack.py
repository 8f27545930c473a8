"""Messages as Slack takes them, and as plain text."""

from dataclasses import dataclass
from typing import Any

from bot.messages import Message
from bot.rendering.document import Document
from bot.rendering.pages import Layout, text_of
from bot.rendering.plain import Plain
from bot.rendering.words import LOCAL, Words

_PLAIN = Plain()


@dataclass(frozen=True)
class SlackMessage:
    """text: the whole message for screen readers and notifications, escaped as Slack's `text` wants it."""

    text: str
    blocks: list[dict[str, Any]]


class Renderer:
    """Turns messages into words. Never fails for what is in them. command: the slash command ("/cip").

    public_address: where the bot's own pages are found from outside.
    """

    def __init__(self, command: str = "/cip", public_address: str = LOCAL) -> None:
        self._words = Words(command, public_address)

    def document(self, message: Message) -> Document:
        return self._words.document(message)

    def slack(self, message: Message) -> list[SlackMessage]:
        """One message, or several where it does not fit one: the rest go to the thread of the first.

        Only the digest continues in a thread; every other message is one, cut where it must be.
        """
        document = self.document(message)
        pages = Layout(document, self._words).fill()
        return [SlackMessage(text_of(page, rewritten=document.rewritten), page.blocks) for page in pages]

    def text(self, message: Message) -> str:
        """The whole message as plain text, for the terminal and logs."""
        return _PLAIN.document(self.document(message))
