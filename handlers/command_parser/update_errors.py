"""What an update lacks, with the line put right to copy."""

import re
from dataclasses import replace

from bot.plan.statuses import read_status
from handlers.command_parser.line import Typed, said
from handlers.command_parser.tokens import RefsSaid, any_ref, leading_status, nearest_status, written

_STATUSES = "Say not-started, in-progress, complete, on-hold, blocked, at-risk or on-track."


def no_ref(typed: Typed, text: str) -> Exception:
    """`update done`, or a ref that does not stand first."""
    elsewhere = any_ref(text)
    if elsewhere:
        refs = written(elsewhere.refs)
        return typed.misread(
            f"Put the ref first, then the status: I read {refs}.",
            f"update {refs} {elsewhere.rest or 'in-progress'}",
        )
    status = leading_status(text)
    words = [word for word in text.split()[:8] if read_status(word) is None and not word.startswith("-")]
    if not words or (status is not None and not status.rest.strip(" .,!?")):
        return typed.misread("Which action? Give its ref and how it is going.", "update 5.2 in-progress")
    return typed.misread(
        f"I can't find a ref such as 5.2 in {said(text)}. To find one, search for words in its title.",
        f"search {' '.join(words)}",
    )


def no_status(typed: Typed, named: RefsSaid, words: str) -> Exception:
    """`update 5.2 dnoe`: words after the refs that are neither a status nor marked as a note."""
    refs = written(named.refs)
    if re.match(r"=\S", named.rest):
        words = named.rest
    if leading_status(words, anything_after=True):
        return typed.misread(
            f"I can't tell whether {said(words)} is a status or a note. Give the status first.",
            f"update {refs} in-progress {words}",
        )
    near = nearest_status(words)
    if near:
        return typed.misread(
            f"I don't know the status {said(near.words)}. Did you mean {near.status}?",
            f"update {refs} {near.status} {near.rest}",
        )
    return typed.misread(
        f"I can't find a status in {said(words)}. {_STATUSES} A note comes after it.",
        f"update {refs} in-progress {words}",
    )


def nothing_said(typed: Typed, named: RefsSaid) -> Exception:
    """`update 5.2`, or a mistyped status that was taken for a section: `update dnoe 5.2`."""
    near = nearest_status(named.refs[0].section or "")
    if near:
        bare = written(tuple(replace(ref, section=None) for ref in named.refs))
        return typed.misread(
            f"I don't know the status {said(near.words)}. Did you mean {near.status}?",
            f"update {bare} {near.status}",
        )
    refs = written(named.refs)
    return typed.misread(f"How is {refs} going? {_STATUSES}", f"update {refs} in-progress")
