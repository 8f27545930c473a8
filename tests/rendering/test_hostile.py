import dataclasses
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.messages import ErrorMessage, Message
from bot.rendering import Renderer, fit_edited_text, reason_view
from bot.rendering.check import find_faults, message_classes
from bot.rendering.limits import MAX_EDITED_TEXT_LENGTH
from bot.rendering.mrkdwn import safe_link
from bot.sandbox.validation.surfaces import check_message, check_view
from tests.rendering.hostile import ATTACKS, TEXT, field_values, instances_of

RENDERER = Renderer("/cip")
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
MANY = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))


def mrkdwn_texts(blocks: Any) -> str:
    """Everything in blocks that is read as markup."""
    if isinstance(blocks, dict):
        own = str(blocks["text"]) if blocks.get("type") == "mrkdwn" else ""
        return own + "".join(mrkdwn_texts(each) for each in blocks.values())
    return "".join(mrkdwn_texts(each) for each in blocks) if isinstance(blocks, list) else ""


def assert_valid(message: Message) -> None:
    plain = RENDERER.text(message)
    assert plain.strip()
    assert not CONTROLS.search(plain)
    parts, is_view = RENDERER.slack(message), RENDERER.document(message).is_view
    known = field_values(message, "user_id", "replaced")
    linked = {safe_link(word) for each in field_values(message, "evidence") for word in each.split()}
    for part in parts:
        assert find_faults(part.text, part.blocks, is_view=is_view) == []
        if is_view:
            check_view({"type": "home", "blocks": part.blocks}, "home")
        else:
            check_message(part.text, part.blocks, None)
            edited = fit_edited_text(part.text)
            check_message(edited, part.blocks, None, max_characters=MAX_EDITED_TEXT_LENGTH)
            assert find_faults(edited, part.blocks) == []
        said = part.text + mrkdwn_texts(part.blocks)
        assert set(re.findall("<@([^>]*)>", said)) <= known
        assert "<!" not in said
        assert "<#" not in said
        links = re.findall("<([^@][^>|]*)", said)
        assert {each.replace("&amp;", "&") for each in links} <= linked
    assert len(parts) == 1 or message.name == "digest"


@pytest.mark.parametrize("cls", message_classes(), ids=lambda cls: cls.name)
def test_hostile_text_in_every_field_is_only_text(cls: type[Message]) -> None:
    @MANY
    @given(instances_of(cls))
    def check(message: Message) -> None:
        assert_valid(message)

    check()


@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
@pytest.mark.parametrize("cls", message_classes(), ids=lambda cls: cls.name)
def test_the_same_attack_in_all_fields_at_once(cls: type[Message], attack: str) -> None:
    assert_valid(_with(cls.example(), attack))


def _with(of: Any, attack: str) -> Any:
    """The message with every text in it replaced, but the words of ours that choose a branch."""
    if isinstance(of, tuple):
        return tuple(_with(each, attack) for each in of)
    if dataclasses.is_dataclass(of) and not isinstance(of, type):
        kept = {"kind", "timezone"}
        changed = {
            each.name: getattr(of, each.name) if each.name in kept else _with(getattr(of, each.name), attack)
            for each in dataclasses.fields(of)
        }
        return dataclasses.replace(of, **changed)
    return attack if type(of) is str else of


@MANY
@given(TEXT, TEXT, st.text(max_size=100))
def test_the_form_is_sound_whatever_the_action_is_called(ref: str, title: str, metadata: str) -> None:
    view = reason_view(RENDERER, ref, metadata, title)
    check_view(view, "modal")
    shown = [block for block in view["blocks"] if block["type"] != "input"]
    assert [fault for fault in find_faults("form", shown) if fault != "0 blocks"] == []
    assert view["private_metadata"] == metadata


def test_braces_in_a_title_are_never_run() -> None:
    assert "{{ 7*7 }}" in RENDERER.text(ErrorMessage("{{ 7*7 }}"))
