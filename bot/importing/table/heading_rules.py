"""Rules by which the words of a heading say what its column holds, whatever else stands in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.importing.table.column_kinds import Candidates, Column
from bot.plan.text import plain_marks

# From this rank on, a heading is only words that fit; from LAST on, any date at all.
SURE, LAST = 30, 200
_WORDS = re.compile(r"[^\W_]+|[%#]")
_MIN_PLURAL = 4


@dataclass(frozen=True)
class HeadingRule:
    """Fits a heading that is one of `whole`, or that has one of `words`, one of `also` (where there are any)
    and none of `unless`. Each: phrases in small letters and the singular, with | between; a * stands for the
    rest of a word.
    """

    candidates: Candidates
    words: str = ""
    also: str = ""
    unless: str = ""
    whole: str = ""

    def fits(self, words: Sequence[str]) -> bool:
        text = " ".join(words)
        if text in self.whole.split("|"):
            return True
        if not self.words or not _has_phrase(text, self.words):
            return False
        return (not self.also or _has_phrase(text, self.also)) and not (
            self.unless and _has_phrase(text, self.unless)
        )


def split_words(text: str) -> list[str]:
    """The words of a heading in small letters, each in the singular."""
    return [_singular(word) for word in _WORDS.findall(plain_marks(text).casefold())]


def _singular(word: str) -> str:
    if len(word) < _MIN_PLURAL or not word.endswith("s") or word.endswith(("ss", "us", "ws", "is")):
        return word
    return f"{word[:-3]}y" if word.endswith("ies") else word[:-1]


def _has_phrase(text: str, phrases: str) -> bool:
    padded = f" {text} "
    return any(
        f" {phrase[:-1]}" in padded if phrase.endswith("*") else f" {phrase} " in padded
        for phrase in phrases.split("|")
    )


_DAY = "date|when|on|day|time|at"
_CLOSED = (
    "closed|completed|complete|done|resolved|finished|achieved|delivered|implemented|actioned|closure|"
    "completion"
)
_RAISED = (
    "raised|logged|identified|opened|created|added|reported|recorded|minuted|received|entered|issued|"
    "requested|noted|discussed|submitted|registered"
)
_TIME = "date|due|deadline|target|timescale|completion|finish|end|timeframe|delivery"
_DONE_WORDS = "done|complete|completed|closed|finished|actioned"

# The first that fits counts. A rule without candidates is for a column that a plan has no field for.
RULES: tuple[HeadingRule, ...] = (
    HeadingRule(((Column.PERCENT, 20),), "%|percent|percentage|pct"),
    HeadingRule(((Column.RAG, 20),), "rag|brag|traffic light|colour|color"),
    HeadingRule(
        (),
        "raised by|reported by|created by|identified by|logged by|requested by|opened by|recorded by|"
        "submitted by|"
        "proposed by|updated by|approved by|verified by|checked by|set by|modified by|reporter|creator|"
        "requester|"
        "originator|author",
    ),
    HeadingRule(
        (),
        "comment|note|remark|update|narrative|commentary|evidence|assurance|observation|likelihood|score|cost|"
        "budget|depend*|predecessor|successor|duration|effort|hour|attachment|url|link|deputy|modified|checklist|"
        "funding|sylwad*|tystiolaeth|rationale|history|lesson|reason|resolution",
    ),
    HeadingRule((), "updated", unless=_TIME.removeprefix("date|")),
    HeadingRule(
        (),
        "parent|action taken|email|phone",
        whole="day|late|support|supported by|label|goal|in place|mitigation in place",
    ),
    HeadingRule(
        ((Column.CLOSED_ON, 22),),
        _CLOSED,
        also=_DAY,
        unless="target|planned|due|expected|to be|proposed|estimated|forecast|by|required|revised|original|"
        "baseline|completion date|new|agreed|anticipated",
        whole="resolved|closing date|close date|date of completion|actual completion date",
    ),
    HeadingRule(((Column.CLOSED_ON, 23),), "actual", unless="start|actual start"),
    HeadingRule(
        ((Column.RAISED_ON, 22),),
        _RAISED,
        also=_DAY,
        unless="target|due|deadline|by|review",
        whole="created|opened|logged|raised|date open|open date|meeting date|date of meeting|date set|"
        "date assigned|assigned on|date of action",
    ),
    HeadingRule(
        ((Column.REVISED, 24), (Column.DUE, 62)),
        "revised|extended|amended|forecast|reforecast|rescheduled|rebased|new|updated|latest|current|changed",
        also=f"{_TIME}|when",
        whole="revised|revision|extension|forecast|extended|extended to|moved to|slipped to|revised to",
    ),
    HeadingRule(
        ((Column.ORIGINAL, 24), (Column.DUE, 61)),
        "original|originally|baseline|initial|first|previous|old",
        also=_TIME,
    ),
    HeadingRule(
        ((Column.START, 26),),
        "start|starting|started|commenc*|begin*|kick off|cychwyn|dechrau",
        unless="not",
        whole="from|timescale from|timeframe from|date from|from date",
    ),
    HeadingRule(((Column.DUE, 34),), whole="to|until|date to|to date"),
    HeadingRule(((Column.DUE, SURE),), "due|deadline|erbyn|dyddiad cau|dyddiad targed"),
    HeadingRule(((Column.RAISED_ON, 90), (Column.DUE, 95)), whole="date agreed|date approved"),
    HeadingRule(
        ((Column.DUE, 32), (Column.OWNER, 80)),
        "by when|when by|by date|date by|complete by|completed by|done by|achieved by|delivered by|"
        "required by|"
        "needed by|need by|wanted by|promised by|finish by|finished by|implemented by|implement by|"
        "complete on or before|when will it be done|when will this be done",
    ),
    HeadingRule(
        ((Column.DUE, 34), (Column.CLOSED_ON, 92)),
        "timescale|timeframe|time frame|timeline|timing|time scale|completion|finish|end date|finish date|"
        "delivery date|milestone date|eta|target date|target day|target month|target end",
        unless="owner|status",
        whole="end",
    ),
    HeadingRule(
        ((Column.DUE, 36),),
        "planned|expected|proposed|anticipated|estimated|scheduled|agreed|intended|projected|target",
        also="date|completion|finish|end|delivery|close|closure|deadline",
    ),
    HeadingRule(((Column.DUE, 50), (Column.SUCCESS, 90)), whole="target|when|by|pryd"),
    HeadingRule(
        ((Column.DUE, 150),), "review date|date of review|next review|date for review", whole="review"
    ),
    HeadingRule(
        ((Column.OWNER, 31),),
        "owner|responsib*|accountab*|assigned|assignee|by whom|whom|who|person|actionee|allocated to|"
        "delegated to|named|pic|perchennog|cyfrifol*|pwy",
    ),
    HeadingRule(
        ((Column.OWNER, 33),),
        "lead|led by|leader|officer|action by|actioned by|arweinydd|sponsor|sro|handler",
    ),
    HeadingRule(((Column.OWNER, 44),), "manager|staff|contact|resource name|member", whole="full name"),
    HeadingRule(
        ((Column.OWNER, 62),),
        whole="resource|director|trustee|councillor|governor|executive|teacher|nurse|consultant|clerk|"
        "partner|chair|head|coordinator|champion|portfolio holder|executive director|supervisor|engineer",
    ),
    HeadingRule(
        ((Column.DONE, 30), (Column.CLOSED_ON, 36)),
        whole="|".join(
            f"{before}{word}{after}"
            for before in ("", "action ", "item ", "task ")
            for word in _DONE_WORDS.split("|")
            for after in ("", " y n", " yes no")
        ),
    ),
    HeadingRule(((Column.STATUS, SURE),), "status|statws|cynnydd"),
    HeadingRule(
        ((Column.STATUS, 35),),
        "progress|state|position|open closed|open or closed",
        whole="how are we doing|how is it going|how it is going|where are we|where we are|where are we now",
    ),
    HeadingRule(
        ((Column.STATUS, 47), (Column.CATEGORY, 48)),
        whole="stage|list|list name|column|section column|board|board name",
    ),
    HeadingRule(
        ((Column.PRIORITY, 25),),
        "priority|urgency|importance|moscow|severity|blaenoriaeth",
        unless="activity|action|area",
    ),
    HeadingRule(
        ((Column.REF, SURE),),
        "ref|reference|cyf|cyfeirnod|action id|task id|item id|issue id|card id|risk id|work item id|"
        "record id|"
        "action no|task no|item no|issue no|risk no|rec no|action number|task number|item number|risk number|"
        "recommendation number|recommendation no|action code|task code|issue key|task key|action #|task #",
        whole="id|no|number|nr|num|#|s no|sr no|sl no|serial|serial no|serial number|key|code|wbs|uid|row|"
        "rhif|"
        "line no|plan id",
    ),
    HeadingRule(
        ((Column.CATEGORY, 33),),
        "category|type|bucket|classification|group|department|directorate|service|domain|function|pillar|area|"
        "team|theme|strand",
        unless="action required|what",
    ),
    HeadingRule(
        ((Column.ACTION, 32),),
        "action|task",
        also="required|needed|agreed|item|name|title|description|detail|taken|summary|point|recommended|further|"
        "planned|proposed|improvement|mitigating|corrective|key|specific|next",
    ),
    HeadingRule(((Column.ACTION, 34),), "action|task|gweithred*|cam|tasg*"),
    HeadingRule(
        ((Column.ACTION, 38),),
        "summary|card name|to do|activity|what|to be done|next step|key step|work item|intervention",
        whole="job|work|intention|we will",
    ),
    HeadingRule(((Column.ACTION, 40),), whole="our response|management response|response to recommendation"),
    HeadingRule(
        ((Column.ACTION, 42),),
        "title|subject|deliverable|step|name|work package|item|milestone|initiative|improvement|story|teitl",
    ),
    HeadingRule(((Column.ACTION, 47),), "mitigation|mitigating|treatment|response|remedy"),
    HeadingRule(((Column.ACTION, 48),), "recommendation|issue|requirement|commitment|control"),
    HeadingRule(((Column.SUCCESS, 50), (Column.STATUS, 96)), "outcome|result"),
    HeadingRule(((Column.SUCCESS, 50),), "success|measure|kpi|benefit|impact"),
    HeadingRule(((Column.ACTION, 56),), "description|detail|objective|aim|finding|risk|disgrifiad"),
    HeadingRule(((Column.DUE, LAST + 10), (Column.RAISED_ON, LAST + 30)), "date|dyddiad"),
)

_PHRASES = [
    phrase
    for rule in RULES
    for phrases in (rule.words, rule.whole)
    for phrase in phrases.split("|")
    if phrase
]
_VOCABULARY = frozenset(word for phrase in _PHRASES for word in phrase.rstrip("*").split())
_BEGINNINGS = tuple(phrase[:-1] for phrase in _PHRASES if phrase.endswith("*"))


def find_candidates(words: Sequence[str]) -> Candidates | None:
    """What the first rule that fits the words says; None where none does."""
    if not any(word in _VOCABULARY or word.startswith(_BEGINNINGS) for word in words):
        return None
    return next((rule.candidates for rule in RULES if rule.fits(words)), None)
