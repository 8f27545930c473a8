"""Say what was judged or could not be read in an action's cells, in words an officer understands."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from bot.importing.drafting.activity import Activity
from bot.importing.drafting.draft import ActionDraft
from bot.importing.drafting.rows import ActionRow, CellText
from bot.importing.drafting.step_allocation import StepAllocation
from bot.importing.table.headings import Column
from bot.importing.table.problems import DiagnosticLog, Doubt
from bot.plan.date_patterns import find_dates
from bot.plan.due_dates import DueDate, Precision, Role
from bot.plan.owners import OwnersReading
from bot.plan.refs import natural_key, normalise_ref
from bot.plan.statuses import Status, StatusesReading
from bot.plan.text import letters_only, one_line, plain_marks
from bot.plan.wording import format_day

_PLAIN_STATUSES = {
    "complete", "completed", "done", "closed", "inprogress", "notstarted", "verified", "onhold", "dropped",
    "cancelled",
}  # fmt: skip
_NUMERIC_DAY = re.compile(r"[0-9]{1,4}\s*[/.-]\s*[0-9]{1,2}\s*[/.-]\s*[0-9]{2,4}")
_OWNER_TO_BE_CONFIRMED = re.compile(r"\b(?:tbc|tba|tbd|to be|vacant|vacancy)\b|^\?", re.IGNORECASE)
_SUB_REF = re.compile(r"[0-9]+(?:\.[0-9]+){2,}")


def report_dates(
    row: ActionRow, ref: str, dates: Sequence[DueDate], allocation: StepAllocation, notes: DiagnosticLog
) -> None:
    where = row.location(Column.DUE)
    for due in dates:
        _report_date(where, ref, due, notes)
    if allocation.dates_unplaced:
        message = (
            f"{ref} has {allocation.dates_unplaced} dates for {_count_steps(allocation)}. It cannot be "
            f"told which belongs "
            "to which, so the dates stay with the action. Give each step its own date, in the steps' order."
        )
        notes.warning(where, "due", one_line(row.text(Column.DUE)), message, Doubt.DATES_UNPLACED)
    if not dates and Column.DUE in row.columns and not any(step.due for step in allocation.milestones):
        message = f"{ref} has no date, so nobody will be reminded of it. Give it one."
        notes.warning(where, "due", "", message, Doubt.NO_DATE)


def report_late(
    where: str, ref: str, dates: Sequence[tuple[DueDate, Status]], as_at: date, notes: DiagnosticLog
) -> None:
    """Tell dates before the plan's own that the plan does not call complete, once for the action."""
    late = [due for due, status in dates if status.is_open and _is_due(due) and due.date and due.date < as_at]
    if late:
        texts = "; ".join(dict.fromkeys(due.text for due in late))
        message = (
            f"{ref} was due before the plan's own date, {format_day(as_at)}, and is not marked complete. "
            "Is it late, finished, or has it a new date?"
        )
        notes.warning(where, "due", texts, message, Doubt.LATE)


def report_later_date_in_title(
    row: ActionRow, ref: str, title: str, dates: Sequence[DueDate], as_at: date, notes: DiagnosticLog
) -> None:
    """Tell a title that names a day later than the deadline: "extended to 20/06/2021"."""
    deadlines = [due.date for due in dates if due.date and _is_due(due)]
    named = find_dates(plain_marks(title), as_at=as_at)
    later = [found for found in named if found.day and deadlines and found.day > max(deadlines)]
    later = [found for found in later if found.precision in {Precision.DAY, Precision.MONTH}]
    if later and later[0].day:
        message = (
            f"The words of {ref} name {format_day(later[0].day)}, which is later than its date, "
            f"{format_day(max(deadlines))}. The date in its own column counts until someone changes it."
        )
        printed = title[later[0].start : later[0].end]
        notes.warning(row.location(Column.ACTION), "due", printed, message, Doubt.LATER_IN_WORDS)


