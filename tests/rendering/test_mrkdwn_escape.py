import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.plan.rag import Colour
from bot.rendering import document as d
from bot.rendering.mrkdwn import GRAVE_ACCENT, WORD_JOINER, escape, fit_mrkdwn, safe_link, to_mrkdwn

# Two readings of Slack's rule. Strict: a space or punctuation has to stand before the mark. Loose: anything
# but a letter may, but nothing that shows no width may follow it.
STRICT = re.compile(
    r"(?m)(?:^|[\s?.,\-!^;:{(\[%$#+=\"'|&/>])([*_~`])(?!\s)([^\n]+?)(?<!\s)\1(?=$|[\s?.,\-!^;:})\]%$#+=\"'|&/<])"
)
LOOSE = re.compile(r"(?m)(?<![A-Za-z0-9])([*_~`])(?![\s\u2060])([^\n]+?)(?<![\s\u2060])\1(?![A-Za-z0-9])")
LETTERS = st.text(st.sampled_from("*_~`> ab9.(-é字\u200b\u00a0&<"), max_size=30)


@pytest.mark.parametrize(
    "text",
    [
        "in_progress",
        "snake_case_name and another_one",
        "2*3",
        "2 * 3 * 4",
        "~50 people",
        "5* hotel",
        "a stray ` mark",
        "a footnote*",
        "it's fine (really), isn't it? 100%",
        "a - b | =cmd() #general @here https://example.org/a_b",
        "x > y",
        "* ",
        "naïve_café",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert to_mrkdwn((d.TextRun(text),)) == escape(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*urgent*", "^*^urgent^*^"),
        ("a _b_ c", "a ^_^b^_^ c"),
        ("(~gone~)", "(^~^gone^~^)"),
        ("`x`", "¬x¬"),
        ("a`b`c", "a¬b¬c"),
        ("```x```", "¬¬¬x¬¬¬"),
        ("one ` and \uff40", "one ¬ and ¬"),
        ("__init__", "^_^_^init^_^_^"),
        ("> said", "^&gt; said"),
        (">>> said", "^&gt;&gt;&gt; said"),
        ("\uff1e said", "^\uff1e said"),
        ("\uff0awide\uff0a", "^\uff0a^wide^\uff0a^"),
        ("字*太*字", "字^*^太^*^字"),
    ],
)
def test_marks_that_would_take_effect_are_unmade(text: str, shown: str) -> None:
    assert to_mrkdwn((d.TextRun(text),)) == shown.replace("^", WORD_JOINER).replace("¬", GRAVE_ACCENT)


@settings(deadline=None)
@given(LETTERS)
def test_nothing_people_write_formats_and_nothing_is_lost(text: str) -> None:
    made = to_mrkdwn((d.TextRun(text),))
    assert made.replace(WORD_JOINER, "").replace(GRAVE_ACCENT, "`") == escape(text)
    assert made.count("`") < 2
    assert not STRICT.search(made)
    assert not LOOSE.search(made)
    assert not made.startswith(("&gt;", ">"))


@settings(deadline=None)
@given(LETTERS, LETTERS, LETTERS)
def test_marks_of_two_texts_do_not_pair_either(one: str, two: str, three: str) -> None:
    made = to_mrkdwn(
        (
            d.TextRun(one),
            d.TextRun(" "),
            d.Bold((d.TextRun("ours"),)),
            d.TextRun(f" {two}"),
            d.LineBreak(),
            d.TextRun(three),
        )
    )
    ours = made.replace("*ours*", "ours", 1)
    assert len(ours) == len(made) - 2
    assert not LOOSE.search(ours)
    assert not STRICT.search(ours)


def test_our_own_bold_gives_way_to_marks_inside_it() -> None:
    assert to_mrkdwn((d.Bold((d.TextRun("5.2 Plain words"),)),)) == "*5.2 Plain words*"
    assert to_mrkdwn((d.Italic((d.TextRun("so it is"),)),)) == "_so it is_"
    assert "*" not in to_mrkdwn((d.Bold((d.TextRun("a _b_ c"),)),))
    assert to_mrkdwn((d.Bold((d.TextRun("2*3"),)),)) == "*2*3*"


def test_code_keeps_its_characters_but_backticks() -> None:
    assert to_mrkdwn((d.Code("/cip update 5.2 *x* <y>"),)) == "`/cip update 5.2 *x* &lt;y&gt;`"
    assert to_mrkdwn((d.Code("a`b\uff40c"),)) == "`a'b'c`"
    assert to_mrkdwn((d.Code(" "),)) == ""


@pytest.mark.parametrize(
    ("user", "shown"),
    [
        (d.UserMention("U1", "SS"), "SS <@U1>"),
        (d.UserMention("W0AB", ""), "<@W0AB>"),
        (d.UserMention("", "SS"), "SS"),
        (d.UserMention("U1|x", "SS"), "SS"),
        (d.UserMention("U1><!channel>", "SS"), "SS"),
        (d.UserMention("!channel", ""), "!channel"),
        (d.UserMention("U1\n", "SS"), "SS"),
    ],
)
def test_only_a_real_account_is_mentioned(user: d.UserMention, shown: str) -> None:
    assert to_mrkdwn((user,)) == shown


def test_only_a_real_channel_is_mentioned() -> None:
    assert to_mrkdwn((d.ChannelMention("C1", "board"),)) == "<#C1>"
    assert to_mrkdwn((d.ChannelMention("#board", "board"),)) == "board"


@pytest.mark.parametrize("href", ["https://example.org/a_b?c=d&e=f", "http://x.org", "mailto:a@example.org"])
def test_links_go_to_the_web_or_a_mailbox(href: str) -> None:
    assert safe_link(href) == href
    assert to_mrkdwn((d.Hyperlink(href),)) == f"<{escape(href)}>"
    assert to_mrkdwn((d.Hyperlink(href, (d.TextRun("the *report*"),)),)).endswith(
        f"|the {WORD_JOINER}*{WORD_JOINER}report{WORD_JOINER}*{WORD_JOINER}>"
    )


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "file:///etc",
        "data:text/html,x",
        "https://x|y",
        "https://x>y",
        "https://x y",
        "//x.org",
        "http://[",
        "",
        "https://x.org/" + "a" * 3000,
    ],
)
def test_other_addresses_are_only_text(href: str) -> None:
    assert safe_link(href) == ""
    assert to_mrkdwn((d.Hyperlink(href, (d.TextRun("here"),)),)) == "here"


def test_every_colour_has_a_shape_of_its_own_and_its_word() -> None:
    shown = [to_mrkdwn((d.ColourLabel(colour),)) for colour in Colour]
    assert shown == ["🟥 Red", "🔶 Amber", "🟢 Green", "☑️ Blue", "⬜ Grey"]


def test_a_long_text_is_cut_with_an_ellipsis_and_never_through_markup() -> None:
    content = (
        d.TextRun("& " * 400),
        d.UserMention("U1", "SS"),
        d.Bold((d.TextRun("x" * 3000),)),
        d.Code("y" * 3000),
    )
    for limit in (1, 10, 500, 2800, 3000, 6000):
        made = fit_mrkdwn(content, limit)
        assert len(made) <= limit
        assert made.endswith("…")
        assert not re.search("&(?!amp;)", made)
        assert re.fullmatch("[^<>]*(<@U1>[^<>]*)?", made)
    assert fit_mrkdwn((d.TextRun("short"),), 10) == "short"
