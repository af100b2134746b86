"""Code lists: each says where it comes from, and holds what the field's documents name."""

import csv

import pytest

from jutong.vocabulary.code_lists import code_list, code_lists
from jutong.vocabulary.errors import CodeListUnknown

NAMED = [
    ("sex", "1", "男性"),
    ("marital_status", "20", "已婚"),
    ("nation", "01", "汉族"),
    ("nation", "56", "基诺族"),
    ("nation_letters", "HA", "汉族"),
    ("education", "21", "大学本科毕业"),
    ("political_status", "13", "群众"),
    ("overseas_status", "11", "华侨"),
    ("holder_code_type", "001", "统一社会信用代码"),
    ("holder_code_type", "111", "居民身份证"),
    ("economic_type", "173", "私营有限责任（公司）"),
    ("registration_type", "150", "有限责任公司"),
    ("certificate_status", "01", "有效"),
    ("certificate_operation", "09", "变更"),
    ("industry", "I", "信息传输、软件和信息技术服务业"),
    ("industry", "65", "软件和信息技术服务业"),
    ("registration_authority", "9", "市场监管"),
    ("body_type", "11", "机构编制：机关"),
    ("matter_type", "01", "行政许可"),
    ("exercise_level", "3", "市级"),
    ("parcel_type", "B", "建设用地使用权宗地（地表）"),
    ("region", "330102", "上城区"),
    ("region_2020", "330104", "江干区"),
]


@pytest.mark.parametrize(("name", "code", "entry"), NAMED)
def test_a_code_has_its_name_and_back(name, code, entry):
    found = code_list(name)
    assert found.name_of(code) == entry
    assert found.code_of(entry) == code


@pytest.mark.parametrize("entry", code_lists().values(), ids=lambda entry: entry.name)
def test_every_list_says_its_source_and_edition(entry):
    assert entry.title
    assert entry.en
    assert entry.source
    assert entry.edition
    assert all(isinstance(code, str) and code and name for code, name in entry.entries.items())


@pytest.mark.parametrize(
    ("name", "count"),
    [("nation_letters", 56), ("industry", 1972), ("sex", 4), ("political_status", 13), ("region", 3214)],
)
def test_lists_are_whole(name, count):
    assert len(code_list(name).entries) == count


def test_both_lists_of_nations_name_the_same_fifty_six_in_the_same_order():
    numbers = [name for code, name in code_list("nation").entries.items() if code <= "56"]
    assert numbers == list(code_list("nation_letters").entries.values())


def test_entries_cannot_be_changed():
    with pytest.raises(TypeError):
        code_list("sex").entries["3"] = "其他"


def test_an_unknown_list_is_refused_with_those_that_exist():
    with pytest.raises(CodeListUnknown) as caught:
        code_list("colours")
    assert "nation" in caught.value.message()


@pytest.mark.real_data
def test_nations_are_those_of_an_independent_list(real_data):
    with (real_data / "5_services_codelists" / "民族_56.csv").open(encoding="utf-8-sig", newline="") as file:
        theirs = {row[0] for row in csv.reader(file)}
    ours = {name for code, name in code_list("nation").entries.items() if code <= "56"}
    assert ours == theirs
