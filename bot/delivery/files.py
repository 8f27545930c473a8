"""Fetching a file somebody sent the bot."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

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
