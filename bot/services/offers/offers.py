"""What somebody may have meant, offered as options: each is tried before it is shown, and kept until one is
taken.
"""

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.commands import Choose, Command, Offer, Option, TakeOption
from bot.errors import CipError, NotAllowedError, NotUnderstoodError
from bot.messages import (
    AwayReceipt,
    Candidate,
    Candidates,
    Message,
    NewDateForm,
    NotMineReceipt,
    OfferedAnswers,
    OfferedOption,
    SnoozeReceipt,
    UpdateReceipt,
)
from bot.sentences import sentence
from bot.services.actions import edited_messages, presenters, ref_resolver
from bot.services.actions.open_steps import OpenStepsError
from bot.services.actions.ref_resolver import AmbiguousError, build_candidate, build_unique_ref, replace_ref
from bot.services.offers import codec, done_options, targets
from bot.services.people import Actor
from models.offers import StoredOffer
from models.queries import offers as query

Handle = Callable[[Session, Actor, Command, datetime], Message]
RETENTION = timedelta(days=7)
KEY_BYTES = 24
_CHOICE = re.compile(r"(?P<key>[A-Za-z0-9_-]{1,64}):(?P<index>[0-9]{1,3})")
_VERB = re.compile(r"\s*+(?:update|status)\b[\s:,]*+", re.IGNORECASE)
MAX_WORDS_LENGTH = 4000
# As many as one message shows.
MAX_OPTIONS = 25
# With what an option is tried whose reason is asked for only once it is pressed. It is in no message.
STAND_IN_REASON = "\N{HORIZONTAL ELLIPSIS}"


@dataclass(frozen=True)
class TriedOption:
    """An option as it is kept. result: what it answered when it was tried; None where it asks which action.

    candidate: of the action that it is of, where that is what is asked.
    """

    option: Option
    result: Message | None
    candidate: Candidate | None = None

    @property
    def receipt(self) -> UpdateReceipt | None:
        return self.result if isinstance(self.result, UpdateReceipt) else None


@dataclass(frozen=True)
class TriedOptions:
    """accepted: those that can be taken. refusals: of the others, why."""

    accepted: list[TriedOption] = field(default_factory=list)
    refusals: list[tuple[Option, CipError]] = field(default_factory=list)

    def describe_problem(self, problem: str) -> str:
        """What is asked; where that was a reason, and no new date can be taken, why none can."""
        refused = [error.sentence for option, error in self.refusals if option.asks_reason]
        is_asked = any(each.option.asks_reason for each in self.accepted)
        return refused[0] if refused and not is_asked else problem


