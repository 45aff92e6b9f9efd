"""Full-text search over reports in Kazakh and Russian: what is found, by whom, and that the words are those of the contents."""

import sqlalchemy as sa

from register.models import KindRow
from reports.filters import Filters
from reports.models import Report, ReportWord
from storage.database import engine, session
from storage.identifiers import new_id
from storage.transaction import transaction
from tests.reports.office import FIGURES, KIND, MEN, NOTE_KK, NOTE_RU, TOTAL, Office

EMPTY = {"report_class": "restricted", "sections": [], "checks": []}
TEXTS = {
    **FIGURES,
    NOTE_KK: "Ауылдағы жұмыссыздарға қоғамдық жұмыс берілді",
    NOTE_RU: "Безработные направлены на общественные работы по благоустройству парков",
}


def finds(office: Office, text: str, who: str = "executor") -> bool:
    return bool(office.reports.list(office.people[who], Filters(text=text)).items)


def test_a_report_is_found_by_its_texts_however_its_words_are_written(office: Office):
    report = office.opens()
    office.saves(report, TEXTS)

    for text in (
        "общественных работ",  # another case
        "БЛАГОУСТРОЙСТВА парками",
        "жумыссыздар когамдык",  # ғ/г, қ/к, ұ/у as typed on a Russian keyboard
        "благоустр",  # the beginning of a word
        "благаустройство",  # a typing error
        "пробный отчет",  # the name of the kind
        "трудоустроено",  # an indicator
        report.business_key,
        f"2026Q3 {office.body.code} парки",
    ):
        assert finds(office, text), text
    for text in ("парки 2026Q2", "больница", "и", "!", "%_'\\"):
        assert not finds(office, text), text


def test_each_reader_finds_only_by_what_they_may_read(office: Office):
    report = office.opens()
    office.saves(report, TEXTS)

    assert [finds(office, "парков", who) for who in ("executor", "officer", "oblast_akim", "admin")] == [True, False, False, False]
    office.brings(report, "review")
    assert [finds(office, "парков", who) for who in ("executor", "officer", "oblast_akim", "stranger")] == [True, True, False, False]
    office.remarks(report, MEN, "Сомнительная цифра")
    assert [finds(office, "сомнительные цифры", who) for who in ("executor", "officer", "oblast_akim")] == [True, True, False]
    with transaction():
        for remark in office.reports.remarks.list(office.people["officer"], report.id):
            office.reports.remarks.resolve(office.people["officer"], remark.id)
    office.does("review", report, decision="accept")
    assert [finds(office, "парков", who) for who in ("executor", "officer", "oblast_akim", "stranger")] == [True, True, True, False]


def test_words_follow_the_texts_and_can_be_written_anew(office: Office):
    report = office.opens()
    office.saves(report, TEXTS)
    office.saves(report, {NOTE_RU: "Совсем другое"})

    assert not finds(office, "парков")
    assert list(office.reports.search.stale()) == []
    with transaction():
        session.execute(sa.delete(ReportWord))
    assert list(office.reports.search.stale()) == [report.id]
    with transaction():
        assert office.reports.search.rebuild() == 1
    assert finds(office, "другие")


def test_saving_figures_asks_nothing_of_the_words_that_are_kept(office: Office):
    report = office.opens()
    office.saves(report, TEXTS)
    asked: list[str] = []

    def note(_connection, _cursor, statement, *_more):
        asked.append(statement)

    sa.event.listen(engine(), "before_cursor_execute", note)
    office.saves(report, FIGURES | {MEN: 4, TOTAL: 8})
    of_figures = [statement for statement in asked if "report_words" in statement]
    office.saves(report, {NOTE_RU: f"{TEXTS[NOTE_RU]} и скверов"})
    sa.event.remove(engine(), "before_cursor_execute", note)

    of_texts = [statement.split()[0] for statement in asked if "report_words" in statement]
    assert (of_figures, of_texts) == ([], ["SELECT", "INSERT"])
    assert finds(office, "скверы")
    assert list(office.reports.search.stale()) == []


def test_words_that_somebody_may_not_read_tell_nothing_in_what_they_find(office: Office):
    office.brings(with_texts(office), "review")
    private = office.opens(period="2026Q2")
    asked = [(who, text) for who in ("officer", "stranger", "oblast_akim", "admin") for text in ("паркав", "трудоустраено")]
    before = [finds(office, text, who) for who, text in asked]
    assert before[:2] == [True, True]

    office.saves(private, {NOTE_RU: "паркав трудоустраено"})

    assert [finds(office, text, who) for who, text in asked] == before
    assert [report.id for report in office.reports.list(office.people["executor"], Filters(text="паркав")).items] == [private.id]


def test_a_word_that_very_many_versions_of_kinds_have_is_one_term(office: Office):
    office.opens()
    kind = session.scalars(sa.select(KindRow).where(KindRow.code == KIND)).one()
    columns = {column.key: getattr(kind, column.key) for column in KindRow.__table__.columns} | {"document": kind.document | EMPTY}
    with transaction():
        session.execute(sa.insert(KindRow), [columns | {"id": new_id(), "code": f"K-{number:04}"} for number in range(1200)])

    assert finds(office, " ".join(["пробный отчет"] * 14))


def with_texts(office: Office) -> Report:
    report = office.opens()
    office.saves(report, TEXTS)
    return report
