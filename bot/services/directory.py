"""What a chat platform's directory says of accounts and channels."""

from dataclasses import dataclass

from bot.errors import DeliveryError


@dataclass(frozen=True)
class Account:
    """An account as the platform describes it. email: lower-case, "" where it is not shown. timezone: as
    given, "" for none. is_active: a person of this organisation who can be written to; is_deleted: not any
    more.
    """

    user_id: str
    email: str = ""
    timezone: str = ""
    is_active: bool = True
    is_deleted: bool = False


@dataclass(frozen=True)
class MemberPage:
    """A page of the list of members. cursor: of the next page, "" after the last."""

    accounts: tuple[Account, ...]
    cursor: str

    @property
    def shows_addresses(self) -> bool:
        """False where people are on the page and none has an e-mail address: these take a permission."""
        people = [each for each in self.accounts if each.is_active]
        return not people or any(each.email for each in people)


@dataclass(frozen=True)
class ChannelSearch:
    """found: ids by the names asked for. missing_scopes: permissions without which some could not be looked
    for. error: what else went wrong last.
    """

    found: dict[str, str]
    missing_scopes: frozenset[str] = frozenset()
    error: DeliveryError | None = None