class Offers:
    """handle: handles any command. It raises AmbiguousError and OpenStepsError for what has to be asked, and
    CipError for what is refused.
    """

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    def offer(self, session: Session, actor: Actor, command: Offer, now: datetime) -> OfferedAnswers:
        """An option without commands is left out. Raises the refusal of the first where none can be taken."""
        options = [each for each in command.options if each.commands]
        return self._offer(session, actor, command.problem, command.words, options, now)

    def _offer(
        self,
        session: Session,
        actor: Actor,
        problem: str,
        words: str,
        options: Sequence[Option],
        now: datetime,
        root: StoredOffer | None = None,
    ) -> OfferedAnswers:
        tried = self._try_all(session, actor, [(each, None) for each in options], now)
        accepted = tried.accepted
        key = _keep(session, actor, words, accepted, now, root) if accepted else ""
        return OfferedAnswers(
            tried.describe_problem(problem),
            words,
            tuple(_present(each, _build_choice(key, index)) for index, each in enumerate(accepted)),
        )

    def ask_steps(
        self,
        session: Session,
        actor: Actor,
        commands: Sequence[Command],
        error: OpenStepsError,
        now: datetime,
        root: StoredOffer | None = None,
        *,
        asks_reason: bool = False,
    ) -> OfferedAnswers:
        """What is done of actions whose steps are open. root: the offer whose option has led to this.
        asks_reason: as of that option.
        """
        pinned = targets.pin(session, actor, targets.combine(commands))
        options = list(done_options.list_options(pinned, error, asks_reason=asks_reason))
        words = root.words if root else commands[0].line
        problem = sentence("services.ask_steps", problem=error.sentence)
        return self._offer(session, actor, problem, words, options, now, root)

    def choose_action(self, session: Session, actor: Actor, command: Choose, now: datetime) -> Candidates:
        """The actions that an answer may be about."""
        resolved = [
            ref_resolver.resolve(session, actor, update.refs[0], preferred_action_id=update.action_id)
            for update in command.updates
        ]
        shared = ref_resolver.find_shared_refs(session, actor, resolved)
        offered = []
        for target, update in zip(resolved, command.updates, strict=True):
            ref = presenters.format_ref(target.action, shared)
            candidate = build_candidate(target, ref, _begin_with_ref(update.line, ref))
            offered.append((Option(candidate.ref, (update,)), candidate))
        return self._offer_candidates(session, actor, "", command.line, offered, now)

    def ask_which(
        self,
        session: Session,
        actor: Actor,
        commands: Sequence[Command],
        ambiguous: AmbiguousError,
        now: datetime,
        root: StoredOffer | None = None,
        *,
        asks_reason: bool = False,
    ) -> Candidates:
        """The actions that a ref may name. root: the offer whose option has led to this. asks_reason: as of
        that option.
        """
        combined, offered = targets.combine(commands), []
        for target in ambiguous.targets[:MAX_OPTIONS]:
            ref = build_unique_ref(target, ambiguous.ref.ref, ambiguous.targets)
            named = targets.name_action(combined, ambiguous.ref, ref, target.action.id)
            candidate = build_candidate(target, ref, replace_ref(commands[0], ambiguous.ref, ref))
            offered.append((Option(ref, named, asks_reason), candidate))
        return self._offer_candidates(session, actor, ambiguous.ref.ref, commands[0].line, offered, now, root)

    def _offer_candidates(
        self,
        session: Session,
        actor: Actor,
        ref: str,
        words: str,
        offered: Sequence[tuple[Option, Candidate]],
        now: datetime,
        root: StoredOffer | None = None,
    ) -> Candidates:
        tried = self._try_all(session, actor, offered, now).accepted
        key = _keep(session, actor, words, tried, now, root)
        candidates = tuple(
            replace(
                each.candidate,
                choice=_build_choice(key, index),
                changes=each.receipt.changes if each.receipt else (),
                asks_reason=each.option.asks_reason,
            )
            for index, each in enumerate(tried)
            if each.candidate is not None
        )
        return Candidates(ref, candidates, left_out=len(offered) - len(candidates))

    def take(self, session: Session, actor: Actor, command: TakeOption, now: datetime) -> Message:
        """Do what was chosen, once; or the form that asks for its reason, with nothing done. Raises CipError
        where nothing was done.
        """
        key, index = _parse_choice(command.choice)
        offer, root = _find(session, actor, key, now)
        option = codec.decode_option(offer.options, index)
        if root.taken_at is not None:
            raise NotUnderstoodError(_describe_taken(session, root))
        if command.because and not option.asks_reason:
            raise NotUnderstoodError(sentence("services.offer_unreadable"))
        targets.require_same_actions(session, actor, option.commands)
        if option.asks_reason and not command.because:
            return self._ask_reason(session, actor, command.choice, option, now, root)
        commands = targets.add_reason(option.commands, command.because)
        try:
            message = self._run(session, actor, commands, now)
        except AmbiguousError as ambiguous:
            return self.ask_which(session, actor, commands, ambiguous, now, root)
        except OpenStepsError as error:
            return self.ask_steps(session, actor, commands, error, now, root)
        if not all(each.reads_only for each in option.commands):
            root.taken_at, root.choice = now, option.label
            root.batch = message.batch if isinstance(message, UpdateReceipt) else ""
        return message

    def _ask_reason(
        self,
        session: Session,
        actor: Actor,
        choice: str,
        option: Option,
        now: datetime,
        root: StoredOffer,
    ) -> NewDateForm | Candidates | OfferedAnswers:
        """The form of an option whose new date needs its reason; which action it is of, where that is not
        known, or what is done of it. Raises CipError where it would be refused.
        """
        try:
            result = self._try(session, actor, option, now)
        except AmbiguousError as ambiguous:
            return self.ask_which(
                session, actor, option.commands, ambiguous, now, root, asks_reason=option.asks_reason
            )
        except OpenStepsError as error:
            return self.ask_steps(
                session, actor, option.commands, error, now, root, asks_reason=option.asks_reason
            )
        changes = result.changes if isinstance(result, UpdateReceipt) else ()
        return NewDateForm(choice, changes, targets.list_rest_days(session, actor, option.commands))

    def _try_all(
        self,
        session: Session,
        actor: Actor,
        options: Sequence[tuple[Option, Candidate | None]],
        now: datetime,
    ) -> TriedOptions:
        """Raises the first refusal where all are refused."""
        tried = TriedOptions()
        for option, candidate in options[:MAX_OPTIONS]:
            try:
                commands = targets.pin(session, actor, targets.combine(option.commands))
                pinned = replace(option, label=targets.describe_moved(option, commands), commands=commands)
                result = self._try_unless_ambiguous(session, actor, pinned, now)
            except OpenStepsError as error:
                if candidate is not None:
                    tried.accepted.append(TriedOption(pinned, None, replace(candidate, asks_steps=True)))
                    continue
                split = [(each, None) for each in done_options.split_option(pinned, error)]
                tried.accepted.extend(self._try_all(session, actor, split, now).accepted)
            except CipError as error:
                tried.refusals.append((option, error))
            else:
                tried.accepted.append(TriedOption(pinned, result, candidate))
        if tried.refusals and not tried.accepted:
            raise tried.refusals[0][1]
        return tried

    def _try_unless_ambiguous(
        self, session: Session, actor: Actor, option: Option, now: datetime
    ) -> Message | None:
        try:
            return self._try(session, actor, option, now)
        except AmbiguousError:
            return None

    def _try(self, session: Session, actor: Actor, option: Option, now: datetime) -> Message:
        """What the option would answer; nothing of what it does stays, in the session neither: a row that was
        never there may have the id of one that will be. A reason that is still to be asked for is no part of
        the answer.
        """
        commands = option.commands
        if option.asks_reason:
            commands = targets.add_reason(commands, STAND_IN_REASON)
        known = set(session)
        nested = session.begin_nested()
        try:
            return _without_stand_in(self._run(session, actor, commands, now))
        finally:
            nested.rollback()
            for each in set(session) - known:
                # What belongs to another goes with it.
                if each in session:
                    session.expunge(each)

    def _run(self, session: Session, actor: Actor, commands: Sequence[Command], now: datetime) -> Message:
        """The answer to the first of the commands; updates come first."""
        answers = [self._handle(session, actor, each, now) for each in commands]
        return answers[0]


