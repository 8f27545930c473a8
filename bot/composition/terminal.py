"""Asking somebody at a terminal."""

import click

from bot.importing.questions import Choice, Needs, Question

_FILL = {
    Needs.DAY: "The day, such as 31/07/2026",
    Needs.WORDS: "In words",
    Needs.PERSON: "Their initials",
}


class ClickTerminal:
    """Whoever sits at the keyboard."""

    def choose(self, question: Question, number: int, of: int) -> Choice | None:
        click.echo(f"\nQuestion {number} of {of}")
        if question.subject:
            click.echo(f"  {question.subject}")
        click.echo(f"  {question.asks}")
        for line in question.details:
            click.echo(f"    {line}")
        if question.printed or question.where:
            printed = f"\u201c{question.printed}\u201d " if question.printed else ""
            click.echo(f"  In the file: {printed}{question.where}".rstrip())
        for place, choice in enumerate(question.choices, 1):
            click.echo(f"    {place}  {choice.label}")
        click.echo(f"  Until it is answered: {question.meanwhile}")
        words = click.prompt(
            f"  Your answer, 1 to {len(question.choices)}, or Enter to leave it for later",
            default="",
            show_default=False,
            type=click.Choice(["", *map(str, range(1, len(question.choices) + 1))]),
            show_choices=False,
        )
        return question.choices[int(words) - 1] if words else None

    def fill(self, choice: Choice) -> str | None:
        words: str = click.prompt(f"  {_FILL[choice.needs]}", default="", show_default=False)
        return words.strip() or None

    def tell(self, sentence: str) -> None:
        click.echo(f"  {sentence}")

    def confirm(self, sentence: str) -> bool:
        return click.confirm(sentence, default=True)
