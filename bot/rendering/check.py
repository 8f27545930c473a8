"""Renders every message with its example: `python -m bot.rendering.check` names each fault in a sentence."""

import sys
from collections.abc import Iterator

from jinja2 import TemplateError

from bot.messages import Message, QuestionForm, SayWhy
from bot.rendering.modals import form_view, why_view
from bot.rendering.pages import Renderer
from bot.rendering.validity import faults
from bot.rendering.words import template_names


def message_classes() -> list[type[Message]]:
    """Every message there is, by name."""
    found = [each for each in Message.__subclasses__() if each.__module__.startswith("bot.messages.")]
    return sorted(found, key=lambda each: each.name)


def problems(classes: list[type[Message]], templates: set[str]) -> Iterator[str]:
    """What is wrong, a sentence each: a class without template, a template without class, a bad rendering."""
    names = {each.name for each in classes}
    yield from (
        f"templates/messages/{name}.xml.j2 belongs to no message." for name in sorted(templates - names)
    )
    yield from (f"The message {name} has no template." for name in sorted(names - templates))
    renderer = Renderer()
    for each in classes:
        if each.name in templates:
            yield from _rendering(renderer, each)


def _rendering(renderer: Renderer, each: type[Message]) -> Iterator[str]:
    try:
        example = each.example()
        text, parts = renderer.text(example), renderer.slack(example)
    except (TemplateError, SyntaxError, ValueError, AttributeError, TypeError) as error:
        yield f"The message {each.name} cannot be rendered: {error}"
        return
    if not text.strip():
        yield f"The message {each.name} has no plain text."
    for part in parts:
        yield from (f"The message {each.name} has {fault}." for fault in faults(part.text, part.blocks))


def main() -> int:
    found = list(problems(message_classes(), template_names()))
    example = SayWhy.example()
    why_view(Renderer(), example.ref, "", example.title)
    form_view(Renderer(), QuestionForm.example(), "question", "", submit="Next", close="Close")
    sys.stdout.write("".join(f"{line}\n" for line in found) or "Every message renders.\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
