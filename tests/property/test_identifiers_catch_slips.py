"""What the check characters guarantee mathematically: one wrong character, two swapped neighbours."""

from datetime import date

from hypothesis import assume, given
from hypothesis import strategies as st

from jutong.vocabulary.divisions import regions_at
from jutong.vocabulary.identifiers import KINDS, Verdict, is_citizen_id, is_uscc, parse_citizen_id, validate
from jutong.vocabulary.identifiers.catalogue_codes import mod_37_36
from jutong.vocabulary.identifiers.citizen import check_character, upgrade
from jutong.vocabulary.identifiers.contact import luhn_holds
from jutong.vocabulary.identifiers.organisation import (
    ORGANISATION_ALPHABET,
    USCC_ALPHABET,
    organisation_check,
    uscc_check,
)

COUNTIES = [item.code for item in regions_at() if not item.code.endswith("00")]
TODAY = date(2026, 7, 1)
ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@st.composite
def citizen_ids(draw):
    born = draw(st.dates(date(1900, 1, 1), TODAY))
    body = f"{draw(st.sampled_from(COUNTIES))}{born:%Y%m%d}{draw(st.integers(1, 999)):03}"
    return body + check_character(body)


@st.composite
def usccs(draw):
    inner = draw(st.text(USCC_ALPHABET, min_size=8, max_size=8))
    body = (
        f"9{draw(st.sampled_from('1239'))}{draw(st.sampled_from(COUNTIES))}{inner}{organisation_check(inner)}"
    )
    return body + uscc_check(body)


@given(citizen_ids())
def test_a_made_citizen_id_is_valid_and_says_what_it_was_made_of(number):
    found = parse_citizen_id(number, on=TODAY)
    assert found.text == found.number == number
    assert f"{found.region}{found.birth_date:%Y%m%d}" == number[:14]


@given(citizen_ids(), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_any_single_wrong_character_of_a_citizen_id_is_caught(number, place, other):
    assume(number[place] != other)
    assert not is_citizen_id(number[:place] + other + number[place + 1 :], TODAY)


@given(citizen_ids(), st.integers(0, 17), st.characters())
def test_no_character_of_any_script_passes_for_another(number, place, other):
    assume(number[place] != other)
    assert not is_citizen_id(number[:place] + other + number[place + 1 :], TODAY)


@given(citizen_ids(), st.integers(0, 16))
def test_swapped_neighbours_in_a_citizen_id_are_caught(number, place):
    first, second = number[place], number[place + 1]
    assume(first != second)
    assert not is_citizen_id(number[:place] + second + first + number[place + 2 :], TODAY)


@given(citizen_ids())
def test_the_old_form_upgrades_to_the_number_that_it_was(number):
    assume(number[6:8] == "19")
    old = number[:6] + number[8:17]
    assert upgrade(old) == number
    assert parse_citizen_id(old, on=TODAY).number == number


@given(usccs())
def test_a_made_uscc_is_valid(code):
    assert validate("uscc", code).verdict is Verdict.VALID


@given(usccs(), st.integers(0, 17), st.sampled_from(ALPHANUMERIC))
def test_any_single_wrong_character_of_a_uscc_is_caught(code, place, other):
    assume(code[place] != other)
    assert not is_uscc(code[:place] + other + code[place + 1 :])


@given(usccs(), st.integers(0, 16))
def test_swapped_neighbours_in_a_uscc_are_caught(code, place):
    first, second = code[place], code[place + 1]
    assume(first != second)
    assert not is_uscc(code[:place] + second + first + code[place + 2 :])


@given(
    st.text(ORGANISATION_ALPHABET, min_size=7, max_size=7), st.integers(0, 7), st.permutations("0123456789")
)
def test_a_wrong_digit_of_an_organisation_code_is_caught(rest, place, digits):
    # Letters count up to 35 and 0 and B are one modulo 11: only digits are guaranteed.
    first, second = (rest[:place] + digit + rest[place:] for digit in digits[:2])
    assert organisation_check(first) != organisation_check(second)


@given(st.text(ALPHANUMERIC, min_size=1, max_size=60), st.data())
def test_any_single_wrong_character_of_a_certificate_identifier_is_caught(body, data):
    place = data.draw(st.integers(0, len(body) - 1))
    other = data.draw(st.sampled_from(ALPHANUMERIC))
    assume(body[place] != other)
    assert mod_37_36(body) != mod_37_36(body[:place] + other + body[place + 1 :])


@given(st.text("0123456789", min_size=11, max_size=18), st.data())
def test_luhn_catches_any_single_wrong_digit(body, data):
    digits = next(body + check for check in "0123456789" if luhn_holds(body + check))
    place = data.draw(st.integers(0, len(digits) - 1))
    other = data.draw(st.sampled_from("0123456789"))
    assume(digits[place] != other)
    assert not luhn_holds(digits[:place] + other + digits[place + 1 :])


@given(st.sampled_from(sorted(KINDS)), st.text(max_size=40))
def test_any_text_gets_a_verdict_and_is_never_changed(kind, text):
    found = validate(kind, text, on=TODAY)
    if found.verdict is not Verdict.INVALID:
        assert str(KINDS[kind].parse(text, on=TODAY)) == text
