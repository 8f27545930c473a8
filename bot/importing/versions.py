"""Every applied version of a plan, stored as it was read."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.importing.drafting.codec import decode_draft, encode_draft
from bot.importing.drafting.draft import PlanDraft
from models.imports import PlanVersion
from models.people import Person
from models.plans import Plan
from models.queries import imports as query

MAX_NAME_LENGTH = 255


@dataclass(frozen=True)
class Source:
    """Where a version came from. file: its name. digest: SHA-256 of its content. by: who applies it, in
    words; person: the same, where they have initials. answering: the stored version is applied again because
    a question was answered just now, so that what changes is newer than any update in chat.
    """

    file: str = ""
    digest: str = ""
    by: str = ""
    person: Person | None = None
    answering: bool = False


def content_digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def save_version(
    session: Session, plan: Plan, raw: PlanDraft, source: Source, counts: dict[str, int], now: datetime
) -> PlanVersion | None:
    """Store this version; returns None and stores nothing when it equals the latest one."""
    content = encode_draft(raw)
    last = query.latest_version(session, plan.id)
    if last is not None and last.draft == content and last.title == plan.title:
        return None
    version = PlanVersion(
        workspace_id=plan.workspace_id,
        plan_id=plan.id,
        number=query.highest_version_number(session, plan.id) + 1,
        title=plan.title,
        file=source.file[-MAX_NAME_LENGTH:],
        digest=source.digest or content_digest(content),
        draft=content,
        counts=dict(counts),
        applied_at=now,
        applied_by=source.by,
    )
    session.add(version)
    session.flush()
    return version


def latest_draft(session: Session, plan: Plan) -> PlanDraft | None:
    """The newest version as it was read; None for a plan from before versions were stored."""
    version = query.latest_version(session, plan.id)
    return decode_draft(version.draft) if version else None
