"""Cuts a text into clauses, and tells what each says of an action: a status counts only where every word of
its clause is accounted for.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum, auto

from bot.plan.rag import Colour
from bot.plan.statuses import Status
from handlers.command_parser.lexemes import ENDS_OF_DENIAL, REF_MARK, DayFound, Lexeme, read_lexemes
from handlers.command_parser.vocabulary import COLOUR_OF_LETTER, PHRASES, SAYS, Kind, Phrase, group

_MAX_SHARED_WORDS = 3
_CLEAR_LETTERS = frozenset({"R", "G"})
_ORDINALS, _CONTRARY, _OTHERS = group("ordinals"), group("contrary"), group("others")
_HELPERS, _SOON = group("helpers"), group("soon")
_IF = frozenset({"if", "unless", "when", "once", "whether"})
_QUOTES = frozenset(
    {"as", "called", "titled", "reads", "read", "entitled", "labelled", "headed", "stating", "saying"}
)
_PAST_VERB = re.compile(
    r"[a-z]{2,}ed|saw|checked|seen|went|held|met|ran|got|sent|was|were|had|gave|took|made|came|began"
    r"|found|left"
)
# A status that is said as what somebody did: "closed Thursday" was last Thursday.
_IS_PAST = re.compile(
    r"^(?:started|begun|commenced|kicked off|finished|completed|closed|delivered|signed off|sorted"
    r"|submitted|published|implemented)\b"
)
_BRACKETED_LETTER = re.compile(r"[(\[][RAG][)\]]")
# "We're closed on Friday" is no report.
_IS = frozenset(
    {
        "is",
        "are",
        "was",
        "were",
        "am",
        "be",
        "being",
        "been",
        "'s",
        "it's",
        "i'm",
        "im",
        "we're",
        "they're",
        "he's",
        "she's",
        "that's",
    }
)
_THANKS = frozenset({"please", "pls", "plz", "thanks", "thank you", "many thanks", "ta", "cheers", "thx"})
_SETS = frozenset({"set", "mark", "change", "put", "update", "moved", "changed", "marked"})
_QUIET = (Kind.FILLER, Kind.SUBJECT, Kind.TAIL)
_AFTER_STATUS = group("after_status")
_NEW_CLAUSE = group("new_clause")
_DOERS = group("doers")
# After these a verb of the past has no object: "done saw the minutes", not "completed revised draft".
_BEFORE_DEED = frozenset({"done", "all done", "complete", "verified", "closed", "sorted", "all sorted"})
_STATES = group("states")
_DENIED_STARTS = group("denied_starts")
_QUANTITIES = group("quantities")
_BEFORE_PAST = group("before_past")
_CHANGE = group("change")
_POLITE = group("courtesy")
_WHOLE_SHARES = group("whole_shares")
_PLAIN_DENIALS = group("plain_denials")
_STARTED = group("started")
_WEAK = group("weak")
_INSTEAD = frozenset({"not", "rather than", "instead of", "and not"})
_FOR_NOW = group("for_now")
_AFTER_BLOCKED = group("after_blocked")


class Sense(Enum):
    """What a clause comes to. EMPTY: nothing. PLAIN: a remark without a status. CLEAR: it says a status.
    UNCLEAR: a status stands in it, and it may not be what is meant. PAST: it says how things were.
    """

    EMPTY = auto()
    PLAIN = auto()
    CLEAR = auto()
    UNCLEAR = auto()
    PAST = auto()


@dataclass(frozen=True)
class Clause:
    """start, end: in the text. note: what of it is a remark, as start and end. about: the statuses that stand
    in it. kinds: of its other words. is_question: it ends with a question mark. corrects: it takes back what
    stands before. is_alone: its status is an everyday word, which is one only where it stands alone.
    """

    sense: Sense
    start: int
    end: int
    status: Status | None = None
    colour: Colour | None = None
    blocked: bool = False
    note: tuple[int, int] | None = None
    about: frozenset[Status | Colour | str] = frozenset()
    kinds: frozenset[Kind] = frozenset()
    words: frozenset[str] = frozenset()
    is_question: bool = False
    corrects: bool = False
    quantity: bool = False
    is_alone: bool = False


def split_clauses(text: str, *, today: date, days: Sequence[DayFound] = ()) -> list[Clause]:
    """The clauses of a text, in order; days: those that stand in it. Time grows with the text's length."""
    parts = list(_cut(list(read_lexemes(text, days))))
    return [_read_clause(text, each, today, is_only=len(parts) == 1) for each in parts]


