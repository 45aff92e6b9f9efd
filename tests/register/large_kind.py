"""A kind of report as large as kinds get: one table of 500 rows × 40 columns, the last of both totals that checks compare."""

from typing import Any

from register import reading
from register.kinds import Kind
from tests.register.factories import document, known, names

ROWS, COLUMNS = 500, 40
TABLE = "people.large"


def large_document(rows: int = ROWS, columns: int = COLUMNS, **changes: Any) -> dict[str, Any]:
    """Each row's last cell is the sum of the row, the last row's cells are the sums of the rows above."""
    lines = [{"code": row_code(row, rows), "names": names(f"row {row}"), "indicator": "X.PEOPLE"} for row in range(rows)]
    heads = [{"code": column_code(column, columns), "names": names(f"column {column}")} for column in range(columns)]
    table = {"code": "large", "names": names("large"), "rows": lines, "columns": heads}
    section = {"code": "people", "names": names("people"), "tables": [table]}
    checks = [*(_sum_of_row(row, rows, columns) for row in range(rows)), *(_sum_of_column(column, columns) for column in range(columns))]
    return document(sections=[section], checks=checks, **changes)


def large_kind(rows: int = ROWS, columns: int = COLUMNS) -> Kind:
    return reading.read(large_document(rows, columns), known())


def row_code(row: int, rows: int = ROWS) -> str:
    return "all" if row == rows - 1 else f"r{row:03}"


def column_code(column: int, columns: int = COLUMNS) -> str:
    return "total" if column == columns - 1 else f"c{column:02}"


def filled(rows: int = ROWS, columns: int = COLUMNS) -> dict[str, str]:
    """Figures in which every sum is right."""
    line = [str(column % 7) for column in range(columns - 1)]
    line.append(str(sum(map(int, line))))
    return {
        f"{TABLE}.{row_code(row, rows)}.{column_code(column, columns)}": str(int(value) * (rows - 1)) if row == rows - 1 else value
        for row in range(rows)
        for column, value in enumerate(line)
    }


def _sum_of_row(row: int, rows: int, columns: int) -> dict[str, Any]:
    address = f"{TABLE}.{row_code(row, rows)}"
    parts = " + ".join(f"{address}.{column_code(column, columns)}" for column in range(columns - 1))
    return _check(f"row_{row_code(row, rows)}", f"{address}.total = {parts}")


def _sum_of_column(column: int, columns: int) -> dict[str, Any]:
    code = column_code(column, columns)
    return _check(f"column_{code}", f"2 * {TABLE}.all.{code} = sum({TABLE}.rows.{code})")


def _check(code: str, expression: str) -> dict[str, Any]:
    return {"code": code, "expression": expression, "severity": "error", "messages": names(code)}
