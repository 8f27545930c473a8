"""What a draft holds and would change, as the message shows it."""

from bot.importing.analysis import Understanding
from bot.importing.apply_draft import counts_of
from bot.importing.drafting.draft import PlanDraft
from bot.importing.questions import Answer, Question
from bot.importing.questions.generate import left_to_tell
from bot.importing.report import lines_of, section_counts, status_counts
from bot.importing.table.problems import Problem, Severity
from bot.messages import ImportDifference, ImportReview, ImportSection, KeptWord, QuestionLine

MOST_DIFFERENCES = 10
MOST_PROBLEMS = 3
MOST_QUESTIONS = 3
MOST_REMEMBERED = 5
MOST_KEPT = 8
_SEVERITIES = tuple(Severity)


def review_of(known: Understanding, upload: str, file: str) -> ImportReview:
    """upload: the opaque value of its buttons. file: its name."""
    draft, is_new = known.draft, known.plan is None
    problems = _worst_first(known)
    return ImportReview(
        upload=upload,
        file=file,
        plan=draft.title,
        sections=_sections(draft),
        as_at=draft.as_at,
        statuses=tuple(status_counts(draft)),
        owners=len({owner for action in draft.actions for owner in action.owners}),
        is_new=is_new,
        counts=counts_of(known.found),
        unchanged=known.found.unchanged,
        differences=() if is_new else _differences(known),
        problems=tuple(_told(each) for each in problems[:MOST_PROBLEMS]),
        more_problems=max(0, len(problems) - MOST_PROBLEMS),
        open_questions=len(known.open),
        questions=tuple(open_line(each) for each in known.open[:MOST_QUESTIONS]),
        answered=len(known.remembered),
        answers=tuple(answered_line(*each) for each in known.remembered[:MOST_REMEMBERED]),
        waits=known.waits,
        kept=kept_of(known)[:MOST_KEPT],
        version_of=known.plan.title if known.plan and known.plan.title != draft.title else "",
    )


def kept_of(known: Understanding) -> tuple[KeptWord, ...]:
    return tuple(KeptWord(each.ref, each.kind, each.chat, each.file) for each in known.kept)


def open_line(question: Question) -> QuestionLine:
    return QuestionLine(
        question.asks, question.subject, question.where, question.printed, meanwhile=question.meanwhile
    )


def answered_line(question: Question, answer: Answer) -> QuestionLine:
    return QuestionLine(
        question.asks,
        question.subject,
        question.where,
        question.printed,
        said=answer.said,
        by=answer.by,
        on=answer.on,
    )


def _sections(draft: PlanDraft) -> tuple[ImportSection, ...]:
    return tuple(
        ImportSection(each.number, each.title, each.projects, each.actions, each.milestones)
        for each in section_counts(draft)
    )


def _differences(known: Understanding) -> tuple[ImportDifference, ...]:
    return tuple(
        ImportDifference(each.kind, each.ref, each.before, each.after)
        for each in lines_of(known.found)[:MOST_DIFFERENCES]
    )


def _worst_first(known: Understanding) -> list[Problem]:
    told = left_to_tell(known.raw, known.questions)
    return sorted(told, key=lambda each: _SEVERITIES.index(each.severity))


def _told(problem: Problem) -> str:
    printed = f" (\u201c{problem.text}\u201d)" if problem.text else ""
    return f"{problem.where}{printed}: {problem.message}"
