"""Who may not read a plan sees none of its words: not in a list, an error, a button, a form, a file or a
calendar.
"""

import copy
import json
import re
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.importing.button_tokens import plan_token
from bot.sandbox import payloads
from bot.sandbox.deliveries import BotDelivery
from bot.services.prompts.choices import button_value
from handlers.command_parser import parse
from handlers.slack.prompt_forms import FIELDS
from models import Plan
from tests.fixtures.commands import DISPATCHER
from tests.fixtures.council import BOARD, OTHER, Council, bot_running, council
from tests.fixtures.databases import KINDS
from tests.fixtures.plan_files import csv_file, send_file
from tests.fixtures.plans import NOW, USERS
from tests.fixtures.two_boards import (
    HARBOUR,
    HARBOUR_USERS,
    NOTE_OF_COUNCIL,
    NOTE_OF_HARBOUR,
    WORDS_OF_COUNCIL,
    WORDS_OF_HARBOUR,
    add_second_board,
)
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.home_pages import open_home, text_of
from tests.handlers.slack.slack_actions import buttons, notes
from tests.handlers.slack.test_button_presses import _prompt as prompt_of
from tests.handlers.slack.test_calendars import get, request_address
from tests.paths import ROOT

STRANGER, OUTSIDE, GUEST, SINGLE, FOREIGN, LEFT = (
    "U0STRANGER", "U0OUTSIDE", "U0GUEST", "U0SINGLE", "U0FOREIGN", "U0LEFT",
)  # fmt: skip
DIRECT = "direct"
# Many requests each, on a machine that may be busy.
pytestmark = pytest.mark.timeout(600)
# {batch} becomes that of a change that somebody of the plan made.
LINES = (
    "show 1/5.2", "show 9.9", "show s1/9.9", "show s9/5.2", "show mtfs/5.2", "show 1.3a", "show 1.1", "mine",
    "at-risk", "at-risk s1", "at-risk p5", "at-risk s77", "at-risk p77", "at-risk RM", "at-risk <@U0RM>",
    "at-risk nobody", "overdue", "due 31 Dec 2026", "history 1/5.2", "history 6.1", "why 1/5.2",
    "explain 1/5.2", "explain",
    "search workforc", "search workforse", "search 5", "digest", "questions", "questions answered",
    "versions", "versions 1", "export", "export csv", "export json s1", "export improvement",
    "export nonsense", "calendar", "calendar board", "calendar renew board", "calendar stop",
    "update 1/5.2 in-progress mine", "update 5.2 done", "update 6.1 --rag red", "update 9.9 done", "undo",
    "undo {batch}", "link SS <@{me}>", "link ZZ <@{me}>", "link NOBODY <@{me}>", "help", "help show",
    "timezone", "timezone Europe/Paris", "timezone reset", "5.2 done", "nonsense",
    "stop messaging me", "why me?",
)  # fmt: skip


@dataclass(frozen=True)
class Account:
    """Somebody who asks in a place, and what they must not see."""

    user: str
    place: str
    words: tuple[str, ...] = WORDS_OF_COUNCIL


NOBODYS = [
    Account(OUTSIDE, OTHER),
    Account(OUTSIDE, BOARD),
    Account(OUTSIDE, DIRECT),
    Account(STRANGER, OTHER),
    Account(STRANGER, DIRECT),
    Account(GUEST, BOARD),
    Account(GUEST, DIRECT),
    Account(SINGLE, BOARD),
    Account(FOREIGN, BOARD),
    Account(LEFT, BOARD),
    Account(HARBOUR_USERS["HO"], HARBOUR),
    Account(HARBOUR_USERS["HO"], BOARD),
    Account(HARBOUR_USERS["HO"], DIRECT),
    Account(HARBOUR_USERS["HM"], HARBOUR),
    Account(HARBOUR_USERS["HM"], BOARD),
    Account(STRANGER, BOARD, WORDS_OF_HARBOUR),
    Account(USERS["SS"], BOARD, WORDS_OF_HARBOUR),
    Account(USERS["SS"], HARBOUR, WORDS_OF_HARBOUR),
    Account(USERS["CH"], DIRECT, WORDS_OF_HARBOUR),
    Account(USERS["VW"], OTHER, WORDS_OF_HARBOUR),
]


