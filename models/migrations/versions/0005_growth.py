"""Growth, description and risks of projects

Amounts that came in before under a finance reference for growth were kept as savings: they move.

Revision: 0005
After: 0004
"""

import sqlalchemy as sa
from alembic import op


revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.add_column(sa.Column("growth", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("description", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("risks", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("project", schema=None) as batch_op:
        for name in ("growth", "description", "risks"):
            batch_op.alter_column(name, server_default=None)
    op.execute("UPDATE project SET growth = savings, savings = '{}' WHERE upper(finance_ref) LIKE '% GRO %'")


def downgrade() -> None:
    op.execute("UPDATE project SET savings = growth WHERE upper(finance_ref) LIKE '% GRO %'")
    with op.batch_alter_table("project", schema=None) as batch_op:
        for name in ("risks", "description", "growth"):
            batch_op.drop_column(name)
