"""What buttons about a file that waits, or a plan in use, carry: its number, and a mark that belongs to that
one alone. So a button from before a restore or a fresh start is never taken for whatever has the same number
now.
"""

from hashlib import sha256

from sqlalchemy.orm import Session

from models.base import parse_id
from models.imports import PlanUpload
from models.plans import Plan

TOKEN_DIGEST_LENGTH = 8


def upload_token(row: PlanUpload) -> str:
    """The mark comes from the message the file came with, which no other file has."""
    return _token(row.id, row.key)


def plan_token(plan: Plan) -> str:
    """The mark comes from its title, by which a plan is known again."""
    return _token(plan.id, plan.title)


def find_upload(session: Session, workspace_id: int, value: str) -> PlanUpload | None:
    """The file a button is about; None when it is not known."""
    row = session.get(PlanUpload, _parse_id(value))
    return row if row and row.workspace_id == workspace_id and upload_token(row) == value else None


def find_plan(session: Session, workspace_id: int, value: str) -> Plan | None:
    """The same of a plan."""
    plan = session.get(Plan, _parse_id(value))
    return plan if plan and plan.workspace_id == workspace_id and plan_token(plan) == value else None


def _token(number: int, source: str) -> str:
    return f"{number}-{sha256(source.encode()).hexdigest()[:TOKEN_DIGEST_LENGTH]}"


def _parse_id(value: str) -> int:
    """0, which no row has, where there is none in it."""
    return parse_id(value.partition("-")[0]) or 0