@dataclass
class _Part:
    lexemes: list[Lexeme] = field(default_factory=list)
    is_question: bool = False
    corrects: bool = False


def _cut(lexemes: Sequence[Lexeme]) -> Iterator[_Part]:
    """A question mark makes a question of everything since the sentence began."""
    part, sentence = _Part(), list[_Part]()
    last_correction: Lexeme | None = None
    parts: list[_Part] = []
    for lexeme in lexemes:
        if lexeme.words == '"' and part.lexemes and _is_quoting(part.lexemes[-1]):
            # What somebody said, or what is written somewhere, is no report: 'HT said "on track"'.
            continue
        is_break = lexeme.kind is Kind.BREAK
        is_new = lexeme.words in _NEW_CLAUSE or _begins_after_status(lexeme, part.lexemes)
        if is_break or is_new or lexeme.kind is Kind.CORRECTION:
            if part.lexemes:
                sentence.append(part)
            corrects = lexeme.kind is Kind.CORRECTION or (part.corrects and not part.lexemes)
            part = _Part(corrects=corrects)
            if not is_break and not corrects:
                part.lexemes.append(lexeme)
            last_correction = lexeme if lexeme.kind is Kind.CORRECTION else last_correction
        else:
            part.lexemes.append(lexeme)
        if lexeme.words in {".", "!", "?", "\n", ";"}:
            for each in sentence:
                each.is_question = each.is_question or lexeme.words == "?"
            parts += sentence
            sentence = []
    if part.corrects and not part.lexemes and last_correction and last_correction.words != "actually":
        part.lexemes.append(last_correction._replace(phrase=Phrase(Kind.FILLER)))
    if part.lexemes or part.corrects:
        sentence.append(part)
    return iter([each for each in parts + sentence if each.lexemes])


def _is_quoting(last: Lexeme) -> bool:
    return last.kind is Kind.DOUBT or last.words in _QUOTES


def _begins_after_status(lexeme: Lexeme, before: Sequence[Lexeme]) -> bool:
    """`finished we sent it out`: somebody does something, right after a status was said."""
    said = [each for each in before[-2:] if each.kind is not Kind.TAIL]
    if not said or said[-1].kind not in SAYS:
        return False
    is_deed = (
        lexeme.kind is Kind.PLAIN and _PAST_VERB.fullmatch(lexeme.words) and said[-1].words in _BEFORE_DEED
    )
    return lexeme.words in _DOERS or bool(is_deed)


