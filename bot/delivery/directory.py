"""Finding accounts and channels in Slack by what people know of them: e-mail addresses and names."""

from collections.abc import Collection
from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.slack import call
from bot.errors import DeliveryError

PAGES = 20


@dataclass(frozen=True)
class Team:
    """Who we are in Slack: the answer of auth.test."""

    team_id: str
    name: str
    bot_user_id: str
    bot_id: str


class SlackDirectory:
    """Look-ups that change nothing. Failures are DeliveryErrors."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def team(self) -> Team:
        answer = await call(self._client.auth_test)
        return Team(
            str(answer["team_id"]),
            str(answer.get("team", "")),
            str(answer["user_id"]),
            str(answer.get("bot_id", "")),
        )

    async def accounts(self, addresses: Collection[str]) -> dict[str, str]:
        """Account ids by lower-case e-mail address, for those that have one."""
        found = {}
        for address in addresses:
            try:
                answer = await call(self._client.users_lookupByEmail, email=address)
            except DeliveryError as error:
                if error.code != "users_not_found":
                    raise
            else:
                found[address.lower()] = str(answer["user"]["id"])
        return found

    async def channels(self, names: Collection[str]) -> dict[str, str]:
        """Channel ids by name, for those the bot can see."""
        found: dict[str, str] = {}
        cursor = ""
        for _ in range(PAGES):
            answer = await call(
                self._client.conversations_list,
                types="public_channel,private_channel",
                exclude_archived=True,
                limit=200,
                cursor=cursor or None,
            )
            channels = answer.get("channels") or []
            found |= {each["name"]: each["id"] for each in channels if each["name"] in names}
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor or len(found) == len(set(names)):
                break
        return found
