"""The first schema

Revision: 0001
After:
"""

import sqlalchemy as sa
from alembic import op


revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# A status change is written once. The database itself refuses to change or delete one.
APPEND_ONLY = {
    "sqlite": tuple(
        f"""
        CREATE TRIGGER status_change_no_{verb.lower()} BEFORE {verb} ON status_change
        BEGIN SELECT RAISE(ABORT, 'status changes are append-only'); END
        """
        for verb in ("UPDATE", "DELETE")
    ),
    "postgresql": (
        """
        CREATE FUNCTION refuse_to_change_status_change() RETURNS trigger AS
        $$ BEGIN RAISE EXCEPTION 'status changes are append-only'; END $$ LANGUAGE plpgsql
        """,
        """
        CREATE TRIGGER status_change_append_only BEFORE UPDATE OR DELETE ON status_change
        FOR EACH ROW EXECUTE FUNCTION refuse_to_change_status_change()
        """,
    ),
}


def upgrade() -> None:
    op.create_table(
        "workspace",
        sa.Column("team_id", sa.String(length=32), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspace")),
        sa.UniqueConstraint("team_id", name=op.f("uq_workspace_team_id")),
    )
    op.create_table(
        "board",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("country", sa.String(length=16), nullable=False),
        sa.Column("digest_rule", sa.String(length=200), nullable=False),
        sa.Column("next_digest_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("prompt_days", sa.JSON(), nullable=False),
        sa.Column("prompt_time", sa.Time(), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=False),
        sa.Column("quiet_until", sa.Time(), nullable=False),
        sa.Column("weekly_budget", sa.Integer(), nullable=False),
        sa.Column("recent_days", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_board_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board")),
        sa.UniqueConstraint("workspace_id", "name", name=op.f("uq_board_workspace_id_name")),
    )
    with op.batch_alter_table("board", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_board_next_digest_at"), ["next_digest_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_board_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "inbound_request",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("signature", sa.String(length=80), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_inbound_request_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_request")),
        sa.UniqueConstraint("signature", name=op.f("uq_inbound_request_signature")),
        sa.UniqueConstraint("workspace_id", "key", name=op.f("uq_inbound_request_workspace_id_key")),
    )
    with op.batch_alter_table("inbound_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inbound_request_received_at"), ["received_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_inbound_request_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "person",
        sa.Column("initials", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("slack_user_id", sa.String(length=32), nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "owner",
                "lead",
                "plan-manager",
                "board-chair",
                "viewer",
                name="personrole",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("timezone", sa.String(length=64), nullable=True),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_person_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("workspace_id", "initials", name=op.f("uq_person_workspace_id_initials")),
        sa.UniqueConstraint(
            "workspace_id", "slack_user_id", name=op.f("uq_person_workspace_id_slack_user_id")
        ),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_email"), ["email"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "board_channel",
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("channel_id", sa.String(length=32), nullable=True),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_board_channel_board_id_board")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_board_channel_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_channel")),
        sa.UniqueConstraint("board_id", "name", name=op.f("uq_board_channel_board_id_name")),
    )
    with op.batch_alter_table("board_channel", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_board_channel_board_id"), ["board_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_board_channel_channel_id"), ["channel_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_board_channel_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "delivery",
        sa.Column("board_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("target", sa.String(length=100), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("updates_id", sa.Integer(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "claimed",
                "sent",
                "failed",
                "skipped",
                name="deliverystate",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.String(length=80), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("channel_id", sa.String(length=32), nullable=False),
        sa.Column("message_ts", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_delivery_board_id_board")),
        sa.ForeignKeyConstraint(["parent_id"], ["delivery.id"], name=op.f("fk_delivery_parent_id_delivery")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_delivery_person_id_person")),
        sa.ForeignKeyConstraint(
            ["updates_id"], ["delivery.id"], name=op.f("fk_delivery_updates_id_delivery")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_delivery_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("token", name=op.f("uq_delivery_token")),
        sa.UniqueConstraint("workspace_id", "key", name=op.f("uq_delivery_workspace_id_key")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_board_id"), ["board_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_delivery_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_delivery_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index("ix_delivery_person_id_due_at", ["person_id", "due_at"], unique=False)
        batch_op.create_index("ix_delivery_state_next_attempt_at", ["state", "next_attempt_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_delivery_updates_id"), ["updates_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_delivery_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "digest_snapshot",
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("colours", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_digest_snapshot_board_id_board")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_digest_snapshot_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_snapshot")),
        sa.UniqueConstraint("board_id", "due_at", name=op.f("uq_digest_snapshot_board_id_due_at")),
    )
    with op.batch_alter_table("digest_snapshot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_digest_snapshot_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "plan",
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("as_at", sa.Date(), nullable=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rag_rules", sa.JSON(), nullable=False),
        sa.Column("problems", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_plan_board_id_board")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_plan_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("workspace_id", "title", name=op.f("uq_plan_workspace_id_title")),
    )
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_board_id"), ["board_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "section",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_section_plan_id_plan")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_section_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_section_plan_id_number")),
    )
    with op.batch_alter_table("section", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_section_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_section_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "project",
        sa.Column("section_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("manager", sa.String(length=200), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=True),
        sa.Column("finance_ref", sa.String(length=100), nullable=False),
        sa.Column("savings", sa.JSON(), nullable=False),
        sa.Column("measures", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["person.id"], name=op.f("fk_project_lead_id_person")),
        sa.ForeignKeyConstraint(["section_id"], ["section.id"], name=op.f("fk_project_section_id_section")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_project_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("section_id", "number", name=op.f("uq_project_section_id_number")),
    )
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_lead_id"), ["lead_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_project_section_id"), ["section_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_project_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "action",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "not-started",
                "in-progress",
                "complete",
                "verified",
                "on-hold",
                "dropped",
                name="status",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("status_text", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("imported", sa.JSON(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("delivered_through", sa.JSON(), nullable=False),
        sa.Column("success_measures", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "declared",
            sa.Enum("red", "amber", "green", "blue", "grey", name="colour", native_enum=False, length=20),
            nullable=True,
        ),
        sa.Column("next_due_on", sa.Date(), nullable=True),
        sa.Column("next_due_confirmed", sa.Boolean(), nullable=False),
        sa.Column("slipped_days", sa.Integer(), nullable=False),
        sa.Column("escalate_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_word_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_word", sa.Text(), nullable=False),
        sa.Column("last_word_by", sa.String(length=80), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_action_plan_id_plan")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_action_project_id_project")),
        sa.ForeignKeyConstraint(["section_id"], ["section.id"], name=op.f("fk_action_section_id_section")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_action_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action")),
    )
    with op.batch_alter_table("action", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_action_escalate_at"), ["escalate_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_action_next_due_on"), ["next_due_on"], unique=False)
        batch_op.create_index("ix_action_plan_id_ref", ["plan_id", "ref"], unique=False)
        batch_op.create_index(batch_op.f("ix_action_project_id"), ["project_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_action_section_id"), ["section_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_action_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "action_owner",
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("prompt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["action.id"], name=op.f("fk_action_owner_action_id_action")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_action_owner_person_id_person")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_action_owner_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_owner")),
        sa.UniqueConstraint("action_id", "person_id", name=op.f("uq_action_owner_action_id_person_id")),
    )
    with op.batch_alter_table("action_owner", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_action_owner_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_action_owner_prompt_at"), ["prompt_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_action_owner_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "milestone",
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("owners", sa.JSON(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "not-started",
                "in-progress",
                "complete",
                "verified",
                "on-hold",
                "dropped",
                name="status",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["action.id"], name=op.f("fk_milestone_action_id_action")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_milestone_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone")),
    )
    with op.batch_alter_table("milestone", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_milestone_action_id"), ["action_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_milestone_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "prompt_item",
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("as_lead", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answer", sa.String(length=20), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["action.id"], name=op.f("fk_prompt_item_action_id_action")),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_prompt_item_delivery_id_delivery")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_prompt_item_person_id_person")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_prompt_item_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompt_item")),
        sa.UniqueConstraint("delivery_id", "action_id", name=op.f("uq_prompt_item_delivery_id_action_id")),
    )
    with op.batch_alter_table("prompt_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_prompt_item_action_id"), ["action_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_prompt_item_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_prompt_item_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "action_date",
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("milestone_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column(
            "precision",
            sa.Enum(
                "day", "month", "range", "ongoing", "none", name="precision", native_enum=False, length=20
            ),
            nullable=False,
        ),
        sa.Column(
            "role",
            sa.Enum("due", "start", "ongoing", "milestone", name="role", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["action.id"], name=op.f("fk_action_date_action_id_action")),
        sa.ForeignKeyConstraint(
            ["milestone_id"], ["milestone.id"], name=op.f("fk_action_date_milestone_id_milestone")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_action_date_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_date")),
    )
    with op.batch_alter_table("action_date", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_action_date_action_id"), ["action_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_action_date_milestone_id"), ["milestone_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_action_date_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "status_change",
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("milestone_id", sa.Integer(), nullable=True),
        sa.Column("batch", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column(
            "from_status",
            sa.Enum(
                "not-started",
                "in-progress",
                "complete",
                "verified",
                "on-hold",
                "dropped",
                name="status",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "to_status",
            sa.Enum(
                "not-started",
                "in-progress",
                "complete",
                "verified",
                "on-hold",
                "dropped",
                name="status",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "from_declared",
            sa.Enum("red", "amber", "green", "blue", "grey", name="colour", native_enum=False, length=20),
            nullable=True,
        ),
        sa.Column(
            "to_declared",
            sa.Enum("red", "amber", "green", "blue", "grey", name="colour", native_enum=False, length=20),
            nullable=True,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("date_id", sa.Integer(), nullable=True),
        sa.Column("date_before", sa.JSON(), nullable=False),
        sa.Column("old_due", sa.Date(), nullable=True),
        sa.Column("new_due", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["action.id"], name=op.f("fk_status_change_action_id_action")),
        sa.ForeignKeyConstraint(
            ["milestone_id"], ["milestone.id"], name=op.f("fk_status_change_milestone_id_milestone")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_status_change_person_id_person")),
        sa.ForeignKeyConstraint(
            ["undoes_id"], ["status_change.id"], name=op.f("fk_status_change_undoes_id_status_change")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_status_change_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_change")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_status_change_undoes_id")),
    )
    with op.batch_alter_table("status_change", schema=None) as batch_op:
        batch_op.create_index("ix_status_change_action_id_at", ["action_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_status_change_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_status_change_batch"), ["batch"], unique=False)
        batch_op.create_index(batch_op.f("ix_status_change_milestone_id"), ["milestone_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_status_change_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_status_change_workspace_id"), ["workspace_id"], unique=False)
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_to_change_status_change CASCADE")
    with op.batch_alter_table("status_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_status_change_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_status_change_person_id"))
        batch_op.drop_index(batch_op.f("ix_status_change_milestone_id"))
        batch_op.drop_index(batch_op.f("ix_status_change_batch"))
        batch_op.drop_index(batch_op.f("ix_status_change_at"))
        batch_op.drop_index("ix_status_change_action_id_at")

    op.drop_table("status_change")
    with op.batch_alter_table("action_date", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_action_date_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_action_date_milestone_id"))
        batch_op.drop_index(batch_op.f("ix_action_date_action_id"))

    op.drop_table("action_date")
    with op.batch_alter_table("prompt_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_prompt_item_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_prompt_item_person_id"))
        batch_op.drop_index(batch_op.f("ix_prompt_item_action_id"))

    op.drop_table("prompt_item")
    with op.batch_alter_table("milestone", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_milestone_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_milestone_action_id"))

    op.drop_table("milestone")
    with op.batch_alter_table("action_owner", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_action_owner_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_action_owner_prompt_at"))
        batch_op.drop_index(batch_op.f("ix_action_owner_person_id"))

    op.drop_table("action_owner")
    with op.batch_alter_table("action", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_action_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_action_section_id"))
        batch_op.drop_index(batch_op.f("ix_action_project_id"))
        batch_op.drop_index("ix_action_plan_id_ref")
        batch_op.drop_index(batch_op.f("ix_action_next_due_on"))
        batch_op.drop_index(batch_op.f("ix_action_escalate_at"))

    op.drop_table("action")
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_project_section_id"))
        batch_op.drop_index(batch_op.f("ix_project_lead_id"))

    op.drop_table("project")
    with op.batch_alter_table("section", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_section_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_section_plan_id"))

    op.drop_table("section")
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_plan_board_id"))

    op.drop_table("plan")
    with op.batch_alter_table("digest_snapshot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_digest_snapshot_workspace_id"))

    op.drop_table("digest_snapshot")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delivery_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_delivery_updates_id"))
        batch_op.drop_index("ix_delivery_state_next_attempt_at")
        batch_op.drop_index("ix_delivery_person_id_due_at")
        batch_op.drop_index(batch_op.f("ix_delivery_parent_id"))
        batch_op.drop_index(batch_op.f("ix_delivery_kind"))
        batch_op.drop_index(batch_op.f("ix_delivery_board_id"))

    op.drop_table("delivery")
    with op.batch_alter_table("board_channel", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_board_channel_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_board_channel_channel_id"))
        batch_op.drop_index(batch_op.f("ix_board_channel_board_id"))

    op.drop_table("board_channel")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_person_email"))

    op.drop_table("person")
    with op.batch_alter_table("inbound_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inbound_request_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_inbound_request_received_at"))

    op.drop_table("inbound_request")
    with op.batch_alter_table("board", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_board_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_board_next_digest_at"))

    op.drop_table("board")
    op.drop_table("workspace")
