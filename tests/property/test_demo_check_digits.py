from datetime import date

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jutong.demo.generation.database import define_functions
from jutong.demo.nouns import CityPlan
from jutong.vocabulary.identifiers.citizen import check_character
from jutong.vocabulary.identifiers.organisation import organisation_check, uscc_check


@pytest.fixture(scope="module")
def connection():
    with duckdb.connect() as database:
        define_functions(database, CityPlan(persons=1, seed=1, today=date(2026, 1, 1)))
        yield database


def answer(connection, function, text):
    return connection.execute(f"SELECT {function}(?)", [text]).fetchone()[0]


@settings(deadline=None)
@given(body=st.text("0123456789", min_size=17, max_size=17))
def test_the_generator_and_the_vocabulary_agree_on_id_numbers(connection, body):
    assert answer(connection, "id_check", body) == check_character(body)


@settings(deadline=None)
@given(body=st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17))
def test_the_generator_and_the_vocabulary_agree_on_credit_codes(connection, body):
    assert answer(connection, "uscc_check", body) == uscc_check(body)


@settings(deadline=None)
@given(body=st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=8, max_size=8))
def test_the_generator_and_the_vocabulary_agree_on_organisation_codes(connection, body):
    assert answer(connection, "organisation_check", body) == organisation_check(body)


@settings(deadline=None)
@given(row=st.integers(0, 10**9), purpose=st.text(max_size=20))
def test_a_draw_depends_on_its_row_and_purpose_alone(connection, row, purpose):
    first, again = (connection.execute("SELECT u(?, ?)", [row, purpose]).fetchone()[0] for _ in range(2))
    assert first == again
    assert 0 <= first < 1
