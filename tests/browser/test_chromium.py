from pathlib import Path

import pytest

from tests.browser import chromium
from tests.browser.chromium import chromium_or_skip, find_chromium
from tests.paths import ROOT


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine with an empty PATH and no browser where an installer would put it."""
    monkeypatch.delenv("CI", raising=False)
    for name in chromium.SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(chromium, "DEBIAN", str(tmp_path / "usr" / "chromium"))
    monkeypatch.setattr(chromium, "MACOS", (str(tmp_path / "Applications" / "Chromium"),))


def program(path: Path) -> str:
    path.parent.mkdir(exist_ok=True)
    path.touch(mode=0o755)
    return str(path)


@pytest.mark.parametrize("name", chromium.NAMES)
def test_every_name_on_the_path_is_found(tmp_path: Path, name: str) -> None:
    assert find_chromium() is None
    path = program(tmp_path / "bin" / name)
    assert find_chromium() == path


def test_it_is_found_where_installers_put_it(tmp_path: Path) -> None:
    for path in (tmp_path / "Applications" / "Chromium", tmp_path / "usr" / "chromium"):
        program(path)
        assert find_chromium() == str(path)


@pytest.mark.parametrize("setting", chromium.SETTINGS)
def test_a_setting_names_a_path_or_a_command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, setting: str
) -> None:
    program(tmp_path / "usr" / "chromium")
    path = program(tmp_path / "bin" / "my-browser")
    for given in (path, "my-browser"):
        monkeypatch.setenv(setting, given)
        assert find_chromium() == path


def test_what_a_setting_names_is_not_replaced(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(tmp_path / "usr" / "chromium")
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    assert find_chromium() is None


def test_without_one_a_test_is_skipped_with_its_reason() -> None:
    with pytest.raises(pytest.skip.Exception, match="Chromium is not on this machine"):
        chromium_or_skip()


def test_without_one_ci_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="set CHROMIUM to its path"):
        chromium_or_skip()


def test_ci_looks_for_the_same_names() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    assert f"browsers=({' '.join(chromium.NAMES)})" in script
    assert all(f"${{{name}:-" in script for name in chromium.SETTINGS)
