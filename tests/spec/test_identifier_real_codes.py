"""Real companies' codes: we and python-stdnum, an independent oracle, agree on every one."""

import csv
import re

import pytest
from stdnum.cn import ric
from stdnum.cn import uscc as oracle

from jutong.vocabulary.divisions import regions_at
from jutong.vocabulary.identifiers import Verdict, is_citizen_id, is_uscc, validate
from jutong.vocabulary.identifiers.citizen import check_character

pytestmark = pytest.mark.real_data


@pytest.mark.parametrize("name", ["uscc_网上收集_有效.csv", "企业_统一社会信用代码_100家.csv"])
def test_every_real_uscc_is_valid_to_both(real_data, name):
    path = real_data / "3_companies" / name
    with path.open(encoding="utf-8-sig", newline="") as file:
        codes = [value for row in csv.reader(file) for value in row if re.fullmatch(r"[0-9A-Z]{18}", value)]
    assert len(codes) >= 100
    assert [code for code in codes if not is_uscc(code)] == []
    assert [code for code in codes if not oracle.is_valid(code)] == []


def test_every_broken_uscc_is_invalid_to_both(real_data):
    with (real_data / "3_companies" / "uscc_无效样例.csv").open(encoding="utf-8-sig", newline="") as file:
        codes = [row[0] for row in csv.reader(file)]
    assert len(codes) == 6
    assert [code for code in codes if is_uscc(code)] == []
    # The oracle takes blanks out by itself; we ask the source to. Without them both call the code valid.
    blank = next(code for code in codes if " " in code)
    assert validate("uscc", blank).reasons[0].value == "blanks"
    assert [code for code in codes if oracle.is_valid(code)] == [blank]
    assert is_uscc(blank.replace(" ", ""))


def test_both_compute_the_same_check_character_for_every_county_of_today():
    bodies = [f"{item.code}19900101{number:03}" for number, item in enumerate(regions_at()) if number < 999]
    assert [body for body in bodies if check_character(body) != ric.calc_check_digit(body + "0")] == []


@pytest.mark.parametrize("text", ["11010519491231002X", "110105194912310021", "11010519490230002X"])
def test_both_judge_citizen_ids_alike(text):
    # The oracle knows no abolished county: 440524188001010014 is invalid to it.
    assert is_citizen_id(text) == ric.is_valid(text)


def test_region_of_a_real_code_is_known_or_noted(real_data):
    with (real_data / "3_companies" / "uscc_网上收集_有效.csv").open(
        encoding="utf-8-sig", newline=""
    ) as file:
        verdicts = [validate("uscc", row[0]).verdict for row in csv.reader(file) if len(row[0]) == 18]
    assert set(verdicts) == {Verdict.VALID}
