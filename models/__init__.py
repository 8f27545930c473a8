from models.audits import AuditFinding
from models.base import Base, DeliveryState
from models.lanes import Lane
from models.leaving import CalendarFeed, PlanExport
from models.people import Board, BoardChannel, Person, Workspace
from models.plans import Action, ActionDate, ActionOwner, Milestone, Plan, Project, Section
from models.presence import Presence
from models.records import Delivery, DigestSnapshot, InboundRequest, PromptItem, StatusChange
from models.uploads import PlanUpload
from models.versions import PlanAnswer, PlanVersion

__all__ = [
    "Action",
    "ActionDate",
    "ActionOwner",
    "AuditFinding",
    "Base",
    "Board",
    "BoardChannel",
    "CalendarFeed",
    "Delivery",
    "DeliveryState",
    "DigestSnapshot",
    "InboundRequest",
    "Lane",
    "Milestone",
    "Person",
    "Plan",
    "PlanAnswer",
    "PlanExport",
    "PlanUpload",
    "PlanVersion",
    "Presence",
    "Project",
    "PromptItem",
    "Section",
    "StatusChange",
    "Workspace",
]
