"""The names that people give the columns of a plan, and what a heading stands for."""

import re
from functools import lru_cache

from bot.importing.table.column_kinds import Candidates, Column
from bot.importing.table.heading_rules import LAST, find_candidates, split_words
from bot.plan.text import letters_only, one_line, plain_marks
from bot.plan.tracker_format import ROW_TYPE

# The likelier name first: when two columns could be the same, the one named earlier here is it.
SYNONYMS: dict[Column, tuple[str, ...]] = {
    Column.REF: (
        "Ref", "Ref no", "Reference", "Action ref", "Action no", "Action number", "Reference number",
        "Plan ref", "ID", "No", "Number", "Item", "Item no", "#", "Cyf",
    ),
    Column.ACTION: (
        "Action", "Actions", "Priorities and key activity", "Key activity", "Key activities",
        "Key actions", "Activity", "Activities", "Action required", "Actions required",
        "Actions to be taken", "Improvement action", "Agreed action", "Agreed actions",
        "What we will do", "Task", "Tasks", "Title", "What", "Description", "Recommendation",
        "Priorities", "Milestone", "Milestones", "Objective", "Priority",
    ),
    Column.OWNER: (
        "Owner", "Owners", "Action owner", "Lead", "Leads", "Lead officer", "Lead owner",
        "Responsible officer", "Responsible", "Responsibility", "Responsible lead", "Accountable",
        "Assigned to", "By whom", "Actor", "Officer", "Named lead",
    ),
    Column.DUE: (
        "By when", "Due", "Due date", "Date due", "Deadline", "Deadlines", "Target date",
        "Target completion date", "Completion date", "Complete by", "End date", "Timescale",
        "Timescales", "Timeframe", "When", "Date", "Delivery date",
    ),
    Column.REVISED: ("Revised due date", "Revised date", "Revised deadline", "New date", "Extended to"),
    Column.ORIGINAL: ("Original due date", "Original date", "Original deadline", "Baseline finish"),
    Column.START: (
        "Start", "Start date", "Date started", "Commencement date",
    ),
    Column.STATUS: (
        "Status", "Current status", "Action status", "Progress", "Progress status", "Status progress",
        "Progress to date", "State", "Position",
    ),
    Column.DONE: ("Done", "Complete", "Completed", "Closed", "Finished", "Complete Y/N"),
    Column.PERCENT: ("Percent complete", "Percentage complete"),
    Column.RAG: ("RAG", "BRAG", "RAG status", "RAG rating", "BRAG status", "Status colour"),
    Column.PRIORITY: ("Priority level", "Priority rating", "Urgency", "Importance"),
    Column.CATEGORY: ("Category", "Type", "Issue type", "Bucket", "Bucket name"),
    Column.RAISED_ON: ("Date raised", "Raised on", "Raised", "Created", "Date logged", "Meeting date"),
    Column.CLOSED_ON: (
        "Date closed", "Closed on", "Completed on", "Date completed", "Resolved", "Actual finish",
    ),
    Column.DELIVERED: (
        "Delivered through", "Delivered via", "Delivery plan", "Delivery mechanism", "Linked plan",
    ),
    Column.SUCCESS: (
        "Success measures", "Success measure", "Success criteria", "Measures of success",
        "Measure of success", "Impact", "Outcome", "Outcomes", "Intended outcome", "Intended impact",
        "What success looks like", "What will success look like",
    ),
    Column.SECTION: (
        "Section", "Section no", "Section number", "Part", "Plan section",
    ),
    Column.PROJECT: (
        "Project", "Project name", "Project title", "Project or priority", "Workstream", "Theme",
        "Priority area", "Programme",
    ),
    Column.TAGS: (
        "Tags", "Tag", "Source", "Source of action", "Inspection",
    ),
    Column.ROW_TYPE: (ROW_TYPE,),
    Column.STATUS_TEXT: ("Progress as printed", "Status as printed"),
}  # fmt: skip

