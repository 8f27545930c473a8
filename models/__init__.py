from models.accounts import AccountChange, AccountLookup, LinkingState
from models.base import Base, DeliveryState
from models.exports import CalendarFeed, PlanExport
from models.imports import PlanAnswer, PlanUpload, PlanVersion
from models.offers import StoredOffer
from models.operations import AuditFinding, BotHeartbeat, Heartbeat
from models.outbox import (
    Delivery,
    DigestSnapshot,
    InboundRequest,
    PromptItem,
    RateLimit,
    Refusal,
    StatusChange,
)
from models.people import Board, BoardChannel, Person, Workspace
from models.plans import Action, ActionDate, ActionOwner, Milestone, Plan, PlanRole, Project, Section

__all__ = [
    "AccountChange",
    "AccountLookup",
    "Action",
    "ActionDate",
    "ActionOwner",
    "AuditFinding",
    "Base",
    "Board",
    "BoardChannel",
    "BotHeartbeat",
    "CalendarFeed",
    "Delivery",
    "DeliveryState",
    "DigestSnapshot",
    "Heartbeat",
    "InboundRequest",
    "LinkingState",
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
    "Refusal",
    "Section",
    "StatusChange",
    "StoredOffer",
    "Workspace",
]
