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
    # Not as a batch: SQLite would build the table anew and drop this one, which others refer to.
    op.add_column("project", sa.Column("growth", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("project", sa.Column("description", sa.Text(), nullable=False, server_default=""))
    op.add_column("project", sa.Column("risks", sa.JSON(), nullable=False, server_default="[]"))
    if op.get_bind().dialect.name != "sqlite":
        for name in ("growth", "description", "risks"):
            op.alter_column("project", name, server_default=None)
    op.execute("UPDATE project SET growth = savings, savings = '{}' WHERE upper(finance_ref) LIKE '% GRO %'")


def downgrade() -> None:
    op.execute("UPDATE project SET savings = growth WHERE upper(finance_ref) LIKE '% GRO %'")
    for name in ("risks", "description", "growth"):
        op.drop_column("project", name)