def seed(council_: Council) -> None:
    add_second_board(council_)
    workspace = council_.sandbox.workspace
    add = workspace.add_user
    add(OUTSIDE, "outside", "Olive Outside", "o@council.example", "Europe/London")
    add(GUEST, "guest", "Gus Guest", "g@firm.example", "Europe/London", is_restricted=True)
    add(SINGLE, "single", "Sid Single", "s@firm.example", "Europe/London", is_ultra_restricted=True)
    add(FOREIGN, "foreign", "Fay Foreign", "f@firm.example", "Europe/London", team_id="T0FIRM")
    add(LEFT, "left", "Les Left", "l@council.example", "Europe/London")
    workspace.add_channel(BOARD, "board", [GUEST, SINGLE, FOREIGN, LEFT], is_ext_shared=True)
    workspace.directory.deactivate(LEFT)


@pytest.fixture(params=KINDS)
async def boards(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Council]:
    """A running bot with two boards and every kind of account."""
    async with council(request.param, tmp_path) as found, bot_running(found):
        seed(found)
        await recorded(found)
        yield found


@pytest.fixture
async def sqlite_boards(tmp_path: Path) -> AsyncIterator[Council]:
    async with council("sqlite", tmp_path) as found, bot_running(found):
        seed(found)
        await recorded(found)
        yield found


async def recorded(boards: Council) -> None:
    """Each plan has a note."""
    await boards.send_command("SS", f"update 1/5.2 in-progress - {NOTE_OF_COUNCIL}")
    await boards.sandbox.slash(HARBOUR_USERS["HO"], HARBOUR, f"update 1/5.2 in-progress - {NOTE_OF_HARBOUR}")
    assert notes(boards) == [NOTE_OF_COUNCIL, NOTE_OF_HARBOUR]


def channel_of(boards: Council, account: Account) -> str:
    if account.place != DIRECT:
        return account.place
    return boards.sandbox.workspace.directory.open_im(account.user).id


def shown_to(boards: Council, account: Account) -> str:
    """Everything the bot showed this person alone, where they asked and in their direct messages."""
    channels = {channel_of(boards, account), boards.sandbox.workspace.directory.open_im(account.user).id}
    messages = [
        message
        for channel in channels
        for message in boards.sandbox.visible_messages(account.user, channel)
        if message.user != account.user
        and (message.only_for == account.user or boards.sandbox.workspace.channels[channel].is_im)
    ]
    return "\n".join(f"{each.text} {json.dumps(each.blocks, ensure_ascii=False)}" for each in messages)


async def wait_for_more(boards: Council, account: Account, before: str) -> None:
    await wait_until(lambda: shown_to(boards, account) != before, "an answer came")


def leaked(output: str, words: Iterable[str]) -> list[str]:
    """Those that stand in it as words of their own."""
    return [word for word in words if re.search(rf"\b{re.escape(word)}\b", output)]


def notes_of_council(boards: Council) -> list[str]:
    """The note of every change of the council's plan, in order."""
    statement = (
        "select status_change.note from status_change join action on action.id = status_change.action_id"
        " where action.plan_id = 1 order by status_change.id"
    )
    database = boards.database()
    with database.transaction(write=False) as session:
        found = list(session.scalars(text(statement)))
    database.close()
    return found


def newest_batch(boards: Council, note: str) -> str:
    database = boards.database()
    with database.transaction(write=False) as session:
        found = session.scalars(
            text("select batch from status_change where note = :note"), {"note": note}
        ).one()
    database.close()
    return str(found)


def test_the_lines_are_all_the_commands_there_are() -> None:
    kinds = set()
    for line in LINES:
        try:
            kinds.add(type(parse(line.format(batch="0" * 32, me="U0X"), today=NOW.date())).__name__)
        except Exception:  # noqa: BLE001 - what is no command is tried as well
            continue
    # These come from an answer to a prompt, from words that are no command, or from a button.
    others = {"Away", "Choose", "NotMine", "Offer", "Snooze", "TakeOption", "UpdateSeveral"}
    assert kinds == {each.__name__ for each in DISPATCHER.handlers} - others


