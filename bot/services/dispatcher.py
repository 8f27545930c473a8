"""Dispatches a command to its handler. The services' own handlers are listed at the end."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from rapidfuzz import process
from sqlalchemy.orm import Session

from bot.commands import (
    Asker,
    AtRisk,
    Away,
    CalendarSubscription,
    Choose,
    Command,
    DigestPreview,
    Due,
    Explain,
    Export,
    Help,
    History,
    LinkAccount,
    Mine,
    NotMine,
    Offer,
    Option,
    Overdue,
    Search,
    SetTimezone,
    Show,
    SmallTalk,
    Snooze,
    TakeOption,
    Undo,
    UpdateSeveral,
    UpdateStatus,
    Why,
)
from bot.errors import NotUnderstoodError, NotVerifierError
from bot.messages import Candidates, Digest, HelpText, Message
from bot.plan.reading import ReadPolicy
from bot.plan.statuses import Status
from bot.sentences import sentence
from bot.services import calendar_feeds, exports, help_topics, linking, people, reading, small_talk, timezones
from bot.services.actions import colours, details, lists, presenters, undo, updates
from bot.services.actions.open_steps import OpenStepsError
from bot.services.actions.ref_resolver import AmbiguousError, build_candidate, build_unique_ref, replace_ref
from bot.services.digests import digests
from bot.services.offers.offers import Offers
from bot.services.people import Actor
from bot.services.prompts import absences, free_text_replies, history, not_mine
from models.queries import actions
from models.queries.actions import ActionFilter

Handler = Callable[[Session, Actor, Any, datetime], Message]
Handlers = Mapping[type[Command], Handler]


class Dispatcher:
    """The handler of every type of command, put together once from the tables of the packages that have some.

    policy: to whom plans are open. Raises ValueError where two of the tables have a handler for the same
    type.
    """

    def __init__(self, *tables: Handlers, policy: ReadPolicy = ReadPolicy.PLAN) -> None:
        self._policy = policy
        self._offers = offers = Offers(self._handle)
        self.handlers: dict[type[Command], Handler] = {}
        of_offers: Handlers = {Choose: offers.choose_action, Offer: offers.offer, TakeOption: offers.take}
        for table in (of_offers, *tables):
            if twice := self.handlers.keys() & table.keys():
                raise ValueError(f"more than one handler for {', '.join(each.__name__ for each in twice)}")
            self.handlers.update(table)

    def answer(self, session: Session, asker: Asker, command: Command, now: datetime) -> Message:
        """As `dispatch`, for an asker who is not identified yet."""
        return self.dispatch(session, people.identify(session, asker), command, now)

    def dispatch(self, session: Session, actor: Actor, command: Command, now: datetime) -> Message:
        """Handle a command. Raises the CipError family, and StandingNeededError where the chat platform has
        to be asked about the actor first; an ambiguous ref comes back as Candidates, and what is said to be
        done with open steps as OfferedAnswers.
        """
        if isinstance(command, NotMine) and command.ref is None:
            command = not_mine.offer_own(session, actor, command)
        try:
            return self._handle(session, actor, command, now)
        except NotVerifierError as error:
            if not isinstance(command, UpdateStatus):
                raise
            return self._offers.offer(session, actor, _offer_complete(command, error), now)
        except OpenStepsError as error:
            return self._offers.ask_steps(session, actor, [command], error, now)
        except AmbiguousError as ambiguous:
            if isinstance(command, UpdateStatus | UpdateSeveral):
                return self._offers.ask_which(session, actor, [command], ambiguous, now)
            return _list_candidates(ambiguous, command)

    def _handle(self, session: Session, actor: Actor, command: Command, now: datetime) -> Message:
        """As `dispatch`, but raises AmbiguousError and OpenStepsError."""
        if self._needs_admission(actor, command):
            actor = reading.admit(session, actor, self._policy)
        return self.handlers[type(command)](session, actor, command, now)

    def _needs_admission(self, actor: Actor, command: Command) -> bool:
        """Not for an update by somebody whom a plan knows: it is about the plans that know them. Nor for an
        offer of nothing, which says what to write.
        """
        kind = type(command)
        if isinstance(command, Offer) and not command.options:
            return False
        if self._policy is ReadPolicy.WORKSPACE:
            return kind is not Help
        return kind in reading.OPEN_IN_CHANNEL or not (actor.known_board_ids or kind in reading.OPEN_TO_ALL)


def _offer_complete(command: UpdateStatus, error: NotVerifierError) -> Offer:
    """What an owner may say of their own action in place of "verified"."""
    complete = replace(command, status=Status.COMPLETE)
    return Offer(
        problem=sentence("services.not_verifier", problem=error.sentence),
        words=command.note or command.line,
        options=(Option(sentence("services.option_complete"), (complete,)),),
        line=command.line,
    )


def _list_candidates(ambiguous: AmbiguousError, command: Command) -> Candidates:
    refs = [build_unique_ref(target, ambiguous.ref.ref, ambiguous.targets) for target in ambiguous.targets]
    pairs = zip(ambiguous.targets, refs, strict=True)
    offered = (
        build_candidate(target, ref, replace_ref(command, ambiguous.ref, ref)) for target, ref in pairs
    )
    return Candidates(ambiguous.ref.ref, tuple(offered))


def _help(session: Session, actor: Actor, command: Help, _now: datetime) -> HelpText:
    topics = help_topics.topics(command.topic)
    if not topics:
        best = process.extractOne(
            command.topic, [help_topics.command_of(topic) for topic in help_topics.topics("")]
        )
        raise NotUnderstoodError(
            f"There is no command “{presenters.shorten(command.topic, 40)}”.",
            suggestion=f"/cip help {best[0] if best else ''}".strip(),
        )
    mine = 0
    if actor.person is not None:
        facts = actions.load_facts(session, actor.workspace_id, ActionFilter(person_id=actor.person.id))
        mine = sum(each.status.is_open for each in facts)
    return HelpText(topics, command.topic, mine, linked=actor.person is not None)


def _preview_digest(session: Session, actor: Actor, _command: DigestPreview, now: datetime) -> Digest:
    return digests.preview(session, people.find_board(session, actor, actor.boards), now)


HANDLERS: Handlers = {
    AtRisk: lists.list_at_risk,
    Away: absences.go_away,
    CalendarSubscription: calendar_feeds.handle_calendar,
    DigestPreview: _preview_digest,
    Due: lists.list_due,
    Explain: colours.explain_colour,
    Export: exports.request_export,
    Help: _help,
    History: details.show_history,
    LinkAccount: linking.link_person,
    Mine: lists.list_mine,
    NotMine: not_mine.say_not_mine,
    Overdue: lists.list_overdue,
    SetTimezone: timezones.handle_timezone,
    Snooze: free_text_replies.postpone_questions,
    Search: lists.search,
    Show: details.show_action,
    SmallTalk: small_talk.answer_small_talk,
    Undo: undo.undo_batch,
    UpdateSeveral: updates.update_several,
    UpdateStatus: updates.update_actions,
    Why: history.explain_prompts,
}
