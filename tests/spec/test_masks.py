"""What a reader sees of a value under each mask (domain reference §4.3)."""

import pytest

from jutong.dataflow.masking import HIDDEN, mask
from jutong.vocabulary.catalogue import MaskMethod

SHOWN = [
    (MaskMethod.NAME, "张三", "张*"),
    (MaskMethod.NAME, "欧阳合成", "欧***"),
    (MaskMethod.CITIZEN_ID, "11010519491231002X", "110105********002X"),
    (MaskMethod.CITIZEN_ID, "110105491231002", "110105*****1002"),
    (MaskMethod.MOBILE, "13812340000", "138****0000"),
    (MaskMethod.MOBILE, "+86 13812340000", "138****0000"),
    (MaskMethod.TELEPHONE, "0539-8312345", "0539-****2345"),
    (MaskMethod.TELEPHONE, "83123456", "****3456"),
    (MaskMethod.TELEPHONE, "13812340000", "138****0000"),
    (MaskMethod.BANK_CARD, "6216 2610 0000 0000 018", "***************0018"),
    (MaskMethod.ADDRESS, "浙江省杭州市西湖区文三路1号", "浙江省杭州市西湖区****"),
    (MaskMethod.ADDRESS, "广东省东莞市虎门镇则徐路", "广东省东莞市****"),
    (MaskMethod.ADDRESS, "上海市浦东新区世纪大道100号", "上海市浦东新区****"),
    (MaskMethod.ADDRESS, "杭州市下城区中山北路", "杭州市下城区****"),  # a county of before 2021
    (MaskMethod.ADDRESS, "重庆市秀山土家族苗族自治县某镇", "重庆市秀山土家族苗族自治县****"),
    (MaskMethod.ADDRESS, "山东省临沂市兰山区", "山东省临沂市兰山区"),
    (MaskMethod.EMAIL, "zhang@example.cn", "z***@example.cn"),
    (MaskMethod.PLATE, "鲁Q12345", "鲁Q***45"),
    (MaskMethod.PLATE, "鲁Q00563D", "鲁Q****3D"),
    (MaskMethod.YEAR, "1980-01-02", "1980"),
    (MaskMethod.YEAR, "19800102", "1980"),
    (MaskMethod.YEAR, "1980年1月2日", "1980"),
]

HIDDEN_WHOLE = [
    (MaskMethod.CITIZEN_ID, "1101051949"),
    (MaskMethod.CITIZEN_ID, "11010519491231002X "[:-2]),
    (MaskMethod.MOBILE, "1381234"),
    (MaskMethod.TELEPHONE, "12345"),
    (MaskMethod.BANK_CARD, "12345678"),
    (MaskMethod.ADDRESS, "文三路1号"),
    (MaskMethod.ADDRESS, "王家村小区3幢张三超市"),
    (MaskMethod.EMAIL, "zhang"),
    (MaskMethod.PLATE, "鲁Q1"),
    (MaskMethod.YEAR, "80-1-2"),
    (MaskMethod.HIDE, "anything"),
]


@pytest.mark.parametrize(("method", "value", "shown"), SHOWN)
def test_a_mask_shows_what_its_method_promises(method, value, shown):
    assert mask(method, value) == shown


@pytest.mark.parametrize(("method", "value"), HIDDEN_WHOLE)
def test_a_value_of_another_shape_is_hidden_whole(method, value):
    assert mask(method, value) == HIDDEN


def test_a_single_character_is_no_first_character_to_keep():
    assert mask(MaskMethod.NAME, "李") == "*"
    assert mask(MaskMethod.EMAIL, "a@example.cn") == "***@example.cn"


@pytest.mark.parametrize("method", list(MaskMethod))
@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_nothing_stays_nothing(method, nothing):
    assert mask(method, nothing) == nothing
