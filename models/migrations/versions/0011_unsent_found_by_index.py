"""Finding what a workspace has to send without looking at all it ever sent

Revision: 0011
After: 0010
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_delivery_workspace_id_state", "delivery", ["workspace_id", "state"])


def downgrade() -> None:
    op.drop_index("ix_delivery_workspace_id_state", "delivery")
