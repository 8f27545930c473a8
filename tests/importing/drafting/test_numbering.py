from bot.importing.drafting.numbering import Numbering
from bot.importing.drafting.rows import CellText, ProjectRow
from bot.importing.table.problems import DiagnosticLog


def numbering(*printed: str) -> Numbering:
    return Numbering(DiagnosticLog(), frozenset(printed))


def test_sections_by_their_sheets() -> None:
    numbers = numbering()
    assert numbers.section_for_table("2. Practice", "", "2. Practice") == "2"
    assert numbers.section_for_table("Money", "", "Money") == "1"
    assert numbers.section_for_table("2. Practice (2)", "", "x") == "3"
    assert numbers.section_for_table("2021-22", "", "x") == "4"
    assert numbers.section_for_table("Sheet1", "Staff", "x") == "5"
    assert [section.title for section in numbers.sections.values()] == [
        "Practice", "Money", "Practice (2)", "2021-22", "Staff",
    ]  # fmt: skip
    assert [problem.field for problem in numbers.notes.problems] == ["section"]


def test_sections_named_in_a_cell() -> None:
    numbers = numbering()
    assert [
        numbers.find_or_add_section(text) for text in ("S2", "2", "2. Practice", "Practice", "practice ")
    ] == ["2"] * 5
    assert numbers.find_or_add_section("Money") == "1"
    assert numbers.find_or_add_section("Savings") == "3"
    assert numbers.sections["2"].title == "Practice"


def test_projects_that_stand_twice() -> None:
    numbers = numbering()
    first = ProjectRow("5", "Fewer voids", "row 1", "", CellText("HOU 1", "row 1"), ("Days",))
    second = ProjectRow("5", "Faster repairs", "row 9", "RM", CellText("HOU 2", "row 9"), ("Days", "Cost"))
    assert numbers.add_project("1", first) == numbers.add_project("1", second) == "5"
    project = numbers.projects["1", "5"]
    assert (project.title, project.manager, project.finance_ref) == ("Fewer voids", "RM", "HOU 1")
    assert project.measures == ("Days", "Cost")
    assert numbers.notes.problems[0].where == "row 9"


def test_projects_named_in_a_cell() -> None:
    numbers = numbering()
    assert numbers.find_or_add_project("1", "Fewer voids", "5.1") == "5"
    assert numbers.find_or_add_project("1", "fewer voids", "5.2") == "5"
    assert numbers.find_or_add_project("1", "Faster repairs", "5.3") == "1"
    assert numbers.find_or_add_project("1", "7 Staff", "5.4") == "7"
    assert numbers.find_or_add_project("1", "7", "5.5") == "7"
    assert numbers.find_or_add_project("2", "Fewer voids", "A1") == "1"


def test_refs_made_up_are_like_no_other() -> None:
    numbers = numbering("1", "2.1", "3")
    assert [numbers.ref_for("1", printed) for printed in ("", "3.", "", "2.1")] == ["2", "3", "4", "2.1"]
    assert numbers.ref_for("2", "") == "2"


def test_nothing_is_longer_than_its_place() -> None:
    numbers = numbering()
    numbers.add_project("1", ProjectRow("5", "x" * 900, "row 1", "y" * 900, CellText("z" * 900, "row 1")))
    project = numbers.projects["1", "5"]
    assert (len(project.title), len(project.manager), len(project.finance_ref)) == (500, 200, 100)
    assert len(numbers.ref_for("1", "w" * 900)) == 40
    assert len(numbers.sections[numbers.find_or_add_section("v" * 900)].title) == 300