def report_owners(
    row: ActionRow, ref: str, owners: OwnersReading, allocation: StepAllocation, notes: DiagnosticLog
) -> None:
    where = row.location(Column.OWNER)
    for part in owners.unsure:
        if _OWNER_TO_BE_CONFIRMED.search(part):
            message = f"{ref} has no owner yet (\u201c{part}\u201d). Nobody can be asked about it."
            doubt = Doubt.ROLE_AS_OWNER if owners.owners else Doubt.NO_OWNER
        else:
            message = (
                f"\u201c{part}\u201d is a name or a role, not initials. It was kept as the owner of {ref}; "
                "link it to a person, or write initials."
            )
            doubt = Doubt.ROLE_AS_OWNER
        notes.warning(where, "owners", part, message, doubt)
    if not owners.owners and not owners.unsure and Column.OWNER in row.columns:
        message = f"{ref} has no owner. Nobody can be asked about it."
        notes.warning(where, "owners", "", message, Doubt.NO_OWNER)
    if allocation.owners_unplaced:
        message = (
            f"{ref} has {allocation.owners_unplaced} lines of owners for {_count_steps(allocation)}. It "
            f"cannot be told who "
            "has which, so all of them own the whole action."
        )
        notes.warning(where, "owners", one_line(row.text(Column.OWNER)), message, Doubt.OWNERS_UNPLACED)


def report_status(
    row: ActionRow, ref: str, reading: StatusesReading, allocation: StepAllocation, notes: DiagnosticLog
) -> None:
    where, text = row.location(Column.STATUS), one_line(row.text(Column.STATUS))
    if not text and Column.STATUS in row.columns:
        message = f"{ref} has no status. It was taken as not started."
        notes.warning(where, "status", "", message, Doubt.NO_STATUS)
    if reading.unread:
        taken = allocation.status.words
        message = f"\u201c{reading.unread}\u201d is not a status the bot knows. {ref} was taken as {taken}."
        notes.warning(where, "status", text, message, Doubt.STATUS_UNREAD)
    elif reading.statuses and len(reading.statuses) == 1 and letters_only(text) not in _PLAIN_STATUSES:
        message = (
            f"\u201c{text}\u201d was taken as {allocation.status.words}. The plan's own words are "
            f"kept beside it."
        )
        notes.info(where, "status", text, message)
    if allocation.statuses_short:
        message = (
            f"{ref} has {allocation.statuses_short} statuses for {_count_steps(allocation)}. They were "
            f"given to the first "
            "steps in order and the rest taken as not started. "
            f"The action counts as {allocation.status.words}."
        )
        notes.warning(where, "status", text, message, Doubt.STATUSES_UNPLACED)
    if allocation.statuses_over:
        message = (
            f"{ref} has {allocation.statuses_over} statuses, more than it has steps. The action counts as "
            f"{allocation.status.words}."
        )
        notes.warning(where, "status", text, message)


def report_sub_refs(row: ActionRow, ref: str, activity: Activity, notes: DiagnosticLog) -> None:
    """Tell steps whose own ref belongs to another action: 3.10.1 inside 3.9."""
    labels = [step.label for step in activity.steps if _SUB_REF.match(step.label)]
    strange = [label for label in labels if not normalise_ref(label).startswith(f"{ref}.")]
    if strange:
        named = ", ".join(strange)
        message = f"{ref} holds steps numbered {named}. They were kept where they stand. Is one misnumbered?"
        notes.warning(row.location(Column.ACTION), "ref", ", ".join(strange), message, Doubt.MISPLACED_STEPS)


def report_written_date(row: ActionRow, ref: str, text: str, notes: DiagnosticLog) -> None:
    message = f"This date stands in the words of a step of {ref}. It was taken as that step's date."
    notes.info(row.location(Column.ACTION), "due", text, message)


