"""The errors for an update that lacks something, each with a corrected line to copy."""

import re
from dataclasses import replace

from bot.plan.statuses import read_status
from bot.sentences import sentence
from handlers.command_parser.line import InputLine, quote
from handlers.command_parser.tokens import RefsMatch, find_ref, format_refs, leading_status, nearest_status


def missing_ref(input_line: InputLine, text: str) -> Exception:
    """`update done`, or a ref that is not first."""
    elsewhere = find_ref(text)
    if elsewhere:
        refs = format_refs(elsewhere.refs)
        return input_line.not_understood(
            sentence("handlers.ref_first", refs=refs), f"update {refs} {elsewhere.rest or 'in-progress'}"
        )
    status = leading_status(text)
    words = [word for word in text.split()[:8] if read_status(word) is None and not word.startswith("-")]
    if not words or (status is not None and not status.rest.strip(" .,!?")):
        return input_line.not_understood(sentence("handlers.which_ref"), "update 5.2 in-progress")
    return input_line.not_understood(
        sentence("handlers.no_ref", text=quote(text)), f"search {' '.join(words)}"
    )


def missing_status(input_line: InputLine, match: RefsMatch, words: str) -> Exception:
    """`update 5.2 dnoe`: words after the refs that are neither a status nor marked as a note."""
    refs = format_refs(match.refs)
    if re.match(r"=\S", match.rest):
        words = match.rest
    if leading_status(words, anything_after=True):
        problem = sentence("handlers.status_or_note", words=quote(words))
        return input_line.not_understood(problem, f"update {refs} in-progress {words}")
    near = nearest_status(words)
    if near:
        problem = sentence("handlers.unknown_status", words=quote(near.words), status=near.status)
        return input_line.not_understood(problem, f"update {refs} {near.status} {near.rest}")
    problem = sentence("handlers.no_status", words=quote(words))
    return input_line.not_understood(problem, f"update {refs} in-progress {words}")


def missing_update(input_line: InputLine, match: RefsMatch) -> Exception:
    """`update 5.2`, or a mistyped status that was read as a section: `update dnoe 5.2`."""
    near = nearest_status(match.refs[0].section or "")
    if near:
        bare = format_refs(tuple(replace(ref, section=None) for ref in match.refs))
        problem = sentence("handlers.unknown_status", words=quote(near.words), status=near.status)
        return input_line.not_understood(problem, f"update {bare} {near.status}")
    refs = format_refs(match.refs)
    return input_line.not_understood(
        sentence("handlers.which_status", refs=refs), f"update {refs} in-progress"
    )
