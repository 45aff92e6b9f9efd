import csv
import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from organisations import kato, lines
from organisations.errors import FileRefused
from organisations.kato import TerritoryLevel

HEAD = "id;parent_id;code;name\n"
OBLAST = "1;0;100000000;область Абай\n"
DISTRICT = "2;1;103200000;Абайский район\n"
OFFICIAL_COLUMNS = ("te", "ab", "cd", "ef", "hij", "k", "name_kaz", "name_rus", "nn")
OFFICIAL_HEAD = ",".join(OFFICIAL_COLUMNS) + "\n"


def faults(data: bytes | str) -> list[tuple[int, str]]:
    with pytest.raises(FileRefused) as refused:
        kato.read(data if isinstance(data, bytes) else data.encode())
    return [(fault.fields["line"], fault.code) for fault in refused.value.faults]


def as_official(abai: bytes, kazakh: str = "") -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(OFFICIAL_COLUMNS)
    for row in csv.DictReader(io.StringIO(abai.decode("utf-8-sig")), delimiter=";"):
        code = row["code"]
        writer.writerow([code, code[:2], code[2:4], code[4:6], code[6:], "3", kazakh, row["name"], ""])
    return out.getvalue()


def test_the_file_of_abai_oblast_is_read_with_its_levels_and_parents(abai):
    units = kato.read(abai)

    rows = abai.decode("utf-8-sig").splitlines()[1:]
    assert len(units) == len(rows)
    assert [unit.parent_code for unit in units if unit.level is TerritoryLevel.OBLAST] == [None]
    assert {unit.code: unit.parent_code for unit in units}["101033102"] == "101033100"
    assert all(unit.parent_code is None or unit.parent_code < unit.code for unit in units)


def test_the_official_columns_tell_the_same_tree_by_digits_alone(abai):
    own = kato.read(abai)

    official = kato.read(as_official(abai).encode("utf-8-sig"))

    assert [(unit.code, unit.parent_code, unit.name_ru) for unit in official] == [
        (unit.code, unit.parent_code, unit.name_ru) for unit in own
    ]


def test_the_official_file_brings_kazakh_names_and_codes_that_lost_their_zeros():
    data = OFFICIAL_HEAD + "100000000,10,0,0,0,0,Абай облысы,область Абай,\n" + '103200000,10,32,0,0,3,"Абай ауданы",Абайский район,\n'

    units = kato.read(data.encode())

    assert [(unit.name_kk, unit.parent_code) for unit in units] == [("Абай облысы", None), ("Абай ауданы", "100000000")]


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_the_delimiter_is_found_from_the_first_line(delimiter):
    data = (HEAD + OBLAST + DISTRICT).replace(";", delimiter)

    assert [unit.code for unit in kato.read(data.encode())] == ["100000000", "103200000"]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("2;1;10320000;Абайский район\n", [(3, "kato_code_wrong")]),
        ("2;1;1032000OO;Абайский район\n", [(3, "kato_code_wrong")]),
        ("2;1;١٠٣٢٠٠٠٠٠;Абайский район\n", [(3, "kato_code_wrong")]),
        ("2;1;000000000;Абайский район\n", [(3, "kato_code_wrong")]),
        ("2;1;103200000;\n", [(3, "kato_name_missing")]),
        ("2;1;103200000;---\n", [(3, "kato_name_missing")]),
        ("2;1;103200000;Абай\u202eский\n", [(3, "kato_name_invisible")]),
        ("2;1;103200000;Абай\x00ский\n", [(3, "kato_name_invisible")]),
        (f"2;1;103200000;{'я' * 201}\n", [(3, "kato_name_too_long")]),
        ("2;1;103200000\n", [(3, "file_cells_wrong")]),
        ("2;1;103200000;Абайский;район\n", [(3, "file_cells_wrong")]),
        ("2;0;103200000;Абайский район\n", [(3, "kato_parent_missing")]),
        ("2;9;103200000;Абайский район\n", [(3, "kato_parent_unknown")]),
        ("2;2;103200000;Абайский район\n", [(3, "kato_parent_disagrees")]),
        ("2;1;203200000;Абайский район\n", [(3, "kato_parent_disagrees")]),
        ("1;1;103200000;Абайский район\n", [(3, "kato_id_repeated")]),
        (DISTRICT + "3;1;103200000;Абайский район\n", [(4, "kato_code_repeated")]),
        (DISTRICT + "\n;;;\n3;1;x;y\n", [(6, "kato_code_wrong")]),
        ('2;1;103200000;"Абайский район\n', [(3, "file_line_unreadable")]),
        ("2;1;103230100;с.Один\n3;2;103230101;с.Два\n4;3;103230100;с.Один\n", [(5, "kato_code_repeated")]),
        ("2;3;103230101;с.Один\n3;2;103230102;с.Два\n", [(3, "kato_parent_disagrees")]),
    ],
)
def test_a_faulty_file_is_refused_with_the_line_and_the_reason(rows, expected):
    assert faults(HEAD + OBLAST + rows) == expected


def test_every_fault_is_named_at_once_in_the_order_of_lines():
    data = HEAD + "1;0;100000000;область Абай\n2;7;103200000;Абайский район\n3;1;bad;район\n4;1;103400000;\n"

    assert faults(data) == [(3, "kato_parent_unknown"), (4, "kato_code_wrong"), (5, "kato_name_missing")]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", [(1, "file_columns_unknown")]),
        (b"\x00\x01\x02", [(1, "file_columns_unknown")]),
        (b"PK\x03\x04" + bytes(range(256)) * 40, [(1, "file_columns_unknown")]),
        (b"name;code\n", [(1, "file_columns_unknown")]),
        (HEAD.encode(), [(1, "kato_empty")]),
        ((HEAD + OBLAST).encode() + "2;1;103200000;Абайский".encode("cp1251"), [(3, "file_not_utf8")]),
        ((HEAD + OBLAST).encode("utf-16"), [(1, "file_columns_unknown")]),
        (HEAD.encode() + b"x" * lines.MAX_BYTES, [(1, "file_too_large")]),
        ((HEAD + "1;0;100000000;" + "я" * 140_000).encode(), [(2, "file_line_unreadable")]),
    ],
)
def test_what_is_no_kato_file_at_all_is_refused(data, expected):
    assert faults(data) == expected


def test_codes_that_disagree_with_their_own_parts_are_refused():
    assert faults(OFFICIAL_HEAD + "100000000,10,00,00,001,0,,область Абай,\n") == [(2, "kato_code_disagrees")]


def test_an_official_row_without_anything_above_it_is_refused():
    assert faults(OFFICIAL_HEAD + "103230000,10,32,30,000,0,,Карааульский с.о.,\n") == [(2, "kato_parent_missing")]


def test_reading_stops_when_a_file_has_too_many_faults_or_rows(monkeypatch):
    broken = HEAD + "x;x;x;x\n" * 200_000

    assert len(faults(broken)) == lines.MAX_FAULTS
    monkeypatch.setattr(kato, "MAX_ROWS", 1)
    assert faults(HEAD + OBLAST + DISTRICT) == [(3, "file_too_many_rows")]


@given(st.binary(max_size=300), st.booleans())
def test_no_bytes_break_the_reading(tail, official):
    head = OFFICIAL_HEAD if official else HEAD
    with suppress(FileRefused):
        assert kato.read(head.encode() + tail)