def _read_clause(text: str, part: _Part, today: date, *, is_only: bool) -> Clause:
    lexemes = _set_aside([_dated(each, today) for each in part.lexemes])
    if len(lexemes) > 1 and lexemes[0].words == "but":
        # That it is said against something counts where it says no status itself.
        rest = [each for each in lexemes[1:] if each.kind in SAYS]
        lexemes = lexemes[1:] if rest else lexemes
    lexemes = _without_contrast(lexemes)
    # A letter is a colour only where it is all that is said, or begins what is said of a ref.
    lexemes = _read_letters(text, lexemes, is_only=is_only)
    said = [at for at, each in enumerate(lexemes) if each.kind in SAYS]
    if said and all(lexemes[at].kind is Kind.COLOUR for at in said):
        # A colour is of today anyway.
        lexemes = [
            each._replace(phrase=Phrase(Kind.TAIL)) if each.words in _FOR_NOW else each for each in lexemes
        ]
    is_state = any(each.words in _IS for each in lexemes[: said[0]]) if said else False
    if not said or (not is_state and all(_IS_PAST.search(lexemes[at].words) for at in said)):
        lexemes = _settle_past_days(lexemes, is_weekday=bool(said))
    clause = _read_said(lexemes, said) if said else _read_unsaid(lexemes)
    if part.is_question and clause.sense is not Sense.EMPTY:
        clause = replace(clause, sense=Sense.UNCLEAR if said else Sense.PLAIN, note=None)
    kinds = frozenset(each.kind for each in lexemes)
    return replace(
        clause,
        about=frozenset(_meaning(lexemes[at]) for at in said),
        kinds=kinds,
        words=frozenset(each.words for each in lexemes),
        is_question=part.is_question,
        corrects=part.corrects,
        is_alone=any(lexemes[at].phrase.is_alone for at in said),
        quantity=any(each.share is not None or each.words in _QUANTITIES for each in lexemes),
    )


def _without_contrast(lexemes: list[Lexeme]) -> list[Lexeme]:
    """`complete not in progress`: without the status that it is not."""
    for at in range(1, len(lexemes) - 1):
        is_contrast = lexemes[at].words in _INSTEAD and lexemes[at + 1].kind in SAYS
        if is_contrast and any(each.kind in SAYS for each in lexemes[:at]):
            return [*lexemes[:at], *lexemes[at + 2 :]]
    return lexemes


def _read_letters(text: str, lexemes: list[Lexeme], *, is_only: bool) -> list[Lexeme]:
    """The lexemes, with colours for the letters that mean one: "A", "R->A", "5.2 R contractor walked off"."""
    letters = [each for each in lexemes if each.words in COLOUR_OF_LETTER]
    if len(lexemes) == 1 and letters and _BRACKETED_LETTER.match(text, max(0, letters[0].start - 1)):
        return [_as_colour(letters[0])]
    if not letters or any(each.kind in SAYS for each in lexemes):
        return lexemes
    if is_only and all(
        each in letters or each.words in {"to", "now"} or _is_courtesy(each) for each in lexemes
    ):
        return [_as_colour(each) if each in letters else each for each in lexemes]
    ref, *rest = lexemes
    begins = ref.words[0] == REF_MARK and rest[:1] == letters[:1] and text[rest[0].start] in _CLEAR_LETTERS
    # An "A" may be the article, and "R&D" is no colour.
    if begins and text[rest[0].end : rest[0].end + 1].isspace():
        return [ref, _as_colour(rest[0]), *rest[1:]]
    return lexemes


def _as_colour(letter: Lexeme) -> Lexeme:
    return letter._replace(phrase=Phrase(Kind.COLOUR, colour=COLOUR_OF_LETTER[letter.words], is_strong=True))


def _meaning(lexeme: Lexeme) -> Status | Colour | str:
    return lexeme.phrase.status or lexeme.phrase.colour or "blocked"


def _dated(lexeme: Lexeme, today: date) -> Lexeme:
    """A day that is to come makes a promise; one that has been is when it was."""
    if lexeme.kind is not Kind.DAY:
        return lexeme
    if lexeme.day is None:
        return lexeme._replace(phrase=Phrase(Kind.CONDITION))
    return lexeme._replace(phrase=Phrase(Kind.FUTURE if lexeme.day > today else Kind.TAIL))


def _is_courtesy(lexeme: Lexeme) -> bool:
    return lexeme.words[0] == REF_MARK or lexeme.words in _POLITE


