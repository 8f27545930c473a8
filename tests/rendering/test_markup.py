from xml.etree.ElementTree import ParseError

import pytest
from defusedxml import DefusedXmlException

from bot.plan.rag import Colour
from bot.rendering import document as d
from bot.rendering.markup import MarkupError, read_document, read_inlines
from bot.rendering.plain import Plain


def inline_text(markup: str) -> str:
    return Plain().line(read_inlines(markup))


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
        d.Text("a"),
        d.Text(" "),
        d.Bold((d.Text("b"),)),
        d.Text(" "),
        d.Text("c"),
    )


def test_every_part_is_read() -> None:
    document = read_document(
        """<message overflow="thread" rewritten="yes">
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
    assert document.rewritten
    assert document.heading == "Two words"
    assert document.parts == (
        d.Heading("Two words"),
        d.Section(
            (d.Text("Text"),),
            d.Button("run", "mine", "Go", "primary", "L"),
            (d.Field("Due", (d.Text("Now"),)),),
        ),
        d.Items((d.Text("T"),), ((d.Text("one"),), (d.Mark(Colour.RED, "4"),)), "Red"),
        d.Context((d.User("U1", "SS"), d.Text(" "), d.Channel("C1", "b")), kept=True),
        d.Buttons((d.Button("why", "5.2", "Say why"),)),
        d.Divider(),
        d.TextOnly((d.Link("https://x.org", (d.Text("x"),)),)),
        d.Question("note", "Why?", "h", 20),
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
