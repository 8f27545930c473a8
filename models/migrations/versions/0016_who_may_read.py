"""Who is what in which plan, and what kind of account people have

Revision: 0016
After: 0015
"""

import sqlalchemy as sa
from alembic import op


revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan_role",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_role_plan_id_plan")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_plan_role_person_id_person")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_plan_role_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_role")),
        sa.UniqueConstraint("plan_id", "person_id", "role", name=op.f("uq_plan_role_plan_id_person_id_role")),
    )
    op.create_index(op.f("ix_plan_role_person_id"), "plan_role", ["person_id"])
    op.create_index(op.f("ix_plan_role_workspace_id"), "plan_role", ["workspace_id"])
    # Nobody loses anything: until now everybody could read every plan of the workspace.
    op.execute(
        "INSERT INTO plan_role (workspace_id, plan_id, person_id, role)"
        " SELECT person.workspace_id, plan.id, person.id, person.role"
        " FROM person JOIN plan ON plan.workspace_id = person.workspace_id"
    )
    op.add_column("person", sa.Column("account_kind", sa.String(length=20), nullable=True))


def downgrade() -> None:
    op.drop_column("person", "account_kind")
    op.drop_table("plan_role")
