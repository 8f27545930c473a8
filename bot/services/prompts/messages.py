"""The message of a prompt, built when it is sent, and the questions that its buttons stand for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.errors import NotAllowedError, NotUnderstoodError
from bot.messages import ActionLine, MilestoneLine, Prompt, PromptLine
from bot.plan.rag import Colour
from bot.plan.rest_days import describe_rest_day
from bot.sentences import sentence
from bot.services.actions import presenters
from bot.services.people import Actor
from bot.services.scheduling import next_prompts
from models.base import parse_id
from models.outbox import Delivery, PromptItem, StatusChange
from models.people import Board
from models.plans import Action
from models.queries import boards as boards_query
from models.queries import changes as changes_query
from models.queries import prompt_history as history_query
from models.queries import prompts

BUTTON_TOKEN_LENGTH = 8
# What is stored of a question that still waits for an answer.
OPEN_ANSWERS = frozenset({"", "later"})
# On so many answered lines, the latest, there is something to press; on fewer where a message has more lines
# than these, since it has room for no more.
MAX_LINES_WITH_BUTTONS = 8
MAX_LINES_WITH_ROOM = 36


def build_prompt(session: Session, delivery: Delivery, now: datetime) -> Prompt | None:
    """The message as it is true now; None when nothing in it is left to ask or show.

    A message already sent keeps its answered lines, so that it shows the answers.
    """
    items = [item for item in delivery.items if not item.reason]
    actions = {item.action_id: item.action for item in items}
    shown = presenters.build_lines(session, delivery.workspace_id, actions, now)
    if delivery.updates_id is None and not delivery.message_ts:
        items = [item for item in items if _is_still_open(item, delivery, now)]
    if not items or delivery.board_id is None:
        return None
    board = items[0].action.plan.board
    again = prompts.later_prompts(session, delivery) if delivery.message_ts else {}
    asked = sorted((item for item in items if not item.as_lead), key=_urgency_key)
    digest_on, red_ids = _find_reds_of_digest(session, board)
    with_buttons = _latest_answers(asked)
    return Prompt(
        lines=tuple(
            _build_line(
                session,
                item,
                shown[item.action_id],
                again.get(item.action_id),
                now,
                has_buttons=item.id in with_buttons,
                red_in_digest_on=digest_on if item.action_id in red_ids else None,
            )
            for item in asked
        ),
        board=board.name,
        day=date.fromisoformat(delivery.facts["day"]),
        escalated=tuple(shown[item.action_id] for item in items if item.as_lead),
    )


def _urgency_key(item: PromptItem) -> tuple[date, int]:
    """By the date that was asked about, which does not change: what is late longest comes first."""
    return item.due_on or date.max, item.id


def _find_reds_of_digest(session: Session, board: Board) -> tuple[date | None, set[int]]:
    """The day of the last digest, and ids of what it gave as Red; none where no channel has it."""
    snapshot = history_query.newest_snapshot(session, board.id)
    posted = boards_query.posted_slots(session, board.id, 1)
    if snapshot is None or not posted or f":{snapshot.due_at.isoformat()}:" not in posted[0]:
        return None, set()
    reds = {int(action) for action, colour in snapshot.colours.items() if colour == Colour.RED}
    return presenters.local_day(snapshot.due_at, board.timezone), reds


def _is_still_open(item: PromptItem, delivery: Delivery, now: datetime) -> bool:
    action = item.action
    if item.as_lead and delivery.board is not None:
        calendar = next_prompts.build_calendar(delivery.board, delivery.person)
        return next_prompts.is_for_lead(action, calendar.today(now))
    return item.answer == "" and action.status.is_open and action.gone_at is None


def button_value(item: PromptItem) -> str:
    """What a button of a prompt carries. The second half belongs to that one message, so that a button from
    before a restore or a fresh start is never taken for whatever has the same number now.
    """
    return f"{item.id}-{item.delivery.token[:BUTTON_TOKEN_LENGTH]}"


def find_item(session: Session, value: str) -> PromptItem | None:
    """The question a button is about, by what the button carries; None when it is not known."""
    item_id = parse_id(value.partition("-")[0])
    found = prompts.item_by_id(session, item_id) if item_id is not None else None
    return found if found is not None and button_value(found) == value else None


def _latest_answers(items: Sequence[PromptItem]) -> set[int]:
    answered = [(item.answered_at, item.id) for item in items if item.answered_at is not None]
    room = min(MAX_LINES_WITH_BUTTONS, max(0, MAX_LINES_WITH_ROOM - len(items)))
    return {item_id for _, item_id in sorted(answered, reverse=True)[:room]}


def _build_line(
    session: Session,
    item: PromptItem,
    action_line: ActionLine,
    newer: Delivery | None,
    now: datetime,
    *,
    has_buttons: bool,
    red_in_digest_on: date | None,
) -> PromptLine:
    """newer: the prompt that asks the same person the same since."""
    line = PromptLine(
        line=action_line,
        value=button_value(item),
        answer=item.answer,
        milestones=tuple(_list_open_milestones(item.action, presenters.today_of(item.action.plan, now))),
        asked_again_on=date.fromisoformat(newer.facts["day"]) if newer else None,
        red_in_digest_on=red_in_digest_on,
    )
    if item.answer in OPEN_ANSWERS:
        if not item.answer:
            return line
        return replace(line, away_until=_find_return(item, now), put_off_to=_find_named_day(item))
    answer = _read_answer(session, item, action_line)
    return replace(
        line,
        answered=answer.recorded,
        words=answer.words,
        has_reason=item.answer == "at-risk" and answer.has_note,
        by=answer.by,
        has_buttons=has_buttons and answer.is_own,
    )


def _find_named_day(item: PromptItem) -> date | None:
    """The day to which a question was put off, where that is not the next working day."""
    owner = next((each for each in item.action.owners if each.person_id == item.person_id), None)
    if owner is None or owner.snoozed_until is None or item.answered_at is None:
        return None
    board = item.action.plan.board
    calendar = next_prompts.build_calendar(board, owner.person)
    if owner.snoozed_until <= calendar.next_prompt_moment(item.answered_at):
        return None
    return presenters.local_day(owner.snoozed_until, board.timezone)


def _find_return(item: PromptItem, now: datetime) -> date | None:
    """The day from which somebody who is away is asked again."""
    person = next((each.person for each in item.action.owners if each.person_id == item.person_id), None)
    until = person.away_until if person else None
    return until if until is not None and presenters.today_of(item.action.plan, now) < until else None


@dataclass(frozen=True)
class RecordedAnswer:
    """What an answer recorded, and what was said with it. by: initials of who answered, where it was another
    owner. is_own: whoever was asked answered it, and it can be taken back.
    """

    recorded: str
    words: str = ""
    has_note: bool = False
    by: str = ""
    is_own: bool = False


def _read_answer(session: Session, item: PromptItem, action_line: ActionLine) -> RecordedAnswer:
    changes = changes_of_answer(session, item)
    answering = [each for each in changes if each.at == item.answered_at]
    if not answering:
        return RecordedAnswer(_describe_state(item, action_line))
    words = [each.comment for each in changes if each.comment]
    first = answering[0]
    is_own = first.person_id == item.person_id
    return RecordedAnswer(
        _describe_change(item, _find_main(item, answering)),
        words[-1] if words else "",
        any(each.note for each in changes),
        "" if is_own or first.person is None else first.person.initials,
        is_own,
    )


def _find_main(item: PromptItem, answering: Sequence[StatusChange]) -> StatusChange:
    """What says what was meant: of an action that is done with its milestones, its own change."""
    own = [each for each in answering if each.milestone_id is None]
    return own[-1] if own and item.answer == "complete" else answering[0]


def changes_of_answer(session: Session, item: PromptItem) -> Sequence[StatusChange]:
    """What was recorded of the action with the answer and since, and not undone, oldest first."""
    return changes_query.changes_since(session, item.action_id, item.answered_at) if item.answered_at else []


def _describe_change(item: PromptItem, change: StatusChange) -> str:
    has_status = change.to_status is not change.from_status or item.answer == "complete"
    has_colour = change.to_declared is not None and change.to_declared is not change.from_declared
    milestone, country = change.milestone, item.action.plan.board.country
    return sentence(
        "services.answered",
        answer=item.answer,
        status=change.to_status.words if has_status else "",
        colour=change.to_declared.value if has_colour and change.to_declared else "",
        due=change.new_due,
        step=presenters.shorten(f"{milestone.label} {milestone.title}".strip(), 60) if milestone else "",
        still=change.to_status.words,
        rest_day=describe_rest_day(change.new_due, country) if change.new_due else "",
    )


def is_open(session: Session, item: PromptItem) -> bool:
    """Whether it waits for an answer: there is none, or "at risk" without a reason."""
    if item.answer == "at-risk":
        return not _has_reason(session, item)
    return item.answer in OPEN_ANSWERS


def _has_reason(session: Session, item: PromptItem) -> bool:
    """Whether a note was given with, or since, the answer."""
    return item.answered_at is not None and changes_query.has_note_since(
        session, item.action_id, item.answered_at
    )


def _describe_state(item: PromptItem, action_line: ActionLine) -> str:
    """Where no change says what was answered. The colour follows with its reason, so a declared one is added
    only where the reason leaves it out.
    """
    declared_colour = item.action.declared if "declared" not in action_line.rag.reason else None
    declared = f", declared {declared_colour.words}" if declared_colour else ""
    return f"{item.action.status.words}{declared}"


def _list_open_milestones(action: Action, today: date) -> list[MilestoneLine]:
    return [
        presenters.build_milestone_line(action, each, today)
        for each in action.milestones
        if each.gone_at is None and each.status.is_open and each.label
    ]


def find_own_item(session: Session, actor: Actor, value: str) -> PromptItem:
    """The question that a button stands for. Raises CipError where the actor was not asked it."""
    item = find_item(session, value)
    if item is None or item.workspace_id != actor.workspace_id:
        raise NotUnderstoodError(sentence("services.unknown_message"), suggestion="/cip mine")
    if actor.person is None or item.person_id != actor.person.id:
        raise NotAllowedError(sentence("services.prompt_of_another"))
    return item


def require_waiting(item: PromptItem) -> None:
    """Raises NotUnderstoodError where it was answered, or its action is gone."""
    action = item.action
    if item.answer not in OPEN_ANSWERS:
        raise NotUnderstoodError(
            sentence("services.already_answered", ref=action.ref, status=action.status.words),
            suggestion=f"/cip update {action.ref} in-progress",
        )
    if action.gone_at is not None:
        raise NotUnderstoodError(sentence("services.action_is_gone", ref=action.ref), suggestion="/cip mine")


def is_waiting_for(actor: Actor, item: PromptItem) -> bool:
    """Whether the question is the actor's and waits for an answer. Raises NotAllowedError for another's."""
    if actor.person is None or item.person_id != actor.person.id:
        raise NotAllowedError(sentence("services.prompt_of_another"))
    return item.answer in OPEN_ANSWERS and item.action.gone_at is None
