from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.entities import View
from bot.sandbox.server import Sandbox
from bot.sandbox.views import UnknownFieldError
from tests.fixtures.sandbox import BOARD, JM, LEAVER, RM
from tests.sandbox.blocks import actions, button, field, home, modal, option, plain, section, select
from tests.sandbox.errors import code_of, messages_of
from tests.sandbox.fake_bot import FakeBot

RED_AMBER = select("rag", "red", "amber")


async def opened(sandbox: Sandbox, client: AsyncWebClient, view: dict[str, Any] | None = None) -> View:
    trigger = sandbox.workspace.triggers.issue(RM)
    await client.views_open(trigger_id=trigger, view=view or modal(field("note"), field("rag", RED_AMBER)))
    shown = sandbox.current_modal(RM)
    assert shown is not None
    return shown


async def test_a_form_is_opened_by_a_press(client: AsyncWebClient, sandbox: Sandbox, bot: FakeBot) -> None:
    ts = (await client.chat_postMessage(channel=BOARD, text="x", blocks=[actions(button("update"))]))["ts"]
    bot.views["update"] = modal(private_metadata="opaque")
    await sandbox.press(RM, BOARD, ts, "update")
    view = sandbox.current_modal(RM)
    assert view is not None
    assert view.content["private_metadata"] == "opaque"
    assert sandbox.current_modal(JM) is None


async def test_a_trigger_opens_one_form_within_three_seconds(
    client: AsyncWebClient, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    trigger = sandbox.workspace.triggers.issue(RM)
    bad = client.views_open(trigger_id=trigger, view=modal(title=plain("x" * 25)))
    assert await messages_of(bad) == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    ]
    await client.views_open(trigger_id=trigger, view=modal())
    again = client.views_open(trigger_id=trigger, view=modal())
    assert await code_of(again) == "exchanged_trigger_id"
    assert await code_of(client.views_open(trigger_id="1.2.x", view=modal())) == "invalid_trigger_id"
    monkeypatch.setattr("bot.sandbox.tokens.TRIGGER_SECONDS", -1.0)
    late = client.views_open(trigger_id=sandbox.workspace.triggers.issue(RM), view=modal())
    assert await code_of(late) == "expired_trigger_id"


async def test_a_form_that_is_sent_and_taken(client: AsyncWebClient, sandbox: Sandbox, bot: FakeBot) -> None:
    view = await opened(sandbox, client)
    ack = await sandbox.submit(RM, view.id, {"note": "All done", "rag": "amber"})
    assert (ack.status, ack.failure) == (200, "")
    values = bot.received[0]["view"]["state"]["values"]
    assert values["note"]["note"] == {"type": "plain_text_input", "value": "All done"}
    assert values["rag"]["rag"] == {"type": "static_select", "selected_option": option("amber")}
    assert bot.received[0]["view"]["callback_id"] == "form"
    assert sandbox.current_modal(RM) is None


async def test_slacks_own_shape_of_values(client: AsyncWebClient, sandbox: Sandbox, bot: FakeBot) -> None:
    view = await opened(sandbox, client)
    state = {
        "note": {"note": {"type": "plain_text_input", "value": "x"}},
        "rag": {"rag": {"type": "static_select", "selected_option": option("red")}},
    }
    await sandbox.submit(RM, view.id, state)
    assert bot.received[0]["view"]["state"]["values"] == state


async def test_errors_stay_with_their_fields(client: AsyncWebClient, sandbox: Sandbox, bot: FakeBot) -> None:
    view = await opened(sandbox, client)
    bot.answers["form"] = {"response_action": "errors", "errors": {"note": "Say why it is late."}}
    await sandbox.submit(RM, view.id, {"note": "x", "rag": "red"})
    shown = sandbox.current_modal(RM)
    assert shown is not None
    assert shown.errors == {"note": "Say why it is late."}
    assert shown.values["note"]["note"]["value"] == "x"
    del bot.answers["form"]
    await sandbox.submit(RM, view.id, {"note": "Because"})
    assert bot.received[-1]["view"]["state"]["values"]["rag"]["rag"]["selected_option"]["value"] == "red"
    assert sandbox.failures == []