def _set_aside(lexemes: list[Lexeme]) -> list[Lexeme]:
    """Words that are a status only alone are plain ones among others; "to complete" is what it is set to."""
    if any(each.words in _SETS for each in lexemes):
        done = PHRASES["complete"]
        lexemes = [each._replace(phrase=done) if each.words == "to complete" else each for each in lexemes]
    said = [each for each in lexemes if each.kind in SAYS]
    if any(each.kind is Kind.DENIAL for each in lexemes):
        start = Phrase(Kind.STATUS, Status.IN_PROGRESS)
        lexemes = [each._replace(phrase=start) if each.words in _DENIED_STARTS else each for each in lexemes]
    others = [
        each
        for each in lexemes
        if each not in said and each.words not in _POLITE and each.words[0] != REF_MARK
    ]
    if len(said) <= 1 and not others:
        return lexemes
    return [
        each._replace(phrase=_OTHERWISE.get(each.words, Phrase(Kind.PLAIN))) if each.phrase.is_alone else each
        for each in lexemes
    ]


def _settle_past_days(lexemes: list[Lexeme], *, is_weekday: bool) -> list[Lexeme]:
    """`agreed on the 24th`: a day beside a verb of the past has been, where nothing speaks of the future.

    is_weekday: only a day of the week, which comes round.
    """
    days = [each for each in lexemes if each.day is not None and each.kind is Kind.FUTURE]
    days = [each for each in days if not (is_weekday and re.search("[0-9]|next", each.words))]
    others = [each for each in lexemes if each.kind is Kind.FUTURE and each.day is None]
    is_past = any(_PAST_VERB.fullmatch(each.words.split(" ")[0]) for each in lexemes)
    if not days or others or not is_past or any(each.words in {"by", "until", "till"} for each in lexemes):
        return lexemes
    return [each._replace(phrase=Phrase(Kind.TAIL)) if each in days else each for each in lexemes]


def _read_unsaid(lexemes: list[Lexeme]) -> Clause:
    """A clause without a status: a share alone is one ("80 %", "3 of 5")."""
    start, end = lexemes[0].start, lexemes[-1].end
    kinds = {each.kind for each in lexemes}
    if kinds <= {Kind.FILLER, Kind.SUBJECT}:
        return Clause(Sense.EMPTY, start, end)
    if _says_share(lexemes):
        return Clause(Sense.CLEAR, start, end, status=Status.IN_PROGRESS, note=(start, end))
    return Clause(Sense.PLAIN, start, end, note=(start, end))


def _says_share(lexemes: Sequence[Lexeme]) -> bool:
    """`80 %`, `half`, `3 of 5`, `10 of 14 inspected`: what is done of it. Not 0 of something."""
    lexemes = [each for each in lexemes if each.words not in _FOR_NOW]
    shares = [each for each in lexemes if each.share is not None or each.words in _QUANTITIES]
    others = [
        each
        for each in lexemes
        if each.kind not in (*_QUIET, Kind.SHARE) and each.words not in {"at", "about"}
    ]
    if (
        not shares
        or any(each.share == 0 for each in shares)
        or any(each.kind is not Kind.PLAIN for each in others)
    ):
        return False
    lexemes = [each for each in lexemes if each.kind is not Kind.SUBJECT or each.words[0] != REF_MARK]
    is_done = len(others) <= _MAX_SHARED_WORDS and others != [] and others[-1].words.endswith("ed")
    if len(others) == 1 and lexemes[0] is shares[0] and shares[0].share and others[0] is lexemes[-1]:
        # "4 out of 5 teams"
        return " of " in shares[0].words and shares[0].share is not None
    return (not others and len(shares) == sum(each.kind is Kind.SHARE for each in lexemes)) or (
        is_done and others[-1] is lexemes[-1] and lexemes[0] is shares[0]
    )


