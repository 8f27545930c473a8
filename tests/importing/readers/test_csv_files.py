import pytest

from bot.errors import UnreadableFileError
from bot.importing.readers.csv_files import read_csv
from tests.importing.workbooks import csv_bytes

ROWS = [
    ["Ref", "Action", "Owner", "Due", "Status"],
    ["1.1", "Caf\u00e9 re-opens \u2013 \u201cstage one\u201d, \u00a35k", "RM", "31/03/26", "Complete"],
    ["1.2", "Line one\nLine two", "ST", "June 2026", "In progress"],
]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_separators_and_encodings(separator: str, encoding: str) -> None:
    table = read_csv(csv_bytes(ROWS, separator, encoding)).tables[0]
    assert [list(row.cells) for row in table.rows] == ROWS
    assert [row.number for row in table.rows] == [1, 2, 3]


def test_another_alphabet() -> None:
    words = "\u041f\u0440\u043e\u0432\u0435\u0440\u0438\u0442\u044c \u043f\u043b\u0430\u043d"
    rows = [
        ROWS[0],
        [
            "1.1",
            words,
            "RM",
            "31/03/26",
            "Complete",
        ],
    ]
    assert list(read_csv(csv_bytes(rows, ",", "utf-8")).tables[0].rows[1].cells) == rows[1]
    assert read_csv(csv_bytes(rows, ",", "cp1251")).tables[0].rows[1].cells[0] == "1.1"


def test_a_file_of_other_things() -> None:
    with pytest.raises(UnreadableFileError, match="CSV UTF-8"):
        read_csv(b"\x00\x01\x02\x00binary")
    with pytest.raises(UnreadableFileError, match="10 MB"):
        read_csv(b"a" * 10_000_001)


def test_too_many_rows() -> None:
    with pytest.raises(UnreadableFileError, match="below row 20,000"):
        read_csv(b"Ref,Action,Owner\n" + b"1.1,Do,RM\n" * 20_001)


def test_blank_rows_at_the_end_do_not_count() -> None:
    assert len(read_csv(b"Ref,Action,Owner\n1.1,Do,RM\n" + b",,\n" * 21_000).tables[0].rows) == 2


def test_a_very_long_cell_is_cut_and_reported() -> None:
    document = read_csv(csv_bytes([["Ref", "Action", "Owner"], ["1.1", "x" * 5000, "RM"]]))
    assert len(document.tables[0].rows[1].cells[1]) == 4000
    assert document.problems[0].where == "row 2, column B"
    assert "5,000 characters" in document.problems[0].message
