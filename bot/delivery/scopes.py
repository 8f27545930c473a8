"""The permissions that the bot has in Slack, as docs/slack-manifest.yaml asks for them."""

REQUIRED_SCOPES = frozenset(
    {
        "channels:read",
        "chat:write",
        "commands",
        "groups:read",
        "im:history",
        "im:write",
        "users:read",
        "users:read.email",
    }
)
# It works without these; templates/sentences/command_line.j2 says what is lost.
OPTIONAL_SCOPES = frozenset(
    {"app_mentions:read", "channels:history", "files:read", "files:write", "groups:history"}
)
