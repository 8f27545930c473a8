"""Fetching a file somebody sent the bot."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.slack import call
from bot.errors import DeliveryError

LARGEST = 10 * 1024 * 1024
TIMEOUT_SECONDS = 30
_SLACKS_OWN = ".slack.com"
_OK, _TOO_MANY, _SERVER_FAULT = 200, 429, 500


@dataclass(frozen=True)
class SlackFiles:
    """Files by their address, with the bot's token. api_url: where the Web API is, which the files are beside
    when it is not Slack's own.
    """

    token: str
    api_url: str

    async def fetch(self, address: str) -> bytes:
        """The file's content, of at most 10 MB. Raises DeliveryError: temporary ones may be tried again."""
        if not self._is_trusted(address):
            raise _refused("The file is not kept in Slack.", "foreign_address")
        limit = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
        headers = {"Authorization": f"Bearer {self.token}"}
        try:
            async with (
                aiohttp.ClientSession(timeout=limit) as session,
                session.get(address, headers=headers, allow_redirects=False) as answer,
            ):
                _check(answer)
                return await _at_most(answer)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            code = type(error).__name__
            raise DeliveryError("The file could not be fetched.", code=code, try_again=True) from None

    def _is_trusted(self, address: str) -> bool:
        """The token goes to Slack itself, or to what stands in its place; to nobody else."""
        there, api = urlsplit(address), urlsplit(self.api_url)
        if (there.scheme, there.netloc) == (api.scheme, api.netloc):
            return True
        return there.scheme == "https" and (there.hostname or "").endswith(_SLACKS_OWN)


def _check(answer: aiohttp.ClientResponse) -> None:
    """Slack answers whoever lacks the permission with a page to sign in on, or sends them to one."""
    if answer.status == _TOO_MANY or answer.status >= _SERVER_FAULT:
        raise DeliveryError("Slack had a fault.", code=f"http_{answer.status}", try_again=True)
    if answer.status != _OK or answer.content_type == "text/html":
        raise _refused(
            "I was not let at the file. Ask whoever looks after the bot to give it the scope files:read.",
            "no_permission",
        )


async def _at_most(answer: aiohttp.ClientResponse) -> bytes:
    content = bytearray()
    async for chunk in answer.content.iter_chunked(64 * 1024):
        content += chunk
        if len(content) > LARGEST:
            raise _refused(too_large(), "too_large")
    return bytes(content)


def too_large() -> str:
    return f"The file is too large. It can have up to {LARGEST // 1024 // 1024} MB."


def _refused(sentence: str, code: str) -> DeliveryError:
    return DeliveryError(sentence, code=code, try_again=False)


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
