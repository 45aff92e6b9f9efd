"""Made-up figures that pass every check of the two kinds; the same seed gives the same figures."""

from collections.abc import Callable
from decimal import Decimal

NOTES = {
    "kk": "Есепті кезеңде шаралар жоспарға сай орындалды.",
    "ru": "В отчётном периоде меры выполнены по плану.",
}


def employment(seed: int) -> dict[str, str]:
    """A filled EMP-01."""
    cells: dict[str, str] = {}
    for row, men, women in (
        ("applied", 60, 70),
        ("placed", 40, 50),
        ("permanent", 20, 24),
        ("subsidised", 6, 8),
        ("public_works", 7, 9),
        ("practice", 2, 4),
        ("trained", 11, 13),
        ("unemployed", 80, 95),
    ):
        m, w = men + seed % 5, women + seed % 7
        if row in ("permanent", "subsidised", "public_works", "practice"):
            m, w = men, women
        cells |= _row(f"jobs.measures.{row}", total=m + w, men=m, women=w, youth=men // 2)
    cells |= _directions(seed)
    for row, total, amount in (("credit", 9, "27.5"), ("grant", 12, "14.4"), ("total", 21, "41.9")):
        cells |= _row(f"business.support.{row}", total=total, women=total // 3, youth=total // 3)
        cells[f"business.support.{row}.amount"] = amount
    return cells | _texts("jobs.note") | _texts("projects.problems")


def home_schooling(seed: int) -> dict[str, str]:
    """A filled HOME-01."""
    cells: dict[str, str] = {}
    for row, boys, girls in (
        ("registered", 40 + seed % 3, 35),
        ("pending_before", 2, 1),
        ("applications", 6, 4),
        ("appointed", 5, 3),
        ("refused", 1, 1),
        ("pending", 2, 1),
        ("stopped", 1, 0),
        ("recipients", 38, 33),
    ):
        cells |= _row(f"appointment.decisions.{row}", total=boys + girls, boys=boys, girls=girls, rural=0)
    for channel, number in (("portal", 6), ("corporation", 3), ("department", 1)):
        cells[f"appointment.channels.{channel}.number"] = str(number)
    for reason, number in (("documents", 1), ("entitlement", 1), ("other", 0)):
        cells[f"appointment.reasons.{reason}.number"] = str(number)
    for row, total, rural in (("plan", "9000", "4000"), ("accrued", "2150.5", "900"), ("paid", "2130", "890"), ("debt", "20.5", "10")):
        cells |= {f"payment.money.{row}.total": total, f"payment.money.{row}.rural": rural}
    children = 70
    average = (Decimal("2130") * 1000 / children).quantize(Decimal("0.01"))
    return cells | {"payment.paid_children": str(children), "payment.average": str(average)} | _texts("payment.note")


#: How each kind is filled.
FIGURES: dict[str, Callable[[int], dict[str, str]]] = {"EMP-01": employment, "HOME-01": home_schooling}


def _directions(seed: int) -> dict[str, str]:
    columns = ("planned", "started", "completed", "jobs_planned", "jobs_created", "allocated", "spent")
    plans = {"social": 5, "utilities": 3, "roads": 4, "landscaping": 6}
    totals = dict.fromkeys(columns, 0)
    cells: dict[str, str] = {}
    for direction, planned in plans.items():
        figures = (planned, planned - 1, planned - 2, planned * 12, planned * 9 + seed % 3, planned * 100, planned * 60)
        for column, figure in zip(columns, figures, strict=True):
            cells[f"projects.directions.{direction}.{column}"] = str(figure)
            totals[column] += figure
    share = (Decimal(totals["spent"]) / totals["allocated"] * 100).quantize(Decimal("0.1"))
    return cells | {f"projects.directions.total.{column}": str(total) for column, total in totals.items()} | {"projects.share": str(share)}


def _row(prefix: str, **figures: int) -> dict[str, str]:
    return {f"{prefix}.{column}": str(figure) for column, figure in figures.items()}


def _texts(address: str) -> dict[str, str]:
    return {f"{address}.{language}": words for language, words in NOTES.items()}
