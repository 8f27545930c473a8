"""An update in whatever order people type it: refs, a status, a note, options, for one action or several."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.commands import Choose, Command, Offer, Option, PromptContext, UpdateSeveral, UpdateStatus
from bot.errors import NoRefError
from bot.plan.rag import Colour
from bot.plan.refs import RefQuery
from bot.plan.statuses import Status
from bot.plan.text import one_line
from bot.plan.wording import format_day
from bot.sentences import sentence
from handlers.command_parser.line import MAX_NOTE_LENGTH, InputLine, read_words, resolve_mentions
from handlers.command_parser.offers import (
    DAY_PROBLEMS,
    build_offer,
    describe,
    guess_update,
    join_options,
)
from handlers.command_parser.options import (
    OPTION_START,
    ParsedOptions,
    read_colour,
    read_evidence,
    split_options,
)
from handlers.command_parser.parts import Part, is_named, read_as_relation, read_parts, read_whole
from handlers.command_parser.ref_mentions import MAX_REFS
from handlers.command_parser.statements import Problem, Statement, read_statement
from handlers.command_parser.tokens import format_refs

_PUBLIC = re.compile(r"(?<=[\"'\u201d\s,;:.-])public$", re.IGNORECASE)
_BLOCKED_ON = re.compile(r"\b(?:blocked|stuck) on\s", re.IGNORECASE)


@dataclass(frozen=True)
class UpdateLine:
    """A line read as an update. parts: at least one. is_mixed: it is not clear what belongs to which ref.

    text: of the line. named_section: words before the first ref were taken for a section's name. relation:
    what the line says of the action asked about, where it only speaks of another ("waiting for 5.1"). whole:
    all of it, as said of its first ref.
    """

    input_line: InputLine
    parts: tuple[Part, ...]
    is_mixed: bool = False
    public: bool = False
    text: str = ""
    named_section: bool = False
    relation: Part | None = None
    whole: Part | None = None

    def without_section(self) -> "UpdateLine":
        """The line where the words before its first ref are not the name of a section."""
        return read_update_line(self.input_line, self.text, may_name_section=False)

    @property
    def has_refs(self) -> bool:
        return any(part.refs for part in self.parts)

    @property
    def is_clear(self) -> bool:
        return not self.is_mixed and all(part.statement.is_clear for part in self.parts)

    def to_command(self, asked: PromptContext) -> Command:
        """The update of the actions it names, or of those asked about; an offer where it is not plain. Raises
        NotUnderstoodError where neither is known.
        """
        line = one_line(self.input_line.text)
        if not asked.actions and self.whole is not None and any(not part.refs for part in self.parts):
            return replace(self, parts=(self.whole,), whole=None, is_mixed=False).to_command(asked)
        if not asked.actions and any(not part.refs for part in self.parts):
            asks = sentence("handlers.which_action_of_yours")
            raise self.input_line.not_understood(asks, "mine", NoRefError)
        if self.relation is not None:
            return self._of_relation(self.relation, asked, line)
        if self.is_mixed:
            refs = [each for part in self.parts for each in (part.refs or asked_refs(asked))]
            names = [f"{ref.section}/{ref.ref}" if ref.section else ref.ref for ref in dict.fromkeys(refs)]
            return self._offer_mixed(names, asked, line)
        if len(self.parts) == 1:
            return self._one(self.parts[0], asked, line)
        updates = tuple(_update(part.statement, part.refs or asked_refs(asked), line) for part in self.parts)
        updates = tuple(
            replace(each, action_id=asked.actions[0].action_id) if not part.refs else each
            for each, part in zip(updates, self.parts, strict=True)
        )
        if all(part.statement.is_clear for part in self.parts) and len(asked.actions) <= 1:
            return UpdateSeveral(updates=_checked(self.input_line, updates), public=self.public, line=line)
        unclear = [part for part in self.parts if not part.statement.is_clear]
        names = [each.ref for part in unclear for each in part.refs] or [each.ref for each in asked.actions]
        return self._offer_mixed(names, asked, line)

    @property
    def is_of_either(self) -> bool:
        """`blocked on 1.4 by audit`: 1.4, or what waits for it."""
        return _BLOCKED_ON.search(self.text) is not None

    def _of_relation(self, relation: Part, asked: PromptContext, line: str) -> Command:
        """`blocked by 2.6` is said of what was asked about; without a question, perhaps of 2.6."""
        if not asked.actions:
            part = self.parts[-1]
            return build_offer(part.statement, part.refs, line=line)
        if self.is_clear and self.is_of_either and len(asked.actions) == 1:
            return self._offer_either(relation, asked, line)
        return replace(self, parts=(relation,), relation=None, is_mixed=False).to_command(asked)

    def _offer_either(self, relation: Part, asked: PromptContext, line: str) -> Offer:
        own = replace(
            _update(relation.statement, asked_refs(asked), line), action_id=asked.actions[0].action_id
        )
        updates = [own, *(_update(part.statement, part.refs, line) for part in self.parts if part.refs)]
        names = [format_refs(each.refs) for each in updates]
        problem = sentence("handlers.asks_two_actions", refs=names)
        options = tuple(Option(_label_of(each), (each,)) for each in updates)
        return Offer(problem=problem, words=line, options=options, line=line)

    def _offer_mixed(self, names: Sequence[str], asked: PromptContext, line: str) -> Offer:
        """What the first of the actions may be said to be, or each what stands beside it."""
        if len(self.parts) > 1:
            problem = sentence("handlers.asks_two_actions", refs=list(names))
        else:
            problem = sentence("handlers.asks_corrected_ref", refs=list(names))
        own = asked_refs(asked) if len(asked.actions) == 1 else ()
        known = [replace(part, refs=part.refs or own) for part in self.parts if part.refs or own]
        guessed = {part: _guess(part, line) for part in known}
        likely = tuple(each for each in guessed.values() if each is not None)
        clear = tuple(each for part, each in guessed.items() if each and part.statement.is_clear)
        options = [
            Option(_label_of(each), (each,))
            for each in dict.fromkeys((*clear, *likely))
            if each in clear or each.status or each.declared
        ]
        for several in dict.fromkeys((clear, likely)):
            if len(several) > 1:
                options.insert(0, _option_of_several(several, line))
        if self.whole is not None:
            statement = self.whole.statement
            if statement.is_clear:
                update = _update(statement, self.whole.refs, line)
                options.append(Option(_label_of(update), (update,)))
            else:
                options += build_offer(statement, self.whole.refs, line=line).options
        return Offer(problem=problem, words=line, options=join_options(options), line=line)

    def _one(self, part: Part, asked: PromptContext, line: str) -> Command:
        statement = part.statement
        if part.refs:
            if statement.is_clear:
                [update] = _checked(self.input_line, (_update(statement, part.refs, line),))
                return replace(update, public=self.public)
            return build_offer(statement, part.refs, line=line)
        if len(asked.actions) > 1:
            return self._choose(statement, asked, line)
        action = asked.actions[0]
        refs = asked_refs(asked)
        if not statement.is_clear:
            return build_offer(statement, refs, line=line, action_id=action.action_id)
        [update] = _checked(
            self.input_line, (replace(_update(statement, refs, line), action_id=action.action_id),)
        )
        if asked.prompt_id is not None or asked.is_latest_topic:
            return update
        return Choose(updates=(update,), line=line)

    def _choose(self, statement: Statement, asked: PromptContext, line: str) -> Command:
        if not statement.is_clear:
            problem = sentence("handlers.which_action", refs=[each.ref for each in asked.actions])
            raise self.input_line.not_understood(problem)
        updates = tuple(
            replace(_update(statement, _refs_of(each.ref), line), action_id=each.action_id)
            for each in asked.actions
        )
        return Choose(updates=_checked(self.input_line, updates), line=line)


def _guess(part: Part, line: str) -> UpdateStatus | None:
    """What is said of the action, or most likely is; None where nothing is."""
    if part.statement.is_clear:
        return _update(part.statement, part.refs, line)
    return guess_update(part.statement, part.refs, line)


def _option_of_several(updates: tuple[UpdateStatus, ...], line: str) -> Option:
    label = ", ".join(_label_of(each) for each in updates)[:75]
    return Option(label, (UpdateSeveral(updates=updates, line=line),))


def _label_of(update: UpdateStatus) -> str:
    is_note = not (update.status or update.declared or update.due)
    return f"{format_refs(update.refs)} {'note' if is_note else describe(update)}"


def asked_refs(asked: PromptContext) -> tuple[RefQuery, ...]:
    """Of the actions asked about, as they are shown."""
    return tuple(ref for each in asked.actions for ref in _refs_of(each.ref))


def _refs_of(shown: str) -> tuple[RefQuery, ...]:
    """The ref as it is shown to people ("1/5.2")."""
    section, slash, ref = shown.partition("/")
    return (RefQuery(section, ref) if slash else RefQuery(None, shown),)


def _update(statement: Statement, refs: tuple[RefQuery, ...], line: str) -> UpdateStatus:
    return UpdateStatus(
        refs=refs,
        status=Status.IN_PROGRESS if statement.blocked else statement.status,
        declared=Colour.RED if statement.blocked else statement.declared,
        blocked=statement.blocked,
        note=resolve_mentions(statement.note),
        due=statement.due,
        due_text=statement.due_text,
        because=resolve_mentions(statement.because),
        evidence=statement.evidence,
        line=line,
    )


def _checked(input_line: InputLine, updates: tuple[UpdateStatus, ...]) -> tuple[UpdateStatus, ...]:
    """Raises NotUnderstoodError for too many actions, or too long a note or reason."""
    count = sum(len(each.refs) for each in updates)
    if count > MAX_REFS:
        raise input_line.not_understood(f"That names {count} actions. Update up to {MAX_REFS} at a time.")
    for update in updates:
        for name, words in (("note", update.note), ("reason", update.because)):
            if len(words) > MAX_NOTE_LENGTH:
                raise input_line.not_understood(
                    f"Your {name} is {len(words):,} characters long. It can have up to {MAX_NOTE_LENGTH:,}."
                    " Nothing was changed. Put the detail in a document and give its link with --evidence."
                )
    return updates


def read_update_line(input_line: InputLine, text: str, *, may_name_section: bool = True) -> UpdateLine:
    """text: what follows the verb. may_name_section: words before the first ref may be a section's name.

    Raises NotUnderstoodError for an option that cannot be read.
    """
    options = split_options(input_line, text) if OPTION_START.search(text) else ParsedOptions(text.strip())
    body, public = _split_public(options.body, input_line.today)
    words = read_words(body)
    parts, is_mixed = read_parts(words, input_line.today, may_name_section=may_name_section)
    named_section = any(is_named(ref) for part in parts for ref in part.refs)
    relation = read_as_relation(words, input_line.today)
    public = (
        public
        or "public" in options.values
        or any(part.statement.note.casefold() == "public" for part in parts)
    )
    parts = tuple(
        replace(part, statement=replace(part.statement, note=""))
        if part.statement.note.casefold() == "public"
        else part
        for part in parts
    )
    if options.values.keys() - {"public"}:
        if len(parts) != 1:
            is_mixed = True
        else:
            parts = (
                replace(parts[0], statement=_with_options(input_line, text, parts[0].statement, options)),
            )
    whole = read_whole(words, input_line.today) if len(parts) > 1 else None
    return UpdateLine(input_line, parts, is_mixed, public, text, named_section, relation, whole)


def _split_public(body: str, today: date) -> tuple[str, bool]:
    found = _PUBLIC.search(body.rstrip())
    if found is None:
        return body, False
    rest = body[: found.start()].rstrip(" -")
    if re.search(r"[\"'\u201d]\s*$", rest):
        return rest, True
    parts, is_mixed = read_parts(read_words(rest), today, may_name_section=True)
    is_all = not is_mixed and all(part.statement.is_clear and not part.statement.note for part in parts)
    return (rest, True) if is_all else (body, False)


def _with_options(
    input_line: InputLine, text: str, statement: Statement, options: ParsedOptions
) -> Statement:
    """What the words say, with the options. The words alone may be no update: an option makes them one."""
    values = options.values
    if "due" in values:
        statement = _with_due(statement, values["due"], input_line.today)
    colour = read_colour(input_line, text, values["rag"]) if "rag" in values else None
    if colour and statement.declared and colour is not statement.declared:
        raise input_line.not_understood(
            f"That gives two colours, {statement.declared.words} and {colour.words}. Give one."
        )
    evidence = (
        read_evidence(input_line, text, values["evidence"]) if "evidence" in values else statement.evidence
    )
    note = _join(statement.note, values.get("note", "").strip())
    because = _join(statement.because, values.get("because", "").strip())
    statement = replace(
        statement, declared=colour or statement.declared, evidence=evidence, note=note, because=because
    )
    if because and not statement.due and statement.problem not in DAY_PROBLEMS:
        statement = replace(statement, note=f"{note}, because {because}" if note else because, because="")
    if statement.problem is Problem.NO_REASON and because:
        statement = replace(statement, problem=None)
    says = any((statement.status, statement.declared, statement.due, statement.note, statement.evidence))
    if statement.problem is Problem.REMARK and colour:
        statement = replace(statement, problem=None)
    if statement.problem is Problem.NOTHING and says:
        statement = replace(statement, problem=None)
    return statement


def _with_due(statement: Statement, value: str, today: date) -> Statement:
    """The value of --due is a day, perhaps with its reason and other words after it."""
    dated = read_statement(f"due: {value.strip()}", today=today)
    if dated.due is None and dated.problem not in DAY_PROBLEMS:
        dated = Statement(dated.words, problem=Problem.NO_DAY, day_words=one_line(value))
    if dated.problem in DAY_PROBLEMS:
        return replace(
            statement,
            problem=dated.problem,
            days=dated.days,
            day_words=dated.day_words,
            because=dated.because,
        )
    problem = statement.problem if statement.problem not in {None, Problem.NOTHING} else dated.problem
    if statement.due and statement.due != dated.due:
        return replace(
            statement, problem=Problem.WHICH_DAY, day_words=f"{format_day(statement.due)}, {value}"
        )
    return replace(
        statement,
        due=dated.due,
        due_text=dated.due_text,
        because=_join(statement.because, dated.because),
        status=statement.status or dated.status,
        note=_join(statement.note, dated.note),
        problem=problem,
        days=dated.days,
        day_words=dated.day_words,
    )


def _join(*parts: str) -> str:
    return " ".join(part for part in parts if part)
