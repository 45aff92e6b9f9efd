"""Names found by the words that they share."""

import pytest

from register.duplicates.postings import Postings

NAMES = [{"bread", "made"}, {"milk", "sold", "abroad"}, {"milk"}, {"bread", "sold"}, {"milk", "sold"}]


@pytest.fixture
def postings() -> Postings:
    made = Postings()
    for number, words in enumerate(NAMES):
        made.add(number, words)
    return made


def test_those_that_share_most_are_found_and_of_two_the_shorter_one(postings):
    found = [set(postings.nearest({"milk", "sold"}, len(NAMES), most)) for most in (1, 2, 3, 4, 5)]

    assert found == [{4}, {4, 1}, {4, 1, 2}, {4, 1, 2, 3}, {4, 1, 2, 3}]


def test_what_shares_nothing_is_not_found(postings):
    assert postings.nearest({"wood"}, len(NAMES), 3) == []
    assert postings.nearest(set(), len(NAMES), 3) == []


def test_a_place_that_was_left_may_be_taken_by_another(postings):
    postings.nearest({"milk"}, len(NAMES), 5)
    postings.remove(4, NAMES[4])
    postings.add(4, {"wood"})

    assert set(postings.nearest({"milk", "sold"}, len(NAMES), 2)) == {1, 2}
    assert postings.nearest({"wood"}, len(NAMES), 2) == [4]


def test_among_thousands_those_are_found_that_counting_finds():
    names = [{f"w{number % prime}" for prime in (7, 11, 13, 17)} for number in range(3_000)]
    postings = Postings()
    for number, words in enumerate(names):
        postings.add(number, words)

    found = postings.nearest(names[1234], len(names), 5)

    by_hand = sorted(range(3_000), key=lambda number: -len(names[number] & names[1234]))
    assert 1234 in found
    assert len(names[1234] & names[found[-1]]) == len(names[1234] & names[by_hand[4]])
