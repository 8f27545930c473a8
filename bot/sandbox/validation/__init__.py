"""What Slack refuses in a message or a view, as tables of schemas."""
