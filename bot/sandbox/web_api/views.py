"""views.*: modals and the Home tab."""

from bot.sandbox.entities import Json, View
from bot.sandbox.errors import RefusedError
from bot.sandbox.scopes import check_file_fields
from bot.sandbox.validation.surfaces import check_view
from bot.sandbox.views import MAX_STACK_DEPTH
from bot.sandbox.web_api.call import ApiCall


def _require_content(call: ApiCall, kind: str) -> Json:
    content = _check(call, kind)
    external_id = content.get("external_id")
    existing = call.workspace.views.find(None, external_id) if external_id else None
    if existing is not None and existing.id != call.text("view_id"):
        raise RefusedError("duplicate_external_id")
    return content


def _check(call: ApiCall, kind: str) -> Json:
    return check_file_fields(check_view(call.json("view"), kind), call.workspace.conditions.granted_scopes)


def _view_response(call: ApiCall, view: View) -> Json:
    call.workspace.publish_view_change(view.user)
    return {"view": call.workspace.view_payload(view)}


def open_(call: ApiCall) -> Json:
    content = _require_content(call, "modal")
    user = call.workspace.triggers.exchange(call.require_text("trigger_id"))
    return _view_response(call, call.workspace.views.open(user, content))


def push(call: ApiCall) -> Json:
    content = _require_content(call, "modal")
    user = call.workspace.triggers.exchange(call.require_text("trigger_id"))
    depth = len(call.workspace.views.stacks[user])
    if not depth:
        raise RefusedError("not_found")
    if depth >= MAX_STACK_DEPTH:
        raise RefusedError("push_limit_reached")
    return _view_response(call, call.workspace.views.push(user, content))


def update(call: ApiCall) -> Json:
    view = call.workspace.views.find(call.text("view_id") or None, call.text("external_id"))
    if view is None:
        raise RefusedError("not_found")
    _check_hash(call, view)
    content = _check(call, view.type)
    return _view_response(call, call.workspace.views.update(view, content))


def publish(call: ApiCall) -> Json:
    user = call.workspace.users.get(call.require_text("user_id"))
    if user is None or user.is_bot or user.deleted:
        raise RefusedError("invalid_arguments", ["[ERROR] user_id is not a person here"])
    home = call.workspace.views.homes.get(user.id)
    if home is not None:
        _check_hash(call, home)
    content = _check(call, "home")
    return _view_response(call, call.workspace.views.publish(user.id, content))


def _check_hash(call: ApiCall, view: View) -> None:
    if call.text("hash", view.hash) != view.hash:
        raise RefusedError("hash_conflict")
