"""What several rooms need is done in one way, which stands in one module."""

import ast
import re
from collections.abc import Callable

import pytest

from bot.templating import TEMPLATES
from tests.structure.source import Module, product_modules

Sign = Callable[[ast.AST], bool]

# They check the product from outside, or make up data: what they reckon with is their own.
OUTSIDE = ("bot/simulation/", "sample/")
_DATE_WORDS = re.compile(r"%-?[AB]")
_MONTH_NAMES = {"strftime", "month_name", "day_name"}
_PAGE_COUNT = re.compile(r"max\(1, -\(-.* // .*\)\)")
_PAGE_OFFSET = re.compile(r"\((?:\w+\.)*(?:page|number) - 1\) \* .*size.*", re.IGNORECASE)
_LEASE_FIELDS = {"lease_until", "looking_until"}
_LEASE_NAME = re.compile(r"(?:^|_)LEASE(?:_|$)")
_FORTNIGHT_WORDS = re.compile(r"\b(?:14|fourteen) days\b")


def is_date_in_words(node: ast.AST) -> bool:
    """A format with the name of a month or weekday, or a call that gives one."""
    if isinstance(node, ast.Constant):
        return _DATE_WORDS.search(str(node.value)) is not None
    return isinstance(node, ast.Attribute) and node.attr in _MONTH_NAMES


def is_list_in_words(node: ast.AST) -> bool:
    """`" and ".join(…)`, or all but the last joined by commas."""
    match node:
        case ast.Call(ast.Attribute(ast.Constant(", "), "join"), [ast.Subscript(slice=part)]):
            return ast.unparse(part) == ":-1"
        case ast.Call(ast.Attribute(ast.Constant(" and " | " or "), "join")):
            return True
    return False


def is_page(node: ast.AST) -> bool:
    """How many pages a list has: `max(1, -(-total // size))`; or where one begins: `(page - 1) * size`."""
    if not isinstance(node, ast.Call | ast.BinOp):
        return False
    text = ast.unparse(node)
    return bool(_PAGE_COUNT.fullmatch(text) or _PAGE_OFFSET.fullmatch(text))


def is_lease(node: ast.AST) -> bool:
    """How long a lease is, or when one ends."""
    if isinstance(node, ast.keyword):
        return node.arg in _LEASE_FIELDS and _is_sum(node.value)
    if not isinstance(node, ast.Assign):
        return False
    names = [each for target in node.targets for each in ast.walk(target)]
    is_length = any(isinstance(each, ast.Name) and _LEASE_NAME.search(each.id) for each in names)
    is_end = any(isinstance(each, ast.Attribute) and each.attr in _LEASE_FIELDS for each in names)
    return is_length or (is_end and _is_sum(node.value))


def _is_sum(value: ast.expr) -> bool:
    values = value.elts if isinstance(value, ast.Tuple) else [value]
    return any(isinstance(each, ast.BinOp) and isinstance(each.op, ast.Add) for each in values)


def is_blocks_validator(node: ast.AST) -> bool:
    """A check of blocks as Slack makes it."""
    return isinstance(node, ast.FunctionDef) and node.name.strip("_") in {"check_blocks", "validate_blocks"}


def is_template_environment(node: ast.AST) -> bool:
    """Where a Jinja environment, or a class of them, is made."""
    if isinstance(node, ast.Call):
        return ast.unparse(node.func).endswith("Environment")
    return isinstance(node, ast.ClassDef) and any(
        ast.unparse(base).endswith("Environment") for base in node.bases
    )


def is_fortnight(node: ast.AST) -> bool:
    """A fortnight of days: as a constant, a duration, or in a text."""
    match node:
        case ast.Assign(value=ast.Constant(14)) | ast.AnnAssign(value=ast.Constant(14)):
            return True
        case ast.keyword("days", ast.Constant(14)) | ast.keyword("weeks", ast.Constant(2)):
            return True
        case ast.Constant(str(text)):
            return _FORTNIGHT_WORDS.search(text) is not None
    return False


WAYS: dict[Sign, str] = {
    is_date_in_words: "bot/plan/wording.py",
    is_list_in_words: "bot/plan/wording.py",
    is_page: "bot/plan/pages.py",
    is_lease: "bot/services/leases.py",
    is_blocks_validator: "bot/sandbox/validation/surfaces.py",
    is_template_environment: "bot/templating.py",
    is_fortnight: "bot/plan/periods.py",
}


def lines_with(sign: Sign, module: Module) -> list[str]:
    """Each path and line of the module's code that has the sign."""
    skipped = module.docstrings
    return [
        f"{module.path}:{node.value.lineno if isinstance(node, ast.keyword) else getattr(node, 'lineno', 0)}"
        for node in module.nodes
        if id(node) not in skipped and sign(node)
    ]


@pytest.mark.parametrize("sign", WAYS, ids=lambda sign: sign.__name__)
def test_it_stands_in_one_module(sign: Sign) -> None:
    modules = [each for each in product_modules() if not each.path.startswith(OUTSIDE)]
    lines = [line for module in modules for line in lines_with(sign, module)]
    assert [line for line in lines if not line.startswith(f"{WAYS[sign]}:")] == []
    assert lines, f"{WAYS[sign]} no longer has it"


def test_no_template_puts_dates_into_words_itself() -> None:
    # What the simulation prints is outside, too.
    paths = [path for path in TEMPLATES.rglob("*.j2") if path.name != "simulation.j2"]
    assert [path for path in paths if re.search("strftime|%[AB]", path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    ("sign", "code"),
    [
        (is_date_in_words, 'x = f"{day:%d %B %Y}"'),
        (is_date_in_words, "x = day.strftime(form)"),
        (is_list_in_words, 'x = " and ".join(names)'),
        (is_list_in_words, 'x = ", ".join(names[:-1]) + names[-1]'),
        (is_page, "x = max(1, -(-len(lines) // PAGE_SIZE))"),
        (is_page, "x = lines[(page - 1) * PAGE_SIZE :]"),
        (is_lease, "LEASE = timedelta(minutes=2)"),
        (is_lease, "row.lease_until = now + LIMIT"),
        (is_lease, "row.state, row.lease_until = state, now + LIMIT"),
        (is_lease, "claim(lease_until=now + LIMIT)"),
        (is_blocks_validator, "def validate_blocks(blocks): pass"),
        (is_template_environment, "x = jinja2.Environment()"),
        (is_template_environment, "class Own(Environment): pass"),
        (is_fortnight, "x = timedelta(days=14)"),
        (is_fortnight, "DUE_SOON = 14"),
        (is_fortnight, 'x = "in the next 14 days"'),
    ],
)
def test_a_second_way_is_found(sign: Sign, code: str) -> None:
    assert lines_with(sign, Module("x.py", code, ast.parse(code))) != []


@pytest.mark.parametrize("sign", WAYS, ids=lambda sign: sign.__name__)
@pytest.mark.parametrize(
    "code",
    ['x = ", ".join(names)', "x = max(0, burst - -(-ahead // 2))", "row.lease_until = None", "width(14)"],
)
def test_what_is_no_second_way(sign: Sign, code: str) -> None:
    assert lines_with(sign, Module("x.py", code, ast.parse(code))) == []
