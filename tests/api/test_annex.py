"""The annex to an order at the product's own door."""

from organisations.roles import Role
from tests.country import Country


def test_a_deployed_process_is_printed_in_the_language_asked_for_and_a_broken_wish_is_named(country: Country):
    methodologist = country.hires("methodologist", Role.METHODOLOGIST, country.tree.oblast)
    [cycle] = methodologist.gets("/processes/definitions?key=report_cycle")["items"]
    path = f"/processes/definitions/{cycle['id']}/annex"

    pdf, docx = (methodologist.asks("GET", f"{path}.{form}?language=ru") for form in ("pdf", "docx"))
    again = methodologist.asks("GET", f"{path}.pdf?language=ru")
    unknown = methodologist.asks("GET", f"{path}.pdf?language=de")

    assert (pdf.mimetype, pdf.headers["Content-Disposition"]) == ("application/pdf", 'attachment; filename="annex-ru.pdf"')
    assert (pdf.data[:5], docx.data[:2]) == (b"%PDF-", b"PK")
    assert pdf.data == again.data
    assert (unknown.status_code, unknown.json["errors"][0]["parameter"]) == (422, "language")
