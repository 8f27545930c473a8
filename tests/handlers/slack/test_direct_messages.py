"""Whoever was asked about an action answers in their own words, without a ref."""

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
from tests.handlers.slack.doings import notes

SS = USERS["SS"]
DAY = 24 * 60
SURE = "Is that about this action? Nothing is recorded yet."


def _bot_messages(town: Council) -> list[SandboxMessage]:
    return [message for message in town.dm("SS") if message.user == BOT_USER_ID]


async def _first_prompt(town: Council) -> SandboxMessage:
    """The first prompt, on the morning of the first day: about 1/5.2, three days late."""
    town.clock.moment += minutes(60)
    await wait_until(lambda: all(town.dm(each) for each in ("SS", "RM", "JM")), "the owners were asked")
    asked = _bot_messages(town)[0]
    await wait_until(lambda: _is_noted(town, asked.ts), "the bot noted that it asked")
    return asked


def _is_noted(town: Council, ts: str) -> bool:
    database = town.database()
    with database.transaction(write=False) as session:
        found = session.scalars(select(Delivery).where(Delivery.message_ts == ts)).one_or_none()
    database.close()
    return found is not None


async def _answer(town: Council, text: str, thread_ts: str | None = None) -> SandboxMessage:
    """What the bot says to it."""
    before = {message.ts for message in _bot_messages(town)}
    town.clock.moment += minutes(1)
    await town.sandbox.post_message(SS, town.sandbox.dm_id(SS), text, thread_ts)
    await wait_until(lambda: {each.ts for each in _bot_messages(town)} - before, "the bot answered")
    return _bot_messages(town)[-1]


def _action(town: Council) -> tuple[str, str]:
    """Status and declared colour of 1/5.2."""
    database = town.database()
    with database.transaction(write=False) as session:
        found = session.scalars(select(Action).where(Action.title.contains("workforce"))).one()
        known = found.status.value, found.declared.value if found.declared else ""
    database.close()
    return known


async def test_one_word_answers_the_one_question(town: Council) -> None:
    asked = await _first_prompt(town)
    assert "reply with “in progress” and what happened, or just “done”" in asked.text
    said = await _answer(town, "done: the data is in")
    assert said.text.startswith("Recorded. 1/5.2 Gather the data on workforce costs")
    assert said.thread_ts is None
    assert _action(town)[0] == "complete"
    assert notes(town) == ["the data is in"]
    await wait_until(
        lambda: "Nothing more to answer here" in _bot_messages(town)[0].text, "the question is settled"
    )
    # There is no question left for it to answer.
    assert "Which action?" in (await _answer(town, "in progress")).text
    assert len(notes(town)) == 1


async def test_an_answer_below_the_question_is_answered_there(village: Council) -> None:
    asked = await _first_prompt(village)
    said = await _answer(village, "at risk: the supplier is late", asked.ts)
    assert said.thread_ts == asked.ts
    assert said.text.startswith("Recorded. 1/5.2")
    assert _action(village) == ("in-progress", "amber")
    # What is not about its action is answered there as well.
    listed = await _answer(village, "mine", asked.ts)
    assert listed.thread_ts == asked.ts
    assert "5.2" in listed.text
    # And the action is known there for as long as the thread is.
    village.clock.moment += minutes(9 * DAY)
    assert (await _answer(village, "done", asked.ts)).text.startswith("Recorded. 1/5.2")
    assert _action(village)[0] == "complete"


async def test_words_without_a_status_below_the_question_come_back_put_right(village: Council) -> None:
    asked = await _first_prompt(village)
    said = await _answer(village, "waiting for the supplier", asked.ts)
    assert said.text.endswith("Try: in-progress waiting for the supplier")
    assert notes(village) == []
    said = await _answer(village, "in-progress waiting for the supplier", asked.ts)
    assert said.text.startswith("Recorded. 1/5.2")
    assert (await _answer(village, "- waiting for it", asked.ts)).text.startswith("Recorded. 1/5.2")
    assert notes(village) == ["waiting for the supplier", "waiting for it"]


async def test_below_no_question_only_how_it_goes_is_an_answer(village: Council) -> None:
    await _first_prompt(village)
    for chatter in ("thanks!", "- see you tomorrow", "“ok”"):
        assert "Recorded" not in (await _answer(village, chatter)).text
    assert notes(village) == []
    assert (await _answer(village, "on track")).text.startswith("Recorded. 1/5.2")
    assert _action(village) == ("in-progress", "green")


