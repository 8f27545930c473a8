"""Answers to what is no business of the plan: thanks, "stop", "who are you?"."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.commands import SmallTalk
from bot.messages import Remark
from bot.sentences import sentence
from bot.services.people import Actor
from models.queries import actions
from models.queries import people as people_query
from models.queries.actions import ActionFilter


def answer_small_talk(session: Session, actor: Actor, command: SmallTalk, _now: datetime) -> Remark:
    """A short answer. For "stop" it says why they are asked and who can change that."""
    if command.kind in {"thanks", "ok", "hello", "withdrawn"}:
        return Remark(sentence("services.talk_politely", kind=command.kind))
    if command.kind == "stop":
        managers = [each.initials for each in people_query.plan_managers(session, actor.workspace_id)]
        return Remark(
            sentence("services.talk_stop", mine=count_open_actions(session, actor), managers=managers)
        )
    if command.kind == "about":
        return Remark(sentence("services.talk_about", mine=count_open_actions(session, actor)), "/cip mine")
    return Remark(sentence("services.talk_who"), "/cip help")


def count_open_actions(session: Session, actor: Actor) -> int:
    """How many open actions the actor owns."""
    if actor.person is None:
        return 0
    facts = actions.load_facts(session, actor.workspace_id, ActionFilter(person_id=actor.person.id))
    return sum(each.status.is_open for each in facts)
