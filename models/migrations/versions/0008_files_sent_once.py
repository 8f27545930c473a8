"""Which file was begun for whoever asked for one

Revision: 0008
After: 0007
"""

import sqlalchemy as sa
from alembic import op


revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("plan_export", sa.Column("file_id", sa.String(length=32), nullable=False, server_default=""))
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("plan_export", "file_id", server_default=None)


def downgrade() -> None:
    op.drop_column("plan_export", "file_id")
