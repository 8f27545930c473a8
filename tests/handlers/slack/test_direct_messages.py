"""Whoever was asked about an action answers in their own words, without a ref."""

import pytest
from sqlalchemy import inspect, select

from bot.sandbox.config import BOT_USER_ID
from bot.sandbox.entities import SandboxMessage
from bot.services.scheduling import next_prompts
from models.base import DeliveryState
from models.outbox import Delivery
from models.people import Person
from models.plans import Action, ActionOwner
from tests.fixtures.council import Council, minutes
from tests.fixtures.plans import USERS
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.slack_actions import notes

SS = USERS["SS"]
DAY = 24 * 60
WHICH = "Which action is that?"
SURE = "Is that about this action? Nothing is recorded yet."


def _bot_messages(bot_council: Council) -> list[SandboxMessage]:
    return [message for message in bot_council.dm("SS") if message.user == BOT_USER_ID]


async def _first_prompt(bot_council: Council) -> SandboxMessage:
    """The first prompt, on the morning of the first day: about 1/5.2, three days late."""
    bot_council.clock.moment += minutes(60)
    await wait_until(
        lambda: all(bot_council.dm(each) for each in ("SS", "RM", "JM")), "the owners were asked"
    )
    asked = _bot_messages(bot_council)[0]
    await wait_until(lambda: _is_noted(bot_council, asked.ts), "the bot noted that it asked")
    return asked


def _is_noted(bot_council: Council, ts: str) -> bool:
    database = bot_council.database()
    with database.transaction(write=False) as session:
        found = session.scalars(select(Delivery).where(Delivery.message_ts == ts)).one_or_none()
    database.close()
    return found is not None


async def _answer(bot_council: Council, text: str, thread_ts: str | None = None) -> SandboxMessage:
    """What the bot says to it."""
    before = {message.ts for message in _bot_messages(bot_council)}
    bot_council.clock.moment += minutes(1)
    await bot_council.sandbox.post_message(SS, bot_council.sandbox.dm_id(SS), text, thread_ts)
    await wait_until(lambda: {each.ts for each in _bot_messages(bot_council)} - before, "the bot answered")
    return _bot_messages(bot_council)[-1]


def _action(bot_council: Council) -> tuple[str, str]:
    """Status and declared colour of 1/5.2."""
    database = bot_council.database()
    with database.transaction(write=False) as session:
        found = session.scalars(select(Action).where(Action.title.contains("workforce"))).one()
        known = found.status.value, found.declared.value if found.declared else ""
    database.close()
    return known


async def test_one_word_answers_the_one_question(bot_council: Council) -> None:
    asked = await _first_prompt(bot_council)
    assert "reply with “in progress” and what happened, or just “done”" in asked.text
    said = await _answer(bot_council, "done: the data is in")
    assert said.text.startswith("Recorded. 1/5.2 Gather the data on workforce costs")
    assert said.thread_ts is None
    assert _action(bot_council)[0] == "complete"
    assert notes(bot_council) == ["the data is in"]
    await wait_until(
        lambda: "Nothing more to answer here" in _bot_messages(bot_council)[0].text, "the question is settled"
    )
    # There is no question left for it to answer.
    assert WHICH in (await _answer(bot_council, "in progress")).text
    assert len(notes(bot_council)) == 1


async def test_an_answer_below_the_question_is_answered_there(sqlite_council: Council) -> None:
    asked = await _first_prompt(sqlite_council)
    said = await _answer(sqlite_council, "at risk: the supplier is late", asked.ts)
    assert said.thread_ts == asked.ts
    assert said.text.startswith("Recorded. 1/5.2")
    assert _action(sqlite_council) == ("in-progress", "amber")
    # What is not about its action is answered there as well.
    listed = await _answer(sqlite_council, "mine", asked.ts)
    assert listed.thread_ts == asked.ts
    assert "5.2" in listed.text
    # And the action is known there for as long as the thread is.
    sqlite_council.clock.moment += minutes(9 * DAY)
    assert (await _answer(sqlite_council, "done", asked.ts)).text.startswith("Recorded. 1/5.2")
    assert _action(sqlite_council)[0] == "complete"


