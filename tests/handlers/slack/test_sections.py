"""A section's number in a line means that section, whatever digits stand in the title of a plan."""

from tests.fixtures.council import Council
from tests.handlers.slack.slack_actions import notes


async def test_a_number_in_the_plans_title_is_no_section(bot_council: Council) -> None:
    """The plan is called "Improvement plan 2026-29"."""
    for line in ("s20 5.2 done", "20/5.2 done", "update s29 5.2 done", "S26 5.2 done", "s3 1.3 done"):
        said = await bot_council.send_command("SS", line)
        assert "1 MTFS savings" in said, line
        assert "2 Practice priorities" in said, line
    said = await bot_council.send_command("SS", "update plan 29 5.2 done")
    assert "Nothing is recorded yet." in said
    assert notes(bot_council) == []
    assert "Recorded. 1/5.2" in await bot_council.send_command("SS", "section 1 5.2 done")
