"""Sentences for people that are no message of their own: what is wrong with a file, what a check found.

Each is a macro of templates/sentences/<room>.j2, so that all that a person reads stands in templates.
"""

from functools import cache
from typing import Any

from bot.plan.wording import count_noun, format_day, format_weekday, join_words, pluralise
from bot.templating import build_environment

FOLDER = "sentences"
SUFFIX = ".j2"
FILTERS = {
    "count_of": count_noun,
    "day": format_day,
    "listed": join_words,
    "plural": pluralise,
    "weekday": format_weekday,
}


def sentence(key: str, **facts: object) -> str:
    """The sentence in plain text. key: "room.name", as "readers.no_table". facts: what the macro takes, by
    name. Nothing is escaped here: whoever shows the sentence escapes it.

    Raises jinja2.UndefinedError or TypeError where no such sentence exists or a fact is missing or unknown; a
    test holds every call against its macro.
    """
    room, _, name = key.partition(".")
    return str(getattr(_macros(room), name)(**facts)).strip()


@cache
def _macros(room: str) -> Any:
    return build_environment(FOLDER, autoescape=False, filters=FILTERS).get_template(room + SUFFIX).module
