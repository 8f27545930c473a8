"""Tokens that buttons carry for an upload or a plan: its id, and a digest of something only that row has. So
a button from before a restore or a new database never acts on another row with the same id.
"""

from hashlib import sha256

from sqlalchemy.orm import Session

from models.base import parse_id
from models.imports import PlanUpload
from models.plans import Plan

TOKEN_DIGEST_LENGTH = 8


def upload_token(row: PlanUpload) -> str:
    """With a digest of the key of the message that the file was sent with, which no other upload has."""
    return _token(row.id, row.key)


def plan_token(plan: Plan) -> str:
    """With a digest of the title, by which a plan is recognised."""
    return _token(plan.id, plan.title)


def find_upload(session: Session, workspace_id: int, value: str) -> PlanUpload | None:
    """The upload a button is about; None when there is no such upload in the workspace."""
    row = session.get(PlanUpload, _parse_id(value))
    return row if row and row.workspace_id == workspace_id and upload_token(row) == value else None


def find_plan(session: Session, workspace_id: int, value: str) -> Plan | None:
    """The plan a button is about; None when there is no such plan in the workspace."""
    plan = session.get(Plan, _parse_id(value))
    return plan if plan and plan.workspace_id == workspace_id and plan_token(plan) == value else None


def _token(number: int, source: str) -> str:
    return f"{number}-{sha256(source.encode()).hexdigest()[:TOKEN_DIGEST_LENGTH]}"


def _parse_id(value: str) -> int:
    """0, which is no row's id, where the value has none."""
    return parse_id(value.partition("-")[0]) or 0
