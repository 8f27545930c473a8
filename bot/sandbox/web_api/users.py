"""users.*: the people of the workspace; and the methods about the bot and the team."""

from bot.sandbox.account_payloads import account_payload
from bot.sandbox.config import APP_ID, BOT_ID, BOT_NAME, BOT_USER_ID
from bot.sandbox.entities import Json, SandboxUser
from bot.sandbox.errors import RefusedError
from bot.sandbox.validation.surfaces import check_blocks
from bot.sandbox.web_api.call import ApiCall
from bot.sandbox.web_api.conversations import paginate


def user_payload(call: ApiCall, user: SandboxUser) -> Json:
    return account_payload(call.workspace, user)


def list_(call: ApiCall) -> Json:
    page, cursor = paginate(call, list(call.workspace.users.values()))
    return {"members": [user_payload(call, one) for one in page], "response_metadata": cursor}


def info(call: ApiCall) -> Json:
    user = call.workspace.users.get(call.text("user"))
    if user is None:
        raise RefusedError("user_not_found")
    return {"user": user_payload(call, user)}


def lookup_by_email(call: ApiCall) -> Json:
    """Case does not matter; deactivated users and those of other organisations are not found."""
    email = call.require_text("email", "users_not_found").casefold()
    for user in call.workspace.users.values():
        if user.email.casefold() == email and not user.deleted and not user.team_id:
            return {"user": user_payload(call, user)}
    raise RefusedError("users_not_found")


def auth_test(call: ApiCall) -> Json:
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


def api_test(call: ApiCall) -> Json:
    args = {name: value for name, value in call.args.items() if name != "token"}
    if call.text("error"):
        raise RefusedError(call.text("error"))
    return {"args": args}


def bots_info(call: ApiCall) -> Json:
    if call.text("bot", BOT_ID) != BOT_ID:
        raise RefusedError("bot_not_found")
    bot = {"id": BOT_ID, "deleted": False, "name": BOT_NAME, "app_id": APP_ID, "user_id": BOT_USER_ID}
    return {"bot": bot}


def team_info(call: ApiCall) -> Json:
    settings = call.workspace.settings
    team = {"id": settings.team_id, "name": settings.team_name, "domain": "sandbox", "email_domain": ""}
    return {"team": team}


def blocks_validate(call: ApiCall) -> Json:
    blocks = call.json("blocks", "invalid_blocks_format")
    if not isinstance(blocks, list):
        raise RefusedError("invalid_blocks_format")
    check_blocks(blocks)
    return {}
