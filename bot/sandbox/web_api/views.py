"""views.*: modals and the Home tab."""

from bot.sandbox.entities import Json, View
from bot.sandbox.errors import RefusedError
from bot.sandbox.validation.surfaces import check_view
from bot.sandbox.views import STACK_LIMIT
from bot.sandbox.web_api.call import Call


def _content(call: Call, kind: str) -> Json:
    content = check_view(call.json("view"), kind)
    external_id = content.get("external_id")
    known = call.workspace.shelf.find(None, external_id) if external_id else None
    if known is not None and known.id != call.text("view_id"):
        raise RefusedError("duplicate_external_id")
    return content


def _answer(call: Call, view: View) -> Json:
    call.workspace.view_changed(view.user)
    return {"view": call.workspace.shown_view(view)}


def open_(call: Call) -> Json:
    content = _content(call, "modal")
    user = call.workspace.triggers.exchange(call.needed("trigger_id"))
    return _answer(call, call.workspace.shelf.open(user, content))


def push(call: Call) -> Json:
    content = _content(call, "modal")
    user = call.workspace.triggers.exchange(call.needed("trigger_id"))
    depth = len(call.workspace.shelf.stacks[user])
    if not depth:
        raise RefusedError("not_found")
    if depth >= STACK_LIMIT:
        raise RefusedError("push_limit_reached")
    return _answer(call, call.workspace.shelf.push(user, content))


def update(call: Call) -> Json:
    view = call.workspace.shelf.find(call.text("view_id") or None, call.text("external_id"))
    if view is None:
        raise RefusedError("not_found")
    _check_hash(call, view)
    content = check_view(call.json("view"), view.type)
    return _answer(call, call.workspace.shelf.update(view, content))


def publish(call: Call) -> Json:
    user = call.workspace.users.get(call.needed("user_id"))
    if user is None or user.is_bot or user.deleted:
        raise RefusedError("invalid_arguments", ["[ERROR] user_id is not a person here"])
    home = call.workspace.shelf.homes.get(user.id)
    if home is not None:
        _check_hash(call, home)
    content = check_view(call.json("view"), "home")
    return _answer(call, call.workspace.shelf.publish(user.id, content))


def _check_hash(call: Call, view: View) -> None:
    if call.text("hash", view.hash) != view.hash:
        raise RefusedError("hash_conflict")
