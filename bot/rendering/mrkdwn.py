"""Inline content as Slack's own markup, mrkdwn. The only place where a mention or a link is made."""

import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from bot.plan.rag import Colour
from bot.rendering import document as d
from bot.rendering.limits import ELLIPSIS, URL, units
from bot.rendering.mrkdwn_escape import Piece, escaped, is_plain, joined

SHAPES = {Colour.RED: "🟥", Colour.AMBER: "🔶", Colour.GREEN: "🟢", Colour.BLUE: "☑️", Colour.GREY: "⬜"}
USER = re.compile(r"[UW][A-Z0-9]+")
CHANNEL = re.compile(r"[CGD][A-Z0-9]+")
_SCHEMES = {"http", "https", "mailto"}
_BACKTICKS = re.compile("[`\uff40]")
_CODE_EDGE, _LINE_END = Piece("`", "mark"), Piece("\n", "mark")
_SHAPED = {colour: Piece(f"{shape} ", "mark") for colour, shape in SHAPES.items()}
_UNFIT = re.compile(r"[\s<>|\x00-\x1f\x7f\"`]")


def mrkdwn(content: d.Inlines) -> str:
    """The content as mrkdwn; nothing in it takes effect but what the template meant."""
    return joined(_pieces(content))


def fitted(content: d.Inlines, limit: int) -> str:
    """The content as mrkdwn in at most `limit` units, cut with an ellipsis; never cut through markup."""
    whole = mrkdwn(content)
    if units(whole) <= limit:
        return whole
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if units(_cut(content, middle)) <= limit else (low, middle - 1)
    return _cut(content, low)


def _cut(content: d.Inlines, characters: int) -> str:
    return mrkdwn((*_first(content, characters)[0], d.Text(ELLIPSIS)))


def _first(content: d.Inlines, left: int) -> tuple[d.Inlines, int]:
    """The content up to so many characters of text, and how many are left over."""
    kept: list[d.Inline] = []
    for inline in content:
        if left <= 0:
            break
        if isinstance(inline, d.Text):
            kept.append(d.Text(inline.text[:left]))
            left -= len(inline.text)
        elif isinstance(inline, (d.Bold, d.Italic)):
            inner, left = _first(inline.content, left)
            kept.append(type(inline)(inner))
        else:
            kept.append(inline)
            left -= len(flat((inline,)))
    return tuple(kept), left


def flat(content: d.Inlines) -> str:
    """The characters a reader sees, without any markup."""
    return "".join(piece.text for piece in _pieces(content) if piece.kind != "mark" or piece.text == "\n")


def safe_link(href: str) -> str:
    """The address if it is one we link to, else ""."""
    try:
        known = urlsplit(href).scheme.casefold() in _SCHEMES
    except ValueError:
        return ""
    return href if known and not _UNFIT.search(href) and units(escaped(href)) <= URL else ""


def _pieces(content: d.Inlines) -> list[Piece]:
    made: list[Piece] = []
    for inline in content:
        made += _OF[type(inline)](inline)
    return made


def _text(inline: d.Text) -> Sequence[Piece]:
    return (Piece(inline.text),)


def _wrapped(mark: str) -> Callable[[d.Bold | d.Italic], Sequence[Piece]]:
    edge = Piece(mark, "mark")

    def pieces(inline: d.Bold | d.Italic) -> Sequence[Piece]:
        inner = _pieces(inline.content)
        written = all(piece.kind == "written" for piece in inner)
        return (edge, *inner, edge) if written and is_plain("".join(p.text for p in inner)) else inner

    return pieces


def _code(inline: d.Code) -> Sequence[Piece]:
    """Nothing can be escaped in code: a backtick becomes the quote it was most likely meant to be."""
    text = _BACKTICKS.sub("'", inline.text)
    return (_CODE_EDGE, Piece(text, "code"), _CODE_EDGE) if text.strip() else ()


def _break(_inline: d.Break) -> Sequence[Piece]:
    return (_LINE_END,)


def _link(inline: d.Link) -> Sequence[Piece]:
    href = safe_link(inline.href)
    label = "".join(piece.text for piece in _pieces(inline.content) if piece.kind != "mark")
    if not href:
        return (Piece(label or inline.href),)
    if label:
        return (Piece(f"<{escaped(href)}|", "mark"), Piece(label), Piece(">", "mark"))
    return (Piece(f"<{escaped(href)}>", "mark"),)


def _user(inline: d.User) -> Sequence[Piece]:
    if USER.fullmatch(inline.user_id) is None:
        return (Piece(inline.initials or inline.user_id),)
    mention = Piece(f"<@{inline.user_id}>", "mark")
    return (Piece(inline.initials), Piece(" "), mention) if inline.initials else (mention,)


def _channel(inline: d.Channel) -> Sequence[Piece]:
    if CHANNEL.fullmatch(inline.channel_id):
        return (Piece(f"<#{inline.channel_id}>", "mark"),)
    return (Piece(inline.label or inline.channel_id),)


def _mark(inline: d.Mark) -> Sequence[Piece]:
    return _SHAPED[inline.colour], Piece(f"{inline.count} {inline.colour.words}".strip())


_OF: dict[type[d.Inline], Callable[[Any], Sequence[Piece]]] = {
    d.Text: _text,
    d.Bold: _wrapped("*"),
    d.Italic: _wrapped("_"),
    d.Code: _code,
    d.Break: _break,
    d.Link: _link,
    d.User: _user,
    d.Channel: _channel,
    d.Mark: _mark,
}
