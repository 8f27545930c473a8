"""Files people asked for, and calendars they follow

Revision: 0003
After: 0002
"""

import sqlalchemy as sa
from alembic import op


revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan_export",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("form", sa.String(length=10), nullable=False),
        sa.Column("section_ids", sa.JSON(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_export_plan_id_plan")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_plan_export_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_export")),
    )
    with op.batch_alter_table("plan_export", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_export_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_export_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_export_workspace_id"), ["workspace_id"], unique=False)
    op.create_table(
        "calendar_feed",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_calendar_feed_board_id_board")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calendar_feed_person_id_person")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_calendar_feed_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_calendar_feed_key_hash")),
    )
    with op.batch_alter_table("calendar_feed", schema=None) as batch_op:
        for column in ("board_id", "person_id", "user_id", "workspace_id"):
            batch_op.create_index(batch_op.f(f"ix_calendar_feed_{column}"), [column], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("calendar_feed", schema=None) as batch_op:
        for column in ("board_id", "person_id", "user_id", "workspace_id"):
            batch_op.drop_index(batch_op.f(f"ix_calendar_feed_{column}"))

    op.drop_table("calendar_feed")
    with op.batch_alter_table("plan_export", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_export_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_plan_export_state"))
        batch_op.drop_index(batch_op.f("ix_plan_export_plan_id"))

    op.drop_table("plan_export")
