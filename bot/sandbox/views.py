"""Modals, up to three on a person's stack, and Home tabs; their fields and values."""

import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from bot.sandbox.entities import Json, View, new_id
from bot.sandbox.messages import with_block_ids
from bot.sandbox.store import RecordStore


@dataclass(frozen=True)
class BlockElement:
    """An element and the id of its block."""

    element: Json
    block_id: str
    in_input: bool = False

    @property
    def action_id(self) -> str:
        return str(self.element.get("action_id", ""))


def interactive_elements(blocks: list[Json]) -> Iterator[BlockElement]:
    """Every interactive element, in reading order."""
    for block in blocks:
        name = block.get("block_id", "")
        if block.get("type") == "section" and "action_id" in block.get("accessory", {}):
            yield BlockElement(block["accessory"], name)
        elif block.get("type") in ("actions", "context_actions"):
            yield from (BlockElement(element, name) for element in block.get("elements", []))
        elif block.get("type") == "input":
            yield BlockElement(block.get("element", {}), name, in_input=True)


def find_element(blocks: list[Json], action_id: str, block_id: str | None = None) -> BlockElement | None:
    for element in interactive_elements(blocks):
        if element.action_id == action_id and block_id in (None, element.block_id):
            return element
    return None


# By element type: the key of its value in payloads, and the key of its initial value.
VALUE_KEYS: dict[str, tuple[str, str]] = {
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


class UnknownFieldError(LookupError):
    """A value for a field, or an option, that the form does not have."""


def options_of(element: Json) -> list[Json]:
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    return [*element.get("options", []), *grouped]


def _find_option(element: Json, wanted: Any) -> Json:
    value = wanted.get("value") if isinstance(wanted, dict) else wanted
    for option in options_of(element):
        if option["value"] == value:
            return option
    raise UnknownFieldError(f"{element.get('action_id')} has no option {value!r}")


def to_state_value(element: Json, selection: Any) -> Any:
    """A choice as payloads have it: an option's value becomes the option."""
    key, _ = VALUE_KEYS[element["type"]]
    if selection in (None, "", []):
        return [] if key.endswith("s") else None
    if key == "selected_option":
        return _find_option(element, selection)
    if key == "selected_options":
        return [
            _find_option(element, one) for one in (selection if isinstance(selection, list) else [selection])
        ]
    return selection


def field_state(element: Json, selection: Any) -> Json:
    """The state of one field. selection: a plain value, or a state as Slack has it ({"type": …, "value":
    …}).
    """
    key, _ = VALUE_KEYS[element["type"]]
    if isinstance(selection, dict) and key in selection:
        selection = selection[key]
    return {"type": element["type"], key: to_state_value(element, selection)}


def _form_fields(blocks: list[Json]) -> list[BlockElement]:
    return [
        one for one in interactive_elements(blocks) if one.element.get("type") in VALUE_KEYS and one.action_id
    ]


def initial_values(blocks: list[Json]) -> Json:
    """The state of a form with its initial values."""
    return carry_over_values(blocks, {})


def carry_over_values(blocks: list[Json], previous: Json) -> Json:
    """The state of an updated form. previous: the state before; fields with the same ids and type keep
    theirs.
    """
    values: Json = {}
    for one in _form_fields(blocks):
        kind = one.element["type"]
        key, initial = VALUE_KEYS[kind]
        before = previous.get(one.block_id, {}).get(one.action_id, {})
        start = {"type": kind, key: one.element.get(initial, [] if key.endswith("s") else None)}
        values.setdefault(one.block_id, {})[one.action_id] = before if before.get("type") == kind else start
    return values


def merge_values(blocks: list[Json], previous: Json, form_values: Json) -> Json:
    """The form's state after `form_values`: {block_id: value} or {block_id: {action_id: value}}.

    UnknownFieldError for a block or an option the form does not have.
    """
    values = carry_over_values(blocks, previous)
    fields = {
        one.block_id: [f for f in _form_fields(blocks) if f.block_id == one.block_id]
        for one in _form_fields(blocks)
    }
    for block_id, content in form_values.items():
        if block_id not in fields:
            raise UnknownFieldError(f"the form has no field {block_id}")
        for field in fields[block_id]:
            if isinstance(content, dict) and field.action_id in content:
                values[block_id][field.action_id] = field_state(field.element, content[field.action_id])
            elif not isinstance(content, dict) or "type" in content or "value" in content:
                values[block_id][field.action_id] = field_state(field.element, content)
    return values


def is_empty(state: Json) -> bool:
    key, _ = VALUE_KEYS[state["type"]]
    return state.get(key) in (None, "", [])


def find_field_errors(blocks: list[Json], values: Json) -> dict[str, str]:
    """What Slack's client refuses before it sends anything: {block_id: sentence}."""
    problems: dict[str, str] = {}
    for block in blocks:
        if block.get("type") != "input":
            continue
        state = values.get(block["block_id"], {}).get(block["element"].get("action_id"), {})
        if state and is_empty(state) and not block.get("optional", False):
            problems[block["block_id"]] = "Please complete this required field."
        elif state and not is_empty(state):
            problems |= _find_length_error(block, str(state.get("value", "")))
    return problems


def _find_length_error(block: Json, text: str) -> dict[str, str]:
    shortest, longest = block["element"].get("min_length", 0), block["element"].get("max_length", 3000)
    if block["element"]["type"] != "plain_text_input" or shortest <= len(text) <= longest:
        return {}
    if len(text) < shortest:
        return {block["block_id"]: f"Please enter at least {shortest} characters."}
    return {block["block_id"]: f"Please shorten this to {longest} characters or fewer."}


MAX_STACK_DEPTH = 3


class ViewStore:
    """stacks: the open modals of each user, the last on top. homes: the Home tab the bot published to
    each.
    """

    def __init__(self, store: RecordStore) -> None:
        self._store = store
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self.load()

    def load(self) -> None:
        self.stacks = defaultdict(list)
        for body in self._store.load("stack"):
            self.stacks[body["user"]] = [View(**one) for one in body["views"]]
        self.homes = {body["user"]: View(**body) for body in self._store.load("home")}

    def open(self, user: str, content: Json) -> View:
        """Open a modal. It replaces those the person had open."""
        self.stacks[user] = []
        return self.push(user, content)

    def push(self, user: str, content: Json) -> View:
        stack = self.stacks[user]
        id_ = new_id("V")
        content = content | {"blocks": with_block_ids(content.get("blocks", []))}
        view = View(id_, user, content, _new_hash(), stack[0].root_id if stack else id_)
        view.previous_id = stack[-1].id if stack else None
        view.values = initial_values(view.blocks)
        stack.append(view)
        self.save_stack(user)
        return view

    def update(self, view: View, content: Json) -> View:
        """Replace the content. Fields whose block and action ids stay the same keep their values."""
        view.content = content | {"blocks": with_block_ids(content.get("blocks", []))}
        view.hash = _new_hash()
        view.errors = {}
        view.values = carry_over_values(view.blocks, view.values)
        self.save_view(view)
        return view

    def fill(self, view: View, form_values: Json) -> None:
        """Fill in the fields. UnknownFieldError for a field that is not there."""
        view.values = merge_values(view.blocks, view.values, form_values)
        self.save_view(view)

    def publish(self, user: str, content: Json) -> View:
        home = self.homes.get(user)
        if home is not None:
            return self.update(home, content)
        id_ = new_id("V")
        content = content | {"blocks": with_block_ids(content.get("blocks", []))}
        self.homes[user] = View(
            id_, user, content, _new_hash(), id_, values=initial_values(content["blocks"])
        )
        self.save_view(self.homes[user])
        return self.homes[user]

    def find(self, view_id: str | None, external_id: str | None = None) -> View | None:
        for view in (*self.homes.values(), *(view for stack in self.stacks.values() for view in stack)):
            if view.id == view_id or (external_id and view.content.get("external_id") == external_id):
                return view
        return None

    def top(self, user: str) -> View | None:
        return self.stacks[user][-1] if self.stacks[user] else None

    def close(self, view: View) -> None:
        """Close the view and those above it on the stack."""
        stack = self.stacks[view.user]
        if view in stack:
            del stack[stack.index(view) :]
        self.save_stack(view.user)

    def clear(self, user: str) -> None:
        self.stacks[user] = []
        self.save_stack(user)

    def save_stack(self, user: str) -> None:
        stack = [asdict(view) for view in self.stacks[user]]
        self._store.put("stack", user, {"user": user, "views": stack})
        self._store.commit()

    def save_view(self, view: View) -> None:
        if view.type == "home":
            self._store.put("home", view.user, asdict(view))
            self._store.commit()
        else:
            self.save_stack(view.user)


def _new_hash() -> str:
    return f"{time.time():.0f}.{new_id('')[1:9]}"
