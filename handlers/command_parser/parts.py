"""Which refs stand in a line, and what of it is said of each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from bot.plan.refs import RefQuery, read_ref
from bot.plan.statuses import Status
from bot.plan.text import plain_marks
from bot.plan.typed_days import find_days
from handlers.command_parser.clauses import Sense, split_clauses
from handlers.command_parser.lexemes import REF_MARK
from handlers.command_parser.ref_mentions import UNIT_AFTER, RefGroup, find_ref_groups
from handlers.command_parser.statements import Problem, Statement, read_statement
from handlers.command_parser.tokens import leading_refs
from handlers.command_parser.vocabulary import Kind
from handlers.command_parser.vocabulary import group as words_of

_DEPENDS = re.compile(
    r"\b(?:wait(?:ing|s)?|depend(?:s|ing|ent)?|held up|behind|linked|tied|stuck|blocked|await(?:ing|s)?|"
    r"follows|same as|part of|after|until|once|when)"
    r"(?:\s+(?:on|for|by|to|with|as|of))?\s+(?:action\s+)?$",
    re.IGNORECASE,
)
_SAME = re.compile(
    r"[\s,;.&+-]*(?:\b(?:and|too|as well|also|same|ditto|likewise|both|are|is|for|with|the|now)\b[\s,;.!]*)*",
    re.IGNORECASE,
)
_SAME_BEFORE = re.compile(
    r"(?<![\s,;.&+-])[\s,;.&+-]++(?:and\s++)?+(?:the\s++)?+(?:same|ditto|likewise|also|so (?:is|are))"
    r"(?:\s++(?:for|with|on|goes(?: for)?|applies(?: to)?|is|of))?+\s*+$",
    re.IGNORECASE,
)
_WITH_THIS = re.compile(
    r"\W*(?:both\s+)?(?:this|that|it|these|this one|that one|mine|this action)\s*"
    r"(?:,|&|\+|\band\b|\bplus\b|\bas well as\b)\s*(?:also\s*)?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_END_OF_YEARS = re.compile(r"(?:[-/\u2013][0-9]{2,4})?+[\s.]*+")
_SAME_WORD = re.compile(r"\b(?:too|as well|also|same|ditto|likewise)\b", re.IGNORECASE)
_RELATION = re.compile(
    r"\b(?:by|on|for|of|to|with|see|as|than|after|until|till|before|from|like|under|per|via|in|and|both|"
    r"when|once|if|unless|that|while)\s*(?:action\s*)?$",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<![.;!\n,])[.;!\n,][\s.;!,]*+(?:and\s++)?+(?:also\s++)?+$", re.IGNORECASE)
# A ref at the beginning and no other number: most lines are so.
_PLAIN_REF = re.compile(r"(?P<ref>[0-9]{1,4}(?:\.[0-9]{1,4})+)(?= [a-z])[^0-9()]*$", re.IGNORECASE)
_LIKE_A_DATE = re.compile(r"[0-9]\s*[./-]\s*[0-9]+\s*[./-]\s*[0-9]")
_APART = words_of("apart")
_DANGLING = re.compile(
    r"(?<![\s,;])[\s,;]++(?:but|and|whereas|while|however|though|unlike|nor|or|plus)\s*+$", re.IGNORECASE
)
# Before the last ref, of which no more is said: "5.1, 5.2 complete not 5.3".
_NOT_THAT = re.compile(
    r"(?<![\s,;])[\s,;]++(?:and |but )?+(?:not|except(?: for)?|bar|apart from|excluding|other than)\s*+$",
    re.IGNORECASE,
)
_TAKES_BACK = re.compile(
    r"\b(?:sorry|oops|whoops|no wait|wait no|wait|scrap that|scratch that|ignore that|correction|i mean"
    r"|i meant|meant|wrong (?:one|ref|action|number)|not that one|rather|that should be|should be"
    r"|make that)\b(?:[\s,:;.-]++(?:that's|thats|that|it's|its|it|was|is|be|been|have|should|for|to"
    r"|ref|action"
    r"|one|wrong|i|mean|meant|sorry|no)\b)*+\W*+\Z",
    re.IGNORECASE,
)
_NO_WORDS = re.compile(r"\W*+")
_REFERS = re.compile(
    r"\b(?:see(?: also)?|refer(?:s|ring)? to|as per|cf|linked (?:to|with)|links? (?:to|with)"
    r"|same (?:date|reason)s? as"
    r"|details? (?:in|under|at)|as (?:noted|recorded|described) (?:in|under|at))\s++(?:action\s++)?+\Z",
    re.IGNORECASE,
)
# "5.1 to 5.4 bar 5.3": all of them but that one.
_BUT = re.compile(
    r"\s*+[,(]?+\s*+(?:but\s++)?+(?:bar|except(?:\s++for|ing)?|excluding|excl?\.?|apart from|aside from"
    r"|other than"
    r"|minus|save(?:\s++for)?|without|not)\s*+",
    re.IGNORECASE,
)
_ALL_ALIKE = re.compile(
    r"[\s,;:.-]*+(?:they(?: are|'re)\s++)?(?:both|all|each)\b(?!\s++(?:but|bar)\b)", re.IGNORECASE
)
# "5.3 is done, this one isn't": the second is said of what was asked about.
_AND_THIS = re.compile(
    r"(?<![\s,;.])[\s]*+[,;.]\s*+(?:but\s++|and\s++)?+(?:this|this one|mine)\s++(?=is|isn't|isnt|hasn't"
    r"|hasnt|not\b)",
    re.IGNORECASE,
)
_THIS_FIRST = re.compile(
    r"(?P<said>\W*+(?:this|this one|mine|it)\s++(?:is\s++|isn't|isnt|hasn't|hasnt|not"
    r"|no\b)[^,;.]{0,40}?)[\s,;.]*+(?:\bbut|\band)?\s++",
    re.IGNORECASE,
)
_OF_ALL = re.compile(r"\b(?:both|all|each)\b", re.IGNORECASE)
_NAME_WORD = re.compile(r"[^\W\d_][\w&'-]*")
_MAX_SECTION_WORDS = 4
_LED_TO = re.compile(r"\b(?:on|for|with|re|about|of)\s+$", re.IGNORECASE)
# "Jot down against 5.2" and "move 5.2 to …" name no section.
_NO_SECTION_BEGINS, _NO_SECTION_ENDS = words_of("no_section_begins"), words_of("no_section_ends")


@dataclass(frozen=True)
class Part:
    """What a line says of some actions. refs: () for those that were asked about."""

    refs: tuple[RefQuery, ...]
    statement: Statement


def is_named(ref: RefQuery) -> bool:
    """Whether the section is called by words."""
    return ref.section is not None and not ref.section.isdigit()


def read_as_relation(text: str, today: date) -> Part | None:
    """What is said of the action asked about, where the only ref stands after "waiting for" and the like."""
    groups = _groups_in(text, today)
    if len(groups) != 1 or not _DEPENDS.search(text, 0, groups[0].start):
        return None
    return Part((), read_statement(text, today=today))


def read_whole(text: str, today: date) -> Part | None:
    """All of it, as said of the first action; None where it speaks of the one asked about as well."""
    groups = _groups_in(text, today)
    if not groups or _WITH_THIS.fullmatch(plain_marks(text[: groups[0].start])):
        return None
    return Part(groups[0].refs, _read_said(text, groups[:1], today))


def read_parts(text: str, today: date, *, may_name_section: bool) -> tuple[tuple[Part, ...], bool]:
    """The parts, and whether they are mixed up."""
    groups = _groups_in(text, today)
    if not groups:
        return _read_without_refs(text, today, may_name_section=may_name_section), False
    if may_name_section:
        groups, text = _with_section(text, groups, today)
    groups = _without_excepted(text, groups)
    if len(groups) == 1:
        return _read_one_group(text, groups[0], today)
    return _read_groups(text, groups, today)


def _without_excepted(text: str, groups: list[RefGroup]) -> list[RefGroup]:
    """`5.1 to 5.4 bar 5.3 on hold`: a group of the others, as long as both were."""
    kept = groups[:1]
    for each in groups[1:]:
        before = kept[-1]
        rest = tuple(ref for ref in before.refs if ref not in each.refs)
        is_but = len(before.refs) > 1 and _BUT.fullmatch(text, before.end, each.start)
        if is_but and rest and (len(rest) < len(before.refs) or not text[each.end :].strip(" .!")):
            kept[-1] = RefGroup(rest, before.start, each.end)
        else:
            kept.append(each)
    return kept


def _groups_in(text: str, today: date) -> list[RefGroup]:
    """Without what is a day: 31.1.27."""
    plain = _PLAIN_REF.match(text)
    if plain:
        return [RefGroup((RefQuery(None, plain["ref"]),), 0, plain.end("ref"))]
    if not _LIKE_A_DATE.search(text):
        return find_ref_groups(text)
    days = [(each.start, each.end) for each in find_days(plain_marks(text), today=today)]
    return [
        each
        for each in find_ref_groups(text)
        if not any(start < each.end and each.start < end for start, end in days)
    ]


def _read_without_refs(text: str, today: date, *, may_name_section: bool) -> tuple[Part, ...]:
    """A number at its start may still be a ref: "12 done"."""
    match = leading_refs(text, strict=True)
    if match is not None and not may_name_section and any(is_named(ref) for ref in match.refs):
        match = None
    if (
        match is not None
        and all(_YEAR.fullmatch(ref.ref) for ref in match.refs)
        and _END_OF_YEARS.fullmatch(match.rest)
    ):
        # "2026" or "Plan 2026-27" is a year.
        match = None
    if match is not None and UNIT_AFTER.match(match.rest):
        # "3.5 of the 5 posts" counts something.
        match = None
    if match is not None and not match.rest.startswith(("%", "/")):
        statement = read_statement(match.rest, today=today)
        if statement.is_clear or not match.rest:
            return (Part(match.refs, statement),)
    return (Part((), read_statement(text, today=today, may_be_day=True)),)


def _with_section(text: str, groups: list[RefGroup], today: date) -> tuple[list[RefGroup], str]:
    """Words right before the first ref that say nothing else are the name of its section: "mtfs 5.2"."""
    first = groups[0]
    before = text[: first.start]
    if first.refs[0].section or first.refs[0].printed or not before.strip():
        return groups, text
    clauses = split_clauses(before, today=today)
    if (clauses and clauses[-1].kinds - {Kind.PLAIN, Kind.FILLER}) or re.search(
        r"\s-|-\s", plain_marks(before)
    ):
        return groups, text
    words = list(re.finditer(r"\S+", before.rstrip(" /:")))
    is_name = all(_NAME_WORD.fullmatch(each[0]) for each in words) and 0 < len(words) <= _MAX_SECTION_WORDS
    if not is_name or not clauses or clauses[-1].sense is not Sense.PLAIN or len(clauses) > 1:
        return groups, text
    name = before[words[0].start() : words[-1].end()]
    if words[0][0].casefold() in _NO_SECTION_BEGINS or words[-1][0].casefold() in _NO_SECTION_ENDS:
        return groups, text
    section = read_ref(f"{name} {first.refs[0].ref}")
    section_name = section.section if section and section.section else name.casefold()
    refs = tuple(replace(ref, section=ref.section or section_name) for ref in first.refs)
    return [RefGroup(refs, words[0].start(), first.end), *groups[1:]], text


def _read_said(text: str, groups: Sequence[RefGroup], today: date, *, may_be_day: bool = False) -> Statement:
    """What the text says of the actions of these groups. A ref between its words stays among them."""
    blanked = text
    for each in groups:
        blanked = _blank(blanked, each)
    statement = read_statement(blanked, today=today, may_be_day=may_be_day)
    refs = [text[each.start : each.end] for each in groups]
    return replace(
        statement,
        words=_name_refs(statement.words, refs),
        note=_name_refs(statement.note, refs),
        because=_name_refs(statement.because, refs),
    )


def _name_refs(words: str, refs: Sequence[str]) -> str:
    """With the refs for the marks that stand for them; the last ones, where the first are left out."""
    names = list(refs[len(refs) - words.count(REF_MARK) :])
    for name in names:
        words = words.replace(REF_MARK, name, 1)
    return words


def _blank(text: str, group: RefGroup) -> str:
    return f"{text[: group.start]}{REF_MARK * (group.end - group.start)}{text[group.end :]}"


def _read_one_group(  # noqa: PLR0911 - one rule each
    text: str, group: RefGroup, today: date
) -> tuple[tuple[Part, ...], bool]:
    """One action, before or after what is said of it; or what was asked about, and then this one."""
    lead = _LED_TO.search(text, 0, group.start)
    if lead and read_statement(text[: lead.start()], today=today).is_clear:
        group = replace(group, start=lead.start())
    before, after = text[: group.start], text[group.end :]
    if same := _SAME_BEFORE.search(before):
        first = read_statement(before[: same.start()], today=today)
        if first.is_clear and not re.sub(r"[\W]", "", after):
            return (Part((), first), Part(group.refs, first)), False
    if own := _THIS_FIRST.fullmatch(plain_marks(before)):
        asked, other = (read_statement(each, today=today) for each in (before[: own.end("said")], after))
        return (Part((), asked), Part(group.refs, other)), True
    if own := _AND_THIS.search(plain_marks(after)):
        other, asked = (
            read_statement(each, today=today) for each in (after[: own.start()], after[own.end() :])
        )
        return (Part(group.refs, other), Part((), asked)), True
    if _WITH_THIS.fullmatch(plain_marks(before)):
        both = read_statement(after, today=today)
        return (Part((), both), Part(group.refs, both)), False
    first = read_statement(before, today=today)
    if _REFERS.search(before) and read_statement(_REFERS.sub("", before), today=today).is_clear:
        # "Done, see also 5.3" speaks of what was asked about.
        return (Part((), read_statement(text, today=today)),), False
    if before.strip() and first.is_clear and _SENTENCE_END.search(before):
        is_same = _SAME_WORD.search(after) and _SAME.fullmatch(after)
        second = first if is_same else read_statement(after, today=today)
        if second.problem is not Problem.NOTHING:
            return (Part((), first), Part(group.refs, second)), not second.is_clear
    statement = _read_said(text, [group], today, may_be_day=not before.strip())
    words = set(re.findall(r"[a-z]+", text.lower()))
    is_apart = len(group.refs) > 1 and bool(words & _APART or " not all " in f" {text.lower()} ")
    return (Part(group.refs, statement),), is_apart


def _read_groups(  # noqa: PLR0911 - one rule each
    text: str, groups: Sequence[RefGroup], today: date
) -> tuple[tuple[Part, ...], bool]:
    pieces = [text[: groups[0].start]]
    pieces += [text[one.end : other.start] for one, other in pairwise(groups)]
    pieces.append(text[groups[-1].end :])
    if corrected := _read_corrected(groups, pieces, today):
        return corrected, len(corrected) == 1
    if Kind.DENIAL in {kind for each in split_clauses(pieces[0], today=today) for kind in each.kinds}:
        refs = tuple(dict.fromkeys(ref for each in groups for ref in each.refs))
        return (Part(refs, _read_said(text, groups, today)),), False
    pieces = [pieces[0], *(_DANGLING.sub("", each) for each in pieces[1:])]
    if _NO_WORDS.fullmatch(pieces[-1]) and _NOT_THAT.search(pieces[-2]):
        pieces[-2:] = [_NOT_THAT.sub("", pieces[-2])]
        left = set(groups[-1].refs)
        groups = [
            replace(each, refs=tuple(ref for ref in each.refs if ref not in left)) for each in groups[:-1]
        ]
        pieces = [pieces[0], *(each for each, group in zip(pieces[1:], groups, strict=True) if group.refs)]
        groups = [each for each in groups if each.refs]
        parts = tuple(
            Part(each.refs, read_statement(said, today=today))
            for each, said in zip(groups, pieces[1:], strict=True)
        )
        return parts, True
    statements = [read_statement(each, today=today, may_be_day=bool(at)) for at, each in enumerate(pieces)]
    alike = _ALL_ALIKE.match(pieces[-1])
    if alike and statements[-1].is_clear and all(not each.is_clear or each.note for each in statements[:-1]):
        refs = tuple(dict.fromkeys(ref for each in groups for ref in each.refs))
        return (Part(refs, statements[-1]),), any(each.strip(" ,;&+-") for each in pieces[:-1])
    statements = _share_reason(statements)
    mixed = tuple(Part(each.refs, statements[at + 1]) for at, each in enumerate(groups))
    says_nothing = statements[0].problem is Problem.NOTHING
    if says_nothing and all(each.is_clear for each in statements[1:]):
        return mixed, False
    if says_nothing and all(each.is_clear for each in statements[1:-1]):
        return _read_last_group(text, groups, pieces, statements, today)
    if all(each.is_clear for each in statements[:-1]) and statements[-1].problem is Problem.NOTHING:
        return tuple(Part(each.refs, statements[at]) for at, each in enumerate(groups)), False
    return _read_relation(text, groups, today) or (mixed, True)


def _read_corrected(groups: Sequence[RefGroup], pieces: Sequence[str], today: date) -> tuple[Part, ...]:
    """`5.2 done - sorry wrong one, 5.1`, `5.1 red scrap that 5.1 amber`: what is said last counts; () where
    nothing is taken back.
    """
    takes_back = _TAKES_BACK.search(pieces[-2])
    if takes_back is None or len(groups) != 2:  # noqa: PLR2004 - the wrong ref, and the right one
        return ()
    last = groups[-1]
    if _NO_WORDS.fullmatch(pieces[-1]):
        statement = read_statement(pieces[-2][: takes_back.start()], today=today)
        return (Part(last.refs, statement),) if statement.is_clear else ()
    statement = read_statement(pieces[-1], today=today)
    if groups[0].refs != last.refs or not statement.is_clear:
        return ()
    return (Part(last.refs, statement),)


def _share_reason(statements: list[Statement]) -> list[Statement]:
    """`2.4 to 18 Dec, 2.5 to 28 May, both because the officer left`: the reason is that of every new date."""
    reason, last = statements[-1].because, statements[-1].words
    if (
        not reason
        or not _OF_ALL.search(last)
        or not any(each.problem is Problem.NO_REASON for each in statements[:-1])
    ):
        return statements
    return [
        replace(each, because=reason, problem=None) if each.problem is Problem.NO_REASON else each
        for each in statements
    ]


def _read_last_group(
    text: str, groups: Sequence[RefGroup], pieces: Sequence[str], statements: Sequence[Statement], today: date
) -> tuple[tuple[Part, ...], bool]:
    """The last one is "too", or only mentioned."""
    parts = tuple(Part(each.refs, statements[at + 1]) for at, each in enumerate(groups[:-1]))
    last = groups[-1]
    if _SAME.fullmatch(pieces[-1]) and (_SAME_WORD.search(pieces[-1]) or _SAME_WORD.search(pieces[-2])):
        return (*parts, Part(last.refs, parts[-1].statement)), False
    return _read_relation(text, groups, today) or ((*parts, Part(last.refs, statements[-1])), True)


def _read_relation(
    text: str, groups: Sequence[RefGroup], today: date
) -> tuple[tuple[Part, ...], bool] | None:
    """One action, and others that its note speaks of: "5.2 blocked by 5.3"; not where those may be done
    too.
    """
    first, *others = groups
    if text[: first.start].strip() or not all(_RELATION.search(text[: each.start]) for each in others):
        return None
    statement = _read_said(text, [first], today)
    if not statement.is_clear or statement.status in {Status.COMPLETE, Status.DROPPED, Status.VERIFIED}:
        return None
    return (Part(first.refs, statement),), False
