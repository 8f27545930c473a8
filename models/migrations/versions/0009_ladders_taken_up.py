"""The ladder that a board's reminders were worked out with

Revision: 0009
After: 0008
"""

import sqlalchemy as sa
from alembic import op


revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not as a batch: SQLite would build the table anew and drop this one, which others refer to.
    op.add_column("board", sa.Column("ladder", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("board", sa.Column("ladder_since", sa.DateTime(timezone=True), nullable=True))
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("board", "ladder", server_default=None)
    op.execute("UPDATE board SET ladder = prompt_days")


def downgrade() -> None:
    op.drop_column("board", "ladder_since")
    op.drop_column("board", "ladder")
