"""Finding actions by their ref without looking at every action of the workspace

Revision: 0010
After: 0009
"""

import sqlalchemy as sa
from alembic import op


revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_action_workspace_id_lower_ref", "action", ["workspace_id", sa.text("lower(ref)")])


def downgrade() -> None:
    op.drop_index("ix_action_workspace_id_lower_ref", "action")
