"""Fetching a file somebody sent the bot."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.slack import call_api
from bot.errors import DeliveryError
from bot.rendering.mrkdwn import MrkdwnSpan, join_spans
from bot.sentences import sentence

MAX_FILE_SIZE = 10 * 1024 * 1024
TIMEOUT_SECONDS = 30
_HTTP_PORT, _HTTPS_PORT = 80, 443
_SLACK_HOST = re.compile(r"(?:[a-z0-9-]+\.)+slack\.com")
# Letters of ASCII alone: some others become these when they are put in lower case.
_PLAIN_ADDRESS = re.compile(r"https?://[!-\[\]-~]+")
_OK, _TOO_MANY, _SERVER_FAULT = 200, 429, 500


@dataclass(frozen=True)
class SlackFiles:
    """Files by their address, with the bot's token. api_url: where the Web API is, which the files are beside
    when it is not Slack's own.
    """

    token: str
    api_url: str

    async def fetch(self, url: str) -> bytes:
        """The file's content, of at most 10 MB. Raises DeliveryError: temporary ones may be tried again."""
        if not self._is_trusted(url):
            raise _permanent_error("The file is not kept in Slack.", "foreign_address")
        limit = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
        headers = {"Authorization": f"Bearer {self.token}"}
        try:
            async with (
                aiohttp.ClientSession(timeout=limit) as session,
                session.get(url, headers=headers, allow_redirects=False) as answer,
            ):
                _check_response(answer)
                return await _read_limited(answer)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            code = type(error).__name__
            raise DeliveryError("The file could not be fetched.", code=code, try_again=True) from None

    def _is_trusted(self, url: str) -> bool:
        """The token goes to Slack itself, or to what stands in its place; to nobody else."""
        target = _origin_of(url)
        if target is None:
            return False
        scheme, host, port = target
        is_slack = scheme == "https" and port == _HTTPS_PORT and _SLACK_HOST.fullmatch(host) is not None
        return is_slack or target == _origin_of(self.api_url)


def _origin_of(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an address; None for one that two programs might read differently."""
    if not _PLAIN_ADDRESS.fullmatch(url):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port or (_HTTPS_PORT if parts.scheme == "https" else _HTTP_PORT)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname and "@" not in parts.netloc else None


def _check_response(response: aiohttp.ClientResponse) -> None:
    """Slack answers whoever lacks the permission with a page to sign in on, or sends them to one."""
    if response.status == _TOO_MANY or response.status >= _SERVER_FAULT:
        raise DeliveryError("Slack had a fault.", code=f"http_{response.status}", try_again=True)
    if response.status != _OK or response.content_type == "text/html":
        raise _permanent_error(describe_invisible_file(), "no_permission")


async def _read_limited(response: aiohttp.ClientResponse) -> bytes:
    content = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        content += chunk
        if len(content) > MAX_FILE_SIZE:
            raise _permanent_error(describe_size_limit(), "too_large")
    return bytes(content)


def describe_invisible_file() -> str:
    return sentence("delivery.file_not_visible")


def describe_size_limit() -> str:
    return sentence("delivery.file_too_large", megabytes=MAX_FILE_SIZE // 1024 // 1024)


def _permanent_error(text: str, code: str) -> DeliveryError:
    return DeliveryError(text, code=code, try_again=False)


@dataclass(frozen=True)
class FileUpload:
    """A file Slack waits for. address: where its content is to go."""

    file_id: str
    upload_url: str


async def begin_upload(client: AsyncWebClient, name: str, size: int) -> FileUpload:
    """Announce a file of so many bytes. Raises DeliveryError, as all here do."""
    with _explain_missing_scope():
        answer = await call_api(client.files_getUploadURLExternal, filename=name, length=size)
    return FileUpload(str(answer["file_id"]), str(answer["upload_url"]))


async def upload_content(upload: FileUpload, content: bytes) -> None:
    """Hand over the content. Nobody sees it yet."""
    limit = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=limit) as session,
            session.post(upload.upload_url, data=content) as answer,
        ):
            if answer.status != _OK:
                raise _temporary_error(f"http_{answer.status}")
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        raise _temporary_error(type(error).__name__) from None


async def share_file(
    client: AsyncWebClient, upload: FileUpload, user_id: str, title: str, comment: str
) -> None:
    """Show the file in the person's direct message. comment: plain text, shown as it is: it may hold the
    title of a plan.
    """
    opened = await call_api(client.conversations_open, users=user_id)
    with _explain_missing_scope():
        await call_api(
            client.files_completeUploadExternal,
            files=[{"id": upload.file_id, "title": title}],
            channel_id=str(opened["channel"]["id"]),
            initial_comment=join_spans([MrkdwnSpan(comment)]),
        )


async def is_shared(client: AsyncWebClient, file_id: str) -> bool:
    """Whether the file was ever shown. Slack takes a file first and shows it once it was looked through: in
    between neither is true, so that raises a temporary DeliveryError. False also without the scope
    files:read, which is optional: twice is better than never.
    """
    try:
        answer = await call_api(client.files_info, file=file_id)
    except DeliveryError as error:
        if error.code in {"file_not_found", "missing_scope"}:
            return False
        if error.code == "file_deleted":
            return True
        raise
    file = answer["file"]
    if not any(file.get(where) for where in ("shares", "ims", "channels", "groups")):
        raise _temporary_error("not_shown_yet")
    return True


@contextmanager
def _explain_missing_scope() -> Iterator[None]:
    try:
        yield
    except DeliveryError as error:
        if error.code != "missing_scope":
            raise
        raise _permanent_error(sentence("delivery.files_not_allowed"), error.code) from None


def _temporary_error(code: str) -> DeliveryError:
    return DeliveryError(sentence("delivery.file_not_sent"), code=code, try_again=True)
