"""Modals, which stack up to three deep for a person, and Home tabs."""

import time
from collections import defaultdict
from dataclasses import asdict

from bot.sandbox.ids import new_id
from bot.sandbox.messages import with_block_ids
from bot.sandbox.records import Json, View
from bot.sandbox.state import Store
from bot.sandbox.view_state import fill_in, initial_values, kept_values

STACK_LIMIT = 3


class Shelf:
    """The open modals of each person, last on top, and the Home tab the bot made for each."""

    def __init__(self, store: Store) -> None:
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
        """Open a modal, in the place of any the person had open."""
        self.stacks[user] = []
        return self.push(user, content)

    def push(self, user: str, content: Json) -> View:
        stack = self.stacks[user]
        id_ = new_id("V")
        named = content | {"blocks": with_block_ids(content.get("blocks", []))}
        view = View(id_, user, named, _new_hash(), stack[0].root_id if stack else id_)
        view.previous_id = stack[-1].id if stack else None
        view.values = initial_values(view.blocks)
        stack.append(view)
        self.save(user)
        return view

    def update(self, view: View, content: Json) -> View:
        """Redraw the view. What was typed stays in the fields whose block and action names stay."""
        view.content = content | {"blocks": with_block_ids(content.get("blocks", []))}
        view.hash = _new_hash()
        view.errors = {}
        view.values = kept_values(view.blocks, view.values)
        self.keep(view)
        return view

    def fill(self, view: View, typed: Json) -> None:
        """Put what was typed into the fields. NotOnFormError for a field that is not there."""
        view.values = fill_in(view.blocks, view.values, typed)
        self.keep(view)

    def publish(self, user: str, content: Json) -> View:
        home = self.homes.get(user)
        if home is not None:
            return self.update(home, content)
        id_ = new_id("V")
        named = content | {"blocks": with_block_ids(content.get("blocks", []))}
        self.homes[user] = View(id_, user, named, _new_hash(), id_, values=initial_values(named["blocks"]))
        self.keep(self.homes[user])
        return self.homes[user]

    def find(self, view_id: str | None, external_id: str | None = None) -> View | None:
        for view in (*self.homes.values(), *(view for stack in self.stacks.values() for view in stack)):
            if view.id == view_id or (external_id and view.content.get("external_id") == external_id):
                return view
        return None

    def top(self, user: str) -> View | None:
        return self.stacks[user][-1] if self.stacks[user] else None

    def close(self, view: View) -> None:
        """Take away the view and whatever lay on top of it; what lay beneath shows again."""
        stack = self.stacks[view.user]
        if view in stack:
            del stack[stack.index(view) :]
        self.save(view.user)

    def clear(self, user: str) -> None:
        self.stacks[user] = []
        self.save(user)

    def save(self, user: str) -> None:
        stack = [asdict(view) for view in self.stacks[user]]
        self._store.put("stack", user, {"user": user, "views": stack})
        self._store.commit()

    def keep(self, view: View) -> None:
        if view.type == "home":
            self._store.put("home", view.user, asdict(view))
            self._store.commit()
        else:
            self.save(view.user)


def _new_hash() -> str:
    return f"{time.time():.0f}.{new_id('')[1:9]}"
