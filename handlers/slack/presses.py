"""What a press of a button says."""

from dataclasses import dataclass

from handlers.slack import incoming
from handlers.slack.incoming import Body


@dataclass(frozen=True)
class Press:
    """action: the kind of button. value: what it carries."""

    action: str
    value: str


def pressed(body: Body) -> Press:
    actions = body.get("actions")
    first = actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], dict) else {}
    return Press(str(first.get("action_id") or "").split(":")[0], str(first.get("value") or ""))


def beneath(body: Body) -> Body:
    """The same press, as if the message were for all to see: it stays, and the answer goes beneath it."""
    container = {**incoming.part(body, "container"), "is_ephemeral": False}
    return {**body, "container": container, "channel": {}}
