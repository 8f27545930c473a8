"""Actions as messages show them: lines with colour, owner, date and last word; and what an update changed."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.commands import UpdateStatus
from bot.messages import ActionLine, Change, LastWord, MilestoneLine, Note
from bot.plan import wording
from bot.plan.rag import Colour, Rag, RagFacts, RagRules, compute_rag, judge_silence
from bot.services.people import present_owner
from bot.services.scheduling import next_prompts
from models.outbox import StatusChange
from models.plans import Action, Milestone, Plan
from models.queries import actions as query
from models.queries import changes as changes_query
from models.queries import ref_index

MAX_TEXT_LENGTH = 140


def rules_of(plan: Plan) -> RagRules:
    return RagRules(**plan.rag_rules)


def today_of(plan: Plan, now: datetime) -> date:
    return local_day(now, plan.board.timezone)


def local_day(moment: datetime, timezone: str) -> date:
    return moment.astimezone(ZoneInfo(timezone)).date()


def find_answer_limit(plan: Plan, rules: RagRules, now: datetime) -> date:
    """A question of that day, or an earlier one, should have been answered by now."""
    calendar = next_prompts.build_calendar(plan.board)
    return calendar.working_days_before(calendar.today(now), rules.answer)


def reported_rag(action: Action, plan: Plan, now: datetime) -> Rag:
    """The reported colour of an action, on today's date where its board is."""
    return compute_rag(build_rag_facts(action, plan, now), today=today_of(plan, now), rules=rules_of(plan))


def build_rag_facts(action: Action, plan: Plan, now: datetime) -> RagFacts:
    """What the colour of an action depends on."""
    rules, asked = rules_of(plan), action.unanswered_since
    silence = judge_silence(
        local_day(asked, plan.board.timezone) if asked else None,
        find_answer_limit(plan, rules, now),
        can_be_asked=any(owner.person.slack_user_id for owner in action.owners),
    )
    return RagFacts(
        status=action.status,
        declared=action.declared,
        next_due=action.next_due_on,
        confirmed=action.next_due_confirmed,
        silent_since=local_day(action.last_word_at or action.created_at, plan.board.timezone),
        slipped_days=action.slipped_days,
        has_update=action.last_word_at is not None,
        silence=silence,
    )


def qualify_ref(ref: str, section: str, shared_refs: Collection[str]) -> str:
    """A ref that is enough to name the action: with its section where the ref alone is not."""
    return f"{section}/{ref}" if ref.lower() in shared_refs else ref


def format_ref(action: Action, shared_refs: Collection[str]) -> str:
    return qualify_ref(action.ref, action.section.number, shared_refs)


def format_refs(actions: Iterable[Action], shared_refs: Collection[str]) -> tuple[str, ...]:
    """The refs of the actions, each once."""
    return tuple(dict.fromkeys(format_ref(each, shared_refs) for each in actions))


def build_line(
    action: Action, plan: Plan, now: datetime, shared_refs: Collection[str], noted_change: StatusChange | None
) -> ActionLine:
    """noted_change: the latest change of the action that came with a sentence."""
    due = action.next_due_on or _last_date(action)
    today = today_of(plan, now)
    return ActionLine(
        ref=format_ref(action, shared_refs),
        title=shorten(action.title),
        owners=tuple(present_owner(owner.person) for owner in action.owners),
        status=action.status.words,
        rag=reported_rag(action, plan, now),
        due=due,
        due_text=""
        if due
        else "; ".join(each.text for each in action.due_dates if each.text)[:MAX_TEXT_LENGTH],
        confirmed=action.next_due_confirmed,
        days_late=max(0, (today - action.next_due_on).days) if action.next_due_on else 0,
        last_word=build_last_word(action, plan, now, noted_change),
    )


def _last_date(action: Action) -> date | None:
    if action.status.is_open:
        return None
    return max((each.day for each in action.due_dates if each.day), default=None)


