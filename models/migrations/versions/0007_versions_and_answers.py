"""Versions of plans, and answers to questions about them

Revision: 0007
After: 0006
"""

import sqlalchemy as sa
from alembic import op


revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan_version",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("file", sa.String(length=255), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("draft", sa.LargeBinary(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_by", sa.String(length=80), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_version_plan_id_plan")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_plan_version_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_version")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_plan_version_plan_id_number")),
    )
    op.create_table(
        "plan_answer",
        sa.Column("plan", sa.String(length=300), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("asks", sa.Text(), nullable=False),
        sa.Column("choice", sa.String(length=150), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_plan_answer_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_answer")),
        sa.UniqueConstraint("workspace_id", "plan", "key", name=op.f("uq_plan_answer_workspace_id_plan_key")),
    )
    with op.batch_alter_table("plan_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_version_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_version_workspace_id"), ["workspace_id"], unique=False)
    with op.batch_alter_table("plan_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_answer_workspace_id"), ["workspace_id"], unique=False)
    # Nobody is asked about what was gone before anyone was asked. SQLite adds and drops a column in place; a
    # table that others refer to cannot be made anew there.
    op.add_column("action", sa.Column("gone_reason", sa.Text(), server_default="", nullable=False))
    op.execute("UPDATE action SET gone_reason = 'Not in a newer version of the plan.' WHERE gone_at IS NOT NULL")
    # A file that waits to be decided on is kept as it was read. One that waits now has to be sent again.
    op.add_column("plan_upload", sa.Column("draft", sa.LargeBinary(), nullable=True))
    op.add_column("plan_upload", sa.Column("digest", sa.String(length=64), server_default="", nullable=False))
    op.drop_column("plan_upload", "content")
    op.drop_column("plan_upload", "read_on")


def downgrade() -> None:
    op.add_column("plan_upload", sa.Column("content", sa.LargeBinary(), nullable=True))
    op.add_column("plan_upload", sa.Column("read_on", sa.Date(), nullable=True))
    op.drop_column("plan_upload", "digest")
    op.drop_column("plan_upload", "draft")
    op.drop_column("action", "gone_reason")
    with op.batch_alter_table("plan_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_answer_workspace_id"))
    with op.batch_alter_table("plan_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_version_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_plan_version_plan_id"))
    op.drop_table("plan_answer")
    op.drop_table("plan_version")