def _report_date(where: str, ref: str, due: DueDate, notes: DiagnosticLog) -> None:
    if due.precision is Precision.NONE:
        _report_no_date(where, ref, due, notes)
    elif due.date and not re.search(r"[0-9]", due.text):
        message = f"\u201c{due.text}\u201d was read as {format_day(due.date)}."
        notes.info(where, "due", due.text, message)
    elif due.date and not due.confirmed:
        message = f"{ref} counts as due on {format_day(due.date)} until the date is confirmed or changed."
        notes.info(where, "due", due.text, message)


def _report_no_date(where: str, ref: str, due: DueDate, notes: DiagnosticLog) -> None:
    if not due.confirmed:
        message = f"The date of {ref} is still to be confirmed, so nobody will be reminded of it."
        notes.warning(where, "due", due.text, message, Doubt.NO_DATE)
    elif _NUMERIC_DAY.search(due.text):
        message = (
            f"\u201c{due.text}\u201d is not a day in the calendar, so {ref} has no such date. "
            "Correct it in the plan."
        )
        notes.error(where, "due", due.text, message, Doubt.DATE_UNREAD)
    else:
        message = f"\u201c{due.text}\u201d cannot be read as a date. Write it as 31/03/2022 or March 2022."
        notes.error(where, "due", due.text, message, Doubt.DATE_UNREAD)


def _is_due(due: DueDate) -> bool:
    return due.role in {Role.DUE, Role.MILESTONE}


def _count_steps(allocation: StepAllocation) -> str:
    count = len(allocation.milestones)
    return f"{count} steps" if count != 1 else "1 step"


_LAST_DIGITS = re.compile(r"[0-9]*$")
_MAX_NAMED = 8


def report_repeated_refs(actions: Sequence[ActionDraft], notes: DiagnosticLog) -> None:
    """Tell refs that two actions of one section share; the same ref in two sections is as it should be."""
    first: dict[tuple[str, str], ActionDraft] = {}
    for action in actions:
        known = first.setdefault((action.section, action.ref), action)
        if known is not action:
            message = (
                f"Ref {action.ref} stands twice in section {action.section}: also at {known.where}. "
                "Give one of them another ref, so that people can say which they mean."
            )
            about = notes.for_action(f"{action.section}/{action.ref}")
            about.warning(action.where, "ref", action.ref, message, Doubt.REF_TWICE)


def report_refs_of_two_sections(actions: Sequence[ActionDraft], notes: DiagnosticLog) -> None:
    """Note how many refs stand in more than one section, once for the plan."""
    sections: dict[str, set[str]] = defaultdict(set)
    for action in actions:
        sections[action.ref].add(action.section)
    shared = sorted((ref for ref, where in sections.items() if len(where) > 1), key=natural_key)
    if shared:
        named = ", ".join(shared[:_MAX_NAMED]) + (" and more" if len(shared) > _MAX_NAMED else "")
        example = min(sections[shared[0]], key=natural_key)
        stand = "1 ref stands" if len(shared) == 1 else f"{len(shared)} refs stand"
        message = (
            f"{stand} in more than one section. That is fine: write "
            f"{example}/{shared[0]} to say which is meant."
        )
        notes.info("the plan", "ref", named, message)


def report_short_finance_refs(refs: Mapping[tuple[str, str], CellText], notes: DiagnosticLog) -> None:
    """Tell finance references with fewer digits than the rest have: "SAV 0" among "SAV 02" and "SAV 04".

    refs: by section and project number, those printed only.
    """
    digits = {project: len(_digits(cell.text)) for project, cell in refs.items()}
    usual = Counter(digits.values()).most_common(1)
    for (section, number), cell in refs.items():
        if usual and digits[section, number] < usual[0][0]:
            message = (
                f"The finance reference of project {number} looks cut off. Check it in the budget papers."
            )
            notes.warning(cell.where, "finance_ref", cell.text, message)


def _digits(text: str) -> str:
    found = _LAST_DIGITS.search(text.strip())
    return found[0] if found else ""
