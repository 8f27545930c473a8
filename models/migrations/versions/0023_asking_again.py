"""How often a board asks again, when each owner was last asked, and since when an action has no answer

Revision: 0023
After: 0022
"""

import sqlalchemy as sa
from alembic import op


revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

# By owner, when the last message was planned that asks about the action.
LAST_ASKED = """
    UPDATE action_owner SET asked_at = (
        SELECT max(delivery.due_at) FROM prompt_item JOIN delivery ON delivery.id = prompt_item.delivery_id
        WHERE prompt_item.action_id = action_owner.action_id AND prompt_item.person_id = action_owner.person_id
        AND prompt_item.reason = '' AND NOT prompt_item.as_lead
    )
"""
# By action, when the first question after the last word was sent that has no answer.
NO_ANSWER = """
    UPDATE action SET unanswered_since = (
        SELECT min(delivery.sent_at) FROM prompt_item JOIN delivery ON delivery.id = prompt_item.delivery_id
        WHERE prompt_item.action_id = action.id AND prompt_item.reason = '' AND NOT prompt_item.as_lead
        AND prompt_item.answer IN ('', 'later') AND delivery.state = 'sent'
        AND (action.last_word_at IS NULL OR action.last_word_at < delivery.due_at)
    )
"""
# The next round works out anew when everybody is asked, as it does where the reminder days were changed.
PLAN_ANEW = "UPDATE board SET ladder = CASE WHEN CAST(prompt_days AS TEXT) = '[]' THEN '[0]' ELSE '[]' END"


def upgrade() -> None:
    for name, days in (("repeat_days", "28"), ("late_repeat_days", "7")):
        op.add_column("board", sa.Column(name, sa.Integer(), nullable=False, server_default=days))
    op.add_column("action_owner", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("action", sa.Column("unanswered_since", sa.DateTime(timezone=True), nullable=True))
    op.execute(LAST_ASKED)
    op.execute(NO_ANSWER)
    plan_anew = PLAN_ANEW
    if op.get_bind().dialect.name == "postgresql":
        plan_anew = plan_anew.replace("'[0]'", "CAST('[0]' AS JSON)").replace("ELSE '[]'", "ELSE CAST('[]' AS JSON)")
    op.execute(plan_anew)


def downgrade() -> None:
    op.drop_column("action", "unanswered_since")
    op.drop_column("action_owner", "asked_at")
    for name in ("late_repeat_days", "repeat_days"):
        op.drop_column("board", name)
