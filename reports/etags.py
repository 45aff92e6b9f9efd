"""The mark of a state of a draft, which a client that read it sends back: its revision and the versions of its sections."""

from collections.abc import Iterable

from reports.models import Report, ReportSection


def of(report: Report, sections: Iterable[ReportSection]) -> str:
    """The mark of the present state."""
    return f"{report.revision}-" + ".".join(str(section.version) for section in sections)


def versions(etag: str, report: Report, sections: Iterable[ReportSection]) -> dict[str, int] | None:
    """The versions of sections that a mark stands for; None when it is none of this revision."""
    revision, _, rest = etag.strip('"').partition("-")
    numbers, codes = rest.split("."), [section.code for section in sections]
    if revision != str(report.revision) or len(numbers) != len(codes):
        return None
    if not all(number.isascii() and number.isdecimal() and len(number) < 10 for number in numbers):
        return None
    return dict(zip(codes, map(int, numbers), strict=True))
