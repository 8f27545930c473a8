"""What a ref means. A ref is not unique: the plan of the channel decides first, then the asker's own open
actions; if several are left, the asker is offered all of them.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process
from sqlalchemy.orm import Session

from bot.commands import Command, PersonRef, Scope
from bot.errors import CipError, NotUnderstoodError, UnknownRefError, UnknownSectionError
from bot.messages import Candidate
from bot.plan.refs import RefQuery, normalise_ref, number_in
from bot.plan.text import letters_only
from bot.plan.wording import join_words
from bot.sentences import sentence
from bot.services import people
from bot.services.actions.presenters import shorten
from bot.services.people import Actor, present_owner
from models.people import Person
from models.plans import Action, Milestone, Project, Section
from models.queries import actions as query
from models.queries import boards as boards_query
from models.queries import boards as plans_query
from models.queries import ref_index, refs
from models.queries.actions import ActionFilter

MIN_SIMILARITY = 60
_SECTION_NUMBER = re.compile(r"[0-9]{1,3}")
# "2026-27" is one word, "children-1" is two.
_YEARS = re.compile(r"[0-9]{4}-[0-9]{2,4}")
_NAME_PART = re.compile(rf"{_YEARS.pattern}|[^\s-]+")


@dataclass(frozen=True)
class Target:
    """What a ref was found to mean: an action, or one of its milestones.

    is_shared: whether other actions have the action's ref too; None where nobody looked.
    """

    action: Action
    milestone: Milestone | None = None
    is_shared: bool | None = None


class AmbiguousError(CipError):
    """A ref that means several things. Not a failure: the asker is offered the targets."""

    def __init__(self, ref: RefQuery, targets: Sequence[Target]) -> None:
        super().__init__(f"{ref.ref} names {len(targets)} actions.")
        self.ref = ref
        self.targets = targets


def resolve(
    session: Session,
    actor: Actor,
    ref: RefQuery,
    *,
    lock: bool = False,
    preferred_action_id: int | None = None,
) -> Target:
    """The one thing a ref means here; raises AmbiguousError, or NotUnderstoodError with the nearest ref.

    lock: it is going to be changed, so nobody else may until the transaction ends. preferred_action_id:
    the id of the action in question, for a ref that others have too.
    """
    matches = _find_matches(session, actor, ref, lock=lock)
    if lock and matches.has_hidden:
        _require_own_channel(session, actor, ref)
    targets = [Target(action, is_shared=matches.is_shared) for action in matches.actions]
    if not targets:
        targets = _find_milestones(session, actor, ref.ref)
    targets = _filter_by_section(session, actor, ref, targets)
    if not targets:
        raise _not_found_error(session, actor, ref)
    targets = _prefer(targets, lambda target: target.action.id == preferred_action_id)
    for preference in (_channel_predicate, _open_owned_predicate):
        if len(targets) > 1:
            targets = _prefer(targets, preference(session, actor))
    if len(targets) > 1:
        raise AmbiguousError(ref, targets)
    if lock and targets[0].milestone is not None:
        query.lock_actions(session, [targets[0].action.id])
    return targets[0]


def _find_matches(session: Session, actor: Actor, ref: RefQuery, *, lock: bool) -> refs.RefMatch:
    """By the ref as the plan prints it, "Priority 1.2", then by its number, then by another word for it."""
    names = [ref.printed] if ref.printed else []
    for name in (*names, ref.ref):
        matches = refs.find_by_ref(session, actor.workspace_id, name, ref.section, actor.boards, lock=lock)
        if matches.actions or matches.has_hidden:
            return matches
    other = _find_other_spelling(session, actor, ref)
    if other is None:
        return matches
    return refs.find_by_ref(session, actor.workspace_id, other, ref.section, actor.boards, lock=lock)


def _find_other_spelling(session: Session, actor: Actor, ref: RefQuery) -> str | None:
    """The one ref that is the same but for marks ("R-0001"), or for its word ("Rec 3", "Recommendation 3"); a
    bare number means the one ref that has it after a word.
    """
    typed = letters_only(ref.printed or ref.ref)
    every = {found for _, found in ref_index.all_refs(session, actor.workspace_id, actor.boards)}
    alike = [each for each in every if letters_only(each) == typed]
    if not alike and (number := number_in(ref.ref)) == number_in(typed):
        word = typed.removesuffix(letters_only(number))
        alike = [
            each
            for each in every
            if each[:1].isalpha() and number_in(each) == number and letters_only(each).startswith(word[:3])
        ]
    return alike[0] if len(alike) == 1 else None


def list_refs(session: Session, actor: Actor) -> set[str]:
    """Every ref in the plans that the actor may read, as they print them."""
    return {ref for _, ref in ref_index.all_refs(session, actor.workspace_id, actor.boards)}


def _require_own_channel(session: Session, actor: Actor, ref: RefQuery) -> None:
    """Raises NotUnderstoodError where a bare number is said in another board's channel, whose plan has that
    number too: it may be meant, and must not change what has the same number in the asker's own plan.
    """
    if not actor.is_in_channel or (ref.section and not _SECTION_NUMBER.fullmatch(ref.section)):
        return
    boards = boards_query.boards_of_channel(session, actor.workspace_id, actor.channel_id, actor.channel_name)
    if boards and not any(each in actor.boards for each in boards):
        raise NotUnderstoodError(sentence("services.channel_of_other_board", ref=ref.ref))


def _find_milestones(session: Session, actor: Actor, ref: str) -> list[Target]:
    return [
        Target(milestone.action, milestone)
        for milestone in ref_index.labelled_milestones(
            session, actor.workspace_id, number_in(ref), actor.boards
        )
        if ref.lower() in milestone_refs(milestone.action.ref, milestone.label)
    ]


def milestone_refs(action_ref: str, label: str) -> set[str]:
    """How a milestone can be named, in lower case: "1.2.1" by itself, "a)" of 1.3 as "1.3a"."""
    mark = normalise_ref(label).lower()
    joined = normalise_ref(f"{action_ref}{label}").lower()
    return {joined, mark} if "." in mark else {joined}


def _prefer(targets: list[Target], predicate: Callable[[Target], bool]) -> list[Target]:
    return [target for target in targets if predicate(target)] or targets


def _channel_predicate(session: Session, actor: Actor) -> Callable[[Target], bool]:
    boards = boards_query.boards_of_channel(session, actor.workspace_id, actor.channel_id, actor.channel_name)
    return lambda target: target.action.plan.board_id in boards


def _open_owned_predicate(_session: Session, actor: Actor) -> Callable[[Target], bool]:
    mine = actor.person.id if actor.person else None
    return lambda target: (
        target.action.status.is_open and any(owner.person_id == mine for owner in target.action.owners)
    )


def _filter_by_section(session: Session, actor: Actor, ref: RefQuery, targets: list[Target]) -> list[Target]:
    if ref.section is None or not targets:
        return targets
    numbered = [each for each in targets if each.action.section.number.lower() == ref.section.lower()]
    if numbered:
        return numbered
    wanted = {section.id for section in find_sections(session, actor, ref.section)}
    return [target for target in targets if target.action.section_id in wanted]


def find_sections(session: Session, actor: Actor, name: str) -> list[Section]:
    """By number, or by what words of its title begin with ("mtfs"), or else of its plan's ("children-1"). A
    number is a section's and nothing else: "20" is no part of "2026-27".
    """
    every = plans_query.sections(session, actor.workspace_id, actor.boards)
    numbered = [each for each in every if each.number.lower() == name.lower()]
    if numbered or _SECTION_NUMBER.fullmatch(name):
        return numbered
    return _match_titles(name, {each: each.title for each in every}) or _match_titles(
        name, {each: each.plan.title for each in every}
    )


def _match_titles(name: str, titles: dict[Section, str]) -> list[Section]:
    """A number in the name is the section's where one has it: "2026" in a title is no section 2."""
    parts = _NAME_PART.findall(name.lower())
    found = [each for each, title in titles.items() if _is_title_match(parts, each.number, title)]
    return [each for each in found if each.number.lower() in parts] or found


