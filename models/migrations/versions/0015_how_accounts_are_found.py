"""When accounts were looked up, whose timezone came from where, and every change of an account

Revision: 0015
After: 0014
"""

import sqlalchemy as sa
from alembic import op


revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# A change of an account is written once. The database itself refuses to change or delete one.
APPEND_ONLY = {
    "sqlite": tuple(
        f"""
        CREATE TRIGGER account_change_no_{verb.lower()} BEFORE {verb} ON account_change
        BEGIN SELECT RAISE(ABORT, 'account changes are append-only'); END
        """
        for verb in ("UPDATE", "DELETE")
    ),
    "postgresql": (
        """
        CREATE FUNCTION refuse_to_change_account_change() RETURNS trigger AS
        $$ BEGIN RAISE EXCEPTION 'account changes are append-only'; END $$ LANGUAGE plpgsql
        """,
        """
        CREATE TRIGGER account_change_append_only BEFORE UPDATE OR DELETE ON account_change
        FOR EACH ROW EXECUTE FUNCTION refuse_to_change_account_change()
        """,
    ),
}


def upgrade() -> None:
    op.create_table(
        "account_lookup",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("looked_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_lookup_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("own_timezone", sa.String(length=64), nullable=True),
        sa.Column("people_timezone", sa.String(length=64), nullable=True),
        sa.Column("slack_timezone", sa.String(length=64), nullable=True),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_lookup_person_id_person")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_account_lookup_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_lookup")),
        sa.UniqueConstraint("person_id", name=op.f("uq_account_lookup_person_id")),
    )
    op.create_index(op.f("ix_account_lookup_workspace_id"), "account_lookup", ["workspace_id"])
    op.create_table(
        "linking_state",
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cursor", sa.String(length=500), nullable=False),
        sa.Column("missing_scopes", sa.JSON(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported", sa.JSON(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_linking_state_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_linking_state")),
        sa.UniqueConstraint("workspace_id", name=op.f("uq_linking_state_workspace_id")),
    )
    op.create_index(op.f("ix_linking_state_workspace_id"), "linking_state", ["workspace_id"])
    op.create_table(
        "account_change",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("old_user_id", sa.String(length=32), nullable=False),
        sa.Column("new_user_id", sa.String(length=32), nullable=False),
        sa.Column("by_person_id", sa.Integer(), nullable=True),
        sa.Column("by_user_id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_change_person_id_person")),
        sa.ForeignKeyConstraint(
            ["by_person_id"], ["person.id"], name=op.f("fk_account_change_by_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_account_change_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_change")),
    )
    for column in ("person_id", "by_person_id", "workspace_id"):
        op.create_index(op.f(f"ix_account_change_{column}"), "account_change", [column])
    for statement in APPEND_ONLY[op.get_context().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("account_change")
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_to_change_account_change CASCADE")
    op.drop_table("linking_state")
    op.drop_table("account_lookup")
