"""What a ref means. A ref is not unique: the plan of the channel decides first, then the asker's own open
actions; if several are left, the asker is offered all of them.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from sqlalchemy.orm import Session

from bot.commands import Command, Scope
from bot.errors import CipError, NotUnderstoodError
from bot.messages import Candidate
from bot.plan.refs import RefQuery, normalise_ref, number_in
from bot.services import people
from bot.services.actions.presenters import short
from bot.services.people import Who, owner_of
from models.people import Person
from models.plans import Action, Milestone, Project, Section
from models.queries import actions as query
from models.queries import boards as boards_query
from models.queries import boards as plans_query
from models.queries import ref_index, refs
from models.queries.actions import ActionFilter

NEAR_ENOUGH = 60


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
    session: Session, who: Who, ref: RefQuery, *, hold: bool = False, about: int | None = None
) -> Target:
    """The one thing a ref means here; raises AmbiguousError, or NotUnderstoodError with the nearest ref.

    hold: it is going to be changed, so nobody else may until the transaction ends. about: the id of the
    action that is spoken of, for a ref that others have too.
    """
    known = refs.find_by_ref(session, who.workspace_id, ref.ref, ref.section, lock=hold)
    found = [Target(action, is_shared=known.is_shared) for action in known.actions]
    if not found:
        found = _milestones(session, who, ref.ref)
    found = _in_section(session, who, ref, found)
    if not found:
        raise _nearest(session, who, ref)
    found = _prefer(found, lambda target: target.action.id == about)
    for preference in (_of_channel, _own_open):
        if len(found) > 1:
            found = _prefer(found, preference(session, who))
    if len(found) > 1:
        raise AmbiguousError(ref, found)
    if hold and found[0].milestone is not None:
        query.lock_actions(session, [found[0].action.id])
    return found[0]


def _milestones(session: Session, who: Who, ref: str) -> list[Target]:
    return [
        Target(milestone.action, milestone)
        for milestone in ref_index.labelled_milestones(session, who.workspace_id, number_in(ref))
        if ref.lower() in milestone_refs(milestone.action.ref, milestone.label)
    ]


def milestone_refs(action_ref: str, label: str) -> set[str]:
    """How a milestone can be named, in lower case: "1.2.1" by itself, "a)" of 1.3 as "1.3a"."""
    mark = normalise_ref(label).lower()
    joined = normalise_ref(f"{action_ref}{label}").lower()
    return {joined, mark} if "." in mark else {joined}


def _prefer(found: list[Target], fits: Callable[[Target], bool]) -> list[Target]:
    return [target for target in found if fits(target)] or found


def _of_channel(session: Session, who: Who) -> Callable[[Target], bool]:
    boards = boards_query.boards_of_channel(session, who.workspace_id, who.channel_id, who.channel_name)
    return lambda target: target.action.plan.board_id in boards


def _own_open(_session: Session, who: Who) -> Callable[[Target], bool]:
    mine = who.person.id if who.person else None
    return lambda target: (
        target.action.status.is_open and any(owner.person_id == mine for owner in target.action.owners)
    )


def _in_section(session: Session, who: Who, ref: RefQuery, found: list[Target]) -> list[Target]:
    if ref.section is None or not found:
        return found
    numbered = [each for each in found if each.action.section.number.lower() == ref.section.lower()]
    if numbered:
        return numbered
    wanted = {section.id for section in sections_called(session, who.workspace_id, ref.section)}
    return [target for target in found if target.action.section_id in wanted]


def sections_called(session: Session, workspace_id: int, name: str) -> list[Section]:
    """By number, or by what words of its title begin with ("mtfs"), or else of its plan's ("children-1")."""
    every = plans_query.sections(session, workspace_id)
    return (
        [each for each in every if each.number.lower() == name.lower()]
        or _called(name, {each: each.title for each in every})
        or _called(name, {each: each.plan.title for each in every})
    )


def _called(name: str, titles: dict[Section, str]) -> list[Section]:
    """A number in the name is the section's where one has it: "2026" in a title is no section 2."""
    parts = re.split(r"[\s-]+", name.lower())
    found = [each for each, title in titles.items() if _is_called(parts, each.number, title)]
    return [each for each in found if each.number.lower() in parts] or found


def _is_called(parts: Sequence[str], number: str, title: str) -> bool:
    words = [*words_of(title), *title.lower().split()]
    return all(each == number.lower() or any(word.startswith(each) for word in words) for each in parts)


def words_of(title: str) -> list[str]:
    return re.findall(r"\w+", title.lower())


def _nearest(session: Session, who: Who, ref: RefQuery) -> NotUnderstoodError:
    known = ref_index.all_refs(session, who.workspace_id)
    shown = f"{ref.section}/{ref.ref}" if ref.section else ref.ref
    if not known:
        return NotUnderstoodError(
            "There is no plan here yet. A plan manager can bring one in with: python app.py import FILE."
        )
    if ref.section and not sections_called(session, who.workspace_id, ref.section):
        return NotUnderstoodError(_no_section(session, who, ref.section), suggestion=f"/cip show {ref.ref}")
    there = [section for section, found in known if found.lower() == ref.ref.lower()]
    if there and ref.section:
        return NotUnderstoodError(
            f"There is no action {ref.ref} in section {ref.section}.",
            suggestion=f"/cip show {there[0]}/{ref.ref}",
        )
    best = process.extractOne(ref.ref, sorted({found for _, found in known}), scorer=fuzz.ratio)
    if best is None or best[1] < NEAR_ENOUGH:
        return NotUnderstoodError(f"There is no action {shown} in the plan.", suggestion="/cip search WORDS")
    return NotUnderstoodError(
        f"There is no action {shown} in the plan. The nearest is {best[0]}.",
        suggestion=f"/cip show {best[0]}",
    )