async def test_words_without_a_status_below_the_question_are_offered_there(sqlite_council: Council) -> None:
    asked = await _first_prompt(sqlite_council)
    said = await _answer(sqlite_council, "waiting for the supplier", asked.ts)
    assert said.thread_ts == asked.ts
    assert "You wrote: “waiting for the supplier”" in said.text
    assert notes(sqlite_council) == []
    await sqlite_council.sandbox.press(SS, said.channel, said.ts, "choose:0")
    await wait_until(lambda: notes(sqlite_council) == ["waiting for the supplier"], "it is recorded")
    assert _action(sqlite_council) == ("in-progress", "amber")
    said = await _answer(sqlite_council, "in-progress waiting for the supplier", asked.ts)
    assert said.text.startswith("Recorded. 1/5.2")
    said = await _answer(sqlite_council, "- the supplier was told", asked.ts)
    assert said.text.startswith("Recorded. 1/5.2")
    assert notes(sqlite_council) == ["waiting for the supplier"] * 2 + ["the supplier was told"]


async def test_below_no_question_only_how_it_goes_is_an_answer(sqlite_council: Council) -> None:
    await _first_prompt(sqlite_council)
    for chatter in ("thanks!", "- see you tomorrow", "“ok”"):
        assert "Recorded" not in (await _answer(sqlite_council, chatter)).text
    assert notes(sqlite_council) == []
    assert (await _answer(sqlite_council, "on track")).text.startswith("Recorded. 1/5.2")
    assert _action(sqlite_council) == ("in-progress", "green")


async def test_what_may_be_about_something_else_is_asked_first(sqlite_council: Council) -> None:
    await _first_prompt(sqlite_council)
    assert "Nothing is recorded yet." in (await _answer(sqlite_council, "done for today, bye")).text
    assert "actions are at risk" in (await _answer(sqlite_council, "at-risk")).text
    # The bot was just talking of other actions.
    said = await _answer(sqlite_council, "it is done")
    assert said.text.startswith(SURE)
    assert notes(sqlite_council) == []
    [button] = [block["accessory"] for block in said.blocks if "accessory" in block]
    await sqlite_council.sandbox.press(SS, said.channel, said.ts, button["action_id"])
    await wait_until(lambda: _action(sqlite_council)[0] == "complete", "what was chosen is recorded")


async def test_figures_in_the_words_are_no_refs(sqlite_council: Council) -> None:
    asked = await _first_prompt(sqlite_council)
    for thread_ts in (None, asked.ts):
        said = await _answer(sqlite_council, "in progress, 2 of 5 teams done", thread_ts)
        assert said.text.startswith("Recorded. 1/5.2")
    assert notes(sqlite_council) == ["2 of 5 teams done"] * 2
    assert (await _answer(sqlite_council, "in progress 5.1", asked.ts)).text.startswith("Recorded. 5.1")


async def test_nothing_is_guessed_while_a_newer_question_may_be_on_its_way(sqlite_council: Council) -> None:
    await _first_prompt(sqlite_council)
    database = sqlite_council.database()
    with database.transaction() as session:
        first = session.scalars(select(Delivery).where(Delivery.kind == "prompt")).first()
        assert first is not None
        facts = {each.key: getattr(first, each.key) for each in inspect(Delivery).column_attrs}
        later = {"id": None, "key": "prompt:later", "token": "later", "state": DeliveryState.PLANNED}
        due_at = sqlite_council.clock.now() + minutes(DAY)
        person = session.scalars(select(Person).where(Person.slack_user_id == SS)).one()
        more = {"person_id": person.id, "attempts": 1, "next_attempt_at": due_at, "message_ts": ""}
        session.add(Delivery(**{**facts, **later, **more}))
    database.close()
    assert WHICH in (await _answer(sqlite_council, "done")).text
    assert notes(sqlite_council) == []


async def test_a_lead_cannot_answer_an_escalation_notice(sqlite_council: Council) -> None:
    await _first_prompt(sqlite_council)
    sqlite_council.clock.moment += minutes(4 * DAY)
    rm = USERS["RM"]
    await wait_until(lambda: "week late" in sqlite_council.dm("RM")[-1].text, "the lead was answered")
    notice = sqlite_council.dm("RM")[-1]
    sqlite_council.clock.moment += minutes(1)
    await sqlite_council.sandbox.post_message(rm, sqlite_council.sandbox.dm_id(rm), "done", notice.ts)
    # It asked about two others as well, which are the lead's own.
    await wait_until(
        lambda: sqlite_council.dm("RM")[-1].text.startswith("Which action do"), "the lead was answered"
    )
    assert "I asked you about 2." in sqlite_council.dm("RM")[-1].text
    assert "5.2" not in sqlite_council.dm("RM")[-1].text


