"""The reports of an entry of the Register over HTTP."""

import pytest

from organisations.roles import Role


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_list_of_a_kind_can_be_searched_over_http(country):
    country.hires("head", Role.HEAD, country.tree.department).posts(
        "/reports", {"kind": "EMP-01", "body_id": str(country.tree.department.id), "period": "2026-09"}
    )
    reader = country.hires("reader", Role.EXECUTOR, country.tree.department)

    found = reader.gets("/register/kinds/EMP-01/reports?text=EMP-01&period_from=2026&territory=100000000&below=true")["items"]
    [listed] = reader.gets("/register/kinds/EMP-01/reports?text=EMP-01&period_from=2026")["items"]

    assert found == []
    assert listed["period"] == "2026-09"
    assert reader.asks("GET", "/register/kinds/NONE/reports").status_code == 404
