"""What holds of ids, cursors and search terms for all inputs."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jutong.kernel.ids import new_id
from jutong.kernel.paging import (
    CursorInvalid,
    LimitInvalid,
    decode_cursor,
    decode_numbers,
    encode_cursor,
    parse_limit,
)
from jutong.kernel.text import bigram_tokens, normalise, query_phrases

KEYS = st.lists(st.none() | st.integers(-(2**53), 2**53) | st.text(max_size=30), min_size=1, max_size=4)
CHINESE = st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=20)


@given(keys=KEYS)
def test_a_cursor_gives_back_the_keys_it_was_made_of(keys):
    assert decode_cursor(encode_cursor(keys), width=len(keys)) == tuple(keys)


@given(text=st.text(max_size=40))
def test_any_text_is_a_cursor_or_a_clear_refusal(text):
    try:
        keys = decode_cursor(text, width=2)
    except CursorInvalid:
        return
    assert len(keys) == 2


@pytest.mark.parametrize("raw", ["[" * 30_000, "[9223372036854775808]", "[true]", "[1.5]", "[[1]]"])
def test_a_forged_cursor_is_a_clear_refusal(raw):
    with pytest.raises(CursorInvalid):
        decode_cursor(base64.urlsafe_b64encode(raw.encode()).decode(), width=1)


@pytest.mark.parametrize("key", ["x", None])
def test_a_cursor_of_another_list_is_no_row_number(key):
    with pytest.raises(CursorInvalid):
        decode_numbers(encode_cursor([key, 1]), width=2)


@pytest.mark.parametrize("text", ["201", "0000000001999999", "00000000199999999", "0" * 5000 + "1" * 5000])
def test_zeros_in_front_do_not_hide_a_page_without_end(text):
    with pytest.raises(LimitInvalid):
        parse_limit(text)


@given(text=st.text(max_size=10) | st.from_regex(r"0{0,12}[0-9]{1,12}", fullmatch=True))
def test_any_text_is_a_page_size_in_range_or_a_clear_refusal(text):
    try:
        limit = parse_limit(text)
    except LimitInvalid:
        return
    assert 1 <= limit <= 200


@given(text=CHINESE, start=st.integers(0, 19), length=st.integers(2, 5))
def test_every_part_of_a_title_of_two_or_more_characters_is_found_by_its_terms(text, start, length):
    part = text[start : start + length]
    if len(part) < 2:
        return
    tokens = " ".join(bigram_tokens(text))
    for phrase in query_phrases(part):
        assert phrase in tokens


@given(text=st.text(max_size=50))
def test_normal_form_is_stable_under_case_and_spaces(text):
    assert normalise(f"  {normalise(text)} ") == normalise(normalise(text))


def test_ids_sort_by_the_time_they_were_made_and_do_not_repeat():
    ids = [new_id("run") for _ in range(200)]
    assert len(set(ids)) == 200
    assert all(identifier.startswith("run_") and len(identifier) == 36 for identifier in ids)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("不动产登记", ["不动", "动产", "产登", "登记", "记"]),
        ("ＧＢ／Ｔ ２２６０ 区", ["gb", "t", "2260", "区"]),
        ("", []),
    ],
)
def test_terms_are_pairs_of_characters_and_whole_ascii_runs(text, terms):
    assert bigram_tokens(text) == terms