# Exact names that are less sure than their place says, or may be something else as well.
_RERANKED: dict[str, Candidates] = {
    "item": ((Column.REF, 13), (Column.ACTION, 42)),
    "title": ((Column.ACTION, 41),),
    "what": ((Column.ACTION, 39),),
    "description": ((Column.ACTION, 56),),
    "recommendation": ((Column.ACTION, 48),),
    "milestone": ((Column.ACTION, 43), (Column.DUE, 190)),
    "milestones": ((Column.ACTION, 43),),
    "objective": ((Column.ACTION, 57),),
    "priorities": ((Column.PRIORITY, 40), (Column.ACTION, 58)),
    "priority": ((Column.PRIORITY, 5), (Column.ACTION, 100)),
    "date": ((Column.DUE, LAST), (Column.RAISED_ON, LAST + 20)),
    "completiondate": ((Column.DUE, 9), (Column.CLOSED_ON, 40)),
    "completed": ((Column.DONE, 24), (Column.CLOSED_ON, 32)),
    "complete": ((Column.DONE, 24), (Column.CLOSED_ON, 33)),
    "closed": ((Column.DONE, 25), (Column.CLOSED_ON, 33)),
    "done": ((Column.DONE, 23), (Column.CLOSED_ON, 33)),
    "finished": ((Column.DONE, 25), (Column.CLOSED_ON, 33)),
    "source": ((Column.TAGS, 3),),
    "outcome": ((Column.SUCCESS, 6), (Column.STATUS, 96)),
}  # fmt: skip
_EXACT: dict[str, Candidates] = {
    letters_only(name) or name: ((column, rank),)
    for column, names in SYNONYMS.items()
    for rank, name in enumerate(names)
} | _RERANKED

# Long headings go on ("Success measures impact for families"); these beginnings are enough.
_BEGINNINGS: dict[str, Candidates] = {
    "successmeasure": ((Column.SUCCESS, 0),),
    "deliveredthrough": ((Column.DELIVERED, 0),),
    "prioritiesandkeyactivit": ((Column.ACTION, 2),),
    "bywhen": ((Column.DUE, 0),),
    "targetdate": ((Column.DUE, 6),),
    "duedate": ((Column.DUE, 2),),
    "responsibleofficer": ((Column.OWNER, 7),),
    "leadofficer": ((Column.OWNER, 5),),
    "actionrequired": ((Column.ACTION, 8),),
    "actionstobetaken": ((Column.ACTION, 10),),
    "whatwewilldo": ((Column.ACTION, 14),),
}
_MAX_LENGTH, _MAX_WORDS_LENGTH, _MAX_WORDS = 120, 60, 9
_BRACKETS = re.compile(r"[(\[][^()\[\]]*+[)\]]")

# People write longer headings than this, but then they are sentences.
_CACHED = 2_000


@lru_cache(_CACHED)
def exact_candidates(text: str) -> Candidates | None:
    """What a heading is by one of the names above, surest first; None where it is none of them."""
    key = letters_only(text) or text.strip()
    if len(text) > _MAX_LENGTH or "%" in text:
        return None
    if key in _EXACT:
        return _EXACT[key]
    return next((found for start, found in _BEGINNINGS.items() if key.startswith(start)), None)


@lru_cache(_CACHED)
def heading_candidates(text: str) -> Candidates | None:
    """What a heading may be by its words, surest first: () for a column that a plan has no field for, None
    for words that are no heading known here.
    """
    if (found := exact_candidates(text)) is not None:
        return found
    plain = one_line(plain_marks(text))
    if len(plain) > _MAX_WORDS_LENGTH:
        return None
    bare = _BRACKETS.sub(" ", plain)
    found = exact_candidates(bare) if letters_only(bare) else None
    words = split_words(plain if "%" in plain or not letters_only(bare) else bare)
    if found is not None or not words or len(words) > _MAX_WORDS:
        return found
    return find_candidates(words)