def _read_said(lexemes: list[Lexeme], said: list[int]) -> Clause:
    start, end = lexemes[0].start, lexemes[-1].end
    unclear = Clause(Sense.UNCLEAR, start, end, note=(start, end))
    merged = _merge(lexemes, said)
    if merged is None:
        return unclear
    begin, first, last, status, colour, blocked = merged
    if (
        first == last
        and first > 0
        and lexemes[first].words in _STATES
        and lexemes[first - 1].words in _BEFORE_PAST
    ):
        return Clause(Sense.PAST, start, end, note=(start, end))
    before, after = lexemes[begin:first], lexemes[last + 1 :]
    main = lexemes[last] if first == last else lexemes[first]
    verdict = _judge(main, before, after, single=first == last)
    if verdict is None:
        return unclear
    if isinstance(verdict, _Verdict):
        note = _note_after(lexemes[last].end, after)
        kept = [lexemes[at] for at in said if first < at <= last and lexemes[at].phrase.keeps_words]
        if kept:
            note = (kept[0].start, note[1] if note else end)
        if main.phrase.keeps_words or any(each.kind in {Kind.PLAIN, Kind.SHARE} for each in before):
            note = (start, end)
        return Clause(Sense.CLEAR, start, end, status=status, colour=colour, blocked=blocked, note=note)
    note = (start, end) if verdict is Status.IN_PROGRESS else _note_after(lexemes[last].end, after)
    return Clause(Sense.CLEAR, start, end, status=verdict, note=note)


def _merge(
    lexemes: Sequence[Lexeme], said: Sequence[int]
) -> tuple[int, int, int, Status | None, Colour | None, bool] | None:
    """What several statuses in one clause come to: "in progress, amber" both, "amber to red" the last; None
    where they contradict each other. Where what counts begins, and the first and the last status that do.
    """
    kept, begin = [said[0]], 0
    for at in said[1:]:
        earlier = lexemes[kept[-1]]
        between = {each.words for each in lexemes[kept[-1] + 1 : at]}
        is_past = kept[-1] > 0 and lexemes[kept[-1] - 1].words in _BEFORE_PAST
        is_alike = earlier.kind is lexemes[at].kind or Kind.BLOCKED in {earlier.kind, lexemes[at].kind}
        if is_past or (is_alike and between and between <= _CHANGE):
            kept, begin = [at], kept[-1] + 1
        elif any(each.kind in {Kind.PLAIN, Kind.DENIAL, Kind.DOUBT} for each in lexemes[kept[-1] + 1 : at]):
            if _is_strong(earlier):
                break
            return None
        else:
            kept.append(at)
    found = [lexemes[at].phrase for at in kept]
    statuses = {each.status for each in found if each.status}
    colours = {each.colour for each in found if each.colour}
    blocked = any(each.kind is Kind.BLOCKED for each in found)
    if len(statuses) > 1 or len(colours) > 1 or (blocked and statuses - {Status.IN_PROGRESS}):
        return None
    first, last = kept[0], kept[-1]
    if first != last and any(
        each.kind not in _QUIET and each.kind not in SAYS for each in lexemes[first:last]
    ):
        return None
    return begin, first, last, next(iter(statuses), None), next(iter(colours), None), blocked


class _Verdict(Enum):
    AS_SAID = auto()


_AS_SAID = _Verdict.AS_SAID
_OTHERWISE = {
    "pending": Phrase(Kind.CONDITION),
    "to do": Phrase(Kind.OUTSTANDING),
    "todo": Phrase(Kind.OUTSTANDING),
    "to start": Phrase(Kind.FUTURE),
    "planned": Phrase(Kind.FUTURE),
}


def _is_strong(lexeme: Lexeme) -> bool:
    return lexeme.phrase.is_strong


def _judge(  # noqa: PLR0911 - one rule each
    main: Lexeme, before: Sequence[Lexeme], after: Sequence[Lexeme], *, single: bool
) -> Status | _Verdict | None:
    """_AS_SAID where the clause says the status, another status where it says less, None where it is not
    plain.
    """
    phrase = main.phrase
    if single and (less := _less_than(main, before, after)) is not None:
        return less
    if any(
        each.kind not in (*_QUIET, Kind.OUTSTANDING, Kind.PLAIN, Kind.SHARE, Kind.REASON) for each in before
    ):
        return None
    if _is_undone_by(main, after):
        return None
    if main.words in _WEAK and any(each.kind is Kind.PLAIN for each in before):
        return None
    if phrase.status in {Status.COMPLETE, Status.VERIFIED, Status.DROPPED}:
        return _AS_SAID if _is_whole(before, after) else None
    if phrase.status is Status.IN_PROGRESS:
        return _AS_SAID if _may_be_going(main, after) else None
    if any(each.kind in {Kind.PLAIN, Kind.SHARE} for each in before) or _is_denied_after(after):
        return None
    return _AS_SAID if _is_strong(main) or _may_follow(main, after) else None


