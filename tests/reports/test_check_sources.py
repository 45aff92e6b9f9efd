"""Checks that compare a report with others of its body: of the period before, of other kinds once they were submitted, of its history."""

import json
from datetime import date
from typing import Any

import pytest

from register.errors import KindInvalid
from storage.transaction import transaction
from tests.reports.office import FIGURES, HERE, MONEY, PERIOD, Office

SAME = {"code": "same", "severity": "error", "messages": {"kk": "Сома", "ru": "Сумма", "en": "Sum"}}


def put(office: Office, *checks: dict[str, Any], **changes: Any) -> None:
    """A kind that is compared with the test kind, which it calls `base`."""
    document = json.loads((HERE / "kind.json").read_text("utf-8"))
    document |= {"code": "TST-CMP", "others": {"base": "TST-01"}, "checks": list(checks)} | changes
    with transaction():
        office.register.import_kind(document, act_number="1", act_date=date(2020, 1, 1), places={"directorate": office.receiver.code})


def test_a_report_of_another_kind_is_compared_with_once_it_was_submitted(office: Office):
    put(office, SAME | {"expression": f"{MONEY} = base.{MONEY}", "absent": "finding"})
    base, report = office.opens(), office.opens("TST-CMP")
    office.saves(base, FIGURES)

    absent = office.enters(report, {MONEY: "1"}).findings
    office.brings(base, "review")
    differs = office.enters(report, {MONEY: "2"}).findings
    agrees = office.enters(report, {MONEY: FIGURES[MONEY]}).findings

    assert ["TST-01" in finding.told.ru for finding in absent] == [True]
    assert [finding.told.ru for finding in differs] == ["Сумма (Израсходовано — 2; money.spent в отчёте TST-01 — 1200.5; 2 против 1200.5)"]
    assert list(agrees) == []


def test_the_history_is_that_of_accepted_periods_before(office: Office):
    mean = {"expression": f"{MONEY} <= 2 * mean(history.{MONEY})"}
    put(office, SAME | mean)
    for period, money in (("2025Q4", "100"), ("2026Q1", "200"), ("2026Q2", "300")):
        earlier = office.opens("TST-CMP", period=period)
        office.saves(earlier, FIGURES | {MONEY: money})
        office.brings(earlier, "review")
        office.does("review", earlier, decision="accept")
    report = office.opens("TST-CMP", period=PERIOD)

    assert [finding.code for finding in office.enters(report, {MONEY: "401"}).findings] == ["same"]
    assert list(office.enters(report, {MONEY: "400"}).findings) == []


def test_what_another_kind_has_not_cannot_be_compared_with(office: Office):
    with pytest.raises(KindInvalid) as cell:
        put(office, SAME | {"expression": f"{MONEY} = base.money.nothing"})
    with pytest.raises(KindInvalid) as kind:
        put(office, SAME | {"expression": f"{MONEY} = base.money.spent"}, others={"base": "NO-1"})

    assert [(fault.pointer, fault.code) for fault in cell.value.faults] == [("/checks/0/expression", "check_name_unknown")]
    assert [(fault.pointer, fault.code) for fault in kind.value.faults] == [("/others/base", "kind_not_found")]