@pytest.mark.parametrize("account", NOBODYS, ids=lambda each: f"{each.user}-{each.place}")
async def test_no_command_shows_a_word_of_a_plan_to_whoever_may_not_read_it(
    sqlite_boards: Council, account: Account
) -> None:
    note = NOTE_OF_COUNCIL if account.words is WORDS_OF_COUNCIL else NOTE_OF_HARBOUR
    batch = newest_batch(sqlite_boards, note)
    channel = channel_of(sqlite_boards, account)
    for line in LINES:
        typed = line.format(batch=batch, me=account.user)
        ack = await sqlite_boards.sandbox.slash(account.user, channel, typed)
        assert ack.status == 200, line
        found = leaked(str(ack.body), account.words)
        assert not found, (line, found)
    found = leaked(shown_to(sqlite_boards, account), account.words)
    assert not found
    if account.user not in USERS.values():
        assert notes_of_council(sqlite_boards) == [NOTE_OF_COUNCIL]


@pytest.mark.parametrize("account", [Account(OUTSIDE, BOARD), Account(GUEST, BOARD), Account(FOREIGN, BOARD)])
async def test_it_is_the_same_on_either_database(boards: Council, account: Account) -> None:
    for line in ("at-risk", "show 1/5.2", "search workforce", "show 9.9", "digest"):
        await boards.sandbox.slash(account.user, account.place, line)
    output = shown_to(boards, account)
    assert not leaked(output, WORDS_OF_COUNCIL)
    expected = "ask a plan manager (" if account.user == OUTSIDE else "not shown to guests"
    assert output.count(expected) >= 5


@pytest.mark.parametrize("user", [GUEST, SINGLE, FOREIGN, LEFT])
async def test_guests_other_organisations_and_deactivated_accounts_get_one_sentence(
    sqlite_boards: Council, user: str
) -> None:
    said = {await sqlite_boards.send_command(user, line) for line in ("at-risk", "show 1/5.2", "versions")}
    sentence = (
        "Plans are not shown to guests, to people of other organisations or to deactivated accounts."
        " Nothing was changed."
    )
    assert said == {sentence}


async def test_the_members_of_a_boards_channel_read_its_plan_there_and_nowhere_else(boards: Council) -> None:
    assert "Gather the data" in await boards.send_command(STRANGER, "show 1/5.2")
    assert "5.2" in await boards.send_command(STRANGER, "at-risk")
    assert NOTE_OF_COUNCIL in await boards.send_command(STRANGER, "history 1/5.2")
    assert "Only people the plan knows" in await boards.send_command(STRANGER, "export")
    assert "can be updated by" in await boards.send_command(STRANGER, "update 1/5.2 done")
    account = Account(STRANGER, DIRECT)
    await boards.sandbox.slash(STRANGER, channel_of(boards, account), "show 1/5.2")
    direct = channel_of(boards, account)
    said = boards.sandbox.visible_messages(STRANGER, direct)[-1].text
    assert "in a board's channel to its members" in said
    assert "/cip link INITIALS @you" in said


async def test_somebody_of_one_board_reads_anothers_plan_in_its_channel_as_a_member_of_it(
    boards: Council,
) -> None:
    boards.sandbox.workspace.directory.channels[BOARD].members.append(HARBOUR_USERS["HO"])
    said = await boards.send_command(HARBOUR_USERS["HO"], "search workforce")
    assert "Gather the data" in said
    assert "Only" not in said
    in_own = await boards.sandbox.slash(HARBOUR_USERS["HO"], HARBOUR, "search workforce")
    assert "Gather the data" not in str(in_own.body)
    exported = await boards.send_command(HARBOUR_USERS["HO"], "export improvement")
    assert "Improvement plan" not in exported


async def test_who_belongs_to_both_boards_is_asked_which_and_who_belongs_to_one_is_not(
    boards: Council,
) -> None:
    in_one = await boards.sandbox.slash(HARBOUR_USERS["HO"], HARBOUR, "show 5.2")
    assert "Dredge the channel" in str(in_one.body)
    both = await boards.sandbox.slash(USERS["PM"], OTHER, "show 5.2")
    assert "Dredge the channel" in str(both.body)
    assert "Gather the data" in str(both.body)


async def test_a_known_person_is_never_looked_up(boards: Council) -> None:
    calls = count_lookups(boards, USERS["SS"])
    for line in ("at-risk", "show 1/5.2", "update 1/5.2 in-progress on it", "history 1/5.2", "digest"):
        await boards.send_command("SS", line)
    await boards.sandbox.slash(USERS["SS"], OTHER, "at-risk")
    # The job that links accounts looks each of them up once, whoever asks for what.
    assert count_lookups(boards, USERS["SS"]) <= calls + 1


