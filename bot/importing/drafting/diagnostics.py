"""Report what had to be judged or could not be read in an action's cells, and what refs a plan repeats."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from bot.importing.drafting.activity import Activity
from bot.importing.drafting.draft import ActionDraft
from bot.importing.drafting.rows import ActionRow, CellText
from bot.importing.drafting.step_allocation import StepAllocation
from bot.importing.table.column_kinds import Column
from bot.importing.table.problems import DiagnosticLog, Doubt, list_first
from bot.plan.date_parser import is_conditional
from bot.plan.date_patterns import find_dates
from bot.plan.due_dates import DueDate, Precision, Role
from bot.plan.owners import OwnersReading
from bot.plan.refs import natural_key, normalise_ref
from bot.plan.statuses import Status, StatusesReading
from bot.plan.text import letters_only, one_line, plain_marks
from bot.sentences import sentence

_PLAIN_STATUSES = {
    "complete", "completed", "done", "closed", "inprogress", "notstarted", "verified", "onhold", "dropped",
    "cancelled",
}  # fmt: skip
_NUMERIC_DAY = re.compile(r"[0-9]{1,4}\s*[/.-]\s*[0-9]{1,2}\s*[/.-]\s*[0-9]{2,4}")
_OWNER_TO_BE_CONFIRMED = re.compile(r"\b(?:tbc|tba|tbd|to be|vacant|vacancy)\b|^\?", re.IGNORECASE)
_SUB_REF = re.compile(r"[0-9]+(?:\.[0-9]+){2,}")
_LAST_DIGITS = re.compile(r"(?<![0-9])[0-9]*+$")
_MAX_NAMED = 8


def report_dates(
    row: ActionRow, ref: str, dates: Sequence[DueDate], allocation: StepAllocation, notes: DiagnosticLog
) -> None:
    where = row.location(Column.DUE)
    for due in dates:
        _report_date(where, ref, due, notes)
    if allocation.dates_unplaced:
        dates_count, steps = allocation.dates_unplaced, len(allocation.milestones)
        message = sentence("drafting.dates_unplaced", ref=ref, dates=dates_count, steps=steps)
        notes.warning(where, "due", one_line(row.text(Column.DUE)), message, Doubt.DATES_UNPLACED)
    if not dates and Column.DUE in row.columns and not any(step.due for step in allocation.milestones):
        message = sentence("drafting.no_date", ref=ref)
        notes.warning(where, "due", "", message, Doubt.NO_DATE)


def report_late(
    where: str, ref: str, dates: Sequence[tuple[DueDate, Status]], as_at: date, notes: DiagnosticLog
) -> None:
    """Report dates before the plan's own that are not marked complete, once for the action."""
    late = [due for due, status in dates if status.is_open and _is_due(due) and due.date and due.date < as_at]
    if late:
        texts = "; ".join(dict.fromkeys(due.text for due in late))
        notes.warning(where, "due", texts, sentence("drafting.late", ref=ref, as_at=as_at), Doubt.LATE)


def report_later_date_in_title(
    row: ActionRow, ref: str, title: str, dates: Sequence[DueDate], as_at: date, notes: DiagnosticLog
) -> None:
    """Report a title that names a later day than the deadline: "extended to 20/06/2021"."""
    deadlines = [due.date for due in dates if due.date and _is_due(due)]
    named = find_dates(plain_marks(title), as_at=as_at)
    later = [found for found in named if found.day and deadlines and found.day > max(deadlines)]
    later = [found for found in later if found.precision in {Precision.DAY, Precision.MONTH}]
    if later and later[0].day:
        message = sentence(
            "drafting.later_date_in_title", ref=ref, named=later[0].day, deadline=max(deadlines)
        )
        printed = title[later[0].start : later[0].end]
        notes.warning(row.location(Column.ACTION), "due", printed, message, Doubt.LATER_IN_WORDS)


def report_owners(
    row: ActionRow, ref: str, owners: OwnersReading, allocation: StepAllocation, notes: DiagnosticLog
) -> None:
    where = row.location(Column.OWNER)
    for part in owners.unsure:
        if _OWNER_TO_BE_CONFIRMED.search(part):
            message = sentence("drafting.owner_to_be_confirmed", ref=ref, owner=part)
            doubt = Doubt.ROLE_AS_OWNER if owners.owners else Doubt.NO_OWNER
        else:
            message = sentence("drafting.role_as_owner", ref=ref, owner=part)
            doubt = Doubt.ROLE_AS_OWNER
        notes.warning(where, "owners", part, message, doubt)
    if not owners.owners and not owners.unsure and Column.OWNER in row.columns:
        message = sentence("drafting.no_owner", ref=ref)
        notes.warning(where, "owners", "", message, Doubt.NO_OWNER)
    if allocation.owners_unplaced:
        lines, steps = allocation.owners_unplaced, len(allocation.milestones)
        message = sentence("drafting.owners_unplaced", ref=ref, lines=lines, steps=steps)
        notes.warning(where, "owners", one_line(row.text(Column.OWNER)), message, Doubt.OWNERS_UNPLACED)


