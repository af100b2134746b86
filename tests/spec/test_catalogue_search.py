"""What a search of the catalogue finds: words, other names, slips, sounds, widths, and in which order."""

import pytest

from jutong.control.catalogue.search.folding import fold, words_of
from jutong.control.catalogue.search.matching import cut
from jutong.control.catalogue.search.wording import one_slip
from jutong.vocabulary.wording import synonyms
from tests.support.searching import an_engine, titles


@pytest.fixture(scope="module")
def engine():
    return an_engine()


FINDS = (
    # query, the first hit, why
    ("婚姻登记", "婚姻登记基本信息", "as written"),
    ("婚", "婚姻登记基本信息", "a single character"),
    ("社保", "社会保险参保信息", "a short form"),
    ("社保参保", "社会保险参保信息", "a short form within a word"),
    ("公积金", "住房公积金缴存信息", "as written and by its full name"),
    ("身份证", "居民身份证补领信息", "title before item"),
    ("市场主体登记", "营业执照信息", "an official name"),
    ("低保", "低保对象信息", "a short form in the title before its full name in the abstract"),
    ("驾照", "机动车驾驶证信息", "a popular name"),
    ("身分证", "居民身份证补领信息", "a homophone"),
    ("工积金", "住房公积金缴存信息", "a homophone"),
    ("营业执造", "营业执照信息", "a wrong character"),
    ("养机老构", "养老机构名录", "two characters changed about"),
    ("公积缴存", "住房公积金缴存信息", "a character left out"),
    ("婚姻登登记", "婚姻登记基本信息", "a character twice"),
    ("hydj", "婚姻登记基本信息", "initials"),
    ("hunyindengji", "婚姻登记基本信息", "pinyin"),
    ("養老機構", "养老机构名录", "traditional characters"),
    ("ＰＭ２.5", "空气质量监测数据", "full width"),
    ("aqi", "空气质量监测数据", "lower case"),
    ("民政局 低保", "低保对象信息", "department and title"),
    ("缴存基数", "住房公积金缴存信息", "an item"),
    ("民政局婚姻登记", "婚姻登记基本信息", "a long word cut into its parts"),
    ("公安局 驾驶证 状态", "机动车驾驶证信息", "three words"),
)  # fmt: skip


@pytest.mark.parametrize(("query", "first", "why"), FINDS, ids=[f"{query}: {why}" for query, _, why in FINDS])
def test_a_query_finds_what_is_meant_first(engine, query, first, why):
    assert titles(engine, query)[:1] == [first]


@pytest.mark.parametrize("query", ["没有这样的词", "zzqqxx", "...", "（）"])
def test_what_nothing_is_like_finds_nothing(engine, query):
    assert titles(engine, query) == [] or not words_of(query)


def test_a_title_comes_before_an_item_and_an_item_before_an_abstract():
    entries = (
        ("甲", "市一局", "床位情况", ()),
        ("乙", "市二局", "", ("床位数",)),
        ("床位登记", "市三局", "", ()),
        ("丁", "床位管理局", "", ()),
    )
    assert titles(an_engine(*entries), "床位", *entries) == ["床位登记", "乙", "丁", "甲"]


def test_the_word_itself_comes_before_its_synonym_and_both_before_a_slip():
    entries = (
        ("社会保险参保", "市一局", "", ()),
        ("社保参保", "市一局", "", ()),
        ("社堡参保", "市一局", "", ()),
    )
    assert titles(an_engine(*entries), "社保参保", *entries)[:2] == ["社保参保", "社会保险参保"]


def test_every_word_must_stand_somewhere_and_with_no_such_entry_most_of_them(engine):
    assert titles(engine, "婚姻 登记日期") == ["婚姻登记基本信息"]
    assert "养老机构名录" in titles(engine, "养老机构 床位 火星")


def test_what_the_city_takes_for_the_same_is_found():
    engine = an_engine(synonyms=[["百岁老人津贴", "养老机构"]])
    assert titles(engine, "百岁老人津贴") == ["养老机构名录"]


@pytest.mark.parametrize(
    ("word", "term", "one"),
    [
        ("身分证", "身份证", True),
        ("身证份", "身份证", True),
        ("身份证", "身份证号", True),
        ("身份证号", "身份证", True),
        ("身份", "身份证", True),
        ("身份卡号", "身份证", False),
        ("驾照", "执照", False),
    ],
)
def test_one_slip_is_a_character_wrong_missing_extra_or_changed_about(word, term, one):
    assert one_slip(word, term) is one


def test_words_are_compared_without_width_case_form_and_marks():
    assert fold("１２号（ＡＢ）臺灣、_x") == "12号ab台湾_x"
    assert words_of("  社保，公积金  社保 ") == ("社保", "公积金")


def test_a_long_word_is_cut_into_the_longest_parts_that_stand():
    known = {"婚姻登记", "婚姻", "身份证"}
    assert list(cut("查婚姻登记的身份证", known.__contains__)) == ["婚姻登记", "身份证"]


def test_no_term_stands_in_two_groups_of_synonyms():
    terms = [term for group in synonyms() for term in group]
    assert len(terms) == len(set(terms))
    assert len(synonyms()) >= 80
