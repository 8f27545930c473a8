"""What requests leave behind: the labels of `/metrics`, the words in rows, the keys of JSON in rows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Table, select

from bot import metrics
from bot.commands import Command
from bot.services.audit.findings import KINDS
from models import Base
from tests.fixtures.council import Council, bot_running, council
from tests.handlers.slack.slack_actions import FORM, another_second, post
from tests.stored_names import golden, scenario
from tests.stored_names.json_shapes import paths, shape

# Words that are written down as they are; what people wrote, ids and names aside.
TEXT_COLUMNS = (
    "audit_finding.kind",
    "audit_finding.key",
    "delivery.key",
    "delivery.kind",
    "inbound_request.key",
    "lane.name",
    "plan_answer.choice",
    "plan_answer.key",
    "plan_export.form",
    "plan_export.state",
    "plan_upload.key",
    "plan_upload.state",
    "plan_version.counts",
    "prompt_item.answer",
    "status_change.source",
)


async def test_metrics_and_rows_keep_their_names(tmp_path: Path) -> None:
    """Other tests of this process may have counted something as well: what they alone did is left out."""
    wanted = set((golden.FOLDER / "metrics.txt").read_text(encoding="utf-8").splitlines())
    async with council("sqlite", tmp_path) as found:
        async with bot_running(found):
            others = {each for each in await _samples(found) if "outcome=" in each or "reason=" in each}
            answered = await scenario.run_week(found, tmp_path)
            await another_second()
            assert (await found.sandbox.redeliver(answered)).status == 200
            await _send_refused_requests(found)
            metrics.set_audit_findings(dict.fromkeys(KINDS, 0), found.clock.now().timestamp())
            samples = await _samples(found)
        golden.check("metrics", "A metric or one of its labels", samples - (others - wanted))
        scenario.plan_next_monday(found)
        golden.check("rows", "A word or a key in the database", _rows(found))


async def _send_refused_requests(council: Council) -> None:
    sandbox = council.sandbox
    assert (await sandbox.replay()).status == 401
    assert (await post(council, b"command=%2Fcip", FORM, {})).status == 401
    assert (await post(council, b"x" * (1024 * 1024 + 1), FORM)).status == 413
    assert (await post(council, b"nothing", FORM)).status == 400
    review = scenario.messages_to(council, "PM")[-1]
    await scenario.press(council, "PM", review, "import-cancel")
    prompt = scenario.messages_to(council, "SS")[0]
    await scenario.press(council, "SS", prompt, "form:more")
    delivery = sandbox.last_delivery
    # A button of messages that an earlier version posted.
    delivery.payload["actions"][0]["action_id"] = "prompt:later:3"
    delivery.payload["trigger_id"] = "1.2.2"
    assert (await sandbox.redeliver(delivery)).status == 200
    delivery.payload["actions"][0]["action_id"] = "no-such-button:0"
    delivery.payload["trigger_id"] = "1.2.3"
    assert (await sandbox.redeliver(delivery)).status == 200


async def _samples(council: Council) -> set[str]:
    """Every sample of the bot's own: "cip_commands_total command=update outcome=done". How long things took
    is told under the same names again, so of that the names of the labels do.
    """
    async with aiohttp.ClientSession() as web, web.get(f"{council.address}/metrics") as answer:
        assert answer.status == 200
        text = await answer.text()
    return {
        " ".join([sample.name, *_labels(sample.labels, values="seconds" not in sample.name)])
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if family.name.startswith("cip_") and not sample.name.endswith("_created")
    }


def _labels(labels: dict[str, str], *, values: bool) -> list[str]:
    return [f"{name}={value}" if values or name == "le" else name for name, value in sorted(labels.items())]


def test_commands_are_counted_under_their_names() -> None:
    """Also those that are rarely given."""
    found = [each.name for each in _kinds_of(Command) if not each.__subclasses__()]
    golden.check("command_names", "The label of a command in /metrics", found)


def _kinds_of(root: type[Command]) -> Iterator[type[Command]]:
    for each in root.__subclasses__():
        yield each
        yield from _kinds_of(each)


def _rows(council: Council) -> set[str]:
    found: set[str] = set()
    database = council.database()
    with database.transaction(write=False) as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(select(table)).mappings():
                found |= set(_stored_texts(table, dict(row)))
    database.close()
    return found


def _stored_texts(table: Table, row: dict[str, Any]) -> Iterator[str]:
    for name, value in row.items():
        column = f"{table.name}.{name}"
        if column in TEXT_COLUMNS and isinstance(value, str):
            yield f"{column} = {shape(value)}" if value else f"{column} is empty"
        elif isinstance(value, dict | list) and not _is_digest(column, row):
            kind = f" of {row['kind']}" if table.name == "delivery" else ""
            yield from (f"{column}{kind}: {path}" for path in paths(value) if path and "blocks" not in path)


def _is_digest(column: str, row: dict[str, Any]) -> bool:
    """Its fields are compared in test_fields."""
    return column == "digest_snapshot.facts" or (column == "delivery.facts" and row["kind"] == "digest")
