from models.base import Base, DeliveryState
from models.exports import CalendarFeed, PlanExport
from models.imports import PlanAnswer, PlanUpload, PlanVersion
from models.operations import AuditFinding, Heartbeat
from models.outbox import Delivery, DigestSnapshot, InboundRequest, PromptItem, RateLimit, StatusChange
from models.people import Board, BoardChannel, Person, Workspace
from models.plans import Action, ActionDate, ActionOwner, Milestone, Plan, PlanRole, Project, Section

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
    "Heartbeat",
    "InboundRequest",
    "Milestone",
    "Person",
    "Plan",
    "PlanAnswer",
    "PlanExport",
    "PlanRole",
    "PlanUpload",
    "PlanVersion",
    "Project",
    "PromptItem",
    "RateLimit",
    "Section",
    "StatusChange",
    "Workspace",
]