def count_lookups(boards: Council, user: str) -> int:
    """How often Slack was asked about an account."""
    return sum(f"users.info?user={user}" in each.url for each in boards.sandbox.traffic.exchanges())


async def test_membership_is_kept_for_ten_minutes(boards: Council) -> None:
    channel = boards.sandbox.workspace.directory.channels[BOARD]
    assert "Gather the data" in await boards.send_command(STRANGER, "show 1/5.2")
    calls = count_lookups(boards, STRANGER)
    assert calls == 1
    channel.members.remove(STRANGER)
    boards.clock.moment += timedelta(minutes=9)
    assert "Gather the data" in await boards.send_command(STRANGER, "show 1/5.2")
    assert count_lookups(boards, STRANGER) == calls
    boards.clock.moment += timedelta(minutes=2)
    ack = await boards.sandbox.slash(STRANGER, BOARD, "show 1/5.2")
    assert "Gather the data" not in str(ack.body)
    assert "in a board's channel to its members" in str(ack.body)
    assert count_lookups(boards, STRANGER) > calls


async def test_who_becomes_a_guest_reads_no_more_as_soon_as_slack_says_so(sqlite_boards: Council) -> None:
    assert "Gather the data" in await sqlite_boards.send_command(STRANGER, "show 1/5.2")
    await sqlite_boards.sandbox.conditions.make_guest(STRANGER)
    said = await sqlite_boards.send_command(STRANGER, "show 1/5.2")
    assert "Plans are not shown to guests" in said
    await sqlite_boards.sandbox.conditions.make_guest(STRANGER, on=False)
    assert "Gather the data" in await sqlite_boards.send_command(STRANGER, "show 1/5.2")


async def test_where_slack_cannot_be_asked_nothing_is_shown(boards: Council) -> None:
    # As often as the bot asks about others as well meanwhile.
    boards.sandbox.faults.fail("users.info", "internal_error", times=100)
    said = await boards.send_command(STRANGER, "show 1/5.2")
    boards.sandbox.faults.clear()
    assert said == (
        "I could not ask Slack who you are, so I can't show you the plan. Try again in a minute. If that"
        " does not help, ask a plan manager to run /cip link INITIALS @you. Nothing was changed."
    )
    boards.clock.moment += timedelta(minutes=1)
    assert "Gather the data" in await boards.send_command(STRANGER, "show 1/5.2")


async def test_the_home_tab_of_somebody_else_shows_no_plan(sqlite_boards: Council) -> None:
    for user in (OUTSIDE, STRANGER, GUEST, HARBOUR_USERS["HO"]):
        assert not leaked(text_of(await open_home(sqlite_boards, user)), WORDS_OF_COUNCIL)
    assert "Harbour works" in text_of(await open_home(sqlite_boards, HARBOUR_USERS["HO"]))
    assert not leaked(text_of(await open_home(sqlite_boards, USERS["SS"])), WORDS_OF_HARBOUR)


@pytest.mark.parametrize("user", [OUTSIDE, STRANGER, GUEST, FOREIGN, HARBOUR_USERS["HO"]])
async def test_a_direct_message_is_answered_without_a_word_of_the_plan(
    sqlite_boards: Council, user: str
) -> None:
    account = Account(user, DIRECT)
    channel = channel_of(sqlite_boards, account)
    for line in ("show 1.3", "6.1 done", "at-risk", "search caseloa"):
        before = shown_to(sqlite_boards, account)
        await sqlite_boards.sandbox.post_message(user, channel, line)
        sqlite_boards.clock.moment += timedelta(seconds=5)
        if user != FOREIGN:
            await wait_for_more(sqlite_boards, account, before)
    assert not leaked(shown_to(sqlite_boards, account), WORDS_OF_COUNCIL)
    assert notes_of_council(sqlite_boards) == [NOTE_OF_COUNCIL]


async def test_a_mention_in_a_shared_channel_shows_no_word(sqlite_boards: Council) -> None:
    for user in (FOREIGN, GUEST, STRANGER):
        await sqlite_boards.sandbox.post_message(user, BOARD, "<@U0CIPBOT> at-risk")
    for user in (FOREIGN, GUEST, STRANGER):
        assert not leaked(shown_to(sqlite_boards, Account(user, BOARD)), WORDS_OF_COUNCIL)


