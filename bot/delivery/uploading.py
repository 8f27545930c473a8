"""Sending somebody a file, in steps, so that it can be told later whether it was sent: the file has its id
before anybody can see it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.slack import call
from bot.errors import DeliveryError

TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class Begun:
    """A file Slack waits for. address: where its content is to go."""

    file_id: str
    address: str


async def begin(client: AsyncWebClient, name: str, size: int) -> Begun:
    """Announce a file of so many bytes. Raises DeliveryError, as all here do."""
    with _permitted("send files", "files:write"):
        answer = await call(client.files_getUploadURLExternal, filename=name, length=size)
    return Begun(str(answer["file_id"]), str(answer["upload_url"]))


async def put(begun: Begun, content: bytes) -> None:
    """Hand over the content. Nobody sees it yet."""
    limit = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=limit) as session,
            session.post(begun.address, data=content) as answer,
        ):
            if answer.status != _OK:
                raise _not_yet(f"http_{answer.status}")
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        raise _not_yet(type(error).__name__) from None


async def share(client: AsyncWebClient, begun: Begun, user_id: str, title: str, words: str) -> None:
    """Show the file in the person's direct message, with these words."""
    opened = await call(client.conversations_open, users=user_id)
    with _permitted("send files", "files:write"):
        await call(
            client.files_completeUploadExternal,
            files=[{"id": begun.file_id, "title": title}],
            channel_id=str(opened["channel"]["id"]),
            initial_comment=words,
        )


async def was_shared(client: AsyncWebClient, file_id: str) -> bool:
    """Whether the file was ever shown. Slack takes a file first and shows it once it was looked through: in
    between neither is true, so that raises a temporary DeliveryError.
    """
    try:
        with _permitted("see files", "files:read"):
            answer = await call(client.files_info, file=file_id)
    except DeliveryError as error:
        if error.code == "file_not_found":
            return False
        if error.code == "file_deleted":
            return True
        raise
    file = answer["file"]
    if not any(file.get(where) for where in ("shares", "ims", "channels", "groups")):
        raise _not_yet("not_shown_yet")
    return True


@contextmanager
def _permitted(what: str, scope: str) -> Iterator[None]:
    try:
        yield
    except DeliveryError as error:
        if error.code != "missing_scope":
            raise
        raise DeliveryError(
            f"I may not {what}. Ask whoever looks after the bot to give it the scope {scope}.",
            code=error.code,
            try_again=False,
        ) from None


def _not_yet(code: str) -> DeliveryError:
    return DeliveryError("The file could not be sent yet.", code=code, try_again=True)