def build_last_word(
    action: Action, plan: Plan, now: datetime, noted_change: StatusChange | None
) -> LastWord | None:
    """A sentence is never shown as said by, or at the time of, someone who only pressed a button later."""
    if action.last_word_at is None:
        return None
    sentence = None
    if noted_change is not None:
        by = noted_change.person.initials if noted_change.person else ""
        sentence = Note(shorten(noted_change.comment), by, _age(noted_change.at, plan, now))
        if noted_change.at >= action.last_word_at:
            return LastWord(sentence.text, by, sentence.age_days)
    return LastWord("", action.last_word_by, _age(action.last_word_at, plan, now), before=sentence)


def _age(moment: datetime, plan: Plan, now: datetime) -> int:
    return max(0, (today_of(plan, now) - local_day(moment, plan.board.timezone)).days)


def build_milestone_line(action: Action, milestone: Milestone, today: date) -> MilestoneLine:
    dates = [each for each in action.due_dates if each.milestone_id == milestone.id]
    due = min((each.day for each in dates if each.day), default=None)
    late = (today - due).days if due and milestone.status.is_open and action.status.is_open else 0
    return MilestoneLine(
        milestone.label,
        shorten(milestone.title),
        milestone.status.words,
        due,
        "" if due else "; ".join(each.text for each in dates if each.text),
        tuple(milestone.owners),
        max(0, late),
    )


def shorten(text: str, limit: int = MAX_TEXT_LENGTH) -> str:
    """As wording.shorten; and what led on to something that is not shown, such as a colon before a list, is
    left off.
    """
    one_line = " ".join(text.split())
    return wording.shorten(one_line.rstrip(" ,;:") or one_line, limit)


def load_lines(
    session: Session, workspace_id: int, ids: Collection[int], now: datetime
) -> dict[int, ActionLine]:
    """The lines of these actions, by id."""
    return build_lines(session, workspace_id, query.load_actions(session, ids), now)


def build_lines(
    session: Session, workspace_id: int, actions: Mapping[int, Action], now: datetime
) -> dict[int, ActionLine]:
    """The lines of actions that were read whole, by id."""
    shared = ref_index.shared_refs(session, workspace_id, [action.ref for action in actions.values()])
    noted = changes_query.latest_commented_changes(session, actions.keys())
    return {
        number: build_line(action, action.plan, now, shared, noted.get(number))
        for number, action in actions.items()
    }


def describe_change(
    action: Action, change: StatusChange, milestone: Milestone | None, now: datetime, shared_refs: set[str]
) -> Change:
    """A change as a message tells it."""
    dates = next_prompts.open_dates(action) if change.new_due is not None else []
    others = tuple(each.day for each in dates if each.id != change.date_id and each.day)
    return Change(
        ref=format_ref(action, shared_refs),
        title=shorten(action.title),
        rag=reported_rag(action, action.plan, now),
        from_status=change.from_status.words,
        to_status=change.to_status.words,
        milestone=shorten(f"{milestone.label} {milestone.title}".strip(), 80) if milestone else "",
        from_colour=change.from_declared,
        to_colour=change.to_declared,
        old_due=change.old_due,
        new_due=change.new_due,
        because=change.reason,
        note=change.note,
        evidence=change.evidence,
        other_dates=others,
        route_to_green=change.route_to_green,
        help_needed=change.help_needed,
    )


def find_remaining_colours(
    actions: Iterable[Action], command: UpdateStatus, shared_refs: set[str]
) -> Iterator[tuple[str, Colour]]:
    """The open ones whose Red or Amber was declared earlier: a status alone does not take it back."""
    if command.status is None or command.declared is not None or command.blocked:
        return
    for action in {action.id: action for action in actions}.values():
        if action.status.is_open and action.declared in {Colour.RED, Colour.AMBER}:
            yield format_ref(action, shared_refs), action.declared


def find_completable_refs(actions: Iterable[Action], shared_refs: set[str]) -> Iterator[str]:
    """Those whose milestones are now all done while they themselves are still open, each once."""
    for action in {action.id: action for action in actions}.values():
        milestones = [each for each in action.milestones if each.gone_at is None]
        if action.status.is_open and all(not each.status.is_open for each in milestones):
            yield format_ref(action, shared_refs)