async def test_no_file_is_compared_with_a_plan_of_another_board(sqlite_boards: Council) -> None:
    """Its title alone is no way in."""
    for user in (OUTSIDE, HARBOUR_USERS["HO"], HARBOUR_USERS["HM"]):
        account = Account(user, DIRECT)
        for title in ("Improvement plan 2026-29", "Improvement plan 2027-30"):
            before = shown_to(sqlite_boards, account)
            await send_file(sqlite_boards, user, csv_file(title=title), f"{user}{title[-2:]}.csv")
            await wait_for_more(sqlite_boards, account, before)
            output = shown_to(sqlite_boards, account).replace(title, "")
            assert not leaked(output, WORDS_OF_COUNCIL)


async def test_a_boards_calendar_and_file_are_for_its_people(boards: Council) -> None:
    ours = await request_address(boards, "SS", "calendar board")
    _, body, _ = await get(boards, ours)
    assert b"Gather the data" in body
    assert b"Dredge" not in body
    ack = await boards.sandbox.slash(HARBOUR_USERS["HO"], BOARD, "calendar board")
    path = str(ack.body).partition("/calendar/")[2][:47]
    _, body, _ = await get(boards, f"/calendar/{path}")
    assert b"Dredge" in body
    assert b"Gather" not in body
    remove_roles(boards, "SS")
    assert (await get(boards, ours))[0] == 404


async def test_a_calendar_ends_with_its_account(boards: Council) -> None:
    ours = await request_address(boards, "SS")
    set_account_kind(boards, "SS", "deactivated")
    assert (await get(boards, ours))[0] == 404
    assert "not shown to guests" in await boards.send_command("SS", "mine")


def remove_roles(boards: Council, initials: str) -> None:
    run_sql(
        boards,
        "delete from plan_role where person_id = (select id from person where initials = :who)",
        who=initials,
    )


def set_account_kind(boards: Council, initials: str, kind: str) -> None:
    run_sql(boards, "update person set account_kind = :kind where initials = :who", who=initials, kind=kind)


def run_sql(boards: Council, statement: str, **params: str) -> None:
    database = boards.database()
    with database.transaction() as session:
        session.execute(text(statement), params)
    database.close()


async def test_a_guest_whom_a_plan_manager_linked_is_known(boards: Council) -> None:
    assert "not shown to guests" in await boards.send_command(GUEST, "at-risk")
    await boards.send_command("PM", f"link ZZ <@{GUEST}>")
    assert "Keep the panel" in await boards.send_command(GUEST, "mine")
    await boards.send_command("PM", f"link ZZ <@{FOREIGN}>")
    account = Account(FOREIGN, BOARD)
    await boards.sandbox.post_message(FOREIGN, BOARD, "<@U0CIPBOT> mine")
    assert not leaked(shown_to(boards, account), WORDS_OF_COUNCIL)


async def test_a_plan_manager_of_one_board_manages_no_other(boards: Council) -> None:
    manager = HARBOUR_USERS["HM"]
    boards.sandbox.workspace.directory.channels[BOARD].members.append(manager)
    for line in (
        "update 1/6.1 done",
        "link SS <@U0OUTSIDE>",
        "undo " + newest_batch(boards, NOTE_OF_COUNCIL),
    ):
        await boards.sandbox.slash(manager, BOARD, line)
    assert notes(boards) == [NOTE_OF_COUNCIL, NOTE_OF_HARBOUR]
    assert "Your account is not linked" in await boards.send_command(OUTSIDE, "show 6.1")
    done = await boards.sandbox.slash(manager, HARBOUR, "update 8.8 done - polished")
    assert "Recorded." in str(done.body)


# One for each line of the golden list of buttons, about the council's plan.
PRESSES = (
    ("back:0", "back"), ("form:evidence:0", "{item}"), ("form:more:0", "{item}"),
    ("form:sentence:0", "{item}"), ("undo:0", "{item}"),
    ("home:ask-now:0", "1 SS"), ("home:at-risk:0", "{action}"), ("home:complete:0", "{action}"),
    ("home:on-track:0", "{action}"), ("home:undo:0", "{batch}"), ("steps:0", "{item}"), ("steps:0", "mine"),
    ("when-asked:0", "{item}"),
    ("choose:0", "{offer}"), ("import-apply:0", "1-00000000"), ("import-cancel:0", "1-00000000"),
    ("prompt:at-risk:0", "{item}"),
    ("prompt:complete:0", "{item}"), ("prompt:later:0", "{item}"), ("prompt:on-track:0", "{item}"),
    ("questions:0", "upload 1-00000000"), ("questions:0", "upload 1-00000000 again"),
    ("questions:0", "plan {plan}"), ("run:0", "calendar renew board"), ("run:0", "calendar stop"),
    ("run:0", "history 1/5.2"), ("run:0", "mine"), ("run:0", "undo {batch}"),
    ("run:0", "update 1/5.2 complete"),
    ("run:0", "update 1/5.2 in-progress"), ("run:0", "update 1/5.2 on-track"), ("run:0", "show 1/5.2"),
    ("run:0", "at-risk page 2"), ("run:0", "at-risk red"), ("run:0", "at-risk amber"), ("run:0", "due 14d"),
    ("why:0", "1/5.2"),
)  # fmt: skip


