"""The errors of Slack's API."""

from collections.abc import Mapping


class RefusedError(Exception):
    """Slack refuses a call or some content. code: Slack's error code. messages: details, each with a JSON
    pointer. facts: further fields of the answer.
    """

    def __init__(
        self, code: str, messages: list[str] | None = None, facts: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(code, messages or [])
        self.code = code
        self.messages = messages or []
        self.facts = dict(facts or {})


class RateLimitedError(RefusedError):
    """Too many calls. retry_after: the header's text, which need not be a number."""

    def __init__(self, retry_after: str) -> None:
        super().__init__("ratelimited")
        self.retry_after = retry_after