async def test_at_risk_is_still_asked_about_until_it_is_said_why(sqlite_council: Council) -> None:
    asked = await _first_prompt(sqlite_council)
    [button] = [
        element["action_id"]
        for block in asked.blocks
        for element in block.get("elements", [])
        if str(element.get("action_id", "")).startswith("prompt:at-risk:")
    ]
    await sqlite_council.sandbox.press(SS, asked.channel, asked.ts, button)
    await wait_until(
        lambda: "What is in the way?" in _bot_messages(sqlite_council)[0].text, "the press was recorded"
    )
    said = await _answer(sqlite_council, "blocked: no money")
    assert said.text.startswith("Recorded. 1/5.2")
    assert WHICH in (await _answer(sqlite_council, "done")).text


async def test_who_wants_to_be_asked_later_is(bot_council: Council) -> None:
    asked = await _first_prompt(bot_council)
    said = await _answer(bot_council, "later, please", asked.ts)
    assert said.text == "I will ask you again about 1/5.2 on the next working day. Nothing is recorded yet."
    assert said.thread_ts == asked.ts
    await wait_until(
        lambda: "Later. I will ask again" in _bot_messages(bot_council)[0].text, "the question says so"
    )
    assert _action(bot_council) == ("in-progress", "")
    assert notes(bot_council) == []
    # It is asked of no less for that, and can be answered at once.
    assert (await _answer(bot_council, "Not now")).text == said.text
    assert (await _answer(bot_council, "done")).text.startswith("Recorded. 1/5.2")
    refused = (await _answer(bot_council, "later", asked.ts)).text
    assert "What I asked there is answered" in refused
    assert refused.endswith("Try: mine")
    assert _action(bot_council)[0] == "complete"


async def test_who_wants_to_be_asked_later_is_asked_on_the_next_working_day(sqlite_council: Council) -> None:
    asked = await _first_prompt(sqlite_council)
    await _answer(sqlite_council, "remind me later", asked.ts)
    sqlite_council.clock.moment += minutes(DAY)
    await wait_until(
        lambda: "needs a word from you" in _bot_messages(sqlite_council)[-1].text, "it was asked again"
    )
    assert _bot_messages(sqlite_council)[-1].ts != asked.ts
    await wait_until(
        lambda: "Asked again on" in _bot_messages(sqlite_council)[0].text, "the first one says so"
    )


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("on a ward round, can you ask me on Thursday", "Thursday 5 March 2026"),
        ("ask me again next week", "Monday 9 March 2026"),
        ("remind me on Saturday", "Monday 9 March 2026"),
    ],
)
async def test_who_names_a_day_is_asked_on_it(sqlite_council: Council, words: str, day: str) -> None:
    asked = await _first_prompt(sqlite_council)
    said = await _answer(sqlite_council, words, asked.ts)
    assert said.text == f"I will ask you again about 1/5.2 on {day}. Nothing is recorded yet."
    shrunk = f"I will ask again on {day}. Nothing is recorded yet."
    await wait_until(lambda: shrunk in _bot_messages(sqlite_council)[0].text, "the question says so")
    sqlite_council.clock.moment += minutes(DAY)
    await _answer(sqlite_council, "thanks", asked.ts)
    assert not any("needs a word" in each.text for each in _bot_messages(sqlite_council))
    sqlite_council.clock.moment += minutes(7 * DAY)
    await wait_until(
        lambda: "needs a word from you" in _bot_messages(sqlite_council)[-1].text, "it was asked again"
    )
    assert notes(sqlite_council) == []


@pytest.mark.parametrize("words", ["done, ask me again on Friday", "waiting on finance, ask me next week"])
async def test_what_is_said_beside_it_is_not_put_off(sqlite_council: Council, words: str) -> None:
    asked = await _first_prompt(sqlite_council)
    said = await _answer(sqlite_council, words, asked.ts)
    assert "ask you again" not in said.text
    assert words in said.text


async def test_later_after_something_else_is_confirmed_first(sqlite_council: Council) -> None:
    await _first_prompt(sqlite_council)
    await _answer(sqlite_council, "mine")
    said = await _answer(sqlite_council, "ask me again on Thursday")
    assert "Shall I ask you about 1/5.2 later?" in said.text
    assert "Ask me later" in said.text
    assert "on Thursday 5 March 2026" in said.text


async def test_where_nothing_was_asked_there_is_no_later(sqlite_council: Council) -> None:
    said = await _answer(sqlite_council, "later")
    assert "ask you again" not in said.text


async def test_words_below_somebody_elses_question_are_not_said_of_it(sqlite_council: Council) -> None:
    asked = await _first_prompt(sqlite_council)
    theirs = sqlite_council.dm("RM")[0]
    again = (await _answer(sqlite_council, "thanks", asked.ts)).ts
    delivery = sqlite_council.sandbox.last_delivery
    delivery.payload["event"] |= {"thread_ts": theirs.ts, "text": "done", "ts": f"{again}1"}
    assert (await sqlite_council.sandbox.redeliver(delivery)).status == 200
    assert notes(sqlite_council) == []


