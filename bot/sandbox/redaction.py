"""Takes secrets out of what is shown: the sandbox's own keys, and whatever looks like anybody's."""

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
# Text is cut here before it is masked, and a little more after, in case a secret lay across the cut.
_MAX_CHARACTERS = 60_000
_CUT_OVERLAP = 500
_DASH = r"(?:-|%2D|\\u002d)"
# Tokens as Slack makes them; a Bearer of any kind; addresses that are themselves a key (in a form or in JSON
# their slashes are written %2F or \/).
_SLASH = r"(?:/|%2F|\\/)"
_SECRETS = re.compile(
    rf"((?:xox[a-z](?:\.xox[a-z])?{_DASH}|xapp{_DASH}))(?:[\w.]|{_DASH})+"
    rf"|({_SLASH}sandbox{_SLASH}(?:response|upload|socket){_SLASH})[\w-]+"
    rf"|({_SLASH}calendar{_SLASH})[\w-]+"
    r"|(\bBearer(?:\s|%20|\+)+)[\w.~+/=-]+"
    r"|(\bv0(?:=|%3D))[0-9a-f]{64}"
    # A trigger id opens a form as the person who acted. In a form the quote before it is written %22.
    r"|(%22|\b)\d+\.\d+\.[0-9a-f]{32}\b",
    re.IGNORECASE,
)


class Redactor:
    """secrets: words that are never to be seen, however they are written."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        words = {form for secret in secrets if secret for form in _encodings(secret)}
        longest_first = sorted(words, key=len, reverse=True)
        self._secrets_pattern = (
            re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE) if words else None
        )

    def redact_text(self, text: str) -> str:
        """The text, of which at most 60,000 characters are kept, without a secret in it."""
        kept = text[:_MAX_CHARACTERS]
        if self._secrets_pattern is not None:
            kept = self._secrets_pattern.sub(MASK, kept)
        masked = _SECRETS.sub(_mask_match, kept)
        return masked if len(text) <= _MAX_CHARACTERS else masked[:-_CUT_OVERLAP]

    def redact_headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        return {
            name: MASK if name.lower() in _SECRET_HEADERS else self.redact_text(value)
            for name, value in headers.items()
        }


def _encodings(secret: str) -> Iterator[str]:
    """The secret as it is, in an address, in a form, in JSON, and in JSON within a form."""
    yield secret
    yield quote(secret, safe="")
    yield quote_plus(secret)
    yield json.dumps(secret)[1:-1]
    yield quote_plus(json.dumps(secret)[1:-1])


def _mask_match(match: re.Match[str]) -> str:
    return next((group for group in match.groups() if group), "") + MASK
