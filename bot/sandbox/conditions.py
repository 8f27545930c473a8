"""Standing conditions: what stays wrong in the workspace until somebody puts it right."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field

from bot.sandbox.scopes import APP_SCOPES, EVENT_SCOPES
from bot.sandbox.store import RecordStore

_KIND, _KEY = "condition", "standing"
REVOKED = "token_revoked"


@dataclass
class ConditionRecord:
    """token_error: Slack's code for every call with the bot's token, "" while it is valid.

    missing_scopes: of those in the manifest. extra_scopes: beyond these. limits_calls: Slack's limits a
    minute apply. former_names: of channels that were renamed, by channel id. switched_on: switches of the
    page for channels and people, each with the id of its target.
    """

    token_error: str = ""
    missing_scopes: list[str] = field(default_factory=list)
    extra_scopes: list[str] = field(default_factory=list)
    limits_calls: bool = False
    former_names: dict[str, str] = field(default_factory=dict)
    switched_on: list[str] = field(default_factory=list)


class StandingConditions:
    """The conditions, stored with the workspace. on_change: called whenever one has changed."""

    def __init__(self, store: RecordStore) -> None:
        self._store = store
        self.on_change: Callable[[], None] = lambda: None
        self.load()

    def load(self) -> None:
        self.record = next((ConditionRecord(**body) for body in self._store.load(_KIND)), ConditionRecord())

    @property
    def granted_scopes(self) -> list[str]:
        kept = set(APP_SCOPES) - set(self.record.missing_scopes)
        return sorted(kept | set(self.record.extra_scopes))

    def set_scopes(self, scopes: Iterable[str]) -> None:
        """The app has these scopes and no others."""
        granted = set(scopes)
        self.record.missing_scopes = sorted(set(APP_SCOPES) - granted)
        self.record.extra_scopes = sorted(granted - set(APP_SCOPES))
        self.save()

    def may_receive(self, event: str, channel_type: str = "") -> bool:
        """Whether the app has the scope for an event, such as "app_mention" or "message.im".

        channel_type: "G" for a member of a private channel.
        """
        scope = EVENT_SCOPES[event]
        if event == "member_joined_channel" and channel_type == "G":
            scope = "groups:read"
        return not scope or scope in self.granted_scopes

    def save(self) -> None:
        self._store.put(_KIND, _KEY, asdict(self.record))
        self._store.commit()
        self.on_change()
