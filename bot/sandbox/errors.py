"""How Slack says no."""


class RefusedError(Exception):
    """`code` is Slack's word for why; `messages` its finer points, each with a JSON pointer."""

    def __init__(self, code: str, messages: list[str] | None = None) -> None:
        super().__init__(code, messages or [])
        self.code = code
        self.messages = messages or []
