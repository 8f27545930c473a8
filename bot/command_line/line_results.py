"""What the bot would do with a line, as JSON and for a person."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.command_line.line_effects import CommandEffect
from bot.plan.wording import format_day
from bot.sentences import sentence


@dataclass(frozen=True)
class LineChoice:
    """An answer that the person is offered. problem: why it would be refused, "" where it would not."""

    label: str
    does: tuple[CommandEffect, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class LineResult:
    """says: the bot's answer in plain text."""

    line: str
    does: tuple[CommandEffect, ...]
    choices: tuple[LineChoice, ...]
    says: str

    def as_json(self) -> dict[str, Any]:
        return {
            "line": self.line,
            "does": [each.as_json() for each in self.does],
            "choices": [
                {"label": each.label, "does": [effect.as_json() for effect in each.does]}
                for each in self.choices
            ],
            "says": self.says,
        }

    def as_text(self) -> str:
        return "\n".join([f"> {self.line}", *self._describe(), *_indent(self.says)])

    def _describe(self) -> Iterator[str]:
        if records := describe_all(each for each in self.does if each.records):
            yield sentence("command_line.line_records", what=records)
        if shows := describe_all(each for each in self.does if not each.records):
            yield sentence("command_line.line_shows", what=shows)
        if not self.does:
            yield sentence("command_line.line_asks", choices=len(self.choices))
        yield from (f"  {_describe_choice(each)}" for each in self.choices)


def _describe_choice(choice: LineChoice) -> str:
    does, is_refused = describe_all(choice.does), bool(choice.problem)
    return sentence("command_line.line_choice", label=choice.label, does=does, is_refused=is_refused)


def describe_all(effects: Iterable[CommandEffect]) -> str:
    return "; ".join(_describe_effect(each) for each in effects)


def _describe_effect(effect: CommandEffect) -> str:
    return sentence(
        "command_line.line_effect",
        command=effect.command,
        refs=effect.refs,
        status=(effect.status or "").replace("-", " "),
        colour=(effect.declared or "").capitalize(),
        due=format_day(date.fromisoformat(effect.due)) if effect.due else "",
        because=effect.because,
        note=effect.note,
        evidence=effect.evidence,
        scope=[f"{name} {value}" for name, value in effect.scope.items()],
        public=effect.public,
    )


def _indent(text: str) -> list[str]:
    return [f"  {line}".rstrip() for line in text.splitlines()]
