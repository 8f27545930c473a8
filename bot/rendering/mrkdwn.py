"""Inline content as Slack's own markup, mrkdwn. The only place where a mention or a link is made."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from bot.plan.rag import Colour
from bot.rendering import document as d
from bot.rendering.limits import ELLIPSIS, URL, units
from bot.rendering.literal import Kind, Piece, escaped, is_plain, joined

SHAPES = {Colour.RED: "🟥", Colour.AMBER: "🔶", Colour.GREEN: "🟢", Colour.BLUE: "☑️", Colour.GREY: "⬜"}
USER = re.compile(r"[UW][A-Z0-9]+")
CHANNEL = re.compile(r"[CGD][A-Z0-9]+")
_SCHEMES = {"http", "https", "mailto"}
_UNFIT = re.compile(r"[\s<>|\x00-\x1f\x7f\"`]")


def mrkdwn(content: d.Inlines) -> str:
    """The content as mrkdwn; nothing in it takes effect but what the template meant."""
    return joined(tuple(_pieces(content)))


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
    return "".join(
        piece.text for piece in _pieces(content) if piece.kind is not Kind.MARK or piece.text == "\n"
    )


def safe_link(href: str) -> str:
    """The address if it is one we link to, else ""."""
    try:
        known = urlsplit(href).scheme.casefold() in _SCHEMES
    except ValueError:
        return ""
    return href if known and not _UNFIT.search(href) and units(escaped(href)) <= URL else ""


def _pieces(content: d.Inlines) -> Iterator[Piece]:
    for inline in content:
        yield from _OF[type(inline)](inline)


def _text(inline: d.Text) -> Iterator[Piece]:
    yield Piece(inline.text)


def _wrapped(mark: str) -> Callable[[d.Bold | d.Italic], Iterator[Piece]]:
    def pieces(inline: d.Bold | d.Italic) -> Iterator[Piece]:
        inner = tuple(_pieces(inline.content))
        if any(piece.kind is not Kind.WRITTEN for piece in inner) or not is_plain(
            "".join(p.text for p in inner)
        ):
            yield from inner
            return
        yield from (Piece(mark, Kind.MARK), *inner, Piece(mark, Kind.MARK))

    return pieces


def _code(inline: d.Code) -> Iterator[Piece]:
    """Nothing can be escaped in code: a backtick becomes the quote it was most likely meant to be."""
    text = re.sub("[`\uff40]", "'", inline.text)
    if text.strip():
        yield from (Piece("`", Kind.MARK), Piece(text, Kind.CODE), Piece("`", Kind.MARK))


def _break(_inline: d.Break) -> Iterator[Piece]:
    yield Piece("\n", Kind.MARK)


def _link(inline: d.Link) -> Iterator[Piece]:
    href = safe_link(inline.href)
    label = "".join(piece.text for piece in _pieces(inline.content) if piece.kind is not Kind.MARK)
    if not href:
        yield Piece(label or inline.href)
    elif label:
        yield from (Piece(f"<{escaped(href)}|", Kind.MARK), Piece(label), Piece(">", Kind.MARK))
    else:
        yield Piece(f"<{escaped(href)}>", Kind.MARK)


def _user(inline: d.User) -> Iterator[Piece]:
    known = USER.fullmatch(inline.user_id) is not None
    if inline.initials or not known:
        yield Piece(inline.initials or inline.user_id)
    if inline.initials and known:
        yield Piece(" ")
    if known:
        yield Piece(f"<@{inline.user_id}>", Kind.MARK)


def _channel(inline: d.Channel) -> Iterator[Piece]:
    if CHANNEL.fullmatch(inline.channel_id):
        yield Piece(f"<#{inline.channel_id}>", Kind.MARK)
    else:
        yield Piece(inline.label or inline.channel_id)


def _mark(inline: d.Mark) -> Iterator[Piece]:
    yield Piece(f"{SHAPES[inline.colour]} ", Kind.MARK)
    yield Piece(f"{inline.count} {inline.colour.words}".strip())


_OF: dict[type[d.Inline], Callable[[Any], Iterator[Piece]]] = {
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