def test_the_presses_are_all_the_buttons_there_are() -> None:
    golden = (ROOT / "tests/stored_names/golden/template_buttons.txt").read_text().splitlines()
    kinds = [line.partition(" = ")[0] for line in golden if line]
    # Messages that earlier versions posted have Later.
    every = [*kinds, "prompt:later"]
    assert sorted(":".join(action.split(":")[:-1]) for action, _ in PRESSES) == sorted(every)


@pytest.mark.parametrize(
    "account",
    [
        Account(OUTSIDE, BOARD),
        Account(STRANGER, DIRECT),
        Account(GUEST, BOARD),
        Account(FOREIGN, BOARD),
        Account(HARBOUR_USERS["HO"], BOARD),
        Account(HARBOUR_USERS["HM"], DIRECT),
    ],
    ids=lambda each: f"{each.user}-{each.place}",
)
async def test_no_button_shows_a_word_of_a_plan_to_whoever_may_not_read_it(
    sqlite_boards: Council, account: Account
) -> None:
    prompt, channel = await prompt_of(sqlite_boards, "SS")
    action_id = buttons(prompt, "form:more")[0]
    user = USERS["SS"]
    ack = await sqlite_boards.sandbox.press(user, channel, prompt.ts, action_id)
    assert ack.delivery is not None
    item = str(ack.delivery.payload["actions"][0]["value"])
    batch, plan = newest_batch(sqlite_boards, NOTE_OF_COUNCIL), plan_token_of(sqlite_boards)
    await sqlite_boards.sandbox.slash(USERS["PM"], BOARD, "update 5.2 complete nearly all of it")
    offer, action_value = f"{offer_key_of(sqlite_boards)}:0", action_value_of(sqlite_boards)
    for number, (action, value) in enumerate(PRESSES):
        press = crafted(sqlite_boards, ack.delivery, account, f"{account.user}-{number}")
        press.payload["actions"][0] |= {
            "action_id": action,
            "value": value.format(item=item, batch=batch, plan=plan, offer=offer, action=action_value),
        }
        answer = await sqlite_boards.sandbox.redeliver(press)
        assert answer.status == 200, action
        assert not leaked(str(answer.body), account.words)
    for number, view in enumerate([*views(plan, action_value), *prompt_views(item)]):
        press = crafted(sqlite_boards, ack.delivery, account, f"{account.user}-view-{number}")
        press.payload |= {"type": "view_submission", "view": view, "response_urls": []}
        answer = await sqlite_boards.sandbox.redeliver(press)
        assert not leaked(str(answer.body), account.words), view
    await sqlite_boards.sandbox.slash(account.user, channel_of(sqlite_boards, account), "help")
    await wait_until(lambda: len(shown_to(sqlite_boards, account)) > 0, "answers came")
    assert not leaked(shown_to(sqlite_boards, account), account.words)
    modal = sqlite_boards.sandbox.current_modal(account.user)
    assert not leaked(json.dumps(modal.blocks) if modal else "", account.words)
    assert notes_of_council(sqlite_boards) == [NOTE_OF_COUNCIL]


def offer_key_of(boards: Council) -> str:
    """Of what the council's plan manager was offered."""
    database = boards.database()
    with database.transaction(write=False) as session:
        found = session.scalars(text("select key from offer")).one()
    database.close()
    return str(found)


def action_value_of(boards: Council) -> str:
    """What the Home tab's buttons of 1/5.2 carry."""
    database = boards.database()
    with database.transaction(write=False) as session:
        found = session.scalars(
            text("select a.id from action a join status_change c on c.action_id = a.id where c.note = :note"),
            {"note": NOTE_OF_COUNCIL},
        ).one()
    database.close()
    return button_value(found, "1/5.2")