def report_status(
    row: ActionRow, ref: str, reading: StatusesReading, allocation: StepAllocation, notes: DiagnosticLog
) -> None:
    where, text = row.location(Column.STATUS), one_line(row.text(Column.STATUS))
    status = allocation.status.words
    if not text and Column.STATUS in row.columns:
        message = sentence("drafting.no_status", ref=ref)
        notes.warning(where, "status", "", message, Doubt.NO_STATUS)
    if reading.unread:
        message = sentence("drafting.status_unread", ref=ref, text=reading.unread, status=status)
        notes.warning(where, "status", text, message, Doubt.STATUS_UNREAD)
    elif reading.statuses and len(reading.statuses) == 1 and letters_only(text) not in _PLAIN_STATUSES:
        notes.info(where, "status", text, sentence("drafting.status_in_words", text=text, status=status))
    if allocation.statuses_short:
        count, steps = allocation.statuses_short, len(allocation.milestones)
        message = sentence("drafting.statuses_unplaced", ref=ref, statuses=count, steps=steps, status=status)
        notes.warning(where, "status", text, message, Doubt.STATUSES_UNPLACED)
    if allocation.statuses_over:
        count = allocation.statuses_over
        message = sentence("drafting.more_statuses_than_steps", ref=ref, statuses=count, status=status)
        notes.warning(where, "status", text, message)


def report_sub_refs(row: ActionRow, ref: str, activity: Activity, notes: DiagnosticLog) -> None:
    """Report steps whose number belongs to another action: 3.10.1 inside 3.9."""
    labels = [step.label for step in activity.steps if _SUB_REF.match(step.label)]
    misplaced = ", ".join(label for label in labels if not normalise_ref(label).startswith(f"{ref}."))
    if misplaced:
        message = sentence("drafting.misplaced_steps", ref=ref, labels=misplaced)
        notes.warning(row.location(Column.ACTION), "ref", misplaced, message, Doubt.MISPLACED_STEPS)


def report_written_date(row: ActionRow, ref: str, text: str, notes: DiagnosticLog) -> None:
    notes.info(row.location(Column.ACTION), "due", text, sentence("drafting.date_in_step", ref=ref))


def _report_date(where: str, ref: str, due: DueDate, notes: DiagnosticLog) -> None:
    if due.precision is Precision.NONE:
        _report_no_date(where, ref, due, notes)
    elif due.date and not re.search(r"[0-9]", due.text):
        message = sentence("drafting.date_in_words", text=due.text, date=due.date)
        notes.info(where, "due", due.text, message)
    elif due.date and not due.confirmed:
        message = sentence("drafting.date_unconfirmed", ref=ref, date=due.date)
        notes.info(where, "due", due.text, message)


def _report_no_date(where: str, ref: str, due: DueDate, notes: DiagnosticLog) -> None:
    if not due.confirmed:
        message = sentence("drafting.date_to_be_confirmed", ref=ref)
        notes.warning(where, "due", due.text, message, Doubt.NO_DATE)
    elif _NUMERIC_DAY.search(due.text) and not is_conditional(due.text):
        message = sentence("drafting.impossible_date", ref=ref, text=due.text)
        notes.error(where, "due", due.text, message, Doubt.DATE_UNREAD)
    else:
        message = sentence("drafting.date_unread", text=due.text)
        notes.error(where, "due", due.text, message, Doubt.DATE_UNREAD)


def _is_due(due: DueDate) -> bool:
    return due.role in {Role.DUE, Role.MILESTONE}


def report_repeated_refs(actions: Sequence[ActionDraft], notes: DiagnosticLog) -> None:
    """Report refs that two actions of one section share. The same ref in two sections is in order."""
    first: dict[tuple[str, str], ActionDraft] = {}
    for action in actions:
        earlier = first.setdefault((action.section, action.ref), action)
        if earlier is not action:
            message = sentence(
                "drafting.repeated_ref", ref=action.ref, section=action.section, where=earlier.where
            )
            about = notes.for_action(f"{action.section}/{action.ref}")
            about.warning(action.where, "ref", action.ref, message, Doubt.REF_TWICE)


def report_refs_of_two_sections(actions: Sequence[ActionDraft], notes: DiagnosticLog) -> None:
    """Report how many refs are used in more than one section, once for the plan."""
    sections: dict[str, set[str]] = defaultdict(set)
    for action in actions:
        sections[action.ref].add(action.section)
    shared = sorted((ref for ref, where in sections.items() if len(where) > 1), key=natural_key)
    if shared:
        example = f"{min(sections[shared[0]], key=natural_key)}/{shared[0]}"
        message = sentence("drafting.refs_of_two_sections", count=len(shared), example=example)
        notes.info("the plan", "ref", list_first(shared, _MAX_NAMED), message)


def report_short_finance_refs(refs: Mapping[tuple[str, str], CellText], notes: DiagnosticLog) -> None:
    """Report finance references with fewer digits than the others: "SAV 0" between "SAV 02" and "SAV 04".

    refs: by section and project number; only those printed.
    """
    digits = {project: len(_digits(cell.text)) for project, cell in refs.items()}
    usual = Counter(digits.values()).most_common(1)
    for (section, number), cell in refs.items():
        if usual and digits[section, number] < usual[0][0]:
            message = sentence("drafting.short_finance_ref", project=number)
            notes.warning(cell.where, "finance_ref", cell.text, message)


def _digits(text: str) -> str:
    match = _LAST_DIGITS.search(text.strip())
    return match[0] if match else ""
