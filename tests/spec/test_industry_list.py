"""Industries of GB/T 4754-2017: four tiers, whole, each under its parent, named as in 2017 and not as in 2011."""

import csv
from collections import Counter

import pytest

from jutong.vocabulary.code_lists import code_list
from jutong.vocabulary.industries import industries, industry_path

TIERS = {1: 20, 2: 97, 3: 473, 4: 1382}

# 门类 → its 大类, as table 1 of the standard opens.
SECTIONS = {
    "A": (1, 5),
    "B": (6, 12),
    "C": (13, 43),
    "D": (44, 46),
    "E": (47, 50),
    "F": (51, 52),
    "G": (53, 60),
    "H": (61, 62),
    "I": (63, 65),
    "J": (66, 69),
    "K": (70, 70),
    "L": (71, 72),
    "M": (73, 75),
    "N": (76, 79),
    "O": (80, 82),
    "P": (83, 83),
    "Q": (84, 85),
    "R": (86, 90),
    "S": (91, 96),
    "T": (97, 97),
}

NAMED = [
    ("0111", "A", "稻谷种植"),
    ("0164", "A", "茶叶种植"),
    ("0532", "A", "畜禽粪污处理活动"),
    ("0610", "B", "烟煤和无烟煤开采洗选"),
    ("0722", "B", "海洋天然气及可燃冰开采"),
    ("1200", "B", "其他采矿业"),
    ("1433", "C", "方便面制造"),
    ("2542", "C", "生物质致密成型燃料加工"),
    ("2762", "C", "基因工程药物和疫苗制造"),
    ("3491", "C", "工业机器人制造"),
    ("3612", "C", "新能源车整车制造"),
    ("3963", "C", "智能无人飞行器制造"),
    ("3973", "C", "集成电路制造"),
    ("434", "C", "铁路、船舶、航空航天等运输设备修理"),
    ("4412", "D", "热电联产"),
    ("4690", "D", "其他水的处理、利用与分配"),
    ("4853", "E", "地下综合管廊工程建筑"),
    ("5012", "E", "住宅装饰和装修"),
    ("5193", "F", "互联网批发"),
    ("5267", "F", "机动车充电销售"),
    ("5292", "F", "互联网零售"),
    ("5311", "G", "高速铁路旅客运输"),
    ("5414", "G", "公共自行车服务"),
    ("6020", "G", "快递服务"),
    ("6130", "H", "民宿服务"),
    ("6242", "H", "外卖送餐服务"),
    ("6450", "I", "互联网数据服务"),
    ("6511", "I", "基础软件开发"),
    ("6513", "I", "应用软件开发"),
    ("6637", "J", "网络借贷服务"),
    ("6732", "J", "天使投资"),
    ("7020", "K", "物业管理"),
    ("7224", "L", "供应链管理服务"),
    ("7261", "L", "公共就业服务"),
    ("7452", "M", "检测服务"),
    ("7517", "M", "三维（3D）打印技术推广服务"),
    ("7726", "N", "土壤污染治理与修复服务"),
    ("7930", "N", "土地登记服务"),
    ("8053", "O", "养生保健服务"),
    ("8224", "O", "宠物寄托收养服务"),
    ("8336", "P", "中等职业学校教育"),
    ("8411", "Q", "综合医院"),
    ("8514", "Q", "老年人、残疾人养护服务"),
    ("8626", "R", "数字出版"),
    ("9030", "R", "休闲观光活动"),
    ("9221", "S", "综合事务管理机构"),
    ("9610", "S", "社区居民自治组织"),
    ("9700", "T", "国际组织"),
]

# Code → (name of 2011, name of 2017): the same digits mean another industry, or have another name.
RENAMED = {
    "0169": ("茶及其他饮料作物种植", "其他饮料作物种植"),
    "2439": ("其他工艺美术品制造", "其他工艺美术及礼仪用品制造"),
    "3735": ("船舶改装与拆除", "船舶改装"),
    "3963": ("集成电路制造", "智能无人飞行器制造"),
    "4413": ("核力发电", "水力发电"),
    "4414": ("风力发电", "核力发电"),
    "5172": ("汽车批发", "汽车及零配件批发"),
    "6520": ("信息系统集成服务", "集成电路设计"),
    "6550": ("集成电路设计", "信息处理和存储支持服务"),
    "6640": ("银行监管服务", "银行理财服务"),
    "6840": ("养老金", "商业养老金"),
    "7040": ("自有房地产经营活动", "房地产租赁经营"),
    "7511": ("农业技术推广服务", "农林牧渔技术推广服务"),
}

GONE_SINCE_2011 = ["0170", "6510", "6420", "7240"]
NEW_IN_2017 = ["0171", "0179", "3973", "5267", "6130", "6440", "6511", "6512", "6513", "6519", "7540"]

