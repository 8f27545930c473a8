"""What was skipped is said in the last lines, with and without xdist."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import ROOT

SKIPPING = """
import pytest

@pytest.mark.parametrize("number", range(3))
def test_three(number):
    pytest.skip("the browser is not here")

@pytest.mark.skip(reason="not on Tuesdays")
def test_one():
    pass

@pytest.mark.xfail
def test_known():
    assert False
"""


def last_lines(folder: Path, test: str, *options: str) -> list[str]:
    (folder / "conftest.py").write_text("from tests.fixtures.skips import pytest_terminal_summary\n")
    (folder / "test_it.py").write_text(test)
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, *options, folder],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.stdout.splitlines()


@pytest.mark.parametrize("options", [(), ("-n", "2")])
def test_each_reason_is_said_with_its_count(tmp_path: Path, options: tuple[str, ...]) -> None:
    lines = last_lines(tmp_path, SKIPPING, *options)
    assert lines[-3:-1] == [
        "Skipped 3 tests: the browser is not here",
        "Skipped 1 test: not on Tuesdays",
    ]


def test_a_file_that_is_skipped_whole_counts(tmp_path: Path) -> None:
    lines = last_lines(tmp_path, "import pytest\npytest.importorskip('no_such_module')\n")
    assert "Skipped 1 test: could not import 'no_such_module': No module named 'no_such_module'" in lines


def test_where_nothing_was_skipped_that_is_said(tmp_path: Path) -> None:
    assert last_lines(tmp_path, "def test_it(): pass\n", "-n", "2")[-2] == "Nothing was skipped."
