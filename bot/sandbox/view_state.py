"""What is in the fields of a form: Slack's `state.values`, from what a person typed or chose."""

from typing import Any

from bot.sandbox.elements import Found, interactive
from bot.sandbox.records import Json

# Element type -> the key its value travels under, and the key of its starting value.
KEYS: dict[str, tuple[str, str]] = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "overflow": ("selected_option", ""),
    "users_select": ("selected_user", "initial_user"),
    "channels_select": ("selected_channel", "initial_channel"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "file_input": ("files", ""),
}


class NotOnFormError(LookupError):
    """A value for a field, or an option, that the form does not have."""


def options_of(element: Json) -> list[Json]:
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    return [*element.get("options", []), *grouped]


def _option(element: Json, wanted: Any) -> Json:
    value = wanted.get("value") if isinstance(wanted, dict) else wanted
    for option in options_of(element):
        if option["value"] == value:
            return option
    raise NotOnFormError(f"{element.get('action_id')} has no option {value!r}")


def chosen(element: Json, given: Any) -> Any:
    """Turn a plainly given choice into what travels: an option's value becomes the option."""
    key, _ = KEYS[element["type"]]
    if given in (None, "", []):
        return [] if key.endswith("s") else None
    if key == "selected_option":
        return _option(element, given)
    if key == "selected_options":
        return [_option(element, one) for one in (given if isinstance(given, list) else [given])]
    return given


def field_state(element: Json, given: Any) -> Json:
    """`given`: a plain value, or a state object as Slack has it (`{"type": …, "value": …}`)."""
    key, _ = KEYS[element["type"]]
    if isinstance(given, dict) and key in given:
        given = given[key]
    return {"type": element["type"], key: chosen(element, given)}


def _fields(blocks: list[Json]) -> list[Found]:
    return [one for one in interactive(blocks) if one.element.get("type") in KEYS and one.action_id]


def initial_values(blocks: list[Json]) -> Json:
    """Make the state of a form nobody has touched."""
    return kept_values(blocks, {})


def kept_values(blocks: list[Json], old: Json) -> Json:
    """Make the state of a redrawn form: fields of the same name and kind keep what they had."""
    values: Json = {}
    for one in _fields(blocks):
        kind = one.element["type"]
        key, initial = KEYS[kind]
        before = old.get(one.block_id, {}).get(one.action_id, {})
        start = {"type": kind, key: one.element.get(initial, [] if key.endswith("s") else None)}
        values.setdefault(one.block_id, {})[one.action_id] = before if before.get("type") == kind else start
    return values


def fill_in(blocks: list[Json], old: Json, given: Json) -> Json:
    """Make the form's state after `given`: `{block_id: value}` or `{block_id: {action_id: value}}`.

    NotOnFormError names a block or an option the form does not have.
    """
    values = kept_values(blocks, old)
    fields = {
        one.block_id: [f for f in _fields(blocks) if f.block_id == one.block_id] for one in _fields(blocks)
    }
    for block_id, content in given.items():
        if block_id not in fields:
            raise NotOnFormError(f"the form has no field {block_id}")
        for field in fields[block_id]:
            if isinstance(content, dict) and field.action_id in content:
                values[block_id][field.action_id] = field_state(field.element, content[field.action_id])
            elif not isinstance(content, dict) or "type" in content or "value" in content:
                values[block_id][field.action_id] = field_state(field.element, content)
    return values


def is_empty(state: Json) -> bool:
    key, _ = KEYS[state["type"]]
    return state.get(key) in (None, "", [])


def missing(blocks: list[Json], values: Json) -> dict[str, str]:
    """List what Slack's own form asks for before it sends anything: `{block_id: sentence}`."""
    problems: dict[str, str] = {}
    for block in blocks:
        if block.get("type") != "input":
            continue
        state = values.get(block["block_id"], {}).get(block["element"].get("action_id"), {})
        if state and is_empty(state) and not block.get("optional", False):
            problems[block["block_id"]] = "Please complete this required field."
        elif state and not is_empty(state):
            problems |= _length_problem(block, str(state.get("value", "")))
    return problems


def _length_problem(block: Json, text: str) -> dict[str, str]:
    shortest, longest = block["element"].get("min_length", 0), block["element"].get("max_length", 3000)
    if block["element"]["type"] != "plain_text_input" or shortest <= len(text) <= longest:
        return {}
    if len(text) < shortest:
        return {block["block_id"]: f"Please enter at least {shortest} characters."}
    return {block["block_id"]: f"Please shorten this to {longest} characters or fewer."}
