"""What is stored as JSON and read back by the names of its fields."""

from typing import Any

import pytest

from bot.demo.seed import SeedRecord
from bot.errors import CallKind
from bot.importing import apply_draft, question_flow, uploads
from bot.importing.drafting.draft import PlanDraft
from bot.importing.question_flow import QuestionRun
from bot.importing.questions import apply_answers, change_questions, generate
from bot.messages import Digest, Notice
from bot.sandbox.conditions import ConditionRecord
from bot.sandbox.entities import SandboxChannel, SandboxMessage, SandboxUser, View
from bot.sandbox.tokens import ResponseTicket
from bot.services import exports
from bot.services.actions import late_messages
from bot.services.offers import codec
from bot.services.outbox import rate_limits
from tests.stored_names import golden
from tests.stored_names.json_shapes import fields


@pytest.mark.parametrize(
    ("topic", "type_"),
    [
        ("draft_fields", PlanDraft),  # plan_version.draft and plan_upload.draft, packed
        ("digest_fields", Digest),  # digest_snapshot.facts, and delivery.facts of a digest
        ("notice_fields", Notice),  # delivery.facts of a notice
        ("question_form_fields", QuestionRun),  # the private_metadata of an open form, beside "key"
        ("sandbox_record_fields", SeedRecord),  # sandbox-town.json
    ],
)
def test_fields_keep_their_names(topic: str, type_: Any) -> None:
    golden.check(topic, "A field", fields(type_))


def test_the_sandbox_workspace_keeps_its_fields() -> None:
    """What the workspace of the sandbox keeps in its own file, by kind of record."""
    kinds = {
        "channel": SandboxChannel,
        "condition": ConditionRecord,
        "home": View,
        "message": SandboxMessage,
        "ticket": ResponseTicket,
        "user": SandboxUser,
    }
    found = (f"{kind}: {each}" for kind, type_ in kinds.items() for each in fields(type_))
    golden.check("workspace_fields", "A field of the sandbox workspace", found)


def test_what_is_offered_keeps_its_fields() -> None:
    """offer.options, for as long as somebody may choose: a command by its kind."""
    found = (f"{kind}: {each}" for kind, type_ in codec.TYPES_BY_KIND.items() for each in fields(type_))
    golden.check("offer_fields", "A field of what is offered", found)


def test_words_in_rows_keep_their_spelling() -> None:
    """Those that no request of the scenario in test_requests leaves behind."""
    found = {
        "plan_answer.key": (
            apply_answers.OWNER,
            generate.LEAVE_AS_PRINTED,
            change_questions.GONE,
            change_questions.WHICH_PLAN,
        ),
        "plan_answer.value": (apply_answers.ACCOUNT_MARK,),
        "plan_version.counts": apply_draft.CHANGE_KINDS,
        "plan_upload.state": (
            uploads.RECEIVED,
            uploads.REFUSED,
            uploads.WAITING,
            uploads.APPLIED,
            uploads.CANCELLED,
            uploads.EXPIRED,
        ),
        "plan_export.state": (exports.ASKED, exports.SENT, exports.FAILED),
        "questions button": (question_flow.UPLOAD, question_flow.PLAN, question_flow.AGAIN),
        "status_change.source": (late_messages.LATE_SOURCE,),
        "lane.name": (rate_limits.WORKSPACE, rate_limits.OPEN, *rate_limits.CALL_BY_NAME),
        "call": tuple(each.value for each in CallKind),
    }
    lines = (f"{where} = {word}" for where, words in found.items() for word in words)
    golden.check("row_words", "A word in the database", lines)
