"""What Slack tells of a message, and the job that reads it: of an event, of the history, of a change."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from bot.delivery.slack_lookup import FILE_SUBTYPE, TEXT_SUBTYPES, parse_ts
from handlers.context import AppContext
from handlers.requests import RequestInfo
from handlers.slack import markup, pipeline
from handlers.slack.attachments import Attachments
from handlers.slack.direct_messages import FreeTextJob
from handlers.slack.edits import EditedTextJob
from handlers.slack.imports import Imports
from handlers.slack.pipeline import Body, get_object

EDIT_SUBTYPE = "message_changed"


@dataclass(frozen=True)
class WrittenMessage:
    """text: as typed, without spaces around it. thread_ts: of the thread it stands in, or ""."""

    text: str
    ts: str
    thread_ts: str = ""
    files: tuple[Body, ...] = ()


def message_of(message: Body, bot_user_id: str) -> WrittenMessage:
    ts = str(message.get("ts") or "")
    text = text_of(message.get("text"), bot_user_id)
    return WrittenMessage(text, ts, pipeline.thread_ts_of(message), files_of(message))


def text_of(text: object, bot_user_id: str) -> str:
    """The words of a direct message, in which people mention the bot out of habit."""
    return pipeline.unescape(markup.drop_mentions(text, bot_user_id) if isinstance(text, str) else "").strip()


def files_of(message: Body) -> tuple[Body, ...]:
    files = message.get("files")
    return tuple(each for each in files if isinstance(each, dict)) if isinstance(files, list) else ()


def is_edited_by_author(event: Body, bot_user_id: str) -> bool:
    """Whether the event tells of a message of a person that has other words now, by their own doing."""
    message, previous = get_object(event, "message"), get_object(event, "previous_message")
    edit_ts = pipeline.edit_ts_of(message)
    return (
        bool(edit_ts)
        and edit_ts != pipeline.edit_ts_of(previous)
        and pipeline.is_by_person(message)
        and message.get("subtype") in (*TEXT_SUBTYPES, FILE_SUBTYPE)
        and text_of(message.get("text"), bot_user_id) != text_of(previous.get("text"), bot_user_id)
    )


def build_job(
    context: AppContext,
    info: RequestInfo,
    message: WrittenMessage,
    imports: Imports,
    *,
    sent_at: datetime | None,
) -> FreeTextJob:
    """sent_at: when it was written, if it arrives late."""
    more = _where(message, sent_at, imports, info)
    return FreeTextJob(context, info.asker, message.text, message.ts, **more)


def build_edit_job(
    context: AppContext,
    info: RequestInfo,
    message: WrittenMessage,
    imports: Imports,
    *,
    sent_at: datetime | None,
) -> EditedTextJob | None:
    """The job of a later version of the message; None where it has no words, or no time."""
    try:
        written_at = parse_ts(message.ts)
    except (ValueError, OverflowError):
        return None
    if not message.text:
        return None
    return EditedTextJob(
        context,
        info.asker,
        message.text,
        message.ts,
        key=info.key,
        written_at=written_at,
        **_where(message, sent_at, imports, info),
    )


def _where(
    message: WrittenMessage, sent_at: datetime | None, imports: Imports, info: RequestInfo
) -> dict[str, Any]:
    store = partial(_store_files, imports, info, message)
    attachments = Attachments(message.files, store) if message.files else None
    return {"thread_ts": message.thread_ts, "sent_at": sent_at, "attachments": attachments}


def _store_files(imports: Imports, info: RequestInfo, message: WrittenMessage, session: Any) -> None:
    imports.store_files(session, info, message.files)
