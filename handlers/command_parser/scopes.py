"""What a list is narrowed to: `s2`, `section 2`, `mtfs`, `project 5`, `p5`, `@person`, `RM`."""

import re

from bot.commands import PersonRef, Scope
from bot.plan.text import one_line, plain_marks
from handlers.command_parser.people_said import initials, leading_person, looks_like_initials
from handlers.command_parser.refs_said import any_ref, written
from handlers.command_parser.typed import Typed, said

_SECTION = re.compile(r"(?:section|sect|sec|s)\.?[\s-]*(?P<n>[0-9]{1,3})(?!\w|\.[0-9])", re.IGNORECASE)
_PROJECT = re.compile(
    r"(?:project|proj|priority|p)\.?[\s-]*(?P<n>[0-9]{1,4}[a-z]?)(?!\w|\.[0-9])", re.IGNORECASE
)
_SECTION_NAMED = re.compile(r"(?:section|sect|sec)\s+(?=[^\W\d])", re.IGNORECASE)
_ME = re.compile(r"(?:me|mine|my|myself)(?!\w)", re.IGNORECASE)
_LINKING = re.compile(
    r"(?:for|in|of|by|with|only|from|the|and|actions?|items?|all|please)(?!\w)|[\s,;.:=+&\"'-]+",
    re.IGNORECASE,
)
_WORD = re.compile(r"\S+")
_LONGEST_SCOPE, _LONGEST_TITLE = 200, 60


def read_scope(typed: Typed, verb: str, text: str) -> Scope:
    """Read what follows the verb; raises NotUnderstoodError for two of a kind, a bare number or a ref."""
    if len(text) > _LONGEST_SCOPE:
        raise typed.misread(f"I can't tell what {said(text)} narrows the list to.", f"{verb} s1")
    rest, scope, title = text.strip(), Scope(), ""
    while rest:
        linking = _LINKING.match(plain_marks(rest))
        if linking:
            rest = rest[linking.end() :]
            continue
        part, rest = _part(typed, verb, rest)
        if isinstance(part, str):
            title = f"{title} {part}".strip()
        else:
            scope = _joined(typed, scope, part)
    if not title:
        return scope
    if len(title) > _LONGEST_TITLE:
        raise typed.misread(f"I can't tell what {said(title)} narrows the list to.", f"{verb} s1")
    return _joined(typed, scope, Scope(section=title))


def _part(typed: Typed, verb: str, text: str) -> tuple[Scope | str, str]:
    """Take one part of a scope: a Scope, or a word of a section's title."""
    person = leading_person(text)
    if person:
        return Scope(person=person[0]), person[1]
    plain = plain_marks(text)
    if section := _SECTION.match(plain):
        return Scope(section=section["n"].lstrip("0") or "0"), text[section.end() :]
    if project := _PROJECT.match(plain):
        return Scope(project=project["n"].lstrip("0") or "0"), text[project.end() :]
    named = _SECTION_NAMED.match(plain)
    word = _WORD.match(text[named.end() :]) if named else _WORD.match(text)
    if me := _ME.match(plain):
        return Scope(person=PersonRef(name="me")), text[me.end() :]
    bare = word[0].strip(".,;:!?\"'“”") if word else ""
    rest = text[(named.end() if named else 0) + (word.end() if word else 0) :]
    if looks_like_initials(bare) and not named:
        return Scope(person=PersonRef(name=initials(bare))), rest
    _refuse(typed, verb, bare, text)
    return bare.casefold(), rest


def _refuse(typed: Typed, verb: str, word: str, text: str) -> None:
    """Raise for what can't narrow a list, with the line that was probably meant."""
    ref = any_ref(text)
    if ref and word[:1].isdigit():
        refs = written(ref.refs)
        if verb == "at-risk":
            raise typed.misread(
                f"at-risk gives a list. To say that {refs} is at risk:", f"update {refs} at-risk"
            )
        raise typed.misread(f"{verb} gives a list. For {refs} alone, use show.", f"show {refs}")
    if word.isdecimal():
        raise typed.misread(
            f"Do you mean section {word} or project {word}? Say s{word} or p{word}.", f"{verb} s{word}"
        )
    if word.startswith("<"):
        raise typed.misread(
            f"{verb} can be narrowed to a section, a project or a person, not {said(word)}.", verb
        )


def _joined(typed: Typed, scope: Scope, more: Scope) -> Scope:
    for kind in ("section", "project", "person"):
        if getattr(scope, kind) and getattr(more, kind):
            raise typed.misread(f"One {kind} at a time, please. I read {_two(scope, more, kind)}.")
    return Scope(scope.section or more.section, scope.project or more.project, scope.person or more.person)


def _two(scope: Scope, more: Scope, kind: str) -> str:
    def name(each: Scope) -> str:
        value = getattr(each, kind)
        return value if isinstance(value, str) else value.name or f"<@{value.user_id}>"

    return one_line(f"{name(scope)} and {name(more)}")
