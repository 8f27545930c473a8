"""Finding accounts and channels, from something that speaks as Slack does."""

import pytest

from bot.delivery.slack_lookup import SlackDirectory, build_account
from bot.errors import DeliveryError
from bot.sandbox.server import Sandbox
from bot.services.directory import Account
from tests.fixtures.sandbox import LEAVER, client_of, running_sandbox


async def test_accounts_by_address_whatever_its_case_and_nobody_for_the_rest() -> None:
    async with running_sandbox() as sandbox:
        directory = SlackDirectory(client_of(sandbox))
        expected = Account("U0RM", "rm@council.example", "Europe/London")
        assert await directory.find_account("RM@council.example") == expected
        assert await directory.find_account("nobody@council.example") is None
        assert await directory.find_account("gone@council.example") is None
        assert await directory.fetch_account("U0RM") == expected
        assert await directory.fetch_account("U0NOBODY") is None
        left = await directory.fetch_account(LEAVER)
        assert left is not None
        assert (left.is_active, left.is_deleted) == (False, True)


async def test_members_page_by_page_with_bots_and_those_who_left_marked() -> None:
    async with running_sandbox() as sandbox:
        for number in range(450):
            sandbox.workspace.add_user(f"U9{number:04}", f"n{number}", "N", f"N{number}@council.example", "")
        directory = SlackDirectory(client_of(sandbox))
        accounts: list[Account] = []
        cursor, pages = "", 0
        while pages == 0 or cursor:
            page = await directory.fetch_members(cursor)
            assert page.shows_addresses
            accounts, cursor, pages = [*accounts, *page.accounts], page.cursor, pages + 1
        assert pages == 3
        active = {each.email for each in accounts if each.is_active}
        assert "n449@council.example" in active
        assert "gone@council.example" not in active
        assert not [each for each in accounts if each.user_id in {"U0CIPBOT", "USLACKBOT"} and each.is_active]


async def test_a_list_without_any_address_says_so() -> None:
    async with running_sandbox(seeded=False) as sandbox:
        directory = SlackDirectory(client_of(sandbox))
        assert (await directory.fetch_members("")).shows_addresses, "nobody is there but bots"
        sandbox.workspace.add_user("U1", "one", "One", "", "Europe/London")
        assert not (await directory.fetch_members("")).shows_addresses


@pytest.mark.parametrize(
    "user", [{}, {"id": None, "profile": None}, {"id": "U1", "profile": "x", "tz": None}]
)
def test_a_user_of_odd_shape_is_nobody_in_particular(user: dict[str, object]) -> None:
    account = build_account(user)
    assert (account.email, account.timezone) == ("", "")


@pytest.mark.parametrize(
    "other", [{"is_bot": True}, {"is_stranger": True}, {"deleted": True}, {"id": "USLACKBOT"}]
)
def test_bots_strangers_and_those_who_left_are_not_to_be_linked(other: dict[str, object]) -> None:
    user = {"id": "U1", "profile": {"email": "A@b.example"}, "tz": "Europe/Paris"}
    assert build_account(user) == Account("U1", "a@b.example", "Europe/Paris")
    assert not build_account(user | other).is_active


def add_rooms(sandbox: Sandbox, number: int) -> None:
    for each in range(number):
        sandbox.workspace.add_channel(f"C9{each:04}", f"a-room-{each}", ["U0RM"])


async def test_channels_by_name_also_private_ones_over_many_pages() -> None:
    async with running_sandbox() as sandbox:
        directory = SlackDirectory(client_of(sandbox))
        add_rooms(sandbox, 450)
        sandbox.workspace.add_channel("C0LAST", "zz-last", ["U0RM"])
        found = await directory.find_channels(["board", "private", "zz-last", "archived", "none"])
        assert found.found == {"board": "C0BOARD", "private": "C0PRIVATE", "zz-last": "C0LAST"}
        assert (found.missing_scopes, found.error) == (frozenset(), None)


async def test_a_channel_is_found_with_a_hash_and_whatever_its_capitals() -> None:
    async with running_sandbox() as sandbox:
        found = await SlackDirectory(client_of(sandbox)).find_channels(["#Board", " PRIVATE", "#none"])
        assert found.found == {"#Board": "C0BOARD", " PRIVATE": "C0PRIVATE"}


async def test_private_channels_that_may_not_be_read_leave_the_public_ones_found() -> None:
    async with running_sandbox() as sandbox:
        sandbox.faults.fail("users.conversations", "missing_scope")
        found = await SlackDirectory(client_of(sandbox)).find_channels(["board", "private"])
        assert found.found == {"board": "C0BOARD"}
        assert found.missing_scopes == {"groups:read"}
        assert found.error is None


async def test_what_was_found_before_a_failure_is_kept() -> None:
    async with running_sandbox() as sandbox:
        sandbox.faults.rate_limit("conversations.list", retry_after=70)
        found = await SlackDirectory(client_of(sandbox)).find_channels(["board", "other"])
        assert found.found == {"board": "C0BOARD"}
        assert found.error is not None
        assert found.error.retry_after == 70


async def test_what_goes_wrong_is_one_error_with_a_sentence() -> None:
    async with running_sandbox() as sandbox:
        directory = SlackDirectory(client_of(sandbox, "xoxb-wrong"))
        for asked in (
            directory.fetch_team(),
            directory.find_account("a@b.example"),
            directory.fetch_account("U0RM"),
            directory.fetch_members(""),
        ):
            with pytest.raises(DeliveryError) as refused:
                await asked
            assert refused.value.sentence.endswith(".")
        search = await directory.find_channels(["board"])
        assert search.error is not None
        assert search.error.sentence.endswith(".")
