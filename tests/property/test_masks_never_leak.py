"""What holds for every value and every mask: the hidden part is not in the masked text."""

import string

from hypothesis import given
from hypothesis import strategies as st

from jutong.dataflow.masking import mask
from jutong.vocabulary.catalogue import MaskMethod

DIGITS = "0123456789"
SHOWN_AT_MOST = {
    MaskMethod.NAME: 1,
    MaskMethod.CITIZEN_ID: 10,
    MaskMethod.MOBILE: 7,
    MaskMethod.TELEPHONE: 8,
    MaskMethod.BANK_CARD: 4,
    MaskMethod.PLATE: 4,
    MaskMethod.YEAR: 4,
    MaskMethod.HIDE: 0,
}


def visible(text):
    return [character for character in text if character not in "*-"]


@given(method=st.sampled_from(sorted(SHOWN_AT_MOST)), value=st.text(min_size=1, max_size=40))
def test_no_mask_shows_more_characters_than_its_method_keeps(method, value):
    shown = mask(method, value)
    if value.strip():
        assert len(visible(shown)) <= SHOWN_AT_MOST[method]


@given(method=st.sampled_from(sorted(SHOWN_AT_MOST)), value=st.text(DIGITS + "X-", min_size=1, max_size=24))
def test_numbers_of_any_length_keep_their_middle_hidden(method, value):
    shown = mask(method, value)
    assert len(visible(shown)) <= SHOWN_AT_MOST[method]
    if method is not MaskMethod.YEAR:
        core = value.strip("-")
        # A name keeps its first character: where that is all there is beside hyphens, it is shown by rule.
        kept = value[0] if method is MaskMethod.NAME and len(value) > 1 else ""
        assert core in {"", kept} or core not in shown


@given(region=st.text(DIGITS, min_size=6, max_size=6), middle=st.text(DIGITS, min_size=8, max_size=8))
def test_the_birth_date_of_an_id_number_is_not_in_its_mask(region, middle):
    shown = mask(MaskMethod.CITIZEN_ID, f"{region}{middle}1234")
    assert shown == f"{region}********1234"


@given(local=st.text(string.ascii_letters, min_size=1, max_size=20))
def test_an_email_shows_at_most_one_character_of_the_name(local):
    shown = mask(MaskMethod.EMAIL, f"{local}@example.cn")
    assert len(shown.split("@")[0].strip("*")) <= 1


@given(rest=st.text("村路弄幢号室0123456789甲乙丙丁", min_size=1, max_size=20))
def test_an_address_shows_nothing_below_the_county(rest):
    assert mask(MaskMethod.ADDRESS, f"浙江省杭州市西湖区{rest}") == "浙江省杭州市西湖区****"
    assert mask(MaskMethod.ADDRESS, rest) == "******"