CHANGED_DIVISIONS = {
    "05": "农、林、牧、渔专业及辅助性活动",
    "11": "开采专业及辅助性活动",
    "25": "石油、煤炭及其他燃料加工业",
    "50": "建筑装饰、装修和其他建筑业",
    "58": "多式联运和运输代理业",
    "59": "装卸搬运和仓储业",
    "79": "土地管理业",
    "87": "广播、电视、电影和录音制作业",
    "96": "基层群众自治组织及其他组织",
}


def test_every_tier_is_whole():
    assert Counter(len(code) for code in code_list("industry").entries) == TIERS
    assert code_list("industry").coverage


def test_sections_hold_their_divisions():
    held = {
        section: [code for code, entry in industries().items() if entry.parent == section]
        for section in SECTIONS
    }
    assert held == {
        section: [f"{number:02}" for number in range(first, last + 1)]
        for section, (first, last) in SECTIONS.items()
    }


def test_every_industry_below_a_section_stands_after_its_parent():
    seen = set()
    for code, entry in industries().items():
        assert entry.code == code
        assert entry.parent in seen if entry.parent else code.isalpha()
        assert len(code) < 3 or entry.parent == code[:-1]
        seen.add(code)


def test_every_industry_above_the_last_tier_holds_another():
    parents = {entry.parent for entry in industries().values()}
    assert [code for code in industries() if len(code) < 4 and code not in parents] == []


def test_codes_ascend_as_in_the_standard():
    digits = [code for code in industries() if code.isdigit()]
    assert digits == sorted(digits)


def test_a_group_with_one_class_ending_in_nought_shares_its_name():
    for code, entry in industries().items():
        if len(code) == 4 and code.endswith("0"):
            assert entry.name == industries()[entry.parent].name
            assert [each for each in industries() if each[:3] == code[:3]] == [code[:3], code]


def test_a_name_is_written_in_full_width():
    assert [entry.name for entry in industries().values() if set(entry.name) & set("(), \t,")] == []


@pytest.mark.parametrize(("code", "section", "name"), NAMED)
def test_an_industry_has_its_name_and_section(code, section, name):
    assert code_list("industry").name_of(code) == name
    path = industry_path(code)
    assert path[0].code == section
    assert path[-1].name == name


def test_the_table_of_names_reaches_every_section():
    assert {section for _, section, _ in NAMED} == set(SECTIONS)


def test_the_path_of_a_class_names_every_tier():
    assert [entry.name for entry in industry_path("6513")] == [
        "信息传输、软件和信息技术服务业",
        "软件和信息技术服务业",
        "软件开发",
        "应用软件开发",
    ]


@pytest.mark.parametrize("code", ["", "U", "00", "98", "6510", "65130", "I65", "６５"])
def test_a_code_that_the_standard_lacks_has_no_path(code):
    assert industry_path(code) == ()


@pytest.mark.parametrize("code", RENAMED)
def test_a_name_is_that_of_2017(code):
    assert industries()[code].name == RENAMED[code][1]


def test_the_amendment_of_2019_puts_supervision_before_courts_and_procuratorates():
    held = [entry.name for entry in industries().values() if entry.parent == "923"]
    assert industries()["923"].name == "监察委员会、人民法院和人民检察院"
    assert held == ["监察委员会", "人民法院", "人民检察院"]


def test_codes_come_and_go_between_2011_and_2017():
    assert [code for code in GONE_SINCE_2011 if code in industries()] == []
    assert [code for code in NEW_IN_2017 if code not in industries()] == []


@pytest.fixture
def older(real_data):
    """The edition of 2011: code without its section letter → name."""
    path = real_data / "5_services_codelists" / "GBT4754-2011_国民经济行业分类.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [(row["代码"], row["名称"]) for row in csv.DictReader(file)]
    return {code if len(code) == 1 else code[1:]: name for code, name in rows}


@pytest.mark.real_data
def test_sections_and_divisions_differ_from_2011_only_where_2017_changed_them(older):
    names = {plain(name) for code, name in older.items() if len(code) < 3}
    upper = {code: entry.name for code, entry in industries().items() if len(code) < 3}
    assert {code: name for code, name in upper.items() if plain(name) not in names} == CHANGED_DIVISIONS


@pytest.mark.real_data
def test_the_edition_of_2011_has_the_older_names_and_codes(older):
    assert {code: plain(older[code]) for code in RENAMED} == {
        code: plain(name) for code, (name, _) in RENAMED.items()
    }
    assert [code for code in GONE_SINCE_2011 if code not in older] == []
    assert [code for code in NEW_IN_2017 if code in older] == []


def plain(name):
    return name.translate(str.maketrans({"、": "", "，": "", " ": "", "(": "（", ")": "）"}))
