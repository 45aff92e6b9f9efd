"""Words of Kazakh and Russian names, evened out."""

import pytest

from register.duplicates.measures import dimension
from register.duplicates.words import stems, words


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("kk", "Оқушылардың", "окушылар"),
        ("kk", "ЖАО қызметкерлері", "жергілікті атқарушы органның қызметкері"),
        ("kk", "Жұмыссыз", "жумыссыз"),
        ("ru", "Безработных", "безработные"),
        ("ru", "учёных", "ученые"),
        ("ru", "МИО", "местные исполнительные органы"),
        ("ru", "ДТП", "дорожно-транспортных происшествий"),
    ],
)
def test_ways_of_writing_the_same_have_the_same_stems(language, one, other):
    assert stems(one, language) == stems(other, language)


def test_words_that_say_nothing_are_left_out():
    assert stems("в том числе за отчетный период", "ru") == ()
    assert stems("есепті кезеңде және оның ішінде", "kk") == ()


def test_latin_letters_that_look_like_ours_are_ours():
    assert list(words("Pост")) == list(words("Рост"))


def test_numbers_stay_whole():
    assert list(words("14–35 лет, 2,5 тыс.")) == ["14", "35", "лет", "2,5", "тысяча"]


@pytest.mark.parametrize(
    ("unit", "what"),
    [
        ("чел.", "persons"),
        ("мың теңге", "money"),
        ("га", "area"),
        ("кв. м", "area"),
        ("%", "share"),
        ("пайыз", "share"),
        ("шаршы метр", "area"),
    ],
)
def test_units_are_known_by_what_they_measure(unit, what):
    assert dimension(unit) == what
