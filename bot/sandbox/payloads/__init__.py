"""The payloads Slack builds when a person does something."""
