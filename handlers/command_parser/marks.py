"""The marks that phones and Slack put into a line: emoji, bold and italics, bullets, struck words."""

import re

from bot.plan.text import plain_marks

_STATUS_EMOJI = {
    "done": "white_check_mark heavy_check_mark ballot_box_with_check check tick large_blue_circle "
    "blue_circle \u2705 \u2714 \u2611 \U0001f535",
    "red": "red_circle large_red_square red_square \U0001f534 \U0001f7e5",
    "amber": "large_orange_circle orange_circle large_yellow_circle yellow_circle large_orange_square "
    "large_yellow_square"
    " \U0001f7e0 \U0001f7e1 \U0001f7e7 \U0001f7e8",
    "on hold": "double_vertical_bar pause_button \u23f8",
    "no": "x negative_squared_cross_mark heavy_multiplication_x no_entry no_entry_sign thumbsdown -1 "
    "\u274c \u274e \u2716 \u26d4"
    " \U0001f6ab \U0001f44e",
    "maybe": "thinking_face warning construction \U0001f914 \u26a0 \U0001f6a7",
    "?": "question grey_question \u2753 \u2754",
    "green": "large_green_circle green_circle large_green_square \U0001f7e2 \U0001f7e9",
}
# "?" ends what stands before it; each other word is a clause of its own.
_WORD_OF = {name: word for word, names in _STATUS_EMOJI.items() for name in names.split()}
_NAMED = re.compile(r":(?P<name>[a-z0-9_+'-]{1,60}):(?::skin-tone-[2-6]:)?", re.IGNORECASE)
_PICTURES = re.compile(
    "[\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff\ufe0f\u200d\U0001f3fb-\U0001f3ff]"
)
_DIGITS = {
    word: str(number)
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905 - to be read
    )
}
_DIGIT = "|".join(_DIGITS)
# What a phone writes for a number that sounds like a word.
_SOUNDS = {"to": "two", "too": "two", "for": "four", "fore": "four", "won": "one", "ate": "eight"}
_DICTATED = re.compile(
    rf"\b(?P<whole>{_DIGIT}|(?:to|too|for|fore|won|ate)(?=\s+point\s+(?:{_DIGIT})\s+(?:is|are|was|has"
    rf"|done|complete|in|at|on|red"
    rf"|amber|green|blocked)\b))\s+point\s+(?P<part>{_DIGIT}|(?:to|too|for)(?=\s+(?:is|was|has|now|done"
    rf"|moved|complete)\b))\b"
    rf"|\A(?P<lead>(?:(?:um|uh|er|so|ok|okay|right|yes|hi|well"
    rf"|and)[\s,]+)*+)(?P<first>{_DIGIT})\s+(?P<second>{_DIGIT})"
    r"(?=\s+(?:is|was|has been|now|done|complete|finished|in progress|on hold|blocked|at risk"
    r"|on track|red|amber|green)\b)"
    rf"|\b(?P<name>action|recommendation|rec|item|priority|number|ref)\s+(?P<number>{_DIGIT})\b"
    r"|(?:(?<!\s)\s++)?+\b(?:full stop|new line)\b|(?<=\w)\s+comma\b(?=\s+\w)",
    re.IGNORECASE,
)
# Nothing else in a text is changed.
MAY_BE_MARKED = re.compile(
    r"[^\x20-\x7e]|[~*_`>:]|\b(?:point|full stop|new line|comma)\b"
    r"|\b(?:action|recommendation|rec|item|priority|number|ref)\s+[a-z]"
    rf"|\b(?:{_DIGIT})\s+(?:{_DIGIT})\b",
    re.IGNORECASE,
)
_STRUCK = re.compile(r"(?<!\w)~[^~\n]{1,300}~(?!\w)")
_OPENING = re.compile(r"(?<![\w*_`])[*_`]++(?=[\w(\"'])")
_CLOSING = re.compile(r"(?<![*_`\s])[*_`]++(?!\w)")
_BULLET = re.compile(
    r"^[ \t]*(?:[\u2022\u25e6\u25aa\u2023\u00b7*]|-(?=\s+[0-9]{1,3}[./]))[ \t]+|^[ \t]*>+[ \t]*", re.MULTILINE
)


def plain_words(text: str) -> str:
    """The text as its words say it: an emoji that stands for a status as the word, other marks left out.

    Words that were struck out are not said. Time grows with the length of the text.
    """
    text = _DICTATED.sub(_read_dictated, text)
    text = _STRUCK.sub(" ", text) if "~" in text else text
    text = _NAMED.sub(_read_name, text) if ":" in text else text
    text = _PICTURES.sub(_read_picture, text)
    text = _BULLET.sub("", text)
    text = _CLOSING.sub("", _OPENING.sub("", text)) if any(mark in text for mark in "*_`") else text
    return "\n".join(" ".join(line.split()) for line in text.splitlines()).strip()


def _read_dictated(found: re.Match[str]) -> str:
    """What a phone writes out: "five point two", "action three", "full stop"."""
    if found["whole"]:
        whole, part = found["whole"].casefold(), found["part"].casefold()
        return f"{_DIGITS[_SOUNDS.get(whole, whole)]}.{_DIGITS[_SOUNDS.get(part, part)]}"
    if found["first"]:
        return f"{found['lead']}{_DIGITS[found['first'].casefold()]}.{_DIGITS[found['second'].casefold()]}"
    if found["number"]:
        return f"{found['name']} {_DIGITS[found['number'].casefold()]}"
    return {"full": ".", "new": "\n"}.get(found[0].strip().split()[0].casefold(), ",")


def _read_name(found: re.Match[str]) -> str:
    name = found["name"].casefold()
    if name.isdigit():
        return found[0]
    return _as_clause(_WORD_OF.get(name, ""))


def _read_picture(found: re.Match[str]) -> str:
    if found[0] in "\u2192\u27a1":
        return "->"
    return _as_clause(_WORD_OF.get(found[0], ""))


def _as_clause(word: str) -> str:
    """With a mark before and after it, so that it is a clause of its own."""
    return f" ,{word}, " if word not in {"", "?"} else f"{word} "


def has_only_marks(text: str) -> bool:
    """Whether nothing but marks stands in the text."""
    return not re.search(r"\w", plain_marks(plain_words(text)))
