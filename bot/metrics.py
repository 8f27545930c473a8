"""Metrics for Prometheus: commands by outcome and latency, refused requests, and the state of the outbox."""

from collections.abc import Mapping

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

CONTENT_TYPE = CONTENT_TYPE_LATEST
REGISTRY = CollectorRegistry()
PlatformCollector(registry=REGISTRY)
ProcessCollector(registry=REGISTRY)

# outcome: done, refused (not understood or not allowed), failed (our fault), repeated (a redelivery).
COMMANDS = Counter(
    "cip_commands",
    "Commands, presses and forms taken, by what came of them.",
    ["command", "outcome"],
    registry=REGISTRY,
)
COMMAND_SECONDS = Histogram(
    "cip_command_seconds",
    "From a request's arrival to its answer.",
    ["command"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 10),
    registry=REGISTRY,
)
REFUSED_REQUESTS = Counter(
    "cip_requests_refused",
    "Requests not taken: signature, replay, size or content.",
    ["reason"],
    registry=REGISTRY,
)
FAILED_WRITES = Counter(
    "cip_failed_writes",
    "Writes that the database refused, as when the disk is full or read-only, or it was gone.",
    registry=REGISTRY,
)
RATE_LIMIT_NOTICES = Counter(
    "cip_slack_events_limited",
    "Minutes in which Slack left out events, since there were too many.",
    registry=REGISTRY,
)
LEDGER_ROWS = Gauge("cip_ledger_rows", "Messages in the delivery ledger.", ["state"], registry=REGISTRY)
OLDEST_UNSENT = Gauge(
    "cip_ledger_oldest_unsent_seconds",
    "How long the oldest message not yet sent has been due.",
    registry=REGISTRY,
)
LEDGER_READ = Gauge("cip_ledger_read", "1 when the ledger could be read for this answer.", registry=REGISTRY)
# reason: what Slack refuses (token, permission, channel, unknown), or connection: no Socket Mode.
PLATFORM_FAULTS = Gauge(
    "cip_platform_faults",
    "What keeps messages from Slack at present, 0 for nothing; the bot is ready all the same.",
    ["reason"],
    registry=REGISTRY,
)
PLATFORM_FAULT_REASONS = ("token", "permission", "channel", "unknown", "connection")
for _reason in PLATFORM_FAULT_REASONS:
    PLATFORM_FAULTS.labels(_reason)
AUDIT_FINDINGS = Gauge(
    "cip_audit_findings",
    "What was due and is missing, unsent, never finished or failed, as the last audit found it.",
    ["kind"],
    registry=REGISTRY,
)
LAST_AUDIT = Gauge(
    "cip_audit_last_seconds", "When the last audit ended, in seconds since 1970.", registry=REGISTRY
)


def set_audit_findings(by_kind: Mapping[str, int], at: float) -> None:
    """by_kind: every kind of finding, also those with 0, so that an alarm can be set on each. at: seconds
    since 1970.
    """
    for kind, count in by_kind.items():
        AUDIT_FINDINGS.labels(kind).set(count)
    LAST_AUDIT.set(at)


def set_platform_faults(by_reason: Mapping[str, int]) -> None:
    """by_reason: how many there are of each; reasons that are left out have none."""
    for reason in PLATFORM_FAULT_REASONS:
        PLATFORM_FAULTS.labels(reason).set(by_reason.get(reason, 0))


def exposition(by_state: Mapping[str, int] | None, oldest_unsent_seconds: float = 0.0) -> bytes:
    """Every metric in Prometheus' text format. by_state: messages in the outbox; None if it cannot be
    read.
    """
    LEDGER_READ.set(by_state is not None)
    LEDGER_ROWS.clear()
    for state, count in (by_state or {}).items():
        LEDGER_ROWS.labels(state).set(count)
    OLDEST_UNSENT.set(oldest_unsent_seconds if by_state is not None else float("nan"))
    return generate_latest(REGISTRY)