def _is_undone_by(main: Lexeme, after: Sequence[Lexeme]) -> bool:  # noqa: PLR0911 - one rule each
    """Whether what follows makes something else of the status: "on hold if", "on track to be late"."""
    words = {each.words for each in after}
    rest = [each for each in after if each.kind not in _QUIET]
    lead = next((each for each in after if each.words[0] != REF_MARK), None)
    if lead is None:
        return False
    if main.kind is Kind.COLOUR and main.phrase.colour is Colour.GREEN:
        return bool(words & _CONTRARY) or (lead.words == "with" and not main.phrase.is_strong)
    if lead.words in _IF and (
        main.kind in {Kind.BLOCKED, Kind.COLOUR} or main.phrase.status is Status.ON_HOLD
    ):
        return True
    if main.words == "stuck" and lead.words in {"in", "it", "to"}:
        return True
    if main.phrase.status is Status.ON_HOLD and lead.words == "to":
        return True
    if main.phrase.status is Status.DROPPED and "yet" in words:
        return True
    if main.phrase.status is Status.NOT_STARTED and lead.words in {"my", "your"}:
        return True
    if main.phrase.status is Status.IN_PROGRESS:
        return bool(words & _OTHERS) or (
            bool(rest)
            and (rest[0].words in _SOON or (rest[0].day is not None and rest[0].kind is Kind.FUTURE))
        )
    return (
        len(rest) > 0
        and any(each.words in {"nobody", "nothing", "none"} for each in rest[:2])
        and main.kind is Kind.BLOCKED
        and lead.kind is not Kind.REASON
    )


def _less_than(main: Lexeme, before: Sequence[Lexeme], after: Sequence[Lexeme]) -> Status | _Verdict | None:  # noqa: PLR0911 - one rule each
    """What a denied or partial status comes to, where that is certain: "not finished" is in progress."""
    others = [
        each for each in (*before, *after) if each.kind not in _QUIET and each.words not in {"yet", "still"}
    ]
    kinds = {each.kind for each in others}
    denials = [each for each in others if each.kind is Kind.DENIAL]
    is_complete = main.phrase.status is Status.COMPLETE
    lead = next(
        (
            each
            for each in after
            if each.words not in {"yet", "it", "this", "that"} and each.words[0] != REF_MARK
        ),
        None,
    )
    gives_reason = lead is not None and (lead.words in _AFTER_BLOCKED or lead.kind is Kind.REASON)
    if (
        is_complete
        and gives_reason
        and _is_only_denied(before)
        and _is_simple([each for each in before if each.kind is Kind.DENIAL])
    ):
        return Status.IN_PROGRESS
    if kinds == {Kind.DENIAL}:
        simple = _is_simple(denials)
        ahead = all(each in before for each in denials)
        if is_complete and simple and ahead:
            return Status.IN_PROGRESS
        if main.kind is Kind.BLOCKED and len(denials) <= 2:  # noqa: PLR2004 - "not ... any more"
            return Status.IN_PROGRESS
        is_flat = simple or denials[0].words == "never"
        if main.words in _STARTED | _DENIED_STARTS and ahead and is_flat and len(denials) == 1:
            return Status.NOT_STARTED
    is_start = main.words in _STARTED | _DENIED_STARTS
    if is_start and gives_reason and _is_only_denied(before):
        return Status.NOT_STARTED
    if is_complete and Kind.SHARE in kinds and kinds <= {Kind.SHARE, Kind.PLAIN}:
        shares = [each for each in others if each.kind is Kind.SHARE]
        if any(each.share for each in shares) or all(each.words in _WHOLE_SHARES for each in shares):
            return Status.IN_PROGRESS
    return None