async def test_words_below_something_else_than_a_question_are_no_answer(sqlite_council: Council) -> None:
    await _first_prompt(sqlite_council)
    said = await _answer(sqlite_council, "thanks!")
    assert WHICH in (await _answer(sqlite_council, "done", said.ts)).text
    assert notes(sqlite_council) == []


async def test_an_answer_that_is_shown_in_the_conversation_too(sqlite_council: Council) -> None:
    asked = await _first_prompt(sqlite_council)
    said = await _answer(sqlite_council, "thanks", asked.ts)
    again = sqlite_council.sandbox.last_delivery
    again.payload["event"] |= {"subtype": "thread_broadcast", "text": "done", "ts": f"{said.ts}1"}
    assert (await sqlite_council.sandbox.redeliver(again)).status == 200
    assert _action(sqlite_council)[0] == "complete"


async def test_a_reply_comes_also_where_its_thread_is_gone(sqlite_council: Council) -> None:
    asked = await _first_prompt(sqlite_council)
    await wait_until(
        lambda: any(each.thread_ts for each in sqlite_council.visible_messages("CH")), "all was posted"
    )
    sqlite_council.sandbox.faults.fail("chat.postMessage", "thread_not_found")
    said = await _answer(sqlite_council, "done", asked.ts)
    assert said.text.startswith("Recorded. 1/5.2")
    assert said.thread_ts is None


async def test_a_date_moves_without_a_ref(sqlite_council: Council) -> None:
    await _first_prompt(sqlite_council)
    assert "needs its reason" in (await _answer(sqlite_council, "moved to 30 April")).text
    said = await _answer(sqlite_council, "moved to 30 April because the supplier is late")
    assert "Date moved from 27 February 2026 to 30 April 2026" in said.text


async def test_another_action_is_named_as_ever(sqlite_council: Council) -> None:
    asked = await _first_prompt(sqlite_council)
    for thread_ts in (None, asked.ts):
        assert "5.1" in (await _answer(sqlite_council, "5.1 verified", thread_ts)).text
    assert _action(sqlite_council) == ("in-progress", "")
    said = await _answer(sqlite_council, "done or 5.1 done", asked.ts)
    assert "Nothing is recorded yet." in said.text
    assert notes(sqlite_council) == []


async def test_after_a_week_it_has_to_be_said_what_it_is_about(sqlite_council: Council) -> None:
    await _first_prompt(sqlite_council)
    sqlite_council.clock.moment += minutes(4 * DAY)
    await wait_until(lambda: len(_bot_messages(sqlite_council)) > 1, "the owner was asked again")
    sqlite_council.clock.moment += minutes(8 * DAY)
    assert WHICH in (await _answer(sqlite_council, "done")).text
    assert notes(sqlite_council) == []


async def test_of_several_questions_one_is_chosen(sqlite_council: Council) -> None:
    _also_owns(sqlite_council, "5.3")
    asked = await _first_prompt(sqlite_council)
    assert "2 actions need a word from you" in asked.text
    assert "reply with the ref first, such as “1/5.2 in progress”" in asked.text
    said = await _answer(sqlite_council, "done, both reports are out")
    assert said.text.startswith("Which action do you mean? I asked you about 2. Nothing is recorded yet.")
    assert "For 1/5.2, type: /cip update 1/5.2 done, both reports are out" in said.text
    assert notes(sqlite_council) == []
    chosen = next(
        block["accessory"] for block in said.blocks if "5.3" in str(block.get("accessory", {}).get("text"))
    )
    await sqlite_council.sandbox.press(SS, said.channel, said.ts, chosen["action_id"])
    await wait_until(lambda: notes(sqlite_council) == ["both reports are out"], "what was chosen is recorded")
    # That leaves one question open.
    assert (await _answer(sqlite_council, "blocked: no money", asked.ts)).text.startswith("Recorded. 1/5.2")
    assert _action(sqlite_council) == ("in-progress", "red")


def _also_owns(bot_council: Council, ref: str) -> None:
    database = bot_council.database()
    with database.transaction() as session:
        action = session.scalars(select(Action).where(Action.ref == ref)).one()
        person = session.scalars(select(Person).where(Person.slack_user_id == SS)).one()
        action.owners.append(
            ActionOwner(workspace_id=action.workspace_id, person=person, position=len(action.owners))
        )
        session.flush()
        next_prompts.plan_next_prompts(action, action.plan.board, now=bot_council.clock.now())
    database.close()
