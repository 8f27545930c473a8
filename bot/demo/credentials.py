"""The sandbox's credentials: generated keys, the settings that use them, and the bot's identity."""

import secrets
from dataclasses import dataclass

from pydantic import SecretStr

from bot.clock import Clock
from bot.config import Settings
from bot.delivery.slack_lookup import Team
from bot.sandbox.config import BOT_ID, BOT_USER_ID, SandboxSettings
from bot.sandbox.server import Sandbox


@dataclass(frozen=True)
class SandboxKeys:
    """Secrets generated for one run."""

    bot_token: str
    signing_secret: str


def generate_keys() -> SandboxKeys:
    return SandboxKeys(f"xoxb-sandbox-{secrets.token_hex(8)}", secrets.token_hex(16))


def settings_for_sandbox(settings: Settings, keys: SandboxKeys, base_url: str) -> Settings:
    """The settings for a Slack at this address."""
    return settings.model_copy(
        update={
            "slack_bot_token": SecretStr(keys.bot_token),
            "slack_signing_secret": SecretStr(keys.signing_secret),
            "slack_api_url": f"{base_url}/sandbox/api/",
            "public_url": settings.public_url or base_url,
        }
    )


def build_sandbox(settings: Settings, keys: SandboxKeys, base_url: str, clock: Clock) -> Sandbox:
    sandbox = Sandbox(
        SandboxSettings(
            bot_token=keys.bot_token,
            signing_secret=keys.signing_secret,
            events_url=f"{base_url}/slack/events",
            state_file=settings.data_dir / "sandbox.sqlite3",
            base_url=base_url,
            command=settings.command,
        ),
        clock,
    )
    # Each run has a token of its own, so that one taken back in an earlier run does not keep this one out.
    sandbox.conditions.renew_token()
    return sandbox


def bot_identity() -> Team:
    """The bot's identity in the sandbox, as its API gives it once it runs."""
    return Team(SandboxSettings("", "").team_id, "Sandbox council", BOT_USER_ID, BOT_ID)
