"""The set-based verdict on an identifier is that of the vocabulary, for any text."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jutong.dataflow.lake import DuckDBEngine, LakeSettings
from jutong.dataflow.quality import CitizenIdValid, RegionValidAt, UsccValid
from jutong.vocabulary.divisions import valid_codes
from jutong.vocabulary.identifiers.citizen import check_character, is_citizen_id
from jutong.vocabulary.identifiers.organisation import is_uscc, organisation_check, uscc_check
from tests.support.lakes import broken_rows

TODAY = date(2026, 3, 2)
DIGITS = "0123456789"
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    engine = DuckDBEngine.start(LakeSettings(threads=1, memory="512MB"), tmp_path_factory.mktemp("engine"))
    yield engine
    engine.close()


def verdicts(engine, values, rule):
    broken = broken_rows(engine, [{"v": value} for value in values], rule)
    return [number not in broken for number in range(1, len(values) + 1)]


@st.composite
def almost_ids(draw):
    """Numbers with a right check character, or one character off, over any region and any eight digits."""
    region = draw(
        st.sampled_from(
            ["110105", "330104", "330199", "330200", "419001", "990101", "810000", "810001", "469005"]
        )
        | st.text(DIGITS, min_size=6, max_size=6)
    )
    day = draw(
        st.dates(date(1, 1, 1), date(2030, 1, 1)).map(lambda d: f"{d.year:04d}{d.month:02d}{d.day:02d}")
        | st.sampled_from(
            ["19000229", "20000229", "20230229", "20240229", "00000229", "00040229", "19990431"]
        )
        | st.text(DIGITS, min_size=8, max_size=8)
    )
    body = region + day + draw(st.text(DIGITS, min_size=3, max_size=3))
    number = body + check_character(body)
    place = draw(st.integers(0, 17) | st.none())
    if place is not None:
        number = number[:place] + draw(st.sampled_from("0123456789Xx ")) + number[place + 1 :]
    return number


@st.composite
def almost_usccs(draw):
    head = draw(st.text(ALPHABET, min_size=2, max_size=2)) if draw(st.booleans()) else "91"
    region = draw(
        st.sampled_from(["330106", "100000", "710000", "990000"]) | st.text(DIGITS, min_size=6, max_size=6)
    )
    organisation = draw(st.text(ALPHABET, min_size=8, max_size=8))
    body = head + region + organisation + organisation_check(organisation)
    code = body + uscc_check(body)
    place = draw(st.integers(0, 17) | st.none())
    if place is not None:
        code = code[:place] + draw(st.sampled_from(ALPHABET + "IOSVZa")) + code[place + 1 :]
    return code


# A text of spaces alone, of whatever kind, is empty to the engine: whether it may be is for `Required` to say.
filled = st.text(min_size=1, max_size=20).filter(lambda text: text.strip() != "" and "\0" not in text)


@settings(max_examples=12, deadline=None)
@given(values=st.lists(almost_ids() | filled, min_size=20, max_size=60))
def test_an_id_number_of_18_characters_is_judged_as_the_vocabulary_judges_it(engine, values):
    expected = [is_citizen_id(value, TODAY) and len(value) == 18 for value in values]
    assert verdicts(engine, values, CitizenIdValid(code="r", item="v", at=TODAY)) == expected


@settings(max_examples=12, deadline=None)
@given(values=st.lists(almost_usccs() | filled, min_size=20, max_size=60))
def test_a_credit_code_is_judged_as_the_vocabulary_judges_it(engine, values):
    expected = [is_uscc(value) for value in values]
    assert verdicts(engine, values, UsccValid(code="r", item="v")) == expected


@settings(max_examples=6, deadline=None)
@given(
    values=st.lists(
        st.text(DIGITS, min_size=6, max_size=6) | st.sampled_from(sorted(valid_codes(TODAY))), min_size=5
    ),
    year=st.integers(1985, 2025),
)
def test_a_region_is_in_force_when_the_vocabulary_says_so(engine, values, year):
    at = date(year, 6, 30)
    expected = [value in valid_codes(at) for value in values]
    assert verdicts(engine, values, RegionValidAt(code="r", item="v", at=at)) == expected
