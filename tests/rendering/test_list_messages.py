"""What people read in lists, cards, histories, prompts and digests."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.messages import (
    ActionCard,
    ActionLine,
    ActionList,
    BoardItem,
    CatchUpNote,
    Change,
    ColourCount,
    DateLine,
    HistoryLine,
    HistoryText,
    LastWord,
    Message,
    MilestoneLine,
    Note,
    Owner,
    Prompt,
    PromptLine,
    UnansweredOwner,
    YearAmount,
)
from bot.plan.rag import Colour, Rag, count_days
from bot.rendering import Renderer
from tests.rendering.samples import AMBER, GREEN, RED, TODAY, copies, digest, digest_change

RENDERER = Renderer("/cip")


def render_text(message: Message) -> str:
    return RENDERER.text(message)


def buttons(message: Message) -> list[dict[str, Any]]:
    (part,) = RENDERER.slack(message)
    return [
        element
        for block in part.blocks
        for element in ([block["accessory"]] if "accessory" in block else block.get("elements", []))
        if element["type"] == "button"
    ]


def listing(kind: str, *lines: ActionLine, **facts: Any) -> ActionList:
    known = {"total": len(lines), "page": 1, "pages": 1, "run": kind, "today": TODAY}
    return ActionList(kind=kind, lines=lines, **{**known, **facts})


def test_every_line_of_a_list_says_all_of_it() -> None:
    assert (
        "- Red: 5.2 Gather the data on workforce costs\n"
        "  3 days late. Due 28 March 2026. Owner: SS. In progress.\n"
        "  Last word 9 days ago from SS: “Two of five teams done”"
    ) in render_text(listing("at-risk", RED))
    assert (
        "- Amber: 2.4 Agree the rota\n"
        "  Due in 3 days and not started. Due 3 April 2026, date to be confirmed. Owners: RM, JS.\n"
        "  No word yet."
    ) in render_text(listing("at-risk", AMBER))
    assert (
        "- Green: 3.3 Publish the guide\n"
        "  No date to miss, and recently heard of. No fixed date: “Ongoing”. No owner. In progress.\n"
        "  Last word yesterday from RM."
    ) in render_text(listing("mine", GREEN))


def test_a_date_that_is_the_reason_is_said_once() -> None:
    soon = replace(RED, rag=Rag(Colour.GREEN, "due in 3 days", Colour.GREEN), days_late=0)
    assert "Due in 3 days: 28 March 2026. Owner: SS." in render_text(listing("due", soon))
    long_late = replace(RED, rag=Rag(Colour.RED, f"{count_days(2062)} late", Colour.RED), days_late=2062)
    assert "2,062 days late. Due 28 March 2026." in render_text(listing("overdue", long_late))


def test_a_card_shows_how_the_plan_prints_its_date() -> None:
    only = DateLine("March 26", date(2026, 3, 28), "due", first_day=date(2026, 3, 28))
    card = ActionCard(RED, "Plan", "1 Savings", dates=(only,))
    assert "Due: Saturday 28 March 2026, 3 days late (in the plan: “March 26”)" in render_text(card)
    assert "Dates" not in render_text(card)
    moved_on = replace(card, dates=(replace(only, first_day=date(2026, 1, 31)),))
    assert "Due 28 March 2026, first planned for 31 January 2026 (in the plan: “March 26”)" in render_text(
        moved_on
    )


def test_an_older_sentence_keeps_its_own_author_and_age() -> None:
    word = LastWord("", "RM", 0, before=Note("Two of five teams done", "SS", 9))
    assert (
        "Last word today from RM. Before that, 9 days ago from SS: “Two of five teams done”"
    ) in render_text(listing("at-risk", replace(RED, last_word=word)))


def test_a_list_for_all_says_whose_it_is() -> None:
    assert render_text(listing("mine", RED, whose="SS")).startswith("SS has 1 open action")
    assert render_text(listing("mine", whose="SS")) == "SS has no open actions."


def test_an_owner_is_named_by_initials_and_mentioned_when_linked() -> None:
    (part,) = RENDERER.slack(listing("at-risk", AMBER))
    assert "Owners: RM, JS <@U2>." in str(part.blocks)
    assert "<@" not in part.text
    crowd = replace(RED, owners=tuple(Owner(f"A{at}") for at in range(9)))
    assert "Owners: A0, A1, A2, A3, A4, A5, and 3 more." in render_text(listing("mine", crowd))


def test_days_late_are_said_even_where_the_reason_is_another() -> None:
    line = replace(RED, rag=Rag(Colour.RED, "declared Red", Colour.RED), days_late=1)
    assert "Declared Red. Due 28 March 2026, 1 day late." in render_text(listing("mine", line))
    over = replace(RED, status="complete", rag=Rag(Colour.BLUE, "complete", Colour.BLUE), days_late=0)
    assert "Was due 28 March 2026." in render_text(listing("search", over))
    assert "No date. Owner" in render_text(listing("mine", replace(RED, due=None, days_late=0)))


@pytest.mark.parametrize(
    ("kind", "total", "scope", "heading"),
    [
        ("mine", 1, "SS", "You have 1 open action"),
        ("mine", 4, "SS", "You have 4 open actions"),
        ("at-risk", 1, "", "1 action is at risk"),
        ("at-risk", 12, "section 2", "12 actions are at risk in section 2"),
        ("overdue", 3, "RM", "3 actions are overdue for RM"),
        ("due", 1, "", "1 action falls due by 14 April 2026"),
        ("due", 5, "project 5", "5 actions fall due in project 5 by 14 April 2026"),
        ("search", 1, "", "1 action matches “data”"),
        ("search", 2, "", "2 actions match “data”"),
    ],
)
def test_a_list_is_headed_by_its_count(kind: str, total: int, scope: str, heading: str) -> None:
    message = listing(kind, RED, total=total, scope=scope, until=date(2026, 4, 14), words="data")
    assert render_text(message).splitlines()[0] == heading


@pytest.mark.parametrize(
    ("kind", "facts", "sentence"),
    [
        ("mine", {}, "You have no open actions."),
        ("at-risk", {}, "Nothing is at risk. No action is Red or Amber. No date is coming up."),
        ("overdue", {"scope": "section 2"}, "Nothing is overdue in section 2. No date is coming up."),
        (
            "overdue",
            {"scope": "section 2", "next_due": AMBER},
            "Nothing is overdue in section 2. The next date is Friday 3 April 2026: 2.4 Agree the rota.",
        ),
        ("due", {"until": date(2026, 4, 14)}, "Nothing falls due by 14 April 2026. No date is coming up."),
        ("search", {"words": "x"}, "No action matches “x”. Try one word, or the beginning of it."),
    ],
)
def test_an_empty_list_says_so_and_what_is_ahead(kind: str, facts: dict[str, Any], sentence: str) -> None:
    first = render_text(listing(kind, **facts)).splitlines()[0]
    assert first.removesuffix(" Owners: RM, JS.") == sentence


def test_a_search_for_a_misspelt_word_gives_a_line_to_copy() -> None:
    assert "Did you mean: /cip search workforce" in render_text(
        listing("search", words="wrkforce", nearest="workforce")
    )


def test_a_list_counts_its_colours_and_says_where_they_are_explained() -> None:
    message = listing("at-risk", RED, AMBER, counts=((Colour.RED, 1), (Colour.AMBER, 1)))
    assert "1 Red, 1 Amber. Worst first. As at Tuesday 31 March 2026." in render_text(message)
    assert render_text(message).endswith("What the colours mean: /cip explain")
    assert "🟥 1 Red, 🔶 1 Amber." in str(RENDERER.slack(message)[0].blocks)


def test_a_long_list_has_pages() -> None:
    message = listing("at-risk", RED, total=30, page=2, pages=3, run="at-risk s2")
    assert "Page 2 of 3." in render_text(message)
    assert "For the next page, type: /cip at-risk s2 page 3" in render_text(message)
    assert [button["value"] for button in buttons(message)] == ["at-risk s2 page 1", "at-risk s2 page 3"]
    assert [button["action_id"] for button in buttons(message)] == ["run:0", "run:1"]


def card(**facts: Any) -> ActionCard:
    return ActionCard(RED, "Plan 2026-29", "1 Savings", **facts)


def test_a_card_says_everything_known_of_an_action() -> None:
    text = render_text(
        card(
            project="5 Efficiency",
            lead="RM",
            finance_ref="F12",
            status_text="In consultation",
            dates=(
                DateLine(
                    "31/03/26 (TBC)", date(2026, 5, 1), "due", confirmed=False, first_day=date(2026, 3, 31)
                ),
                DateLine("Ongoing", None, "ongoing"),
            ),
            milestones=(
                MilestoneLine(
                    "a)", "Ask the teams", "in progress", date(2026, 3, 1), owners=("RM", "SS"), days_late=30
                ),
                MilestoneLine("b)", "Tell the board", "complete"),
            ),
            delivered_through=("Workforce group",),
            success_measures=("Fewer calls",),
            tags=("pay", "data"),
        )
    )
    for words in (
        "5.2 Gather the data on workforce costs\nRed: 3 days late.",
        "Status: In progress (in the plan: “In consultation”)",
        "Due: Saturday 28 March 2026, 3 days late",
        "Owner: SS",
        "Section: 1 Savings",
        "Project: 5 Efficiency",
        "Lead: RM",
        "Finance reference: F12",
        "Tags: pay, data",
        "Due 1 May 2026, date to be confirmed, first planned for 31 March 2026",
        "(in the plan: “31/03/26 (TBC)”)",
        "- Ongoing (in the plan: “Ongoing”)",
        "2 milestones\n- a) Ask the teams: in progress, 30 days late, due 1 March 2026, RM and SS.",
        "- b) Tell the board: complete.",
        "Delivered through\n- Workforce group",
        "Success measures\n- Fewer calls",
    ):
        assert words in text


def test_a_card_offers_an_update_only_to_who_may() -> None:
    assert [button["value"] for button in buttons(card())] == ["history 5.2"]
    offered = [button["value"] for button in buttons(card(can_update=True))]
    assert offered == ["update 5.2 in-progress", "update 5.2 complete", "history 5.2"]
    gone = card(can_update=True, gone=True)
    assert [button["value"] for button in buttons(gone)] == ["history 5.2"]
    assert "This action is no longer in the plan." in render_text(gone)


def entry(change: Change, **facts: Any) -> HistoryLine:
    known = {
        "at": datetime(2026, 3, 30, 8, 0, tzinfo=UTC),
        "by": "SS",
        "source": "command",
        "place": "#board",
    }
    return HistoryLine(change=change, **{**known, **facts})


def test_a_history_says_who_when_where_and_what() -> None:
    started = Change("5.2", "T", RED.rag, "not started", "in progress", note="Begun")
    same = Change("5.2", "T", RED.rag, "in progress", "in progress", milestone="a) Ask")
    entries = (entry(started), entry(same, by="", source="button", place="direct message", undone=True))
    text = render_text(HistoryText(RED, entries, 2, 1, 1, "history 5.2", "Europe/London", date(2026, 3, 1)))
    assert "2 changes, newest first." in text
    assert (
        "- 9:00am on Monday 30 March 2026, SS, by command in #board\n"
        "  Status: in progress, was not started.\n"
        "  Note: “Begun”\n"
        "- 9:00am on Monday 30 March 2026, someone not in the plan, by button in a direct message."
        " Taken back since.\n"
        "  Milestone a) Ask\n"
        "  No change: still in progress."
    ) in text
    assert text.endswith("It came in with the plan on 1 March 2026.")


def test_a_history_says_what_was_read_late() -> None:
    late = entry(
        Change("5.2", "T", RED.rag, "not started", "complete"), source="late", place="direct message"
    )
    text = render_text(HistoryText(RED, (late,), 1, 1, 1, "history 5.2", "Europe/London", None))
    assert "SS, by message, read late, in a direct message" in text


def test_an_empty_history_says_where_the_action_came_from() -> None:
    text = render_text(HistoryText(RED, (), 0, 1, 1, "history 5.2", "Europe/London", date(2026, 3, 1)))
    assert "Nothing has been said of it yet. It came in with the plan on 1 March 2026." in text


def prompt(*lines: PromptLine, **facts: Any) -> Prompt:
    return Prompt(lines, "Improvement Board", TODAY, **facts)


def test_a_prompt_asks_with_four_buttons_that_say_what_they_do() -> None:
    message = prompt(PromptLine(RED, "7"))
    assert render_text(message).startswith(
        "1 action needs a word from you\n\nImprovement Board, Tuesday 31 March 2026."
    )
    assert "Due Saturday 28 March 2026. In progress. Red: 3 days late." in render_text(message)
    assert "In your own words: reply with “in progress” and what happened, or just “done”." in render_text(
        message
    )
    asked = [each for each in buttons(message) if each["action_id"].startswith(("prompt:", "form:"))]
    assert [button["action_id"].rpartition(":")[0] for button in asked] == [
        "prompt:on-track",
        "prompt:at-risk",
        "prompt:complete",
        "form:more",
    ]
    assert [each["text"]["text"] for each in buttons(message) if each not in asked] == [
        "Change when I'm asked"
    ]
    assert {button["value"] for button in asked} == {"7"}
    assert [button["text"]["text"] for button in asked] == ["On track", "At risk", "Done", "More…"]
    assert [button["accessibility_label"] for button in asked] == [
        "5.2 is on track",
        "5.2 is at risk",
        "5.2 is done",
        "More… about 5.2",
    ]


def test_an_answered_line_says_what_was_recorded_and_loses_its_buttons() -> None:
    message = prompt(
        PromptLine(RED, "1", "on-track", "on track", words="two rooms booked"),
        PromptLine(AMBER, "2"),
        PromptLine(GREEN, "3", "later"),
    )
    text = render_text(message)
    assert text.startswith("1 of 3 actions still needs a word from you")
    assert "✓ 5.2 On track: two rooms booked" in text
    assert "Later. I will ask again on the next working day. Nothing is recorded yet." in text
    assert text.index("5.2 On track") < text.index("2.4 Agree") < text.index("3.3 Publish")
    assert {button["value"] for button in buttons(message)} == {"2"}


def test_at_risk_without_a_reason_asks_why_once() -> None:
    line = PromptLine(RED, "1", "at-risk", "in progress, declared Amber")
    (why,) = buttons(prompt(line))
    assert (why["action_id"], why["value"], why["text"]["text"]) == ("why:0", "5.2", "Say why")
    assert buttons(prompt(replace(line, has_reason=True))) == []
    assert render_text(prompt(line)).startswith("Thank you. Nothing more to answer here")


def test_a_question_that_was_asked_again_has_nothing_to_press() -> None:
    later = date(2026, 4, 7)
    lines = (
        PromptLine(RED, "1", asked_again_on=later),
        PromptLine(AMBER, "2", "later", asked_again_on=later),
        PromptLine(GREEN, "3", "at-risk", "in progress, declared Amber", asked_again_on=later),
    )
    text = render_text(prompt(*lines))
    assert text.count("Asked again on Tuesday 7 April 2026. Please answer there.") == 2
    assert "Thank you. Nothing more to answer here" in text
    assert "What is in the way?" not in text
    assert "Asked again since. Nothing to answer here" in render_text(prompt(*lines[:2]))
    assert buttons(prompt(*lines)) == []


def test_a_long_prompt_gives_buttons_to_the_first_and_names_the_rest() -> None:
    lines = tuple(PromptLine(replace(RED, ref=f"1.{at}"), str(at)) for at in range(12))
    message = prompt(*lines)
    assert render_text(message).startswith("12 actions need a word from you")
    assert {button["value"] for button in buttons(message)} == {str(at) for at in range(8)}
    assert "And 4 more, with buttons once those above are answered" in render_text(message)
    assert all(f"1.{at} Gather" in render_text(message) for at in range(12))
    moved_up = (replace(lines[0], answer="complete", answered="complete"), *lines[1:])
    assert "8" in {button["value"] for button in buttons(prompt(*moved_up))}


def test_a_prompt_shows_the_milestones_that_are_still_open() -> None:
    stones = tuple(MilestoneLine(f"{at})", "Step", "not started", date(2026, 4, 2)) for at in range(7))
    text = render_text(prompt(PromptLine(RED, "1", milestones=stones)))
    assert "Milestone 0) Step: not started, due 2 April 2026." in text
    assert "And 2 more of its milestones." in text


def test_a_lead_sees_what_is_a_week_late() -> None:
    alone = render_text(prompt(escalated=(RED,)))
    assert alone.startswith("1 action you lead is a week late")
    assert "this is a week late or more and not complete. Please speak to the owner." in alone
    both = render_text(prompt(PromptLine(AMBER, "1"), escalated=(RED, RED)))
    assert both.startswith("1 action needs a word from you")
    assert "For you as the project's lead: these are a week late or more" in both


def test_a_question_says_what_is_late_what_is_next_and_what_the_digest_said() -> None:
    late = PromptLine(RED, "1", red_in_digest_on=date(2026, 3, 30))
    ahead = [PromptLine(replace(AMBER, ref=f"2.{at}"), str(at)) for at in (2, 3)]
    text = render_text(prompt(late, *ahead))
    assert "1 of yours is late, 2 are due on Friday 3 April 2026." in text
    assert text.count("\nRed in the digest of Monday 30 March 2026.") == 1
    assert "are late." in render_text(prompt(late, replace(late, value="2")))
    assert "of yours is" not in render_text(prompt(late)), "of one action the action itself says it"
    assert "is due today." in render_text(prompt(late, PromptLine(replace(AMBER, due=TODAY), "2")))


def test_a_digest_opens_with_the_counts_and_their_change_in_one_line() -> None:
    text = render_text(digest(4, 1, complete=13, checked=8))
    assert text.startswith(
        "Improvement Board: digest for Monday 30 March 2026\n\n"
        "4 Red (2 more) · 1 Amber (1 fewer) · 10 Green · 13 of 200 complete: 8 checked\n\n"
    )
    assert "Compared with 16 March 2026." in render_text(digest(4, since=date(2026, 3, 16)))
    assert "0 of 200 complete\n" in render_text(digest(4))


def test_a_first_digest_says_there_is_nothing_to_compare_with() -> None:
    first = digest(1, counts=(ColourCount(Colour.RED, 1),), since=None)
    assert "The first digest: there is nothing to compare with yet." in render_text(first)
    assert "first digest" not in render_text(digest(1))


def test_a_late_digest_says_for_which_day_it_is_and_which_were_missed() -> None:
    text = render_text(digest(1, posted=date(2026, 4, 2), missed=(date(2026, 3, 16), date(2026, 3, 23))))
    assert "This is the digest for Monday 30 March 2026, posted late on Thursday 2 April 2026." in text
    assert "The digests for 16 March 2026 and 23 March 2026 were never posted." in text
    one = render_text(digest(1, missed=(date(2026, 3, 23),)))
    assert "The digest for 23 March 2026 was never posted." in one
    assert "late" not in render_text(digest(0, posted=date(2026, 3, 30))).replace("latest", "")


def test_a_digest_asks_the_board_and_tells_the_week() -> None:
    helped = BoardItem(replace(RED, ref="1/r0"), 4, help_needed="A decision on the second analyst post")
    heard = BoardItem(replace(RED, ref="1/r1"), 1, route_to_green="Two agency staff start on Monday")
    message = digest(
        2,
        for_board=(helped, heard),
        turned_red=(digest_change("2.9"), digest_change("1/r0")),
        recovered=(digest_change("3.1"),),
        completed=(digest_change("2.2"),),
        started=(digest_change("2.3", by=""),),
        redated=(
            digest_change("2.5", old_due=date(2026, 3, 1), new_due=date(2026, 5, 1), because="no staff"),
            digest_change("2.6", by="", new_due=date(2026, 5, 1), because="agreed"),
        ),
        dropped=(digest_change("2.7", because="merged into 2.8"),),
        due_soon=(AMBER,),
        unanswered=(
            UnansweredOwner(Owner("SS"), 3, date(2026, 3, 10)),
            UnansweredOwner(Owner("RM"), 1, date(2026, 3, 23)),
        ),
        unlinked=(("Head of HR", 2), ("TB", 1)),
        unowned=("4.4",),
        escalated=("5.2", "4.1", "1/3"),
        money=(YearAmount("2026/27", 1065.0),),
    )
    first, details = (part.text for part in RENDERER.slack(message))
    for words in (
        (
            "For the board\n- Red 1/r0 Gather the data on workforce…: 3 days late, asked 4 times."
            " Help: “A decision on…”"
        ),
        "- Red 1/r1 Gather the data on workforce…: 3 days late, asked once. Route: “Two agency staff start…”",
        (
            "Changed since 23 March 2026\n- Turned Red: 2.9\n- No longer Red: 3.1\n- Completed: 2.2\n"
            "- New date: 2.5 from 1 March 2026 to 1 May 2026: “no staff”\n"
            "- New date: 2.6 to 1 May 2026: “agreed”\n"
            "- Dropped: 2.7"
        ),
        "No answer yet (actions, days waited): SS 3 (20), RM 1 (7)",
        "Cannot be reached: Head of HR and TB",
        "No owner: 4.4",
        "Due in 14 days: 2.4",
        "Money at risk in Red and Amber projects: £1,065,000 in 2026/27",
    ):
        assert words in first
    for words in (
        "3 actions are 14 days late or more: 5.2, 4.1 and 1/3.",
        "Red: 2 actions\n- Red: 1/r0 ",
        "Completed since 23 March 2026: 1 action\n- 2.2 Title of 2.2, by SS",
        "Started since 23 March 2026: 1 action\n- 2.3 Title of 2.3",
        "Dropped since 23 March 2026: 1 action\n- 2.7 Title of 2.7, by SS: “merged into 2.8”",
        "New dates: 2 actions\n- 2.5 Title of 2.5 moved by SS from 1 March 2026 to 1 May 2026,",
        "- 2.6 Title of 2.6 moved to 1 May 2026; it had no date before, because: “agreed”",
        "Due in the next 14 days: 1 action\n- Amber: 2.4 Agree the rota. Due Friday 3 April 2026,",
        (
            "No answer yet: 2 owners\n- SS: asked about 3 actions, first on 10 March 2026\n"
            "- RM: asked about 1 action"
        ),
        "Cannot be reached: 2 owners with no chat account linked.",
        "- Head of HR: 2 actions\n- TB: 1 action",
    ):
        assert words in details


def test_the_first_message_of_a_digest_is_short_whatever_its_plan() -> None:
    """At most 250 words for 200 actions with 60 silent owners, no action twice, nobody mentioned."""
    reds = copies(RED, 40, "1")
    message = digest(
        40,
        30,
        complete=60,
        for_board=tuple(BoardItem(line, 4, help_needed="words " * 40) for line in reds[:5]),
        turned_red=tuple(digest_change(f"1/r{at}") for at in range(12)),
        recovered=tuple(digest_change(f"3/r{at}") for at in range(12)),
        completed=tuple(digest_change(f"4/r{at}") for at in range(12)),
        redated=tuple(
            digest_change(f"5/r{at}", new_due=date(2026, 5, 1), because="words " * 40) for at in range(9)
        ),
        due_soon=copies(AMBER, 20, "1"),
        unanswered=tuple(UnansweredOwner(Owner(f"A{at}"), 3, date(2026, 3, 2)) for at in range(60)),
        unlinked=tuple((f"B{at}", 2) for at in range(9)),
        unowned=tuple(f"6/r{at}" for at in range(9)),
        money=(YearAmount("2026/27", 1065.0), YearAmount("2027/28", 465.0), YearAmount("2028/29", 65.0)),
    )
    first = RENDERER.slack(message)[0].text
    assert len(re.findall(r"\w[\w.,/'…-]*", first)) <= 250
    refs = re.findall(r"\b\d/r\d+\b", first)
    assert len(refs) == len(set(refs))
    items = [line for line in first.splitlines() if line.startswith("- Red ")]
    assert [len(line[2:].split()) <= 18 for line in items] == [True] * 5
    assert "and 52 more" in first
    assert "<@" not in first


def test_a_quiet_week_is_one_line() -> None:
    text = RENDERER.slack(digest(0, 0))[0].text
    assert text.splitlines()[4:] == [
        (
            "A quiet week: nothing is Red, nothing changed, nobody owes an answer and nothing falls due in 14"
            " days."
        ),
        "",
        "Details are in the thread.",
    ]
    assert "There are no actions in this plan yet." in render_text(digest(total=0))


def test_a_preview_says_only_you_see_it() -> None:
    text = render_text(digest(1, preview=True))
    assert text.startswith("Improvement Board: preview of the digest, Monday 30 March 2026")
    assert "This is a preview. Only you can see it, and nothing has been posted." in text


def test_a_last_word_of_today_says_today() -> None:
    line = replace(RED, last_word=LastWord("Done & dusted", "SS", 0))
    assert "Last word today from SS: “Done & dusted”" in render_text(listing("mine", line))
    assert "Done &amp; dusted" in RENDERER.slack(listing("mine", line))[0].text


def test_money_at_risk_stands_beside_a_red_action_and_growth_is_no_saving() -> None:
    years = (YearAmount("2026/27", 1065.0), YearAmount("2027/28", None), YearAmount("2028/29", 126.4))
    words = "plans savings of £1,065,000 in 2026/27, an amount left blank in 2027/28, £126,400 in 2028/29."
    red = render_text(card(savings=years))
    assert f"Money at risk: this action is Red, and its project {words}" in red
    green = replace(RED, rag=Rag(Colour.GREEN, "on track", Colour.GREEN))
    assert f"Its project {words}" in render_text(replace(card(savings=years), line=green))
    grown = render_text(card(growth=(YearAmount("2026/27", 866.0),)))
    assert "Its project plans growth of £866,000 in 2026/27." in grown
    assert "at risk" not in grown


def test_what_was_read_late_and_says_nothing_is_not_quoted() -> None:
    at = datetime(2026, 3, 30, 8, 0, tzinfo=UTC)
    expected = "I was away when you wrote to me at 9:00am on Monday 30 March 2026. I have read it now."
    assert render_text(CatchUpNote(" ", at, "Europe/London")) == expected
