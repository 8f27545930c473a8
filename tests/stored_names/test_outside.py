"""What people type at the command line, set in the environment, or read with programs of their own."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import sample
from app import main
from bot.config import Settings
from tests.paths import ROOT
from tests.stored_names import golden
from tests.stored_names.json_shapes import paths


def test_settings_keep_their_names() -> None:
    found = [str(field.validation_alias or name.upper()) for name, field in Settings.model_fields.items()]
    golden.check("settings", "A setting", found)
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^#([A-Z_]+)=", example, re.MULTILINE)) == sorted(found)


def test_the_command_line_keeps_its_names() -> None:
    golden.check("command_line", "A command or an option of the command line", _options())


def _options() -> Iterator[str]:
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        yield name
        for each in command.params:
            words = (
                ", ".join((*each.opts, *each.secondary_opts)) if each.param_type_name == "option" else "FILE"
            )
            kind = "flag" if getattr(each, "is_flag", False) else each.type.name
            choices = f" {'|'.join(each.type.choices)}" if isinstance(each.type, click.Choice) else ""
            yield f"{name} {words} ({kind}{choices}{', required' if each.required else ''})"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the bot's own folder has a database with the sample plan in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'cip.sqlite3'}")
    sample.write_sample(tmp_path / "plan.xlsx", today=date(2026, 3, 2))
    run("migrate")
    return tmp_path


def run(*args: str) -> str:
    done = CliRunner().invoke(main, args, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_files_and_json_keep_their_keys(folder: Path) -> None:
    printed = json.loads(run("import", "plan.xlsx", "--yes", "--json", "--questions", "questions.json"))
    golden.check("import_json", "A key of import --json", _unnumbered(paths(printed)))
    questions = json.loads((folder / "questions.json").read_text(encoding="utf-8"))
    golden.check("questions_json", "A key of import --questions", (each for row in questions for each in row))
    kinds = {row["key"].partition(":")[0] for row in questions}
    words = {
        f"{row['key'].partition(':')[0]}: {_without_details(word)}"
        for row in questions
        for word in row["choices"]
    }
    golden.check("question_choices", "A kind of question or one of its answers", kinds | words)
    run("export", "plan.json")
    exported = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    golden.check("export_json", "A key of an exported plan", _unnumbered(paths(exported)))
    run("export", "plan.csv")
    head = (folder / "plan.csv").read_text(encoding="utf-8-sig").splitlines()
    headings = next(line for line in head if "By when" in line)
    golden.check("export_csv", "A heading of an exported plan", headings.split(","))


def _unnumbered(found: Iterator[str]) -> set[str]:
    """Years are those of the plan."""
    return {re.sub(r"\.0/0$", "{}", each) for each in found}


def _without_details(choice: str) -> str:
    """An answer without what it says of this plan: "move 1.2" is "move"."""
    return re.sub(r"[\d,]+|\s.*", "", choice) or "(places)"
