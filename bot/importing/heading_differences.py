"""What a newer version of a plan changes above its actions: the titles of its sections, and its own date."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.importing.drafting.drafts import PlanDraft
from bot.importing.drafting.judging import day_words
from models.plans import Plan, Section

SECTION_TITLE, AS_AT = "section title", "as at"


@dataclass(frozen=True)
class HeadingChange:
    """kind: SECTION_TITLE or AS_AT. ref: what has it, as people read it. before, after: as they read them."""

    kind: str
    ref: str
    before: str
    after: str


def compare_headings(plan: Plan, sections: Sequence[Section], draft: PlanDraft) -> Iterator[HeadingChange]:
    """What the document does not say stays as it is. A section that is new shows by what stands in it."""
    ours = {section.number: section.title for section in sections}
    for theirs in draft.sections:
        mine = ours.get(theirs.number)
        if mine is not None and theirs.title and mine != theirs.title:
            yield HeadingChange(SECTION_TITLE, f"section {theirs.number}", mine or "none", theirs.title)
    if draft.as_at is not None and draft.as_at != plan.as_at:
        before = day_words(plan.as_at) if plan.as_at else "none"
        yield HeadingChange(AS_AT, "the plan", before, day_words(draft.as_at))
