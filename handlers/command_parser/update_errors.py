"""What an update lacks, with the line put right to copy."""

import re
from dataclasses import replace

from bot.plan.statuses import read_status
from handlers.command_parser.line import InputLine, quote
from handlers.command_parser.tokens import RefsMatch, find_ref, format_refs, leading_status, nearest_status

_STATUSES = "Say not-started, in-progress, complete, on-hold, blocked, at-risk or on-track."


def missing_ref(input_line: InputLine, text: str) -> Exception:
    """`update done`, or a ref that does not stand first."""
    elsewhere = find_ref(text)
    if elsewhere:
        refs = format_refs(elsewhere.refs)
        return input_line.not_understood(
            f"Put the ref first, then the status: I read {refs}.",
            f"update {refs} {elsewhere.rest or 'in-progress'}",
        )
    status = leading_status(text)
    words = [word for word in text.split()[:8] if read_status(word) is None and not word.startswith("-")]
    if not words or (status is not None and not status.rest.strip(" .,!?")):
        return input_line.not_understood(
            "Which action? Give its ref and how it is going.", "update 5.2 in-progress"
        )
    return input_line.not_understood(
        f"I can't find a ref such as 5.2 in {quote(text)}. To find one, search for words in its title.",
        f"search {' '.join(words)}",
    )


def missing_status(input_line: InputLine, match: RefsMatch, words: str) -> Exception:
    """`update 5.2 dnoe`: words after the refs that are neither a status nor marked as a note."""
    refs = format_refs(match.refs)
    if re.match(r"=\S", match.rest):
        words = match.rest
    if leading_status(words, anything_after=True):
        return input_line.not_understood(
            f"I can't tell whether {quote(words)} is a status or a note. Give the status first.",
            f"update {refs} in-progress {words}",
        )
    near = nearest_status(words)
    if near:
        return input_line.not_understood(
            f"I don't know the status {quote(near.words)}. Did you mean {near.status}?",
            f"update {refs} {near.status} {near.rest}",
        )
    return input_line.not_understood(
        f"I can't find a status in {quote(words)}. {_STATUSES} A note comes after it.",
        f"update {refs} in-progress {words}",
    )


def missing_update(input_line: InputLine, match: RefsMatch) -> Exception:
    """`update 5.2`, or a mistyped status that was taken for a section: `update dnoe 5.2`."""
    near = nearest_status(match.refs[0].section or "")
    if near:
        bare = format_refs(tuple(replace(ref, section=None) for ref in match.refs))
        return input_line.not_understood(
            f"I don't know the status {quote(near.words)}. Did you mean {near.status}?",
            f"update {bare} {near.status}",
        )
    refs = format_refs(match.refs)
    return input_line.not_understood(f"How is {refs} going? {_STATUSES}", f"update {refs} in-progress")
