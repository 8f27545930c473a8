"""What the buttons of a file's review carry: its number, and a mark that belongs to that one file. So a
button from before a restore or a fresh start is never taken for whatever has the same number now.
"""

from hashlib import sha256

from sqlalchemy.orm import Session

from models.ids import read_id
from models.uploads import PlanUpload

MARK = 8


def value_of(row: PlanUpload) -> str:
    """The mark comes from the message the file came with, which no other file has."""
    return f"{row.id}-{sha256(row.key.encode()).hexdigest()[:MARK]}"


def meant(session: Session, workspace_id: int, value: str) -> PlanUpload | None:
    """The file a button is about; None when it is not known."""
    upload_id = read_id(value.partition("-")[0])
    row = session.get(PlanUpload, upload_id) if upload_id is not None else None
    known = row is not None and row.workspace_id == workspace_id and value_of(row) == value
    return row if known else None