async def test_errors_for_fields_that_are_not_there(
    client: AsyncWebClient, sandbox: Sandbox, bot: FakeBot
) -> None:
    view = await opened(sandbox, client)
    bot.answers["form"] = {"response_action": "errors", "errors": {"nowhere": "x"}}
    ack = await sandbox.submit(RM, view.id, {"note": "x", "rag": "red"})
    assert ack.failure == "invalid_arguments"
    assert sandbox.failures[0].subject == "answer to a form"
    assert sandbox.current_modal(RM) is not None


async def test_required_fields_are_asked_for_by_slack_itself(
    client: AsyncWebClient, sandbox: Sandbox, bot: FakeBot
) -> None:
    short = {"type": "plain_text_input", "action_id": "t", "min_length": 3, "max_length": 5}
    view = await opened(sandbox, client, modal(field("a"), field("b", optional=True), field("c", short)))
    ack = await sandbox.submit(RM, view.id, {"c": "ab"})
    assert not ack.delivered
    assert view.errors == {
        "a": "Please complete this required field.",
        "c": "Please enter at least 3 characters.",
    }
    await sandbox.submit(RM, view.id, {"a": "x", "c": "abcdef"})
    assert view.errors == {"c": "Please shorten this to 5 characters or fewer."}
    assert bot.received == []
    await sandbox.submit(RM, view.id, {"a": ""}, client_validation=False)
    assert bot.received[0]["view"]["state"]["values"]["a"]["a"]["value"] is None


async def test_a_form_that_turns_into_another(client: AsyncWebClient, sandbox: Sandbox, bot: FakeBot) -> None:
    view = await opened(sandbox, client)
    thanks = modal(section("Thank you"), callback_id="thanks")
    bot.answers["form"] = {"response_action": "update", "view": thanks}
    await sandbox.submit(RM, view.id, {"note": "x", "rag": "red"})
    shown = sandbox.current_modal(RM)
    assert shown is not None
    assert (shown.id, shown.content["callback_id"]) == (view.id, "thanks")


async def test_forms_on_top_of_each_other(client: AsyncWebClient, sandbox: Sandbox, bot: FakeBot) -> None:
    first = await opened(sandbox, client, modal(section(), callback_id="form"))
    bot.answers["form"] = {"response_action": "push", "view": modal(section(), callback_id="second")}
    await sandbox.submit(RM, first.id, {})
    second = sandbox.current_modal(RM)
    assert second is not None
    assert (second.previous_id, second.root_id) == (first.id, first.id)
    third = sandbox.workspace.triggers.issue(RM)
    await client.views_push(trigger_id=third, view=modal(section(), callback_id="third"))
    fourth = client.views_push(trigger_id=sandbox.workspace.triggers.issue(RM), view=modal())
    assert await code_of(fourth) == "push_limit_reached"
    top = sandbox.current_modal(RM)
    assert top is not None
    bot.answers["third"] = {"response_action": "push", "view": modal()}
    assert (await sandbox.submit(RM, top.id, {})).failure == "push_limit_reached"
    await sandbox.close_view(RM, top.id)
    assert sandbox.current_modal(RM) is second
    bot.answers["second"] = {"response_action": "clear"}
    await sandbox.submit(RM, second.id, {})
    assert sandbox.current_modal(RM) is None
    alone = client.views_push(trigger_id=sandbox.workspace.triggers.issue(RM), view=modal())
    assert await code_of(alone) == "not_found"


async def test_an_answer_slack_would_refuse(client: AsyncWebClient, sandbox: Sandbox, bot: FakeBot) -> None:
    view = await opened(sandbox, client)
    for wrong in (
        {"response_action": "update", "view": modal(title=plain("x" * 30))},
        {"response_action": "dance"},
    ):
        bot.answers["form"] = wrong
        ack = await sandbox.submit(RM, view.id, {"note": "x", "rag": "red"})
        assert ack.failure in ("invalid_arguments", "dispatch_failed")
    assert len(sandbox.failures) == 2
    assert sandbox.current_modal(RM) is view