def _is_title_match(parts: Sequence[str], number: str, title: str) -> bool:
    words = [*split_words(title), *title.lower().split(), *_YEARS.findall(title)]
    return bool(parts) and all(part == number.lower() or _is_word_match(part, words) for part in parts)


def _is_word_match(part: str, words: Sequence[str]) -> bool:
    """Letters may be the beginning of a word; a number is a whole one, with at least the digits of a year."""
    if not part[0].isdecimal():
        return any(word.startswith(part) for word in words)
    return _SECTION_NUMBER.fullmatch(part) is None and part in words


def split_words(title: str) -> list[str]:
    return re.findall(r"\w+", title.lower())


def _not_found_error(session: Session, actor: Actor, ref: RefQuery) -> NotUnderstoodError:
    refs_by_section = ref_index.all_refs(session, actor.workspace_id, actor.boards)
    display_ref = f"{ref.section}/{ref.ref}" if ref.section else ref.ref
    if not refs_by_section:
        return NotUnderstoodError(sentence("services.no_plan_to_show"))
    if ref.section and not find_sections(session, actor, ref.section):
        is_known = any(found.lower() == ref.ref.lower() for _, found in refs_by_section)
        return UnknownSectionError(
            _describe_missing_section(session, actor, ref.section),
            suggestion=f"/cip show {ref.ref}" if is_known else "/cip mine",
        )
    sections = [section for section, found in refs_by_section if found.lower() == ref.ref.lower()]
    if sections and ref.section:
        return NotUnderstoodError(
            sentence("services.no_action_in_section", ref=ref.ref, section=ref.section),
            suggestion=f"/cip show {sections[0]}/{ref.ref}",
        )
    best = process.extractOne(ref.ref, sorted({found for _, found in refs_by_section}), scorer=fuzz.ratio)
    if best is None or best[1] < MIN_SIMILARITY:
        return UnknownRefError(
            sentence("services.no_action", ref=display_ref, nearest=""), suggestion="/cip mine"
        )
    return UnknownRefError(
        sentence("services.no_action", ref=display_ref, nearest=best[0]),
        suggestion=f"/cip show {best[0]}",
    )


