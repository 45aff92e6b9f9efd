"""The kinds that come with the product, as a body would meet them."""

from datetime import UTC, date, datetime

import pytest

from organisations.bodies import BodyKind, Level
from register import checks
from register.cells import ValueType
from register.register import DEFINITIONS
from storage.transaction import transaction
from tests.organisations.factories import make_body

MINIMUM = {"EMP-01": 15, "HOME-01": 12}


@pytest.fixture
def line(register):
    """A ministry, an oblast directorate and a district department of one sector, with the kinds in force."""
    with transaction():
        ministry = make_body("Министрлік", level=Level.STATE, kind=BodyKind.MINISTRY)
        directorate = make_body("Басқарма", level=Level.OBLAST, kind=BodyKind.DIRECTORATE, sector_superior=ministry)
        department = make_body("Бөлім", kind=BodyKind.DEPARTMENT, sector_superior=directorate)
        kinds = register.import_definitions({"labour_ministry": ministry.code})
    return {kind.code: kind for kind in kinds}, ministry, directorate, department


def zeros(kind):
    return {
        cell.address: "х" if cell.value_type is ValueType.DATE else "0" if cell.value_type.numeric else "–" for cell in kind.cells.values()
    }


def test_every_definition_is_in_force_and_again_changes_nothing(register, line):
    kinds, ministry, *_ = line

    with transaction():
        register.import_definitions({"labour_ministry": ministry.code})

    assert sorted(kinds) == sorted(path.stem for path in DEFINITIONS.glob("*.json") if path.stem != "indicators")
    assert [len(register.versions(code)) for code in kinds] == [1, 1]


@pytest.mark.parametrize("code", MINIMUM)
def test_a_kind_measures_enough_and_asks_for_words_in_both_languages(register, line, code):
    kind = line[0][code]

    assert len({cell.indicator for cell in kind.cells.values() if cell.indicator}) >= MINIMUM[code]
    assert {f"{section.code}.note.{language}" for section in kind.sections for language in ("kk", "ru")} & set(kind.cells)
    assert {check.severity for check in kind.checks} == {"error", "warning"}


def test_the_chain_of_the_roadmap_has_two_deadlines(register, line):
    kinds, ministry, directorate, department = line
    kind = kinds["EMP-01"]

    assert {body.id for body in register.reporting_bodies(kind, "2026-09")} == {ministry.id, directorate.id, department.id}
    assert [register.receiver(kind, body) for body in (department, directorate, ministry)] == [directorate, ministry, None]
    assert [register.deadline(kind, body, "2026-09").astimezone(UTC).date() for body in (department, directorate, ministry)] == [
        *(date(2026, 10, 5), date(2026, 10, 12), date(2026, 10, 27))
    ]
    assert register.deadline(kind, directorate, "2026-08") == datetime(2026, 9, 10, 18, 59, 59, tzinfo=UTC)


def test_compensation_goes_from_the_district_to_the_directorate_to_the_ministry(register, line):
    kinds, ministry, directorate, department = line
    kind = kinds["HOME-01"]

    assert {body.id for body in register.reporting_bodies(kind, "2026Q3")} == {directorate.id, department.id}
    assert [register.receiver(kind, body) for body in (department, directorate)] == [directorate, ministry]


@pytest.mark.parametrize("code", MINIMUM)
def test_a_report_of_zeros_passes_every_check(register, line, code):
    kind = line[0][code]

    assert checks.run(kind, zeros(kind), zeros(kind)) == []


@pytest.mark.parametrize("code", MINIMUM)
def test_every_error_check_can_fail(register, line, code):
    """One cell at a time is set to 1 over zeros, or to 0 over ones; each error check objects to something of it."""
    kind = line[0][code]
    ones = {address: "1" if kind.cell(address).value_type.numeric else value for address, value in zeros(kind).items()}
    failed = set()
    for base, other in ((zeros(kind), "1"), (ones, "0")):
        for cell in kind.cells.values():
            if cell.value_type.numeric:
                failed |= {finding.code for finding in checks.run(kind, base | {cell.address: other})}

    assert {check.code for check in kind.checks if check.severity == "error"} <= failed


def test_a_jump_against_the_month_before_is_warned_of(register, line):
    kind = line[0]["EMP-01"]
    unemployed = "jobs.measures.unemployed"
    now = zeros(kind) | {f"{unemployed}.total": "140", f"{unemployed}.men": "70", f"{unemployed}.women": "70"}
    before = zeros(kind) | {f"{unemployed}.total": "100"}

    assert [(finding.code, finding.severity) for finding in checks.run(kind, now, before)] == [("unemployed_swing", "warning")]