async def test_a_form_redrawn_keeps_what_was_typed(client: AsyncWebClient, sandbox: Sandbox) -> None:
    view = await opened(sandbox, client)
    sandbox.workspace.views.fill(view, {"note": "half a sen"})
    redrawn = modal(field("note"), field("rag", RED_AMBER), section("More"))
    answer = await client.views_update(view_id=view.id, view=redrawn, hash=view.hash)
    assert answer["view"]["state"]["values"]["note"]["note"]["value"] == "half a sen"
    stale = client.views_update(view_id=view.id, view=redrawn, hash="1.old")
    assert await code_of(stale) == "hash_conflict"
    assert await code_of(client.views_update(view_id="V0NONE", view=redrawn)) == "not_found"


async def test_a_form_has_one_outside_name(client: AsyncWebClient, sandbox: Sandbox) -> None:
    await opened(sandbox, client, modal(external_id="plan-1"))
    changed = modal(section("By its name"), external_id="plan-1")
    assert (await client.views_update(external_id="plan-1", view=changed))["ok"]
    trigger = sandbox.workspace.triggers.issue(JM)
    taken = client.views_open(trigger_id=trigger, view=modal(external_id="plan-1"))
    assert await code_of(taken) == "duplicate_external_id"


async def test_closing_is_sent_to_the_bot_when_asked(
    client: AsyncWebClient, sandbox: Sandbox, bot: FakeBot
) -> None:
    quiet = await opened(sandbox, client)
    assert await sandbox.close_view(RM, quiet.id) is None
    loud = await opened(sandbox, client, modal(notify_on_close=True, clear_on_close=True))
    ack = await sandbox.close_view(RM, loud.id)
    assert ack is not None
    assert (ack.status, bot.received[0]["type"], bot.received[0]["is_cleared"]) == (200, "view_closed", True)


async def test_a_field_that_is_not_on_the_form(client: AsyncWebClient, sandbox: Sandbox) -> None:
    view = await opened(sandbox, client)
    with pytest.raises(UnknownFieldError):
        await sandbox.submit(RM, view.id, {"nowhere": "x"})


async def test_the_home_tab(client: AsyncWebClient, sandbox: Sandbox, bot: FakeBot) -> None:
    await sandbox.open_home(RM)
    event = bot.received[0]["event"]
    assert (event["type"], event["tab"], event["user"]) == ("app_home_opened", "home", RM)
    assert "view" not in event
    first = await client.views_publish(user_id=RM, view=home(section("Nothing due")))
    second = await client.views_publish(user_id=RM, view=home(section("One due")), hash=first["view"]["hash"])
    assert first["view"]["id"] == second["view"]["id"]
    shown = sandbox.home_view(RM)
    assert shown is not None
    assert shown.blocks[0]["text"]["text"] == "One due"
    stale = client.views_publish(user_id=RM, view=home(), hash=first["view"]["hash"])
    assert await code_of(stale) == "hash_conflict"
    assert await code_of(client.views_publish(user_id=LEAVER, view=home())) == "invalid_arguments"
    await sandbox.open_home(RM)
    assert bot.received[1]["event"]["view"]["id"] == shown.id


async def test_the_same_form_sent_again(client: AsyncWebClient, sandbox: Sandbox, bot: FakeBot) -> None:
    view = await opened(sandbox, client)
    bot.answers["form"] = {"response_action": "errors", "errors": {"note": "Say more."}}
    await sandbox.submit(RM, view.id, {"note": "x", "rag": "red"})
    del bot.answers["form"]
    assert (await sandbox.redeliver()).status == 200
    assert bot.received[0] == bot.received[1]
    assert sandbox.current_modal(RM) is None
    assert (await sandbox.redeliver()).status == 200