def shared_among(session: Session, who: Who, targets: Sequence[Target]) -> set[str]:
    """Those refs of the targets' actions, in lower case, that other actions have too."""
    known = {target.action.ref.lower() for target in targets if target.is_shared}
    unsure = [target.action.ref for target in targets if target.is_shared is None]
    return known | ref_index.shared_refs(session, who.workspace_id, unsure) if unsure else known


@dataclass(frozen=True)
class NarrowedTo:
    """A scope that was found, and how to say it: "section 2, RM"."""

    narrowed: ActionFilter
    words: str
    person: Person | None = None


def narrow(session: Session, who: Who, scope: Scope, *, only_open: bool) -> NarrowedTo:
    """Find what a list is to be narrowed to; raises NotUnderstoodError naming what there is."""
    words: list[str] = []
    section_ids = project_ids = person = None
    if scope.section:
        sections = sections_called(session, who.workspace_id, scope.section)
        if not sections:
            raise NotUnderstoodError(_no_section(session, who, scope.section))
        section_ids = {section.id for section in sections}
        words.append(f"section {_listed(section.number for section in sections)}")
    if scope.project:
        projects = [
            project
            for project in plans_query.projects(session, who.workspace_id, scope.project)
            if section_ids is None or project.section_id in section_ids
        ]
        if not projects:
            raise NotUnderstoodError(
                f"There is no project {scope.project} in the plan.", suggestion="/cip at-risk s1"
            )
        project_ids = {project.id for project in projects}
        words.append(f"project {scope.project}{_of_sections(session, who, projects, section_ids)}")
    if scope.person is not None:
        person = people.find(session, who, scope.person)
        words.append(person.initials)
    return NarrowedTo(
        ActionFilter(None, section_ids, project_ids, person.id if person else None, only_open),
        ", ".join(words),
        person,
    )


def _of_sections(
    session: Session, who: Who, projects: Sequence[Project], section_ids: set[int] | None
) -> str:
    """Each section counts its own projects: where a number means several, that is said."""
    found = {project.section_id for project in projects}
    if section_ids is not None or len(found) < 2:  # noqa: PLR2004 - one section is no question
        return ""
    numbers = (each.number for each in plans_query.sections(session, who.workspace_id) if each.id in found)
    return f" of sections {_listed(numbers)}"


def _no_section(session: Session, who: Who, name: str) -> str:
    known = plans_query.sections(session, who.workspace_id)
    if not known:
        return "There is no plan here yet."
    listed = "; ".join(f"{section.number} {section.title}" for section in known)
    return f"There is no section “{name}”. The sections are: {listed}."


def _listed(words: Iterable[str]) -> str:
    return " and ".join(sorted(set(words)))


# A shorter one with a number after it is a ref of its own: "EH-3".
SHORTEST_WORD = 6


def outright(target: Target, ref: str, targets: Sequence[Target]) -> str:
    """A ref that names just this one of the targets: "1/5.2", and where another plan has that too, with the
    first long word that only this one's plan or section is called: "children-1/5.2".
    """
    section, plan = target.action.section, target.action.plan
    others = [each.action for each in targets if each.action.section is not section]
    titles = {each.section.title for each in others} | {each.plan.title for each in others} - {plan.title}
    taken = [word for title in titles for word in words_of(title)]
    own = [
        word
        for word in words_of(f"{plan.title} {section.title}")
        if len(word) >= SHORTEST_WORD
        and word.isalpha()
        and not any(other.startswith(word) for other in taken)
    ]
    is_shared = any(each.section.number == section.number for each in others)
    return f"{own[0]}-{section.number}/{ref}" if is_shared and own else f"{section.number}/{ref}"


def naming(command: Command, ref: RefQuery, chosen: str) -> str:
    """`command.line` with the first mention of `ref` (as typed) replaced by `chosen` ("1/5.2")."""
    section = rf"(?:s|sec|sect|section)?[ .]*{re.escape(ref.section)}[\s/:]+" if ref.section else ""
    pattern = rf"(?<![\w./])(?:{section})?{re.escape(ref.ref)}\.?(?![\w/]|\.\d)"
    line, count = re.subn(pattern, lambda _: chosen, command.line, count=1, flags=re.IGNORECASE)
    return line if count else f"show {chosen}"


def candidate(target: Target, ref: str, run: str) -> Candidate:
    """One of several to choose from. run: the line that means just this one."""
    action, milestone = target.action, target.milestone
    return Candidate(
        ref=ref,
        title=short(f"{milestone.label} {milestone.title}" if milestone else action.title),
        section=f"{action.section.number} {action.section.title}",
        owners=tuple(owner_of(owner.person) for owner in action.owners),
        run=run,
    )
