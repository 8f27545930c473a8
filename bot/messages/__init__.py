"""What we say: frozen, platform-neutral facts. The words stand in templates/messages/<name>.xml.j2.

Every message class has `name` (its template) and `example()` (so that it can be previewed and checked).
Dates are dates; templates turn them into words. Nothing here is escaped: that is the renderer's work.
"""

from bot.messages.answers import (
    ActionCard,
    ActionList,
    Candidate,
    Candidates,
    HelpText,
    HelpTopic,
    HistoryLine,
    HistoryText,
    Linked,
    Problem,
    ReadLate,
    YearAmount,
)
from bot.messages.asked import AskedLine, AskedText, Coming
from bot.messages.base import (
    ActionLine,
    DateLine,
    LastWord,
    Message,
    MilestoneLine,
    Owner,
    Sentence,
    example_line,
)
from bot.messages.changes import Change, SayWhy, Undone, UpdateReceipt
from bot.messages.home import BoardStanding, Home
from bot.messages.imports import (
    ImportApplied,
    ImportDifference,
    ImportReading,
    ImportReview,
    ImportSection,
    KeptWord,
    QuestionLine,
)
from bot.messages.leaving import CalendarAddress, CalendarKnown, CalendarsStopped, ExportComing
from bot.messages.questions import (
    GoneLine,
    Offered,
    QuestionForm,
    QuestionList,
    QuestionsAnswered,
    VersionAction,
    VersionLine,
    VersionList,
    VersionText,
)
from bot.messages.unasked import ColourCount, Digest, Moved, Notice, Prompt, PromptLine

__all__ = [
    "ActionCard",
    "ActionLine",
    "ActionList",
    "AskedLine",
    "AskedText",
    "BoardStanding",
    "CalendarAddress",
    "CalendarKnown",
    "CalendarsStopped",
    "Candidate",
    "Candidates",
    "Change",
    "ColourCount",
    "Coming",
    "DateLine",
    "Digest",
    "ExportComing",
    "GoneLine",
    "HelpText",
    "HelpTopic",
    "HistoryLine",
    "HistoryText",
    "Home",
    "ImportApplied",
    "ImportDifference",
    "ImportReading",
    "ImportReview",
    "ImportSection",
    "KeptWord",
    "LastWord",
    "Linked",
    "Message",
    "MilestoneLine",
    "Moved",
    "Notice",
    "Offered",
    "Owner",
    "Problem",
    "Prompt",
    "PromptLine",
    "QuestionForm",
    "QuestionLine",
    "QuestionList",
    "QuestionsAnswered",
    "ReadLate",
    "SayWhy",
    "Sentence",
    "Undone",
    "UpdateReceipt",
    "VersionAction",
    "VersionLine",
    "VersionList",
    "VersionText",
    "YearAmount",
    "example_line",
]
