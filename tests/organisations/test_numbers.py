import pytest
from hypothesis import given
from hypothesis import strategies as st

from organisations import numbers


@pytest.mark.parametrize("number", ["791028302728", "061211600012"])
def test_real_numbers_pass(number):
    assert numbers.is_valid(number)


@pytest.mark.parametrize("number", ["", "79102830272", "7910283027288", "791028302729", "79102830272x", "٧٩١٠٢٨٣٠٢٧٢٨", " 91028302728"])
def test_what_is_no_number_or_fails_its_check_digit_does_not_pass(number):
    assert not numbers.is_valid(number)


@given(st.from_regex(r"[0-9]{11}", fullmatch=True))
def test_exactly_one_twelfth_digit_or_none_completes_eleven(eleven):
    completed = [digit for digit in range(10) if numbers.is_valid(f"{eleven}{digit}")]

    assert completed == ([] if numbers.check_digit(eleven) is None else [numbers.check_digit(eleven)])


def test_the_second_weights_count_when_the_first_leave_ten_and_some_beginnings_have_no_number():
    first_ten = [
        f"{serial:011d}"
        for serial in range(3000)
        if sum(w * int(d) for w, d in zip(range(1, 12), f"{serial:011d}", strict=True)) % 11 == 10
    ]

    digits = {numbers.check_digit(eleven) for eleven in first_ten}

    assert None in digits
    assert len(digits) > 2
