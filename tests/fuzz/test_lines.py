"""Any line is read as a command or answered with a sentence and, where there is one, a line that works."""

import re
import string
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from bot.commands import AskedAction, Command, Offer, PromptContext, UpdateSeveral, UpdateStatus, updates_in
from bot.errors import NotUnderstoodError
from bot.plan.rag import Colour
from bot.plan.statuses import Status
from bot.services.help_topics import topics
from handlers.command_parser import MAX_NOTE_LENGTH, LineReading, parse
from tests.fuzz.cases import cases
from tests.handlers.command_parser.lines import TODAY
from tests.handlers.command_parser.test_parser import LINES, WORDS, _command_or_error

EXAMPLE_LINES = [example.removeprefix("/cip ") for topic in topics("") for example in topic.examples]
SCRAPS = st.text(string.printable, max_size=3) | st.characters(exclude_categories=()) | WORDS
NOTHING = PromptContext(())
ONE = PromptContext((AskedAction(1, "1/5.2", 91),))
TWO = PromptContext((AskedAction(1, "1/5.2", 91), AskedAction(2, "6.1", 92)))
THREAD = PromptContext(ONE.actions, 7, is_latest_topic=False)

# What may stand for each: whole words of any line, as English has them and not as the reader does.
SAYS_STATUS = {
    Status.COMPLETE: r"done|complete[ds]?|completion|finish(?:ed)?|closed?|delivered|sorted|achieved"
    r"|concluded|accomplished|wrapped up|signed off|in place|implemented|ticked off"
    r"|100 ?%|hundred per ?cent|blue|:\w*(?:check|tick|tada)\w*:|[\u2705\u2714\u2713\u2611]",
    Status.VERIFIED: r"verif(?:y|ied)|evidenced|assured|validated",
    Status.NOT_STARTED: r"new|start(?:ed)?|beg[iau]n|to ?do|commenced|untouched|nothing done",
    Status.ON_HOLD: r"hold|held|paused?|parked|suspended|deferred|postponed|shelved|frozen|halted",
    Status.DROPPED: r"drop(?:ped)?|cancell?ed|abandon(?:ed)?|scrapped|withdrawn|ditched|binned|superseded"
    r"|(?:no|not|\w+n't)\b.* (?:needed|required)|gr[ea]y",
    Status.IN_PROGRESS: r"progress(?:ing)?|ongoing|under ?way|wip|work(?:ing)?|going|continu\w+|moving|mid"
    r"|started|beg[au]n|commenced|kicked off|incomplete|unfinished|not|\w+n't|no longer|nearly|almost"
    r"|part(?:ly|ially|ial)?|half(?:way)?|quarters?|thirds?|most(?:ly)?|\w+ (?:out )?of \w+"
    r"|[0-9]+ ?(?:%|per ?cent)|[0-9]+ ?/ ?[0-9]+|blocked|stuck|stalled|unblocked",
}
# One letter, as on the paper copies of plans: alone, or after a ref or the name of the column.
LETTER = r"(?:rag\W*|^[\W\d]*(?:[a-z]\W+)?){}(?=\W*$)"
SAYS_COLOUR = {
    Colour.RED: r"red|blocked|stuck|stalled|off track|:\w*red\w*:|:no_entry:|[\U0001f534\U0001f7e5]|"
    + LETTER.format("r"),
    Colour.AMBER: r"amber|risk|yellow|orange|slipp(?:ed|ing)|behind|delayed|:\w*(?:orange|yellow|warning)\w*:"
    r"|[\U0001f7e0\U0001f7e1\u26a0]|" + LETTER.format("a"),
    Colour.GREEN: r"green|on (?:track|target|schedule)|:\w*green\w*:|[\U0001f7e2]|" + LETTER.format("g"),
}
DENIALS = "not", "isn't", "nowhere near", "nearly", "almost", "half", "partly", "never", "far from", "80%"
ENDINGS = (
    "by Friday",
    "once signed",
    "apart from the report",
    "subject to Cabinet",
    "when HR agree",
    "?",
    "next week",
)
NEWS = st.sampled_from(
    """
    done complete completed finished verified started begun underway progress dropped cancelled paused
    hold blocked stuck red amber green track risk closed incomplete unfinished undone unblocked redone
    restarted abandoned reddish greenhouse doner completeness completing holdall dropbox tracker
    progressive starters closet redcar riskless not isn't nearly half no yet never still now was is it
    by friday once when until if apart from will should the report team board money letters sent plan
    staff contract HR finance waiting ask week 80% 3 5 of , . ; - ? : 5.2 6.1 1/5.2 on in to and at
    because moved 31 March 2027 thanks ok :tada: :warning: :white_check_mark:
    """.split()  # noqa: SIM905 - a hundred words read better as sentences than as a list
)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A line that works, with parts cut out, doubled, swapped or put in."""
    line = draw(st.sampled_from(EXAMPLE_LINES))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(line)))
        end = min(len(line), at + draw(st.integers(0, 8)))
        scrap = draw(SCRAPS)
        line = draw(
            st.sampled_from((line[:at] + line[end:], line[:end] + line[at:], line[:at] + scrap + line[end:]))
        )
    return line


SENTENCES = st.lists(NEWS, max_size=9).map(" ".join)


def answer(line: str, asked: PromptContext) -> Command | None:
    """None where a sentence is all that it gets."""
    try:
        return LineReading(line, today=TODAY).to_command(asked)
    except NotUnderstoodError:
        return None


def recorded(line: str, asked: PromptContext) -> Iterator[UpdateStatus]:
    """The updates that are made at once, without a choice."""
    command = answer(line, asked)
    if isinstance(command, UpdateStatus | UpdateSeveral):
        yield from updates_in(command)


def stands_in(words: str, line: str) -> bool:
    plain = re.sub(r"[\s*_~`\u200b\u2060\u2010-\u2014-]+", " ", line.replace("\u2019", "'")).casefold()
    return re.search(rf"(?<![^\W_])(?:{words})(?![^\W_])", plain) is not None


@cases(300, 40)
@given(mutated() | LINES)
def test_every_line_is_read_or_answered(line: str) -> None:
    command = _command_or_error(line)
    if isinstance(command, NotUnderstoodError):
        assert command.sentence.strip().endswith((".", "?", ":"))
        assert len(command.sentence) < 400
        if command.suggestion:
            assert command.suggestion.startswith("/cip ")
            assert "\n" not in command.suggestion
        return
    for each in updates_in(command):
        assert len(each.note) <= MAX_NOTE_LENGTH
        assert len(each.because) <= MAX_NOTE_LENGTH
    command.line.encode()
    if len(line.splitlines()) > 1:
        return  # A line break ends a sentence, which the one line kept for the record can't show.
    again = parse(command.line, today=TODAY) if command.line else command
    assert type(again) is type(command), "the line kept for the record means the same"


@cases(300, 40)
@given(mutated() | LINES | SENTENCES, st.sampled_from((ONE, TWO, THREAD)))
def test_an_answer_is_said_of_what_was_asked_or_of_what_it_names(line: str, asked: PromptContext) -> None:
    command = answer(line, asked)
    if command is None:
        return
    shown = tuple(each.ref.rpartition("/")[2] for each in asked.actions)
    named = re.sub(r"[^\w.]", "", line.replace("\u2024", ".")).casefold()
    for ref in (each for update in updates_in(command) for each in update.refs):
        # With the letter of a milestone: "a) done".
        is_asked = ref.ref.startswith(shown) and len(ref.ref) <= max(map(len, shown)) + 1
        assert is_asked or re.sub(r"[^\w.]", "", ref.ref).casefold() in named
    if len(line.splitlines()) > 1:
        return
    again = answer(command.line, asked)
    assert type(again) is type(command), "the line kept for the record means the same"
    assert [each.refs for each in updates_in(again)] == [each.refs for each in updates_in(command)]


@cases(300, 40)
@given(mutated() | LINES | SENTENCES, st.sampled_from((NOTHING, ONE, TWO, THREAD)))
def test_what_is_offered_can_be_read_and_records_what_its_label_says(line: str, asked: PromptContext) -> None:
    command = answer(line, asked)
    if not isinstance(command, Offer):
        return
    assert command.problem.strip().endswith((".", "?", ":"))
    labels = [option.label for option in command.options]
    assert len(set(labels)) == len(labels)
    assert all(0 < len(label) <= 75 for label in labels)
    assert all(option.commands for option in command.options)


@cases(600, 60)
@given(SENTENCES | mutated() | LINES, st.sampled_from((NOTHING, ONE, TWO, THREAD)))
def test_no_line_records_a_status_that_stands_in_none_of_its_words(line: str, asked: PromptContext) -> None:
    for update in recorded(line, asked):
        assert update.status is None or stands_in(SAYS_STATUS[update.status], line)
        assert update.declared is None or stands_in(SAYS_COLOUR[update.declared], line)


@cases(150, 20)
@given(
    st.sampled_from(("", "update 5.2 ", "5.2 ", "it is ", "5.2 is ", "we are ")),
    st.sampled_from(DENIALS),
    st.sampled_from(("done", "complete", "finished", "completed", "all done", "closed", "verified")),
    st.sampled_from(("", ".", " yet", " - thanks", ", sorry", " :tada:")),
    st.sampled_from((ONE, THREAD)),
)
def test_what_is_denied_is_not_complete(
    start: str, denial: str, status: str, end: str, asked: PromptContext
) -> None:
    said = [update.status for update in recorded(f"{start}{denial} {status}{end}", asked)]
    assert not {Status.COMPLETE, Status.VERIFIED} & set(said)


@cases(150, 20)
@given(
    st.sampled_from(("", "update 5.2 ", "5.2 ", "it will be ", "5.2 should be ", "expected ")),
    st.sampled_from(("done", "complete", "finished", "completed", "closed")),
    st.sampled_from(ENDINGS),
    st.sampled_from((ONE, THREAD)),
)
def test_what_is_promised_or_depends_is_not_complete(
    start: str, status: str, ending: str, asked: PromptContext
) -> None:
    said = [update.status for update in recorded(f"{start}{status} {ending}", asked)]
    assert Status.COMPLETE not in said
