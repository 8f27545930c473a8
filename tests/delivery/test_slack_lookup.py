"""Finding accounts and channels, from something that speaks as Slack does."""

import pytest

from bot.delivery.slack_lookup import SlackDirectory
from bot.errors import DeliveryError
from tests.fixtures.sandbox import client_of, running_sandbox


async def test_accounts_by_address_whatever_its_case_and_nobody_for_the_rest() -> None:
    async with running_sandbox() as sandbox:
        directory = SlackDirectory(client_of(sandbox))
        found = await directory.find_accounts(
            ["RM@council.example", "nobody@council.example", "jm@council.example"]
        )
        assert found == {"rm@council.example": "U0RM", "jm@council.example": "U0JM"}
        assert await directory.find_accounts([]) == {}


async def test_channels_by_name_also_private_ones_over_many_pages() -> None:
    async with running_sandbox() as sandbox:
        directory = SlackDirectory(client_of(sandbox))
        for number in range(450):
            sandbox.workspace.add_channel(f"C9{number:04}", f"a-room-{number}", ["U0RM"])
        sandbox.workspace.add_channel("C0LAST", "zz-last", ["U0RM"])
        found = await directory.find_channels(["board", "private", "zz-last", "archived", "none"])
        assert found == {"board": "C0BOARD", "private": "C0PRIVATE", "zz-last": "C0LAST"}


async def test_what_goes_wrong_is_one_error_with_a_sentence() -> None:
    async with running_sandbox() as sandbox:
        directory = SlackDirectory(client_of(sandbox, "xoxb-wrong"))
        for asked in (
            directory.fetch_team(),
            directory.find_accounts(["a@b.example"]),
            directory.find_channels(["board"]),
        ):
            with pytest.raises(DeliveryError) as refused:
                await asked
            assert refused.value.sentence.endswith(".")
