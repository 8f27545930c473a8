"""A line as it is read, whole: a command, an update, a question or a pleasantry; on its own, or as the answer
to what the bot asked.
"""

import re
from dataclasses import replace
from datetime import date
from functools import cached_property

from bot.commands import (
    Command,
    Help,
    Offer,
    Option,
    PromptContext,
    Show,
    SmallTalk,
    Snooze,
    UpdateStatus,
    Why,
)
from bot.errors import NoRefError, NotUnderstoodError, UnknownOptionError
from bot.plan.text import one_line, plain_marks
from bot.sentences import sentence
from handlers.command_parser.line import (
    nearest_verb,
    quote,
    read_input_line,
    read_topic,
    read_verb,
    read_words,
)
from handlers.command_parser.marks import has_only_marks
from handlers.command_parser.offers import build_offer, describe, join_options
from handlers.command_parser.owner_remarks import add_remarks, build_away_offer, build_not_mine
from handlers.command_parser.parts import Part
from handlers.command_parser.questions import (
    asks,
    describe_unanswered,
    is_request_to_record,
    names_list,
    read_listing,
    read_question,
)
from handlers.command_parser.ref_mentions import RefGroup, find_ref_groups
from handlers.command_parser.small_talk import Later, read_later, read_small_talk
from handlers.command_parser.statements import Problem, Statement, read_statement
from handlers.command_parser.tokens import format_refs, leading_refs
from handlers.command_parser.updates import UpdateLine, asked_refs, read_update_line
from handlers.command_parser.verbs import (
    EVERYDAY_VERBS,
    HELP,
    VERBS,
    begins_with_everyday_words,
    is_plain_command,
)

NOTHING_ASKED = PromptContext(())
# More words than these beside a ref say something, and do not ask to see it.
_MAX_COURTESY_WORDS = 3
# What is asked for effect, after what is said.
_FOR_EFFECT = re.compile(
    r"(?<=[.!\w])[.!]\s*(?:happy(?: now)?|satisfied(?: now)?|ok(?:ay)?|all ?right|right|yeah|see"
    r"|good enough|is that (?:ok|enough|all)"
    r"|that ok|anything else|what else|any questions|got it)\s*[?!]+\s*$",
    re.IGNORECASE,
)
_OF_ONE_ACTION = {"show", "history", "why"}
# "Show me 5.2 history".
_SHOWS_OF_ONE = re.compile(
    r"(?:please\s++|pls\s++)?+(?:show|give|get|send|see|view)\s++(?:me\s++"
    r"|us\s++)?+(?P<of>\S{1,20}(?:\s\S{1,10})?+\s++(?:history|log|changes))[\s.?!]*+",
    re.IGNORECASE,
)
_PLAIN_UPDATE = re.compile(r"\s*update\s+(?!help\b|[?-])\S+\s+\S", re.IGNORECASE)
_UPDATE_VERBS = {"update", "status"}
_ASKS_FOR_DATE = re.compile(
    r"(?:please\s+|so\s+|ok\s+)*(?:can|could|may|shall|would)\b.*\b(?:have|move|go|get|say|push|extend|make|"
    r"change|till|until)\b",
    re.IGNORECASE,
)
_MILESTONE = re.compile(r"\s*\(?(?P<label>[a-z]|[ivx]{2,5})\)\s+", re.IGNORECASE)
_SHARE_ALONE = re.compile(r"\s*+[0-9]{1,4}\s*+/\s*+[0-9]{1,4}[\s.!]*+")
_BEGINS_WITH_SHARE = re.compile(r"\s*+(?P<done>[0-9]{1,4})\s?/\s?(?P<of>[0-9]{1,4})(?![\w./])")
_MISTYPED_UPDATE = re.compile(r"(?P<word>[^\W\d_]{5,8})\s+(?=[\w#])")


