from pathlib import Path

import pytest

from tests.browser.chromium import chromium_or_skip, find_chromium


def test_the_one_that_is_named_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    named = tmp_path / "chromium"
    named.touch()
    monkeypatch.setenv("CIP_CHROMIUM", str(named))
    assert find_chromium() == str(named)


def test_without_one_a_test_is_skipped_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIP_CHROMIUM", "/nowhere/chromium")
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="Chromium is not on this machine"):
        chromium_or_skip()


def test_without_one_ci_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIP_CHROMIUM", "/nowhere/chromium")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="set CIP_CHROMIUM"):
        chromium_or_skip()