def _without_stand_in(message: Message) -> Message:
    if not isinstance(message, UpdateReceipt):
        return message
    changes = (
        replace(each, because="") if each.because == STAND_IN_REASON else each for each in message.changes
    )
    return replace(message, changes=tuple(changes))


def _keep(
    session: Session,
    actor: Actor,
    words: str,
    tried: Sequence[TriedOption],
    now: datetime,
    root: StoredOffer | None = None,
) -> str:
    """The key of the offer, which is valid as long as its root."""
    key = secrets.token_urlsafe(KEY_BYTES)
    session.add(
        StoredOffer(
            workspace_id=actor.workspace_id,
            key=key,
            root_key=root.key if root else key,
            user_id=actor.user_id,
            words=words[:MAX_WORDS_LENGTH],
            options=codec.encode_options(each.option for each in tried),
            created_at=now,
            expires_at=root.expires_at if root else now + RETENTION,
        )
    )
    return key


def _begin_with_ref(line: str, ref: str) -> str:
    """An answer, which has no ref, as a command of this action alone."""
    verb = _VERB.match(line)
    return f"update {ref} {line[verb.end() if verb else 0 :]}"


def _build_choice(key: str, index: int) -> str:
    """The value of a button."""
    return f"{key}:{index}"


def _parse_choice(choice: str) -> tuple[str, int]:
    """The key of the offer, and which of its options; no key for what is no value of a button."""
    match = _CHOICE.fullmatch(choice)
    return (match["key"], int(match["index"])) if match else ("", 0)


def _present(tried: TriedOption, choice: str) -> OfferedOption:
    return OfferedOption(
        tried.option.label,
        choice,
        changes=tried.receipt.changes if tried.receipt else (),
        postponed=tried.result.refs if isinstance(tried.result, SnoozeReceipt) else (),
        postponed_to=tried.result.day if isinstance(tried.result, SnoozeReceipt) else None,
        asks_which=tried.result is None,
        asks_reason=tried.option.asks_reason,
        outcome=_describe_outcome(tried.result),
    )


def _describe_outcome(result: Message | None) -> str:
    """What an option does that records nothing of an action."""
    if isinstance(result, NotMineReceipt):
        return sentence("services.option_tells", ref=result.ref, informed=result.informed, whose=result.whose)
    if isinstance(result, AwayReceipt) and result.until is not None:
        return sentence(
            "services.option_holds_back",
            until=result.until,
            due=result.due,
            informed=result.informed,
            cover=result.cover,
        )
    return ""


def _find(session: Session, actor: Actor, key: str, now: datetime) -> tuple[StoredOffer, StoredOffer]:
    """The offer and its root, which is locked. Raises CipError where the actor cannot choose of it."""
    offer = query.find_offer(session, actor.workspace_id, key)
    if offer is not None and offer.user_id != actor.user_id:
        raise NotAllowedError(sentence("services.offer_of_another"))
    root = query.lock_root(session, offer) if offer is not None else None
    if offer is None or root is None or now >= offer.expires_at:
        raise NotUnderstoodError(sentence("services.offer_expired", days=RETENTION.days))
    return offer, root


def _describe_taken(session: Session, root: StoredOffer) -> str:
    refs = edited_messages.list_standing_refs(session, root.workspace_id, root.batch)
    is_undone = bool(root.batch) and not refs
    return sentence("services.offer_taken", choice=root.choice, refs=refs, is_undone=is_undone)


def delete_expired(session: Session, now: datetime) -> None:
    query.delete_offers(session, now)
