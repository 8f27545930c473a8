"""Slack's request signatures, version 0."""

import hashlib
import hmac
import time


def sign(secret: str, body: str | bytes, timestamp: int | None = None) -> dict[str, str]:
    """Make the two headers Slack adds to this body. `timestamp` is real time, in seconds."""
    moment = str(int(time.time()) if timestamp is None else timestamp)
    raw = body.encode() if isinstance(body, str) else body
    digest = hmac.new(secret.encode(), b"v0:" + moment.encode() + b":" + raw, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": f"v0={digest}"}
