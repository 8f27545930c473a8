"""What a draft holds and would change, as the message shows it."""

from collections.abc import Iterator, Sequence

from bot.importing.differences import PARTS, Differences
from bot.importing.drafts import PlanDraft
from bot.importing.problems import Problem, Severity
from bot.importing.report import change_lines, section_counts, status_counts
from bot.messages import ImportDifference, ImportReview, ImportSection

MOST_DIFFERENCES = 10
MOST_PROBLEMS = 5
_ORDER = ("new", "gone", "back", *PARTS)
_SEVERITIES = tuple(Severity)


def review_of(
    draft: PlanDraft,
    found: Differences,
    *,
    upload: str,
    file: str,
    is_new: bool,
    others: Sequence[str],
    may_apply: bool,
    managers: tuple[str, ...],
    shown_again: bool,
) -> ImportReview:
    problems = sorted(draft.problems, key=lambda each: _SEVERITIES.index(each.severity))
    return ImportReview(
        upload=upload,
        file=file,
        plan=draft.title,
        sections=tuple(
            ImportSection(each.number, each.title, each.projects, each.actions, each.milestones)
            for each in section_counts(draft)
        ),
        as_at=draft.as_at,
        statuses=tuple(status_counts(draft)),
        owners=len({owner for action in draft.actions for owner in action.owners}),
        is_new=is_new,
        others=tuple(others),
        counts=counts_of(found),
        unchanged=found.unchanged,
        differences=() if is_new else tuple(_differences(found))[:MOST_DIFFERENCES],
        problems=tuple(_told(each) for each in problems[:MOST_PROBLEMS]),
        more_problems=max(0, len(problems) - MOST_PROBLEMS),
        may_apply=may_apply,
        managers=managers,
        shown_again=shown_again,
    )


def counts_of(found: Differences) -> tuple[tuple[str, int], ...]:
    """How many of each kind of change; an action that changed in two ways counts in both."""
    kinds = [each.kind for each in _differences(found)]
    return tuple((kind, kinds.count(kind)) for kind in _ORDER if kind in kinds)


def _differences(found: Differences) -> Iterator[ImportDifference]:
    for _, draft in found.new:
        yield ImportDifference("new", f"{draft.section}/{draft.ref}", "", draft.title)
    for action in found.gone:
        yield ImportDifference("gone", f"{action.section.number}/{action.ref}", "", action.title)
    for changed in found.changed:
        for line in change_lines(changed):
            yield ImportDifference(line.kind, line.ref, line.before, line.after)


def _told(problem: Problem) -> str:
    printed = f" (“{problem.text}”)" if problem.text else ""
    return f"{problem.where}{printed}: {problem.message}"
