import io
from urllib.parse import urlencode

from tests.fixtures.council import Council
from tests.fixtures.plans import USERS
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.slack_actions import FORM, post

WORDS = "the confidential thing"


async def test_nothing_anyone_writes_is_logged(sqlite_council: Council, logged: io.StringIO) -> None:
    sandbox = sqlite_council.sandbox
    await sqlite_council.send_command("SS", f"update 1/5.2 in-progress {WORDS}")
    await sqlite_council.send_command("SS", f"frobnicate {WORDS}")
    await sqlite_council.send_command("VW", f"update 1/5.2 complete: {WORDS}")
    await sandbox.post_message(USERS["SS"], sandbox.dm_id(USERS["SS"]), f"update 1/5.2 in-progress {WORDS}")
    await wait_until(lambda: sqlite_council.dm("SS"), "the bot answered")
    forged = urlencode({"command": "/cip", "text": WORDS}).encode()
    await post(sqlite_council, forged, FORM, {"X-Slack-Signature": "v0=x", "X-Slack-Request-Timestamp": "1"})
    await post(sqlite_council, urlencode({"payload": f"[{WORDS}"}).encode(), FORM)
    output = logged.getvalue()
    assert "a request was refused" in output
    assert WORDS not in output
    for secret in (sandbox.settings.bot_token, sandbox.settings.signing_secret, "/sandbox/response/"):
        assert secret not in output
