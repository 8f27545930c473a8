"""Which Pythons the set-up is tried with."""

import json
import os
import sys
from pathlib import Path

import pytest

from tests.setup import pythons
from tests.setup.pythons import Python

FIT = {"version": [3, 12, 1], "equipped": True, "final": True, "cpython": True}


def interpreter(file: Path, **said: object) -> str:
    """A stand-in for a Python, that says these things of itself."""
    file.parent.mkdir(parents=True, exist_ok=True)
    answer = json.dumps({**FIT, "path": str(file), **said})
    file.write_text(f"#!/bin/sh\necho '{answer}'\n")
    file.chmod(0o755)
    return str(file)


def find_pythons(home: Path) -> list[Python]:
    return pythons.pythons(home, os.pathsep.join([str(home / "bin"), "", str(home / "nowhere")]))


def test_each_under_pyenv_and_on_the_path_is_found_once(tmp_path: Path) -> None:
    managed = interpreter(tmp_path / ".pyenv/versions/3.13.0/bin/python", version=[3, 13, 0])
    interpreter(tmp_path / "bin/python3", path=managed, version=[3, 13, 0])
    other = interpreter(tmp_path / "bin/python3.12")
    interpreter(tmp_path / "bin/python3.12-config")
    assert find_pythons(tmp_path) == [Python((3, 12, 1), other), Python((3, 13, 0), managed)]


def test_what_is_too_old_or_does_not_run_is_left_out(tmp_path: Path) -> None:
    interpreter(tmp_path / ".pyenv/versions/3.10.13/bin/python", version=[3, 10, 13])
    for name, script in {"python3": "exit 127", "python3.14": "echo no version"}.items():
        path = Path(interpreter(tmp_path / "bin" / name))
        path.write_text(f"#!/bin/sh\n{script}\n")
    assert find_pythons(tmp_path) == []


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"equipped": False}, "it has no venv or no ensurepip"),
        ({"final": False}, "it is not a final release"),
        ({"cpython": False}, "it is not CPython"),
    ],
)
def test_what_cannot_be_set_up_is_skipped_with_its_reason(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    said: dict[str, object],
    reason: str,
) -> None:
    path = interpreter(tmp_path / "bin/python3.12", **said)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert pythons.main() == 1
    assert capsys.readouterr().out == f"Skipped Python 3.12.1 ({path}): {reason}.\n"


def test_this_python_says_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python3").symlink_to(sys.executable)
    [python] = find_pythons(tmp_path)
    assert python.version == sys.version_info[:3]
    assert python.lacks == ""


def test_a_set_up_that_fails_is_reported(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = interpreter(tmp_path / "bin/python3.12")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setattr(pythons, "pythons", lambda *_: [Python((3, 12, 1), path)])
    assert pythons.main() == 1
    said = capsys.readouterr().out
    assert said.startswith(f"Python 3.12.1 ({path}) failed: make setup VENV=")