def plan_token_of(boards: Council) -> str:
    database = boards.database()
    with database.transaction(write=False) as session:
        found = plan_token(session.get_one(Plan, 1))
    database.close()
    return found


def prompt_views(item: str) -> list[dict[str, Any]]:
    """The forms of a question, as sent by somebody who was not asked it."""
    common = {"id": "V1", "type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": []}
    filled = {
        "answer": {"selected_option": {"value": "new-date"}},
        "done": {"selected_option": {"value": "all"}},
        **{each: {"selected_date": "2026-05-04"} for each in ("day", "until")},
        **{each: {"value": "words"} for each in ("reason", "note", "words", "whose", "cover")},
    }
    state = {"values": {name: {name: field} for name, field in filled.items()}}
    return [
        {**common, "callback_id": f"prompt:{name}", "private_metadata": item, "state": state}
        for name in FIELDS
    ]


def views(plan: str, action_value: str) -> list[dict[str, Any]]:
    """The forms, as sent by somebody who was never shown one."""
    run = {"of": "plan", "which": plan, "key": "", "again": False, "skipped": 0, "answered": 0}
    state = json.dumps({"run": run, "key": "x"})
    common = {"id": "V1", "type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": []}
    values = {"note": {"note": {"type": "plain_text_input", "value": "mine"}}}
    steps = json.dumps({"values": [action_value], "at": 0, "recorded": [], "from_home": True})
    step = {
        "choice:0": {"choice": {"selected_option": {"value": "complete"}}},
        "words:0": {"words": {"value": "mine"}},
    }
    return [
        common | {"callback_id": "why", "private_metadata": "1/5.2", "state": {"values": values}},
        common | {"callback_id": "question", "private_metadata": state, "state": {"values": {}}},
        common | {"callback_id": "steps", "private_metadata": steps, "state": {"values": step}},
        common | {"callback_id": "use_as_update", "private_metadata": "{}", "state": {"values": step}},
        common | {"callback_id": "old", "private_metadata": "1/5.2", "state": {"values": {}}},
    ]


def crafted(boards: Council, real: BotDelivery, account: Account, trigger: str) -> BotDelivery:
    """A real press, as if this person had made it where they are."""
    payload = copy.deepcopy(real.payload)
    workspace, channel = boards.sandbox.workspace, channel_of(boards, account)
    payload |= {
        "user": payloads.user_object(workspace, account.user),
        "trigger_id": f"{workspace.triggers.issue(account.user)}",
        "channel": {"id": channel, "name": payloads.channel_name(workspace.channels[channel])},
        "response_url": payloads.response_url(workspace, account.user, channel),
    }
    payload["container"] = {**payload["container"], "channel_id": channel, "is_ephemeral": False}
    return BotDelivery("interactive", payload, account.user, channel)


@pytest.fixture
async def open_boards(tmp_path: Path) -> AsyncIterator[Council]:
    """The same where the board opened reading to the workspace."""
    async with council("sqlite", tmp_path) as found:
        found.settings = found.settings.model_copy(update={"read": "workspace"})
        async with bot_running(found):
            seed(found)
            await recorded(found)
            yield found


async def test_opened_to_the_workspace_every_full_member_reads(open_boards: Council) -> None:
    for user, place in ((OUTSIDE, OTHER), (STRANGER, BOARD), (HARBOUR_USERS["HO"], HARBOUR)):
        ack = await open_boards.sandbox.slash(user, place, "search workforce")
        assert "Gather the data" in str(ack.body), user
    assert "Improvement plan" in text_of(await open_home(open_boards, OUTSIDE))
    assert "can be updated by" in await open_boards.send_command(OUTSIDE, "update 1/5.2 done")
    assert notes(open_boards) == [NOTE_OF_COUNCIL, NOTE_OF_HARBOUR]


@pytest.mark.parametrize("user", [GUEST, SINGLE, FOREIGN, LEFT])
async def test_opened_to_the_workspace_it_is_still_closed_to_everybody_else(
    open_boards: Council, user: str
) -> None:
    for line in LINES:
        await open_boards.sandbox.slash(user, BOARD, line.format(batch="0" * 32, me=user))
    assert not leaked(shown_to(open_boards, Account(user, BOARD)), WORDS_OF_COUNCIL)
    if user != LEFT:
        assert not leaked(text_of(await open_home(open_boards, user)), WORDS_OF_COUNCIL)
