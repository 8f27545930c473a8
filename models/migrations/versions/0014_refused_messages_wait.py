"""Messages that were refused wait, with the reason

Revision: 0014
After: 0013
"""

import sqlalchemy as sa
from alembic import op


revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not as a batch: SQLite would build the table anew and drop this one, which others refer to.
    op.add_column("delivery", sa.Column("refused_code", sa.String(length=60), nullable=False, server_default=""))
    op.add_column("delivery", sa.Column("refused_scope", sa.String(length=120), nullable=False, server_default=""))
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("delivery", "refused_code", server_default=None)
        op.alter_column("delivery", "refused_scope", server_default=None)
    op.create_table(
        "refusal",
        sa.Column("scope", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("needs", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("probe_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["probe_id"], ["delivery.id"], name=op.f("fk_refusal_probe_id_delivery")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_refusal_workspace_id_workspace")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refusal")),
        sa.UniqueConstraint("workspace_id", "scope", name=op.f("uq_refusal_workspace_id_scope")),
    )
    op.create_index(op.f("ix_refusal_workspace_id"), "refusal", ["workspace_id"])


def downgrade() -> None:
    op.drop_table("refusal")
    op.execute("UPDATE delivery SET state = 'planned' WHERE state = 'waiting'")
    op.drop_column("delivery", "refused_scope")
    op.drop_column("delivery", "refused_code")
