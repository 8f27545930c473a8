"""pyproject.toml and the locks agree; and a disagreement would be noticed."""

import tomllib
from collections.abc import Sequence

import pytest

from tests.paths import ROOT
from tests.setup.locks import disagreements, installed_here

DIGEST = "sha256:" + "0123456789abcdef" * 4
HASH = f"--hash={DIGEST}"
# A made-up project: web needs core, and with its extra "fast" also speed.
INSTALLED = {
    "web": ("2.0", ["core>=1.5", 'speed<3; extra == "fast"', 'old; python_version < "3.0"']),
    "core": ("1.6", []),
    "speed": ("2.9", []),
    "tester": ("9.1", ["core"]),
}
PROJECT = {"dependencies": ["Web[fast]>=2"], "optional-dependencies": {"dev": ["tester"]}}
RUN = f"# made\nweb==2.0 \\\n    {HASH}\n    # via x\ncore==1.6 {HASH} {HASH}\nspeed==2.9 {HASH}\n"
DEV = f'{RUN}tester==9.1 {HASH}\ntester==8 ; python_version < "3.0" {HASH}\n'


def find_disagreements(
    run: str = RUN, dev: str = DEV, needed: Sequence[str] = ("web[fast]>=2",)
) -> list[str]:
    return disagreements({**PROJECT, "dependencies": needed}, run, dev, INSTALLED.get)


def test_pyproject_and_the_locks_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    run, dev = ((ROOT / name).read_text() for name in ("requirements.lock", "requirements-dev.lock"))
    assert disagreements(project, run, dev, installed_here) == [], "Run make lock, then make setup."


def test_where_all_agrees_nothing_is_said() -> None:
    assert find_disagreements() == []


@pytest.mark.parametrize(
    ("needed", "says"),
    [
        (["web[fast]>=2", "missing"], "pyproject.toml needs missing, which is not in the lock."),
        (["web[fast]>=2.1"], "pyproject.toml needs web[fast]>=2.1, and the lock has 2.0."),
        (["web>=2"], "speed is in the lock, and nothing needs it."),
    ],
)
def test_what_pyproject_asks_for_is_looked_up(needed: list[str], says: str) -> None:
    assert find_disagreements(needed=needed) == [says]


@pytest.mark.parametrize(
    ("written", "instead", "says"),
    [
        (f"core==1.6 {HASH} {HASH}\n", "", "web needs core>=1.5, which is not in the lock."),
        (f"speed==2.9 {HASH}\n", "", 'web needs speed<3; extra == "fast", which is not in the lock.'),
        ("core==1.6", "core==1.4", "web needs core>=1.5, and the lock has 1.4."),
        ("core==1.6", "core==1.7", "The lock has core 1.7, and 1.6 is installed."),
        ("core==1.6", f"core==1.6 {HASH}\ncore==1.6", "core is pinned 2 times."),
        (f"core==1.6 {HASH} {HASH}", "core==1.6", "core has no SHA-256 hash, or one that is cut."),
        (f"core==1.6 {HASH}", f"core==1.6 {HASH}0", "core has no SHA-256 hash, or one that is cut."),
        ("core==1.6", "core>=1.6", "core is not pinned to one version."),
        ("core==1.6", "core==1.*", "core is not pinned to one version."),
        ("core==1.6", "core", "core is not pinned to one version."),
        ("core==1.6", "core 1.6", "This is no requirement: core 1.6"),
        ("# made", "--find-links wheels", "A lock holds no options and no addresses: --find-links wheels"),
        ("# made", "a @ https://b/a.whl", "A lock holds no options and no addresses: a @ https://b/a.whl"),
    ],
)
def test_what_is_wrong_in_a_lock_is_said(written: str, instead: str, says: str) -> None:
    assert written in RUN
    run, dev = RUN.replace(written, instead), DEV.replace(written, instead)
    assert says in find_disagreements(run, dev)


def test_the_locks_are_of_the_same_versions_and_files() -> None:
    says = "core 1.6 is in requirements.lock, but not the same in requirements-dev.lock."
    assert find_disagreements(dev=DEV.replace("core==1.6", "core==1.5"))[-1] == says
    assert find_disagreements(dev=DEV.replace(f"{HASH}\nspeed", f"--hash=sha256:{'0' * 64}\nspeed")) == [says]
    assert find_disagreements(dev=RUN) == ["pyproject.toml needs tester, which is not in the lock."]
