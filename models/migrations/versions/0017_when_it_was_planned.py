"""When a row of the outbox was planned, and when a bot last wrote

Revision: 0017
After: 0016
"""

import sqlalchemy as sa
from alembic import op


revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("planned_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "bot_heartbeat",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gap_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bot_heartbeat")),
    )


def downgrade() -> None:
    op.drop_table("bot_heartbeat")
    op.drop_column("delivery", "planned_at")