async def test_what_may_be_about_something_else_is_asked_first(village: Council) -> None:
    await _first_prompt(village)
    assert (await _answer(village, "done for today, bye")).text.startswith(SURE)
    assert "actions are at risk" in (await _answer(village, "at risk")).text
    # The bot was just talking of other actions.
    said = await _answer(village, "no, it is done")
    assert said.text.startswith(SURE)
    assert notes(village) == []
    [button] = [block["accessory"] for block in said.blocks if "accessory" in block]
    await village.sandbox.press(SS, said.channel, said.ts, button["action_id"])
    await wait_until(lambda: _action(village)[0] == "complete", "what was chosen is recorded")


async def test_figures_in_the_words_are_no_refs(village: Council) -> None:
    asked = await _first_prompt(village)
    for thread_ts in (None, asked.ts):
        said = await _answer(village, "in progress, 2 of 5 teams done", thread_ts)
        assert said.text.startswith("Recorded. 1/5.2")
    assert notes(village) == ["2 of 5 teams done"] * 2
    assert (await _answer(village, "in progress 5.1", asked.ts)).text.startswith("Recorded. 5.1")


async def test_nothing_is_guessed_while_a_newer_question_may_be_on_its_way(village: Council) -> None:
    await _first_prompt(village)
    database = village.database()
    with database.transaction() as session:
        first = session.scalars(select(Delivery).where(Delivery.kind == "prompt")).first()
        assert first is not None
        facts = {each.key: getattr(first, each.key) for each in inspect(Delivery).column_attrs}
        later = {"id": None, "key": "prompt:later", "token": "later", "state": DeliveryState.PLANNED}
        due_at = village.clock.now() + minutes(DAY)
        person = session.scalars(select(Person).where(Person.slack_user_id == SS)).one()
        more = {"person_id": person.id, "attempts": 1, "next_attempt_at": due_at, "message_ts": ""}
        session.add(Delivery(**{**facts, **later, **more}))
    database.close()
    assert "Which action?" in (await _answer(village, "done")).text
    assert notes(village) == []


async def test_what_a_lead_is_told_of_is_not_theirs_to_answer(village: Council) -> None:
    await _first_prompt(village)
    village.clock.moment += minutes(4 * DAY)
    rm = USERS["RM"]
    await wait_until(lambda: "week late" in village.dm("RM")[-1].text, "the lead was told")
    told = village.dm("RM")[-1]
    village.clock.moment += minutes(1)
    await village.sandbox.post_message(rm, village.sandbox.dm_id(rm), "done", told.ts)
    # It asked about two others as well, which are the lead's own.
    await wait_until(lambda: village.dm("RM")[-1].text.startswith("Which action do"), "the lead was answered")
    assert "I asked you about 2." in village.dm("RM")[-1].text
    assert "5.2" not in village.dm("RM")[-1].text


async def test_at_risk_is_still_asked_about_until_it_is_said_why(village: Council) -> None:
    asked = await _first_prompt(village)
    [button] = [
        element["action_id"]
        for block in asked.blocks
        for element in block.get("elements", [])
        if str(element.get("action_id", "")).startswith("prompt:at-risk:")
    ]
    await village.sandbox.press(SS, asked.channel, asked.ts, button)
    await wait_until(
        lambda: "What is in the way?" in _bot_messages(village)[0].text, "the press was recorded"
    )
    said = await _answer(village, "blocked: no money")
    assert said.text.startswith("Recorded. 1/5.2")
    assert "Which action?" in (await _answer(village, "done")).text


async def test_who_wants_to_be_asked_later_is(town: Council) -> None:
    asked = await _first_prompt(town)
    said = await _answer(town, "later, please", asked.ts)
    assert said.text == "I will ask you again about 1/5.2 on the next working day. Nothing is recorded yet."
    assert said.thread_ts == asked.ts
    await wait_until(lambda: "Later. I will ask again" in _bot_messages(town)[0].text, "the question says so")
    assert _action(town) == ("in-progress", "")
    assert notes(town) == []
    # It is asked of no less for that, and can be answered at once.
    assert (await _answer(town, "Not now")).text == said.text
    assert (await _answer(town, "done")).text.startswith("Recorded. 1/5.2")
    refused = (await _answer(town, "later", asked.ts)).text
    assert "What I asked there is answered" in refused
    assert refused.endswith("Try: mine")
    assert _action(town)[0] == "complete"


async def test_who_wants_to_be_asked_later_is_asked_on_the_next_working_day(village: Council) -> None:
    asked = await _first_prompt(village)
    await _answer(village, "remind me later", asked.ts)
    village.clock.moment += minutes(DAY)
    await wait_until(lambda: "needs a word from you" in _bot_messages(village)[-1].text, "it was asked again")
    assert _bot_messages(village)[-1].ts != asked.ts
    await wait_until(lambda: "Asked again on" in _bot_messages(village)[0].text, "the first one says so")


