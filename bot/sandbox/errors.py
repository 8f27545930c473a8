"""The errors of Slack's API."""


class RefusedError(Exception):
    """Slack refuses a call or some content. code: Slack's error code. messages: details, each with a JSON
    pointer.
    """

    def __init__(self, code: str, messages: list[str] | None = None) -> None:
        super().__init__(code, messages or [])
        self.code = code
        self.messages = messages or []
