from xml.etree.ElementTree import ParseError

import pytest
from defusedxml import DefusedXmlException

from bot.plan.rag import Colour
from bot.rendering import document as d
from bot.rendering.markup import MarkupError, read_document, read_inlines
from bot.rendering.plain import PlainTextRenderer


def inline_text(markup: str) -> str:
    return PlainTextRenderer().line(read_inlines(markup))


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("  a\n   b  ", "a b"),
        ("a <b> b </b> c", "a b c"),
        ("a<b> b</b>c", "a bc"),
        ("a<b>b </b>c", "ab c"),
        ("<br/> a <br/>\n b <br/>", "a\nb"),
        ("a <b></b> c", "a c"),
        ("a <b> </b>c", "a c"),
        ("<b>a</b> <i>b</i>", "a b"),
        ("x <code> /cip  mine </code>.", "x /cip mine."),
        ("a\u00a0 b", "a\u00a0 b"),
    ],
)
def test_white_space_collapses_as_on_a_web_page(markup: str, words: str) -> None:
    assert inline_text(markup) == words


def test_space_moves_out_of_bold_so_that_the_platform_takes_it() -> None:
    assert read_inlines("a <b> b </b> c") == (
        d.TextRun("a"),
        d.TextRun(" "),
        d.Bold((d.TextRun("b"),)),
        d.TextRun(" "),
        d.TextRun("c"),
    )


def test_every_part_is_read() -> None:
    document = read_document(
        """<message overflow="thread">
        <heading>Two <b>words</b></heading>
        <section>Text <button action="run" value="mine" style="primary" label="L">Go</button>
          <field label="Due">Now</field></section>
        <list name="Red"><title>T</title><item>one</item><item><colour name="red" count="4"/></item></list>
        <context kept="yes"><user id="U1" initials="SS"/> <channel id="C1" label="b"/></context>
        <buttons><button action="why" value="5.2">Say why</button></buttons>
        <divider/><text-only><link href="https://x.org">x</link></text-only>
        <question name="note" label="Why?" hint="h" longest="20"/>
        </message>"""
    )
    assert document.threaded
    assert document.heading == "Two words"
    assert document.parts == (
        d.HeadingPart("Two words"),
        d.SectionPart(
            (d.TextRun("Text"),),
            d.Button("run", "mine", "Go", "primary", "L"),
            (d.SectionField("Due", (d.TextRun("Now"),)),),
        ),
        d.ListPart((d.TextRun("T"),), ((d.TextRun("one"),), (d.ColourLabel(Colour.RED, "4"),)), "Red"),
        d.ContextPart((d.UserMention("U1", "SS"), d.TextRun(" "), d.ChannelMention("C1", "b")), pinned=True),
        d.ButtonsPart((d.Button("why", "5.2", "Say why"),)),
        d.DividerPart(),
        d.TextOnlyPart((d.Hyperlink("https://x.org", (d.TextRun("x"),)),)),
        d.InputPart("note", "Why?", "h", 20),
    )


@pytest.mark.parametrize(
    "markup",
    [
        "<other/>",
        "<message><paragraph/></message>",
        "<message><section><blink/></section></message>",
        "<message><buttons><button value='x'>y</button></buttons></message>",
        "<message><section><link/></section></message>",
    ],
)
def test_unknown_markup_is_refused(markup: str) -> None:
    with pytest.raises(MarkupError):
        read_document(markup)


def test_broken_and_defined_markup_is_refused() -> None:
    with pytest.raises(ParseError):
        read_document("<message>")
    with pytest.raises(DefusedXmlException):
        read_document('<!DOCTYPE message [<!ENTITY a "b">]><message>&a;</message>')
    with pytest.raises(DefusedXmlException):
        read_inlines("a <!-- remark -->")
    with pytest.raises(ParseError):
        read_inlines("&unknown;")


def test_a_document_without_a_heading_has_none() -> None:
    assert read_document("<message/>").heading == ""
