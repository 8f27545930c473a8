"""Plans sent in chat

Revision: 0002
After: 0001
"""

import sqlalchemy as sa
from alembic import op


revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan_upload",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("channel_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("read_on", sa.Date(), nullable=True),
        sa.Column("marks", sa.String(length=64), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=80), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_plan_upload_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_upload")),
        sa.UniqueConstraint("workspace_id", "key", name=op.f("uq_plan_upload_workspace_id_key")),
    )
    with op.batch_alter_table("plan_upload", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_upload_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_upload_workspace_id"), ["workspace_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("plan_upload", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_upload_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_plan_upload_state"))

    op.drop_table("plan_upload")
