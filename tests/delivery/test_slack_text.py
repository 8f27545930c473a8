"""The text of a message goes out whole; only an edit is cut, since Slack allows less for one."""

from bot.delivery.sender import Post
from bot.delivery.slack import SlackSender
from tests.fixtures.sandbox import BOARD, client_of, running_sandbox

LONG = "word " * 2000


async def test_a_long_text_is_posted_whole_and_an_edit_of_it_is_cut() -> None:
    async with running_sandbox() as sandbox:
        sender = SlackSender(client_of(sandbox))
        posted = await sender.post(Post(BOARD, LONG, "token", []))
        message = sandbox.workspace.messages.find(BOARD, posted.ts)
        assert message is not None
        assert message.text == LONG
        edited = await sender.post(Post(BOARD, LONG, "token", [], updates=(posted.channel, posted.ts)))
        assert edited == posted
        message = sandbox.workspace.messages.find(BOARD, posted.ts)
        assert message is not None
        assert len(message.text) <= 4000
        assert message.text.endswith("…")
        assert LONG.startswith(message.text.removesuffix("…"))
