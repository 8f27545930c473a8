"""No page, error or file tells a secret, or how the machine is built.

Logs: tests/test_logs.py and tests/handlers/slack/test_privacy.py.
"""

from aiohttp import ClientSession
from hypothesis import given
from hypothesis import strategies as st

from bot.plan.text import escape_formula, unescape_formula
from tests.fixtures.council import Council
from tests.handlers.slack.slack_actions import FORM, post

RUN = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
PATHS = [
    "/", "/healthz", "/readyz", "/metrics", "/slack/events", "/none", "/../etc/passwd", "/%2e%2e/.env",
    "/.env", "/calendar/none.ics", "/sandbox", "/data/cip.sqlite3",
]  # fmt: skip


async def test_no_page_tells_a_secret(bot_council: Council) -> None:
    settings = bot_council.sandbox.settings
    secrets = [settings.bot_token, settings.signing_secret, settings.app_token, bot_council.url]
    async with ClientSession() as session:
        for path in PATHS:
            for method in ("GET", "POST", "PUT", "DELETE"):
                async with session.request(method, bot_council.address + path, data=b"x") as answer:
                    output = await answer.text() + str(dict(answer.headers))
                    assert answer.status in {200, 400, 401, 404, 405, 503}, (method, path)
                    assert not [secret for secret in secrets if secret and secret in output]
                    assert "Traceback" not in output
                    assert "site-packages" not in output
                    assert "aiohttp" not in output
    refused = await post(bot_council, b"payload={", FORM)
    assert str(refused.body) == "This request could not be taken: its content is not right."


@given(st.text(max_size=30) | st.sampled_from(RUN).flatmap(lambda a: st.text().map(a.__add__)))
def test_no_cell_is_a_formula_and_every_cell_comes_back(text: str) -> None:
    cell = escape_formula(text)
    assert cell[:1] not in set(RUN)
    assert unescape_formula(cell) == text
