"""Compares what should have happened with what did, from the workspace's side."""

from bot.simulation.check_changes import check_changes
from bot.simulation.check_digests import check_digests
from bot.simulation.check_messages import check_messages
from bot.simulation.check_prompts import check_prompts
from bot.simulation.evidence import Evidence


def differences(evidence: Evidence) -> list[str]:
    """Every difference as a sentence; empty when all is well."""
    checks = (check_changes, check_messages, check_digests, check_prompts)
    return [*evidence.failures, *(each for check in checks for each in check(evidence))]
