"""auth.test, api.test, bots.info, team.info, blocks.validate: who am I, where am I, is this right."""

from bot.sandbox.config import APP_ID, BOT_ID, BOT_NAME, BOT_USER_ID
from bot.sandbox.entities import Json
from bot.sandbox.errors import RefusedError
from bot.sandbox.validation.surfaces import check_blocks
from bot.sandbox.web_api.call import Call


def auth_test(call: Call) -> Json:
    settings = call.workspace.settings
    return {
        "url": f"{settings.base_url}/",
        "team": settings.team_name,
        "user": BOT_NAME,
        "team_id": settings.team_id,
        "user_id": BOT_USER_ID,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def api_test(call: Call) -> Json:
    given = {name: value for name, value in call.args.items() if name != "token"}
    if call.text("error"):
        raise RefusedError(call.text("error"))
    return {"args": given}


def bots_info(call: Call) -> Json:
    if call.text("bot", BOT_ID) != BOT_ID:
        raise RefusedError("bot_not_found")
    bot = {"id": BOT_ID, "deleted": False, "name": BOT_NAME, "app_id": APP_ID, "user_id": BOT_USER_ID}
    return {"bot": bot}


def team_info(call: Call) -> Json:
    settings = call.workspace.settings
    team = {"id": settings.team_id, "name": settings.team_name, "domain": "sandbox", "email_domain": ""}
    return {"team": team}


def blocks_validate(call: Call) -> Json:
    blocks = call.json("blocks", "invalid_blocks_format")
    if not isinstance(blocks, list):
        raise RefusedError("invalid_blocks_format")
    check_blocks(blocks)
    return {}