class LineReading:
    """What a line says. It is read once, without the database; what it means where the bot asked something
    before is then found at once.
    """

    def __init__(self, text: str, *, today: date, command: str = "/cip", may_correct: bool = True) -> None:
        """today: in the asker's timezone; a date without a year counts from it. command: how suggestions
        begin. may_correct: a mistyped verb may be put right in what is suggested.

        Raises NotUnderstoodError for a text that is too long.
        """
        self._may_correct = may_correct
        self._input_line = read_input_line(text, today=today, command=command)
        self._words = _FOR_EFFECT.sub("", read_words(self._input_line.text))
        plain = plain_marks(self._words)
        self._unknown_option: UnknownOptionError | None = None
        self._update: UpdateLine | NotUnderstoodError | None = None
        # Most lines begin with "update": nothing else is looked for in them.
        self._is_plain_update = _PLAIN_UPDATE.match(plain) is not None
        self._talk = None if self._is_plain_update else read_small_talk(plain)
        self._later = None if self._is_plain_update else read_later(plain, today)
        self._command = None if self._is_plain_update else self._read_command()
        self._asks = self._command is None and (
            plain.rstrip(" .!").endswith("?") or not self._is_plain_update
        )
        self._asks = self._asks and asks(plain) and not self._later
        self._question = None if self._is_plain_update and not self._asks else self._read_question(plain)
        if self._command is None and not (self._talk and not self._groups):
            self._update = self._read_update()

    @cached_property
    def _groups(self) -> list[RefGroup]:
        return find_ref_groups(self._words)

    @property
    def may_answer(self) -> bool:
        """Whether it may be the answer to a question, so that it matters what was asked."""
        return not isinstance(self._command, Command) or self._may_be_answer_too

    @property
    def _may_be_answer_too(self) -> bool:
        """`at risk`, which is a list and a status; `calendar invites are out`, which only begins with a
        command's word.
        """
        if self._command is None or self._is_plain_update:
            return False
        return begins_with_everyday_words(
            self._words, is_command=isinstance(self._command, Command), has_refs=bool(self._groups)
        )

    def _put_off(self, later: Later, asked: PromptContext, line: str) -> Command:
        """What was asked last is put off; where something else came between, that is confirmed first."""
        items = tuple(each.item_id for each in asked.actions)
        snooze = Snooze(item_ids=items, until=later.day, line=line)
        if asked.is_latest_topic:
            return snooze
        problem = sentence("handlers.asks_later", refs=[each.ref for each in asked.actions])
        options = (Option(sentence("handlers.option_later"), (snooze,)),)
        return Offer(problem=problem, words=line, options=options, line=line)

    def to_command_without_refs(self, asked: PromptContext, problem: str) -> Offer | None:
        """What the words say of the action asked about, if their numbers are no refs, to be confirmed; None
        where none, or more than one, was asked about. problem: what is asked.
        """
        is_command = isinstance(self._command, Command) or self._question is not None
        begins_with_ref = bool(self._groups) and not self._words[: self._groups[0].start].strip()
        begins_with_ref = begins_with_ref and not self.begins_with_share
        if len(asked.actions) != 1 or self._is_plain_update or is_command or begins_with_ref:
            return None
        statement = read_statement(self._words, today=self._input_line.today)
        command = UpdateLine(self._input_line, (Part((), statement),)).to_command(asked)
        if isinstance(command, Offer):
            return replace(command, problem=problem)
        if not isinstance(command, UpdateStatus):
            return None
        note = replace(
            command, status=None, declared=None, blocked=False, note=one_line(self._words), due=None
        )
        options = [Option(describe(each), (each,)) for each in (command, replace(note, because=""))]
        return Offer(
            problem=problem,
            words=one_line(self._words),
            options=join_options(options),
            line=one_line(self._input_line.text),
        )

    @property
    def begins_with_share(self) -> bool:
        """Whether it begins as "4/5 teams" does, which may name an action or tell how much is done."""
        share = _BEGINS_WITH_SHARE.match(self._words)
        return share is not None and int(share["done"]) <= int(share["of"])

    @property
    def speaks_of_action(self) -> bool:
        """Whether it names an action or says a status, plainly or not."""
        update = self._update
        if not isinstance(update, UpdateLine):
            return False
        return update.has_refs or bool(update.parts[0].statement.about) or update.parts[0].statement.is_clear

    def to_command(self, asked: PromptContext = NOTHING_ASKED) -> Command:  # noqa: PLR0911 - a kind of line each
        """The command. Raises NotUnderstoodError."""
        line = one_line(self._input_line.text)
        if not self._input_line.text:
            return Help()
        if self._later and asked.actions:
            return self._put_off(self._later, asked, line)
        is_reply = bool(asked.actions) and (asked.is_latest_topic or asked.prompt_id is not None)
        if is_reply and self._may_be_answer_too:
            return read_update_line(self._input_line, self._words).to_command(asked)
        if isinstance(self._command, NotUnderstoodError):
            raise self._command
        if self._command is not None:
            return self._command
        if self._talk and not self._groups:
            return self._talk_about(asked, line)
        if self._question is not None and not self._asks_for_date:
            return self._question
        if self._asks and not self._is_request and not self._asks_for_date:
            return self._answer_question(asked, line)
        return self._to_update_or_remark(asked, line)

    def _to_update_or_remark(self, asked: PromptContext, line: str) -> Command:
        """The update; or what it says of its owner, where it says nothing for certain of an action."""
        try:
            command = self._to_update(asked, line)
        except NotUnderstoodError:
            away = build_away_offer(self._words, line, self._input_line.today)
            remark = away or build_not_mine(self._words, line)
            if remark is None:
                raise
            return remark
        if isinstance(command, Offer):
            return add_remarks(command, self._words, self._input_line.today, asked)
        return command

    def to_command_without_section(self, asked: PromptContext = NOTHING_ASKED) -> Command | None:
        """The update where the words before the ref name no section; None where the line is no update."""
        if not isinstance(self._update, UpdateLine) or not self._update.named_section:
            return None
        self._update = self._update.without_section()
        return self.to_command(asked)

    @property
    def _asks_for_date(self) -> bool:
        """Whether it asks for a new date: `can I have till the 18th for 2.2?`."""
        return (
            not self._is_plain_update
            and isinstance(self._update, UpdateLine)
            and _ASKS_FOR_DATE.match(self._words) is not None
            and any(part.statement.due for part in self._update.parts)
        )

    @property
    def _is_request(self) -> bool:
        return not self._is_plain_update and is_request_to_record(self._words) is not None

    def _talk_about(self, asked: PromptContext, line: str) -> Command:
        if self._talk == "about" and len(asked.actions) == 1:
            [ref] = asked_refs(asked)
            return Why(ref=ref, line=line)
        return SmallTalk(kind=self._talk or "", line=line)

    def _answer_question(self, asked: PromptContext, line: str) -> Command:
        """A question that no list answers: about the action that was asked about, or about none."""
        statement = Statement(one_line(self._words), problem=Problem.QUESTION)
        if isinstance(self._update, UpdateLine):
            statement = self._update.parts[0].statement
        refs = asked_refs(asked) or tuple(ref for group in self._groups for ref in group.refs)
        if not refs:
            raise describe_unanswered(self._input_line, self._words)
        if statement.problem is None:
            statement = Statement(one_line(self._words), problem=Problem.QUESTION)
        action_id = asked.actions[0].action_id if len(asked.actions) == 1 else None
        return build_offer(statement, refs, line=line, action_id=action_id)

    def _to_update(self, asked: PromptContext, line: str) -> Command:
        update = self._update
        if isinstance(update, NotUnderstoodError):
            raise update
        if update is None or (not self._is_plain_update and has_only_marks(self._input_line.text)):
            if len(asked.actions) == 1:
                return build_offer(
                    Statement("", problem=Problem.NOTHING),
                    asked_refs(asked),
                    line=line,
                    action_id=asked.actions[0].action_id,
                )
            raise self._input_line.not_understood(
                sentence("handlers.not_a_command", words=quote(line)), "help"
            )
        if not update.has_refs and not asked.actions:
            raise self._without_ref(update)
        if update.relation is not None:
            return update.to_command(asked)
        update = self._narrow(update, asked)
        command = self._show(update, line) or update.to_command(asked)
        return self._offer_without_option(command, line) if self._unknown_option else command

    def _show(self, update: UpdateLine, line: str) -> Command | None:
        """A ref alone shows the action. Raises NotUnderstoodError where the word before it is a mistyped
        verb.
        """
        first = update.parts[0]
        if first.statement.problem is not Problem.NOTHING or len(update.parts) > 1:
            return None
        nearest = nearest_verb(self._words) if update.named_section else None
        if nearest is not None and nearest[0] in _OF_ONE_ACTION:
            raise self._corrected(*nearest)
        is_bare = len(first.refs) == 1 and not update.public and not self._is_update_verb
        if len(first.statement.words.split()) > _MAX_COURTESY_WORDS:
            return None
        return Show(ref=first.refs[0], line=line) if is_bare else None

    def _narrow(self, update: UpdateLine, asked: PromptContext) -> UpdateLine:
        """The update of a milestone of the action asked about, or of the share that is done of it."""
        if len(asked.actions) == 1 and (milestone := _MILESTONE.match(plain_marks(self._words))):
            part = self._read_milestone(milestone, asked)
            return replace(update, parts=(part,)) if part else update
        if asked.actions and _SHARE_ALONE.fullmatch(self._words):
            share = Part((), read_statement(self._words, today=self._input_line.today))
            return replace(update, parts=(share,))
        return update

    def _read_milestone(self, label: re.Match[str], asked: PromptContext) -> Part | None:
        """Read `a) done`, of the action asked about."""
        match = leading_refs(f"{asked.actions[0].ref}{label['label']})")
        statement = read_statement(self._words[label.end() :], today=self._input_line.today)
        return Part(match.refs, statement) if match and not match.rest and statement.is_clear else None

    def _offer_without_option(self, command: Command, line: str) -> Command:
        """The update as it is without the option that changes nothing, to be confirmed."""
        problem = self._unknown_option.sentence if self._unknown_option else ""
        if isinstance(command, Offer):
            return replace(command, problem=problem)
        if not isinstance(command, UpdateStatus):
            raise self._input_line.not_understood(problem)
        return Offer(problem=problem, words=line, options=(Option(describe(command), (command,)),), line=line)

    @property
    def _is_update_verb(self) -> bool:
        verb = read_verb(self._input_line.text)
        return verb is not None and verb[0] == "update"

    def _without_ref(self, update: UpdateLine) -> NotUnderstoodError:
        """What to say to words without a ref where nothing was asked."""
        statement = update.parts[0].statement
        if statement.is_clear or statement.about or self._is_update_verb:
            asks = sentence("handlers.which_action_of_yours")
            return self._input_line.not_understood(asks, "mine", NoRefError)
        nearest = nearest_verb(self._words) if self._may_correct else None
        if nearest is not None:
            return self._corrected(*nearest)
        says = sentence("handlers.not_a_command", words=quote(self._words or self._input_line.text))
        return self._input_line.not_understood(says, "help", NoRefError)

    def _corrected(self, verb: str, text: str) -> NotUnderstoodError:
        """With the line that has this verb, where that can be read."""
        word = quote(self._words.split()[0])
        line = f"{verb} {text}".strip()
        if line.casefold() == self._words.casefold():
            return self._input_line.not_understood(sentence("handlers.unknown_command", word=word), "help")
        try:
            LineReading(line, today=self._input_line.today, may_correct=False).to_command()
        except NotUnderstoodError:
            return self._input_line.not_understood(sentence("handlers.unknown_command", word=word), "help")
        return self._input_line.not_understood(
            sentence("handlers.unknown_command", word=word, verb=verb), line
        )

    def _read_command(self) -> Command | NotUnderstoodError | None:
        """The command of a verb, where the line as a whole is one; None where it is none."""
        if self._talk:
            return None
        verb = read_verb(self._words)
        if verb is not None and verb[0] != "search" and HELP.fullmatch(plain_marks(verb[1])):
            return Help(topic=read_topic(verb[0]), line=one_line(self._input_line.text))
        if verb is None or verb[0] in _UPDATE_VERBS or _SHOWS_OF_ONE.fullmatch(self._words):
            return self._read_ref_first()
        if not is_plain_command(self._words, *verb):
            return None
        try:
            return VERBS[verb[0]](self._input_line, verb[1])
        except NotUnderstoodError as error:
            typed = self._words[: len(self._words) - len(verb[1])].strip().casefold()
            return None if typed in EVERYDAY_VERBS else error

    def _read_ref_first(self) -> Command | None:
        """Read `5.2 history` and `5.2 why?`."""
        shown = _SHOWS_OF_ONE.fullmatch(self._words)
        refs = leading_refs(shown["of"] if shown else self._words)
        verb = read_verb(refs.rest) if refs else None
        if refs is None or verb is None or verb[0] not in _OF_ONE_ACTION or verb[1].strip(" ?."):
            return None
        return VERBS[verb[0]](self._input_line, format_refs(refs.refs))

    def _read_question(self, plain: str) -> Command | None:
        if self._command is not None:
            return None
        if self._talk or not asks(plain):
            return (
                read_listing(self._input_line, self._words)
                if not self._groups and names_list(plain, self._input_line.today)
                else None
            )
        try:
            return read_question(self._input_line, plain, self._groups)
        except NotUnderstoodError:
            return None

    def _read_update(self) -> UpdateLine | NotUnderstoodError:
        text = self._input_line.text
        verb = read_verb(text)
        if (verb is not None and verb[0] == "update" and text.casefold().startswith("update")) or (
            verb is not None and verb[0] == "status"
        ):
            text = verb[1]
        elif request := is_request_to_record(text):
            text = text[request.end() :].rstrip(" ?")
        elif mistyped := _MISTYPED_UPDATE.match(text):
            nearest = nearest_verb(text)
            if nearest and nearest[0] == "update" and mistyped["word"][0].casefold() == "u":
                text = nearest[1]
        try:
            return read_update_line(self._input_line, text)
        except UnknownOptionError as error:
            self._unknown_option = error
            return self._read_without_option(error)
        except NotUnderstoodError as error:
            return error

    def _read_without_option(self, error: UnknownOptionError) -> UpdateLine | NotUnderstoodError:
        try:
            return read_update_line(self._input_line, error.rest)
        except NotUnderstoodError:
            return error


def is_meant_as_update(text: str) -> bool:
    """Whether the text speaks of an action, with its ref or with a status, well written or not."""
    try:
        return LineReading(text, today=date.min).speaks_of_action
    except NotUnderstoodError:
        return False


def parse(text: str, *, today: date, command: str = "/cip") -> Command:
    """The command that a line stands for where nothing was asked. Raises NotUnderstoodError, and nothing
    else.
    """
    return LineReading(text, today=today, command=command).to_command()
