"""Masks secrets in recorded traffic: the sandbox's own keys, and whatever looks like a key."""

import json
import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote, quote_plus

MASK = "…"
_SECRET_HEADERS = {
    "authorization",
    "proxy-authorization",
    "x-slack-signature",
    "cookie",
    "set-cookie",
}
# Text is cut to this length before masking, then by the overlap, as a secret may have been cut in two.
_MAX_CHARACTERS = 60_000
_CUT_OVERLAP = 500
_DASH = r"(?:-|%2D|\\u002d)"
# Slack's tokens; any Bearer token; urls that contain a key (their slashes are %2F in a form, \/ in JSON).
_SLASH = r"(?:/|%2F|\\/)"
_SECRETS = re.compile(
    rf"((?:xox[a-z](?:\.xox[a-z])?{_DASH}|xapp{_DASH}))(?:[\w.]|{_DASH})+"
    rf"|({_SLASH}sandbox{_SLASH}(?:response|upload|socket){_SLASH})[\w-]+"
    rf"|({_SLASH}calendar{_SLASH})[\w-]+"
    r"|(\bBearer(?:\s|%20|\+)+)[\w.~+/=-]+"
    r"|(\bv0(?:=|%3D))[0-9a-f]{64}"
    # A trigger id opens a form as the person who acted. In a form the quote before it is %22.
    r"|(%22|\b)\d+\.\d+\.[0-9a-f]{32}\b",
    re.IGNORECASE,
)


class Redactor:
    """secrets: texts to mask in every encoding."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        words = {form for secret in secrets if secret for form in _encodings(secret)}
        longest_first = sorted(words, key=len, reverse=True)
        self._secrets_pattern = (
            re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE) if words else None
        )

    def redact_text(self, text: str) -> str:
        """The text, cut to at most 60,000 characters, with its secrets masked."""
        masked = text[:_MAX_CHARACTERS]
        if self._secrets_pattern is not None:
            masked = self._secrets_pattern.sub(MASK, masked)
        masked = _SECRETS.sub(_mask_match, masked)
        return masked if len(text) <= _MAX_CHARACTERS else masked[:-_CUT_OVERLAP]

    def redact_headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        return {
            name: MASK if name.lower() in _SECRET_HEADERS else self.redact_text(value)
            for name, value in headers.items()
        }


def _encodings(secret: str) -> Iterator[str]:
    """The secret as it is, in a url, in a form, in JSON, and in JSON in a form."""
    yield secret
    yield quote(secret, safe="")
    yield quote_plus(secret)
    yield json.dumps(secret)[1:-1]
    yield quote_plus(json.dumps(secret)[1:-1])


def _mask_match(match: re.Match[str]) -> str:
    return next((group for group in match.groups() if group), "") + MASK