async def test_where_nothing_was_asked_there_is_no_later(village: Council) -> None:
    said = await _answer(village, "later")
    assert "ask you again" not in said.text


async def test_words_below_somebody_elses_question_are_not_said_of_it(village: Council) -> None:
    asked = await _first_prompt(village)
    theirs = village.dm("RM")[0]
    again = (await _answer(village, "thanks", asked.ts)).ts
    delivery = village.sandbox.last_delivery
    delivery.payload["event"] |= {"thread_ts": theirs.ts, "text": "done", "ts": f"{again}1"}
    assert (await village.sandbox.redeliver(delivery)).status == 200
    assert notes(village) == []


async def test_words_below_something_else_than_a_question_are_no_answer(village: Council) -> None:
    await _first_prompt(village)
    said = await _answer(village, "thanks!")
    assert "Which action?" in (await _answer(village, "done", said.ts)).text
    assert notes(village) == []


async def test_an_answer_that_is_shown_in_the_conversation_too(village: Council) -> None:
    asked = await _first_prompt(village)
    said = await _answer(village, "thanks", asked.ts)
    again = village.sandbox.last_delivery
    again.payload["event"] |= {"subtype": "thread_broadcast", "text": "done", "ts": f"{said.ts}1"}
    assert (await village.sandbox.redeliver(again)).status == 200
    assert _action(village)[0] == "complete"


async def test_a_reply_comes_also_where_its_thread_is_gone(village: Council) -> None:
    asked = await _first_prompt(village)
    village.sandbox.faults.fail("chat.postMessage", "thread_not_found")
    said = await _answer(village, "done", asked.ts)
    assert said.text.startswith("Recorded. 1/5.2")
    assert said.thread_ts is None


async def test_a_date_moves_without_a_ref(village: Council) -> None:
    await _first_prompt(village)
    assert "needs its reason" in (await _answer(village, "moved to 30 April")).text
    said = await _answer(village, "moved to 30 April because the supplier is late")
    assert "Date moved from 27 February 2026 to 30 April 2026" in said.text


async def test_another_action_is_named_as_ever(village: Council) -> None:
    asked = await _first_prompt(village)
    for thread_ts in (None, asked.ts):
        assert "5.1" in (await _answer(village, "5.1 verified", thread_ts)).text
    assert _action(village) == ("in-progress", "")
    assert "more than one action" in (await _answer(village, "& 5.1 done", asked.ts)).text
    assert notes(village) == []


async def test_after_a_week_it_has_to_be_said_what_it_is_about(village: Council) -> None:
    await _first_prompt(village)
    village.clock.moment += minutes(4 * DAY)
    await wait_until(lambda: len(_bot_messages(village)) > 1, "the owner was asked again")
    village.clock.moment += minutes(8 * DAY)
    assert "Which action?" in (await _answer(village, "done")).text
    assert notes(village) == []


async def test_of_several_questions_one_is_chosen(village: Council) -> None:
    _also_owns(village, "5.3")
    asked = await _first_prompt(village)
    assert "2 actions need a word from you" in asked.text
    assert "reply with the ref first, such as “1/5.2 in progress”" in asked.text
    said = await _answer(village, "done, both reports are out")
    assert said.text.startswith("Which action do you mean? I asked you about 2. Nothing is recorded yet.")
    assert "For 1/5.2, type: /cip update 1/5.2 done, both reports are out" in said.text
    assert notes(village) == []
    chosen = next(
        block["accessory"] for block in said.blocks if "5.3" in str(block.get("accessory", {}).get("value"))
    )
    await village.sandbox.press(SS, said.channel, said.ts, chosen["action_id"])
    await wait_until(lambda: notes(village) == ["both reports are out"], "what was chosen is recorded")
    # That leaves one question open.
    assert (await _answer(village, "blocked: no money", asked.ts)).text.startswith("Recorded. 1/5.2")
    assert _action(village) == ("in-progress", "red")


def _also_owns(town: Council, ref: str) -> None:
    database = town.database()
    with database.transaction() as session:
        action = session.scalars(select(Action).where(Action.ref == ref)).one()
        person = session.scalars(select(Person).where(Person.slack_user_id == SS)).one()
        action.owners.append(
            ActionOwner(workspace_id=action.workspace_id, person=person, position=len(action.owners))
        )
        session.flush()
        next_prompts.plan_next_prompts(action, action.plan.board, now=town.clock.now())
    database.close()
