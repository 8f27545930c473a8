"""What people were offered to choose from."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.offers import StoredOffer


def find_offer(session: Session, workspace_id: int, key: str) -> StoredOffer | None:
    found = select(StoredOffer).where(StoredOffer.workspace_id == workspace_id, StoredOffer.key == key)
    return session.scalar(found)


def lock_root(session: Session, offer: StoredOffer) -> StoredOffer | None:
    """The offer that this one comes from, or itself, as it is now; locked until the transaction ends, so that
    of two who choose at once the second sees what the first chose.
    """
    return session.scalar(
        select(StoredOffer)
        .where(StoredOffer.workspace_id == offer.workspace_id, StoredOffer.key == offer.root_key)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def delete_offers(session: Session, before: datetime) -> None:
    """Those whose time ended before that moment."""
    session.execute(delete(StoredOffer).where(StoredOffer.expires_at < before))