def find_shared_refs(session: Session, actor: Actor, targets: Sequence[Target]) -> set[str]:
    """Those refs of the targets' actions, in lower case, that other actions have too."""
    shared_refs = {target.action.ref.lower() for target in targets if target.is_shared}
    unsure = [target.action.ref for target in targets if target.is_shared is None]
    return shared_refs | ref_index.shared_refs(session, actor.workspace_id, unsure) if unsure else shared_refs


@dataclass(frozen=True)
class ResolvedScope:
    """A scope that was found, and how to say it: "section 2, RM"."""

    action_filter: ActionFilter
    label: str
    person: Person | None = None


def resolve_scope(session: Session, actor: Actor, scope: Scope, *, only_open: bool) -> ResolvedScope:
    """Find what a list is to be narrowed to; raises NotUnderstoodError naming what there is."""
    labels: list[str] = []
    section_ids = project_ids = person = None
    scope = name_scope(session, actor, scope)
    if scope.section:
        sections = find_sections(session, actor, scope.section)
        if not sections:
            raise NotUnderstoodError(_describe_missing_section(session, actor, scope.section))
        section_ids = {section.id for section in sections}
        labels.append(f"section {_list_numbers(sections)}")
    if scope.project:
        projects = [
            project
            for project in plans_query.projects(session, actor.workspace_id, scope.project, actor.boards)
            if section_ids is None or project.section_id in section_ids
        ]
        if not projects:
            raise NotUnderstoodError(
                f"There is no project {scope.project} in the plan.", suggestion="/cip at-risk s1"
            )
        project_ids = {project.id for project in projects}
        labels.append(f"project {scope.project}{_describe_sections(session, actor, projects, section_ids)}")
    if scope.person is not None:
        person = people.find_person(session, actor, scope.person)
        labels.append(person.initials)
    return ResolvedScope(
        ActionFilter(
            section_ids=section_ids,
            project_ids=project_ids,
            person_id=person.id if person else None,
            only_open=only_open,
        ),
        ", ".join(labels),
        person,
    )


