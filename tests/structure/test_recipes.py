"""The recipes of CONTRIBUTING.md name files that are there, eight at most, and the first of them works."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.structure.markdown import RecipeFile, recipes
from tests.structure.source import ROOT

MAX_FILES, MIN_CHECKS = 8, 5
KINDS = ("A command", "A message", "A field end to end", "A document format", "A setting", "A platform")
FOUND = recipes((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
each_recipe = pytest.mark.parametrize("files", FOUND.values(), ids=list(FOUND))
COPIED = (
    "app.py",
    "pyproject.toml",
    "bot",
    "handlers",
    "models",
    "sample",
    "templates",
    "tests",
    "benchmarks",
)
GOLDEN = "tests/stored_names/golden"
TEST = "tests/handlers/slack/test_ping.py"
# Here only those of the files the recipe names: all types, which make check itself checks, take a minute.
TYPES = "mypy"
OFFERED = "tests/handlers/command_parser/test_offered_lines.py"
TESTS = (
    TEST,
    f"{OFFERED}::test_the_examples_of_the_help[/cip ping]",
    f"{OFFERED}::test_there_is_help_on_every_command_by_its_name[ping]",
    "tests/stored_names/test_buttons.py",
    "tests/stored_names/test_requests.py::test_commands_are_counted_under_their_names",
    "tests/structure/test_names.py::test_no_class_name_stands_for_two_things",
)

COMMAND = '''

@dataclass(frozen=True, kw_only=True)
class Ping(Command):
    """Whether the bot is there."""

    name: ClassVar[str] = "ping"
'''
MESSAGE = '''

@dataclass(frozen=True)
class Pong(Message):
    """The bot is there."""

    name: ClassVar[str] = "pong"

    @classmethod
    def example(cls) -> "Pong":
        return cls()
'''
TEMPLATE = "<message>\n<section>\nI am here.\n</section>\n</message>\n"
READER = """def _ping(input_line: InputLine, _text: str) -> Command:
    return Ping(line=one_line(input_line.text))


"""
HANDLER = """def _ping(_session: Session, _actor: Actor, _command: Ping, _now: datetime) -> Pong:
    return Pong()


"""
TOPIC = '    HelpTopic("/cip ping", "Says whether I am here.", ("/cip ping",)),\n'
REQUEST = """from pathlib import Path

from tests.fixtures.council import bot_running, council


async def test_the_bot_says_that_it_is_there(tmp_path: Path) -> None:
    async with council("sqlite", tmp_path) as found, bot_running(found):
        assert await found.send_command("SS", "ping") == "I am here."
"""


@each_recipe
def test_a_recipe_names_few_files_and_each_is_there(files: list[RecipeFile]) -> None:
    assert 0 < len(files) <= MAX_FILES
    assert len({each.path for each in files}) == len(files)
    assert [each.path for each in files if (ROOT / each.path).exists() is each.is_new] == []


def test_there_is_a_recipe_for_each_kind() -> None:
    assert [kind for kind in KINDS if not any(title.startswith(kind) for title in FOUND)] == []


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The project, to be changed and thrown away."""
    ignored = shutil.ignore_patterns("__pycache__", ".*_cache", "earlier")
    for name in COPIED:
        source, target = ROOT / name, tmp_path / "tree" / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=ignored)
        else:
            target.parent.mkdir(exist_ok=True)
            shutil.copy2(source, target)
    return tmp_path / "tree"


class Recipe:
    """Follows a recipe in a copy of the project. touched: the files changed or made so far."""

    def __init__(self, tree: Path) -> None:
        self.tree = tree
        self.touched: set[str] = set()

    def write(self, path: str, text: str) -> None:
        self.touched.add(path)
        (self.tree / path).write_text(text, encoding="utf-8")

    def append(self, path: str, text: str) -> None:
        self.write(path, (self.tree / path).read_text(encoding="utf-8") + text)

    def insert(self, path: str, before: str, text: str) -> None:
        """Put the text before the first line that matches."""
        found = (self.tree / path).read_text(encoding="utf-8")
        place = re.search(before, found, re.MULTILINE)
        assert place is not None, f"{path} has no place {before}"
        self.write(path, found[: place.start()] + text + found[place.start() :])

    def run(self, *command: str) -> None:
        """Run a tool of the environment in the copy. Raises AssertionError with what it printed."""
        tool = Path(sys.executable).with_name(command[0])
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        done = subprocess.run(
            [tool, *command[1:]], cwd=self.tree, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"


def checks() -> list[list[str]]:
    """The commands of `make check`."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    _, _, after = makefile.partition("\ncheck:")
    lines, _, _ = after.partition("\n\n")
    return [command.split() for command in re.findall(r"^\t\$\(BIN\)/(.+)$", lines, re.MULTILINE)]


def add_ping(recipe: Recipe) -> None:
    recipe.append("bot/commands.py", COMMAND)
    recipe.insert("handlers/command_parser/line.py", r'^    "help": \("help"', '    "ping": ("ping",),\n')
    recipe.insert(
        "handlers/command_parser/verbs.py", "^from bot.commands import", "from bot.commands import Ping\n"
    )
    recipe.insert("handlers/command_parser/verbs.py", r"^VERBS\b", READER)
    recipe.insert("handlers/command_parser/verbs.py", r'^    "help": \w+,$', '    "ping": _ping,\n')
    recipe.append("bot/messages/actions.py", MESSAGE)
    recipe.insert(
        "bot/messages/__init__.py", "^from bot.messages.actions", "from bot.messages.actions import Pong\n"
    )
    recipe.insert("bot/messages/__init__.py", '^    "Message",$', '    "Pong",\n')
    recipe.write("templates/messages/pong.xml.j2", TEMPLATE)
    recipe.insert(
        "bot/services/dispatcher.py", "^from bot.commands import", "from bot.commands import Ping\n"
    )
    recipe.insert(
        "bot/services/dispatcher.py", "^from bot.messages import", "from bot.messages import Pong\n"
    )
    recipe.insert("bot/services/dispatcher.py", "^HANDLERS: Handlers", HANDLER)
    recipe.insert("bot/services/dispatcher.py", "^    AtRisk: ", "    Ping: _ping,\n")
    recipe.insert("bot/services/help_topics.py", r"^    HelpTopic\(", TOPIC)


def add_test(recipe: Recipe) -> None:
    recipe.write(TEST, REQUEST)
    for topic, name in (("command_names", "ping"), ("messages", "pong")):
        recipe.append(f"{GOLDEN}/{topic}.txt", f"{name}\n")


@pytest.mark.timeout(900)
def test_a_command_is_added_by_its_recipe(tree: Path) -> None:
    recipe = Recipe(tree)
    add_ping(recipe)
    assert recipe.touched == {each.path for each in FOUND["A command"]}
    changed = sorted(path for path in recipe.touched if path.endswith(".py"))
    add_test(recipe)
    recipe.run("ruff", "check", "--fix-only", "--quiet", *changed)
    recipe.run("ruff", "format", "--quiet", *changed)
    commands = checks()
    assert len(commands) > MIN_CHECKS
    for command in commands:
        recipe.run(*command, *(["--follow-imports", "silent", *changed] if command == [TYPES] else []))
    recipe.run("python", "-m", "pytest", "-p", "no:xdist", *TESTS)
