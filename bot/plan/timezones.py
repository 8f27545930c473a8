"""Timezones as people write them."""

from functools import cache
from zoneinfo import available_timezones

from rapidfuzz import fuzz, process

# Their names are odd ("Etc/GMT+1" is an hour behind), so none of them is ever suggested.
_UNSUGGESTED_AREAS = ("Etc/", "SystemV/")
_NICKNAMES = {"bst": "Europe/London", "uk": "Europe/London"}
MAX_LENGTH = 64
MIN_SIMILARITY = 70


def parse_timezone(text: str) -> str | None:
    """The IANA name that is meant, whatever its capitals and spaces ("europe/paris", "America/New York");
    None where there is no such timezone.
    """
    return _names_by_key().get(_key(text)) if len(text) <= MAX_LENGTH else None


def nearest_timezone(text: str) -> str:
    """The timezone whose city is most like the text: a suggestion, no more. Where none is like it, London."""
    key = _key(text[:MAX_LENGTH]).rpartition("/")[2]
    cities = _suggestions_by_city()
    best = process.extractOne(key, cities.keys(), scorer=fuzz.ratio, score_cutoff=MIN_SIMILARITY)
    return cities[best[0]] if best else "Europe/London"


def _key(text: str) -> str:
    return "_".join(text.casefold().split())


@cache
def _names_by_key() -> dict[str, str]:
    return {_key(name): name for name in sorted(available_timezones())}


@cache
def _suggestions_by_city() -> dict[str, str]:
    """The name by the city, or island, at its end; the shorter name where two have the same."""
    names = [
        each for each in available_timezones() if "/" in each and not each.startswith(_UNSUGGESTED_AREAS)
    ]
    ordered = sorted(names, key=lambda name: (-name.count("/"), name))
    return _NICKNAMES | {_key(name.rpartition("/")[2]): name for name in ordered}
