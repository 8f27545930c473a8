"""What trackers say of an action besides: priority, category, when raised and closed, percent, other columns

Revision: 0022
After: 0020
"""

import sqlalchemy as sa
from alembic import op


revision = "0022"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("priority", "category"):
        op.add_column("action", sa.Column(name, sa.String(100), nullable=False, server_default=""))
    for name in ("raised_on", "closed_on"):
        op.add_column("action", sa.Column(name, sa.Date(), nullable=True))
    op.add_column("action", sa.Column("percent", sa.Integer(), nullable=True))
    op.add_column("action", sa.Column("extra", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    for name in ("extra", "percent", "closed_on", "raised_on", "category", "priority"):
        op.drop_column("action", name)