def name_scope(session: Session, actor: Actor, scope: Scope) -> Scope:
    """The scope, where words that name no section name a project or a person: "overdue housing"."""
    words = scope.section
    if not words or _SECTION_NUMBER.fullmatch(words) or find_sections(session, actor, words):
        return scope
    if not scope.project:
        parts = words.lower().split()
        named = {
            each.number
            for each in plans_query.projects(session, actor.workspace_id, None, actor.boards)
            if _is_title_match(parts, each.number, each.title)
        }
        if len(named) == 1:
            return replace(scope, section="", project=named.pop())
    if scope.person is None and people.knows_name(session, actor, words):
        return replace(scope, section="", person=PersonRef(name=words))
    return scope


def _describe_sections(
    session: Session, actor: Actor, projects: Sequence[Project], section_ids: set[int] | None
) -> str:
    """Each section counts its own projects: where a number means several, that is said."""
    found = {project.section_id for project in projects}
    if section_ids is not None or len(found) < 2:  # noqa: PLR2004 - one section is no question
        return ""
    sections = [
        each for each in plans_query.sections(session, actor.workspace_id, actor.boards) if each.id in found
    ]
    return f" of sections {_list_numbers(sections)}"


def _list_numbers(sections: Iterable[Section]) -> str:
    """Each number once: two plans may count their sections alike."""
    return join_words(sorted({section.number for section in sections}))


def _describe_missing_section(session: Session, actor: Actor, name: str) -> str:
    sections = plans_query.sections(session, actor.workspace_id, actor.boards)
    if not sections:
        return sentence("services.no_plan")
    titles = [f"{section.number} {section.title}" for section in sections]
    return sentence("services.no_section", name=name, sections=titles)


# A shorter one with a number after it is a ref of its own: "EH-3".
MIN_WORD_LENGTH = 6


def build_unique_ref(target: Target, ref: str, targets: Sequence[Target]) -> str:
    """A ref that names just this one of the targets: "1/5.2", and where another plan has that too, with the
    first long word that only this one's plan or section is called: "children-1/5.2".
    """
    section, plan = target.action.section, target.action.plan
    others = [each.action for each in targets if each.action.section is not section]
    titles = {each.section.title for each in others} | {each.plan.title for each in others} - {plan.title}
    other_words = [word for title in titles for word in split_words(title)]
    own_words = [
        word
        for word in split_words(f"{plan.title} {section.title}")
        if len(word) >= MIN_WORD_LENGTH
        and word.isalpha()
        and not any(other.startswith(word) for other in other_words)
    ]
    is_shared = any(each.section.number == section.number for each in others)
    return f"{own_words[0]}-{section.number}/{ref}" if is_shared and own_words else f"{section.number}/{ref}"


def replace_ref(command: Command, ref: RefQuery, unique_ref: str) -> str:
    """`command.line` with the first mention of `ref` (as typed) replaced by `unique_ref` ("1/5.2")."""
    section = rf"(?:s|sec|sect|section)?[ .]*{re.escape(ref.section)}[\s/:]+" if ref.section else ""
    pattern = rf"(?<![\w./])(?:{section})?{re.escape(ref.ref)}\.?(?![\w/]|\.\d)"
    line, count = re.subn(pattern, lambda _: unique_ref, command.line, count=1, flags=re.IGNORECASE)
    return line if count else f"show {unique_ref}"


def build_candidate(target: Target, ref: str, command_line: str) -> Candidate:
    """One of several to choose from. command_line: the line that means just this one."""
    action, milestone = target.action, target.milestone
    return Candidate(
        ref=ref,
        title=shorten(f"{milestone.label} {milestone.title}" if milestone else action.title),
        section=f"{action.section.number} {action.section.title}",
        owners=tuple(present_owner(owner.person) for owner in action.owners),
        run=command_line,
    )
