"""users.*: the people of the workspace."""

from bot.sandbox.entities import Json, User
from bot.sandbox.errors import RefusedError
from bot.sandbox.web_api.call import Call
from bot.sandbox.web_api.paging import page


def shown_user(call: Call, user: User) -> Json:
    profile = {
        "real_name": user.real_name,
        "display_name": user.name,
        "email": user.email,
        "title": user.title,
        "team": call.workspace.settings.team_id,
    }
    return {
        "id": user.id,
        "team_id": call.workspace.settings.team_id,
        "name": user.name,
        "real_name": user.real_name,
        "deleted": user.deleted,
        "tz": user.tz,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "is_admin": False,
        "profile": profile,
    }


def list_(call: Call) -> Json:
    found, cursor = page(call, list(call.workspace.users.values()))
    return {"members": [shown_user(call, one) for one in found], "response_metadata": cursor}


def info(call: Call) -> Json:
    user = call.workspace.users.get(call.text("user"))
    if user is None:
        raise RefusedError("user_not_found")
    return {"user": shown_user(call, user)}


def lookup_by_email(call: Call) -> Json:
    """Addresses match whatever their capitals; people who have left are not found."""
    email = call.needed("email", "users_not_found").casefold()
    for user in call.workspace.users.values():
        if user.email.casefold() == email and not user.deleted:
            return {"user": shown_user(call, user)}
    raise RefusedError("users_not_found")
