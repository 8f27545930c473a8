"""A sandbox that is started again: which of its conditions still stand."""

from pathlib import Path

from bot.clock import SystemClock
from bot.config import Settings
from bot.demo.credentials import build_sandbox, generate_keys
from bot.sandbox.config import BOT_USER_ID


async def test_a_token_taken_back_does_not_keep_the_next_run_out(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    first = build_sandbox(settings, generate_keys(), "http://127.0.0.1:1", SystemClock())
    first.workspace.add_channel("C0BOARD", "board", [BOT_USER_ID])
    first.conditions.revoke_token()
    first.conditions.remove_scope("files:read")
    first.conditions.remove_bot("C0BOARD")
    await first.close()
    second = build_sandbox(settings, generate_keys(), "http://127.0.0.1:1", SystemClock())
    assert second.workspace.conditions.record.token_error == ""
    assert "files:read" not in second.conditions.granted_scopes
    assert second.workspace.channels["C0BOARD"].members == []
    await second.close()
