"""What a board starts with, from the settings; each can be set for one board later."""

from bot.config import Settings
from bot.importing.applying import BoardDefaults


def board_defaults(settings: Settings) -> BoardDefaults:
    return BoardDefaults(
        timezone=settings.timezone,
        country=settings.country,
        digest_rule=settings.digest_rule,
        prompt_days=settings.prompt_days,
        prompt_time=settings.prompt_time,
        quiet_from=settings.quiet_from,
        quiet_until=settings.quiet_until,
        weekly_budget=settings.weekly_budget,
        recent_days=settings.recent_days,
    )