def _is_simple(denials: Sequence[Lexeme]) -> bool:
    return all(each.words in _PLAIN_DENIALS or each.words.endswith(ENDS_OF_DENIAL) for each in denials)


def _is_only_denied(before: Sequence[Lexeme]) -> bool:
    kinds = {each.kind for each in before if each.kind not in _QUIET}
    return kinds == {Kind.DENIAL}


def _is_whole(before: Sequence[Lexeme], after: Sequence[Lexeme]) -> bool:
    """Whether "done" is said of the action: nothing but it before, and after it only how or when."""
    if any(each.kind in {Kind.PLAIN, Kind.SHARE, Kind.OUTSTANDING, Kind.REASON} for each in before):
        return False
    rest = [each for each in after if each.kind not in _QUIET]
    if not rest:
        return True
    lead = next(each for each in after if each.kind is not Kind.SUBJECT)
    takes_more = (lead.words in _AFTER_STATUS and lead is not after[-1]) or lead.kind is Kind.REASON
    if (
        lead.words == "with"
        and after[after.index(lead) + 1 :][:1]
        and after[after.index(lead) + 1].words not in _HELPERS
    ):
        return False
    return takes_more and all(each.kind in {Kind.PLAIN, Kind.REASON} for each in rest)


def _may_be_going(main: Lexeme, after: Sequence[Lexeme]) -> bool:
    rest = [each for each in after if each.kind not in _QUIET]
    if not rest or _is_strong(main):
        return not _is_denied_after(after)
    return rest[0].kind is not Kind.DENIAL and not main.phrase.is_alone


def _is_denied_after(after: Sequence[Lexeme]) -> bool:
    """`in progress no longer`; not `blocked as there is no money`, nor `blocked no money`."""
    rest = [each for each in after if each.kind not in _QUIET]
    if any(each.words in _AFTER_BLOCKED for each in after[:1]) or (
        len(rest) > 1 and rest[0].words == "no" and rest[1].kind is Kind.PLAIN
    ):
        return False
    return bool(rest) and rest[0].kind in {Kind.DENIAL, Kind.DOUBT} and rest[0].words != "yet"


def _may_follow(main: Lexeme, after: Sequence[Lexeme]) -> bool:
    """Whether a colour, "blocked" or "paused" keeps its meaning: "red because", not "red book"."""
    rest = [each for each in after if each.kind not in _QUIET]
    if not rest:
        return True
    lead = next(each for each in after if each.kind is not Kind.SUBJECT)
    if rest[0].words == "no":
        return True
    if main.kind is Kind.BLOCKED or main.phrase.status is Status.ON_HOLD:
        return lead.words.split()[0] in _AFTER_BLOCKED or lead.kind in {
            Kind.REASON,
            Kind.CONDITION,
            Kind.FUTURE,
        }
    if lead.words == "by" and any(each.kind is Kind.FUTURE for each in rest):
        return False
    return (
        lead.words in _AFTER_STATUS
        or lead.words in {"until", "for", "on", "pending", "till"}
        or lead.kind is Kind.REASON
    )


def _note_after(start: int, after: Sequence[Lexeme]) -> tuple[int, int] | None:
    """What follows the status, without the words that say nothing at its end; None where nothing does."""
    if all(
        each.kind in {Kind.FILLER, Kind.SUBJECT} or each.words in {"yet", "still", "as yet"} for each in after
    ):
        return None
    lead = [each for each in after[:1] if each.kind is Kind.SUBJECT and not each.words.endswith("'s")]
    end = next((each.end for each in reversed(after) if each.words not in _THANKS), after[-1].end)
    return (lead[0].end if lead else start), end
