"""A plan, its people and what they say, all made to look like the platform's own marks.

Each message by itself, with Hypothesis: tests/rendering/test_hostile.py.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.commands import (
    AtRisk,
    Command,
    DigestPreview,
    Due,
    History,
    Mine,
    Overdue,
    Search,
    Show,
    UpdateStatus,
    Why,
)
from bot.database import Database
from bot.errors import CipError
from bot.importing.drafting.draft import ProjectDraft, SectionDraft
from bot.messages import ErrorMessage, Message
from bot.plan.refs import RefQuery
from bot.plan.statuses import Status
from bot.rendering import Renderer
from bot.services import compose
from bot.services.digests import digests
from bot.services.outbox import claims
from bot.services.prompts import planner
from models import Delivery, Person
from tests.fixtures import plans
from tests.fixtures.commands import dispatch
from tests.fixtures.plans import USERS, asker
from tests.rendering.test_hostile import mrkdwn_texts

EVIL = "<!channel> <@U0EVIL> <#C0EVIL> <https://evil.example|your bank> *b* </section><b>x {{ 7*7 }} & =cmd()"
NINE = datetime(2026, 3, 2, 9, 0, 1, tzinfo=UTC)
RENDERER = Renderer("/cip")


def hostile(session: Session) -> None:
    draft = replace(
        plans.DRAFT,
        title=EVIL,
        sections=(SectionDraft("1", EVIL), SectionDraft("2", EVIL)),
        projects=tuple(
            ProjectDraft(each.section, each.number, EVIL, each.manager, EVIL[:100])
            for each in plans.DRAFT.projects
        ),
        actions=tuple(
            replace(
                each, title=f"{EVIL} {each.ref}", status_text=EVIL, tags=(EVIL,), delivered_through=(EVIL,)
            )
            for each in plans.ACTIONS
        ),
    )
    plans.seed_plan(session, draft, channel=f"#{EVIL[:40]}")
    session.execute(update(Person).values(name=EVIL))
    said = UpdateStatus(
        refs=(RefQuery("1", "5.2"),),
        status=Status.IN_PROGRESS,
        note=EVIL,
        evidence="https://council.example/a",
        line="",
    )
    dispatch(session, asker("SS"), said, plans.NOW)
    moved = replace(said, due=plans.on(3), due_text=EVIL, because=EVIL)
    dispatch(session, asker("SS"), moved, plans.NOW)


def is_only_text(message: Message) -> None:
    for part in RENDERER.slack(message):
        said = part.text + mrkdwn_texts(part.blocks)
        assert "<!" not in said
        assert "<#" not in said
        assert set(re.findall("<@([^>]*)>", said)) <= set(USERS.values())
        assert set(re.findall("<(http[^>|]*)", said)) <= {"https://council.example/a"}
        assert "49" not in said


REF = RefQuery("1", "5.2")
COMMANDS: list[Command] = [
    Show(ref=REF), History(ref=REF), Why(ref=REF), Mine(), AtRisk(), Overdue(), Due(until=plans.on(60)),
    DigestPreview(), Search(words=EVIL[:90]), Search(words="channel"), Show(ref=RefQuery(None, "5.2")),
    Show(ref=RefQuery(EVIL[:60], "5.2")), Show(ref=RefQuery(None, EVIL)),
    UpdateStatus(refs=(REF,), status=Status.COMPLETE, note=EVIL, line=EVIL),
]  # fmt: skip


@pytest.mark.parametrize("actor", ["SS", "PM", "VW"])
def test_no_answer_mentions_or_links_what_a_plan_says(database: Database, actor: str) -> None:
    with database.transaction() as session:
        hostile(session)
        for command in COMMANDS:
            try:
                is_only_text(dispatch(session, asker(actor), command, NINE))
            except CipError as error:
                is_only_text(ErrorMessage(error.sentence, str(getattr(error, "suggestion", "") or "")))


def test_nothing_said_unasked_does_either(database: Database) -> None:
    with database.transaction() as session:
        hostile(session)
        digests.plan_digests(session, NINE)
        planner.plan_prompts(session, NINE)
        rows = session.scalars(select(Delivery)).all()
        claims.claim(session, by="test", now=NINE, limit=50)
        kinds = set()
        for row in rows:
            job = compose.prepare_delivery(session, row.id, NINE)
            if job is not None and job.message is not None:
                kinds.add(job.kind)
                is_only_text(job.message)
    assert kinds >= {"prompt", "digest"}
