"""Whether pyproject.toml, the two locks and what is installed agree."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from typing import Any

from packaging.markers import Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

_COMMENT = re.compile(r"(?m)(?:^|\s)#.*$")
_HASH = re.compile(r"sha256:[0-9a-f]{64}")
# Version and requirements of an installed distribution, by its normalized name; None when there is none.
Installed = Callable[[str], tuple[str, Sequence[str]] | None]


@dataclass(frozen=True)
class Pin:
    """One entry of a lock: a distribution by its normalized name, and where its marker lets it apply."""

    name: str
    version: str
    marker: Marker | None
    hashes: frozenset[str]

    @property
    def applies(self) -> bool:
        """True where the running Python gets it."""
        return self.marker is None or self.marker.evaluate()


class LockError(Exception):
    """A line of a lock that does not pin one version with its hashes."""


def disagreements(project: Mapping[str, Any], run: str, dev: str, installed: Installed) -> list[str]:
    """A sentence for each disagreement, for the running Python; none when all is well.

    project: the table [project] of pyproject.toml. run, dev: the texts of the locks.
    """
    needed = project["dependencies"]
    also = project["optional-dependencies"]["dev"]
    try:
        pins, dev_pins = list(read_lock(run)), list(read_lock(dev))
    except LockError as error:
        return [str(error)]
    found = [*_compare(pins, needed, installed), *_compare(dev_pins, [*needed, *also], installed)]
    found += [
        f"{pin.name} {pin.version} is in requirements.lock, but not the same in requirements-dev.lock."
        for pin in pins
        if pin not in dev_pins
    ]
    return list(dict.fromkeys(found))


def read_lock(text: str) -> Iterator[Pin]:
    """The entries of a lock as pip reads it. Raises LockError at what is anything else."""
    for line in _COMMENT.sub("", text).replace("\\\n", " ").splitlines():
        if line.strip():
            yield _read_pin(line.strip())


def installed_here(name: str) -> tuple[str, Sequence[str]] | None:
    """What is installed for the running Python, from its metadata."""
    try:
        found = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return None
    return found.version, found.requires or ()


def _read_pin(line: str) -> Pin:
    entry, *hashes = (part.strip() for part in line.split("--hash="))
    if entry.startswith("-") or "://" in line:
        raise LockError(f"A lock holds no options and no addresses: {line}")
    try:
        requirement = Requirement(entry)
    except InvalidRequirement as error:
        raise LockError(f"This is no requirement: {entry}") from error
    version = _only_version(requirement)
    if version is None:
        raise LockError(f"{requirement.name} is not pinned to one version.")
    if not hashes or not all(map(_HASH.fullmatch, hashes)):
        raise LockError(f"{requirement.name} has no SHA-256 hash, or one that is cut.")
    return Pin(canonicalize_name(requirement.name), version, requirement.marker, frozenset(hashes))


def _only_version(requirement: Requirement) -> str | None:
    """1.6 for name==1.6; None where more than one version would do."""
    wanted = list(requirement.specifier)
    if len(wanted) != 1 or wanted[0].operator != "==" or wanted[0].version.endswith("*"):
        return None
    return wanted[0].version


def _compare(pins: Sequence[Pin], roots: Sequence[str], installed: Installed) -> Iterator[str]:
    """What a lock lacks, has twice or has in vain, seen from what pyproject.toml asks for."""
    applying = [pin for pin in pins if pin.applies]
    pinned = {pin.name: pin.version for pin in applying}
    for name, count in Counter(pin.name for pin in applying).items():
        if count > 1:
            yield f"{name} is pinned {count} times."
    reached: dict[str, None] = {}
    for asker, requirement in _needs(roots, installed):
        name = canonicalize_name(requirement.name)
        if name not in pinned:
            yield f"{asker} needs {requirement}, which is not in the lock."
        elif not requirement.specifier.contains(pinned[name], prereleases=True):
            yield f"{asker} needs {requirement}, and the lock has {pinned[name]}."
        reached[name] = None
    for name, version in pinned.items():
        if name not in reached:
            yield f"{name} is in the lock, and nothing needs it."
        elif (here := installed(name)) is None or here[0] != version:
            yield f"The lock has {name} {version}, and {here[0] if here else 'no version'} is installed."


def _needs(roots: Sequence[str], installed: Installed) -> Iterator[tuple[str, Requirement]]:
    """Every requirement that holds for the running Python, with who has it; each extra counts."""
    waiting = [("pyproject.toml", Requirement(each)) for each in roots]
    seen: set[tuple[str, str]] = set()
    while waiting:
        asker, requirement = waiting.pop()
        yield asker, requirement
        name = canonicalize_name(requirement.name)
        for extra in {"", *requirement.extras}:
            if (name, extra) not in seen:
                seen.add((name, extra))
                waiting += [(name, each) for each in _requirements(name, extra, installed)]


def _requirements(name: str, extra: str, installed: Installed) -> list[Requirement]:
    _, requirements = installed(name) or ("", ())
    read = map(Requirement, requirements)
    return [each for each in read if each.marker is None or each.marker.evaluate({"extra": extra})]
