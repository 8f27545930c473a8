import subprocess
import sys
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from bot.messages import ErrorMessage, Message
from bot.rendering import check
from bot.rendering.check import find_faults
from bot.rendering.templates import template_names
from tests.paths import ROOT


def test_every_message_of_the_bot_renders() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot.rendering.check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "Every message renders.\n", "")


@dataclass(frozen=True)
class Unsaid(Message):
    name: ClassVar[str] = "unsaid"


@dataclass(frozen=True)
class Broken(Message):
    """Uses a template that needs fields it has not."""

    name: ClassVar[str] = "problem"

    @classmethod
    def example(cls) -> "Broken":
        return cls()


def test_a_message_without_a_template_and_a_template_without_a_message_are_found() -> None:
    assert list(check.find_problems([ErrorMessage, Unsaid], {"problem", "old"})) == [
        "templates/messages/old.xml.j2 belongs to no message.",
        "The message unsaid has no template.",
    ]


def test_a_template_that_fails_is_found() -> None:
    (found,) = check.find_problems([Broken], {"problem"})
    assert found.startswith("The message problem cannot be rendered: ")


def test_the_check_fails_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check, "template_names", lambda: template_names() | {"old"})
    assert check.main() == 1
    assert capsys.readouterr().out == "templates/messages/old.xml.j2 belongs to no message.\n"


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def button(**facts: Any) -> dict[str, Any]:
    return {
        "type": "button",
        "action_id": "run:0",
        "text": {"type": "plain_text", "text": "Go"},
        "value": "x",
        **facts,
    }


@pytest.mark.parametrize(
    ("block", "fault"),
    [
        ({"type": "image"}, "a block of the unknown type image"),
        ({"type": "section"}, "a section with nothing in it"),
        ({"type": "section", "text": mrkdwn("")}, "0 characters in a section"),
        ({"type": "section", "text": mrkdwn("x" * 3001)}, "3001 characters in a section"),
        ({"type": "section", "text": {"type": "mrkdwn", "text": "x"}}, "a section that is not verbatim"),
        (
            {"type": "section", "text": mrkdwn("<!channel>")},
            "a tag in a section that was not meant: '<!channel>'",
        ),
        (
            {"type": "section", "text": mrkdwn("<#general>")},
            "a tag in a section that was not meant: '<#general>'",
        ),
        ({"type": "section", "text": mrkdwn("a & b")}, "an unescaped '&' in a section"),
        ({"type": "section", "fields": [mrkdwn("x")] * 11}, "11 elements in fields"),
        ({"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}, "151 characters in a header"),
        ({"type": "context", "elements": []}, "0 elements in context"),
        ({"type": "actions", "elements": [button(value="x" * 2001)]}, "a button's value of 2001 characters"),
        ({"type": "actions", "elements": [button(style="loud")]}, "a button of the unknown style loud"),
        ({"type": "actions", "elements": [button(), button()]}, "the action id run:0 twice"),
        (
            {"type": "section", "text": mrkdwn("x"), "accessory": button(accessibility_label="")},
            "a button's accessibility_label of 0 characters",
        ),
    ],
)
def test_what_the_platform_would_refuse_is_named(block: dict[str, Any], fault: str) -> None:
    assert find_faults("words", [block]) == [fault]


def test_messages_too_long_or_empty_are_named() -> None:
    good = {"type": "divider"}
    assert find_faults(" ", [good]) == ["the plain text is empty"]
    assert find_faults("x" * 40_001, [good]) == ["the plain text is too long"]
    assert find_faults("x", []) == ["0 blocks"]
    assert find_faults("x", [good] * 51) == ["51 blocks"]
    assert find_faults("x <@U1>", [good]) == []
    big = [{"type": "section", "text": mrkdwn("x" * 2900)}] * 5
    assert [fault for fault in find_faults("x", big) if fault.endswith("characters of blocks")]
