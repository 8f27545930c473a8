"""The part of Slack's Web API the bot uses, method by method."""
