"""An analysis as the messages show it: what the draft holds, would change, and leaves to ask."""

from bot.importing.analysis import Analysis
from bot.importing.apply_draft import count_changes
from bot.importing.column_words import kept_headings, list_column_uses
from bot.importing.drafting.draft import ActionDraft, PlanDraft
from bot.importing.questions import Answer, Question
from bot.importing.questions.generate import problems_without_question
from bot.importing.report import full_ref, list_changes, section_counts, status_counts
from bot.importing.table.problems import Diagnostic, Severity
from bot.messages import ChatOverrideLine, ImportDifference, ImportReview, ImportSection, QuestionLine
from bot.plan.due_dates import Role
from bot.plan.wording import format_day
from bot.sentences import sentence

MAX_DIFFERENCES = 10
MAX_PROBLEMS = 3
MAX_QUESTIONS = 3
MAX_REMEMBERED = 5
MAX_OVERRIDES = 8
MAX_EXAMPLES = 3
_SEVERITIES = tuple(Severity)


def present_review(analysis: Analysis, upload: str, file: str) -> ImportReview:
    """upload: the token that its buttons carry. file: its name."""
    draft, is_new = analysis.draft, analysis.plan is None
    problems = _worst_first(analysis)
    return ImportReview(
        upload=upload,
        file=file,
        plan=draft.title,
        sections=_sections(draft),
        as_at=draft.as_at,
        statuses=tuple(status_counts(draft)),
        owners=len({owner for action in draft.actions for owner in action.owners}),
        is_new=is_new,
        counts=count_changes(analysis.differences),
        unchanged=analysis.differences.unchanged,
        differences=() if is_new else _differences(analysis),
        problems=tuple(_describe_problem(each) for each in problems[:MAX_PROBLEMS]),
        more_problems=max(0, len(problems) - MAX_PROBLEMS),
        open_questions=len(analysis.open_questions),
        questions=tuple(present_open_question(each) for each in analysis.open_questions[:MAX_QUESTIONS]),
        answered=len(analysis.remembered),
        answers=tuple(present_answered_question(*each) for each in analysis.remembered[:MAX_REMEMBERED]),
        is_plan_unknown=analysis.is_plan_unknown,
        chat_overrides=present_overrides(analysis)[:MAX_OVERRIDES],
        version_of=analysis.plan.title if analysis.plan and analysis.plan.title != draft.title else "",
        examples=tuple(map(present_action, draft.actions[:MAX_EXAMPLES])),
        columns=tuple(list_column_uses(draft)),
        extras=tuple(kept_headings(draft)),
    )


def present_action(action: ActionDraft) -> str:
    """An action as it will be: "1/5.2 Agree the model · AB · 30 April 2026 · in progress"."""
    days = [format_day(due.date) if due.date else due.text for due in action.due if due.role is Role.DUE]
    return sentence(
        "importing.action_as_read",
        ref=full_ref(action),
        title=action.title,
        owners=list(action.owners),
        due=next(iter(days), ""),
        status=action.status.words,
    )


def present_overrides(analysis: Analysis) -> tuple[ChatOverrideLine, ...]:
    return tuple(ChatOverrideLine(each.ref, each.kind, each.chat, each.file) for each in analysis.overrides)


def present_open_question(question: Question) -> QuestionLine:
    return QuestionLine(
        question.asks, question.subject, question.where, question.printed, meanwhile=question.meanwhile
    )


def present_answered_question(question: Question, answer: Answer) -> QuestionLine:
    return QuestionLine(
        question.asks,
        question.subject,
        question.where,
        question.printed,
        answer=answer.said,
        by=answer.by,
        on=answer.on,
    )


def _sections(draft: PlanDraft) -> tuple[ImportSection, ...]:
    return tuple(
        ImportSection(each.number, each.title, each.projects, each.actions, each.milestones)
        for each in section_counts(draft)
    )


def _differences(analysis: Analysis) -> tuple[ImportDifference, ...]:
    return tuple(
        ImportDifference(each.kind, each.ref, each.before, each.after)
        for each in list_changes(analysis.differences)[:MAX_DIFFERENCES]
    )


def _worst_first(analysis: Analysis) -> list[Diagnostic]:
    problems = problems_without_question(analysis.raw, analysis.questions)
    return sorted(problems, key=lambda each: _SEVERITIES.index(each.severity))


def _describe_problem(problem: Diagnostic) -> str:
    printed = f" (\u201c{problem.text}\u201d)" if problem.text else ""
    return f"{problem.where}{printed}: {problem.message}"
