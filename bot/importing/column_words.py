"""What each column of a document was taken for, in words."""

from collections.abc import Iterator

from bot.importing.drafting.draft import PlanDraft
from bot.plan.wording import shorten
from bot.sentences import sentence

_MAX_HEADING = 60


def list_column_uses(draft: PlanDraft) -> Iterator[str]:
    """Each column with a field of the plan: "\u201cDeadline\u201d: the due date"."""
    for use in draft.columns:
        if use.column:
            yield sentence(
                "importing.column_use",
                heading=shorten(use.heading, _MAX_HEADING),
                column=name_column(use.column),
                is_guess=use.is_guess,
            )


def name_column(column: str) -> str:
    """The field of a plan in words: "the due date"."""
    return sentence("importing.column_name", column=column)


def kept_headings(draft: PlanDraft) -> list[str]:
    """The headings of the columns without a field, whose words are kept beside the actions."""
    kept = (shorten(use.heading, _MAX_HEADING) for use in draft.columns if not use.column and use.samples)
    return list(dict.fromkeys(kept))
