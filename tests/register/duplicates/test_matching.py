"""How well duplicates are found: precision and recall on labelled pairs, and single cases that must hold. See `pairs` for their making."""

import pytest

from register.duplicates.matching import SAME, Asked, Catalogue
from register.names import Names
from tests.register.duplicates.pairs import HELD, pairs

PERSONS = Names("адам", "человек", "persons")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue(HELD.values())


def asked(ru: str, kk: str = "", unit: Names | None = PERSONS, code: str = "", breakdowns: frozenset[str] = frozenset()) -> Asked:
    return Asked(code, Names(kk, ru, ru), unit, breakdowns)


def test_there_are_more_than_two_hundred_pairs_half_of_them_not_the_same():
    labelled = pairs()

    assert len(labelled) > 200
    assert 0.4 < sum(pair.same for pair in labelled) / len(labelled) < 0.6


@pytest.mark.parametrize("is_measured", [False, True], ids=["tuned on", "measured"])
def test_duplicates_are_found_and_nothing_else_is_called_one(catalogue, is_measured):
    counts = {True: [0, 0], False: [0, 0]}  # by label: called the same, not called so
    for pair in pairs():
        if pair.is_measured == is_measured:
            scores = {match.code: match.score for match in catalogue.matches(pair.asked)}
            counts[pair.same][scores.get(pair.held, 0) < SAME] += 1
    (found, missed), (wrong, _) = counts[True], counts[False]

    assert found / (found + wrong) >= 0.94
    assert found / (found + missed) >= 0.97


def test_an_equal_code_is_the_same_whatever_it_is_called(catalogue):
    best = catalogue.matches(asked("Нечто иное", code="34"))[0]

    assert (best.code, best.score, best.reasons) == ("34", 1.0, (("duplicate_same_code", {"code": "34"}),))


def test_another_unit_is_another_indicator_and_told_why(catalogue):
    best = catalogue.matches(asked("Численность безработных", "Жұмыссыздар саны", Names("пайыз", "процент", "per cent")))[0]

    assert (best.code, best.same) == ("1", False)
    assert ("duplicate_other_unit", {"unit": "человек"}) in best.reasons


def test_units_of_one_measure_are_no_difference(catalogue):
    million = Names("млн теңге", "млн тенге", "mln tenge")
    best = catalogue.matches(asked("План бюджетных расходов", "Бюджет шығыстарының жоспары", million))[0]

    assert (best.code, best.same) == ("46", True)


def test_opposite_words_and_other_numbers_keep_names_apart(catalogue):
    men = {match.code: match for match in catalogue.matches(asked("Численность безработных мужчин", "Жұмыссыз еркектер саны"))}
    older = catalogue.matches(asked("Молодежь в возрасте 18–29 лет, охваченная мерами занятости"))[0]

    assert not men["2"].same
    assert (older.code, older.same) == ("71", False)
    assert "duplicate_other_numbers" in {code for code, _ in older.reasons}


def test_another_breakdown_is_told_and_keeps_nothing_apart(catalogue):
    best = catalogue.matches(asked("Численность безработных", "Жұмыссыздар саны", breakdowns=frozenset({"sex"})))[0]

    assert best.same
    assert ("duplicate_other_breakdown", {"breakdowns": "—"}) in best.reasons


def test_one_language_is_enough(catalogue):
    assert catalogue.matches(asked("", "Балаларды мектепке дейінгі тәрбиемен қамту", None))[0].code == "20"
    assert catalogue.matches(asked("Износ сетей теплоснабжения", "", None))[0].code == "33"


def test_names_without_words_match_nothing(catalogue):
    assert catalogue.matches(asked("—", "…", None)) == []


def test_what_changes_is_found_as_it_is_now_and_what_goes_is_not_found():
    catalogue = Catalogue(HELD.values())
    renamed = asked("Поголовье северных оленей", "Бұғы саны", code="1")
    questions = [Asked("", HELD["1"].names, PERSONS), Asked("", renamed.names, PERSONS)]
    before = [catalogue.matches(question)[:1] for question in questions]

    catalogue.put(renamed)
    catalogue.remove("2")
    catalogue.put(HELD["2"])
    after = [{match.code for match in catalogue.matches(question) if match.same} for question in questions]

    assert ([match.code for match in before[0]], before[1]) == (["1"], [])
    assert after == [set(), {"1"}]
