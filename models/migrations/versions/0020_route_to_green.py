"""Route to Green and help needed with a change, and until when somebody is away

Revision: 0020
After: 0019
"""

import sqlalchemy as sa
from alembic import op


revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("route_to_green", "help_needed"):
        op.add_column("status_change", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("person", sa.Column("away_until", sa.Date(), nullable=True))


def downgrade() -> None:
    for table, names in (("person", ("away_until",)), ("status_change", ("route_to_green", "help_needed"))):
        for name in names:
            op.drop_column(table, name)
