"""Real public files of Hangzhou, Linyi, Beijing and the Ministry of Education load as they are, complete."""

import csv
import json

import pytest

from jutong.dataflow.connectors import field_names, profile_file, propose_items, read_records
from jutong.vocabulary.catalogue import Meaning
from tests.support.files import opened, rows_of

pytestmark = pytest.mark.real_data


@pytest.fixture
def city(real_data):
    return real_data / "2_city_open_data"


@pytest.mark.parametrize(
    ("name", "rows", "columns"),
    [
        ("杭州/hz_学校基本信息_2022.csv", 249, 34),
        ("杭州/hz_学区小区对照_2022.csv", 6_744, 24),
        ("杭州/二手房挂牌_20220814_前8000.csv", 8_000, 23),
        ("临沂/ly_道路运输客运场站信息.csv", 18, 3),
        ("临沂/ly_养老保险统筹区信息.csv", 18, 3),
        ("临沂/ly_失业保险区划编码信息.csv", 18, 3),
        ("临沂/ly_工伤保险统筹区划编码信息.csv", 18, 3),
        ("北京_空气质量_奥体中心_2013-2017.csv", 35_064, 18),
    ],
)
def test_a_city_table_loads_whole_and_as_python_reads_it(name, rows, columns, city):
    connector = opened(city / name)
    found = rows_of(connector)
    assert (len(found), len(connector.columns()), list(connector.rejected())) == (rows, columns, [])
    with (city / name).open(encoding="utf-8", newline="") as file:
        header, *expected = csv.reader(file)
    assert connector.columns() == tuple(header)
    assert found == [tuple(value or None for value in row) for row in expected]


def test_a_gb18030_file_is_its_utf8_twin(city):
    plain = city / "临沂" / "ly_道路运输客运场站信息.csv"
    twin = city / "临沂" / "ly_道路运输客运场站信息_GB18030.csv"
    assert opened(twin).describe()["encoding"] == "gb18030"
    assert list(read_records(twin)) == list(read_records(plain))


def test_the_list_of_universities_loads_as_exactly_2631_rows(city):
    path = next((city / "全国").glob("*.xls"))
    profile = profile_file(path)
    assert (profile.rows, profile.rejected) == (2_631, 0)
    assert tuple(column.name for column in profile.columns) == (
        "序号",
        "学校名称",
        "学校标识码",
        "主管部门",
        "所在地",
        "办学层次",
        "备注",
    )
    assert (profile.layout["title_rows"], profile.layout["header_rows"]) == (2, [3])
    groups = next(finding for finding in profile.findings if finding.code == "group_rows")
    assert groups.detail == {"rows": 31, "stated": 31, "agreed": 31}
    numbers = [record["序号"] for record in read_records(path)]
    assert numbers == [str(number) for number in range(1, 2_632)]
    assert propose_items(profile)[2].key
    provinces = {row[-1] for row in rows_of(path, sections="column")}
    assert len(provinces) == 31


@pytest.mark.parametrize(
    ("name", "rows", "columns"),
    [
        ("price.json", 217, ("键", "值")),
        ("schoolDistrict.json", 2_791, ("键", "name")),
        ("schoolDistrictConvert.json", 2_459, ("键", "name", "lng", "lat")),
        ("schoolLocation.json", 249, ("address", "name", "lng", "lat", "code")),
    ],
)
def test_a_city_json_file_becomes_a_table(name, rows, columns, city):
    connector = opened(city / "杭州" / name)
    assert (len(rows_of(connector)), connector.columns()) == (rows, columns)


def test_a_wide_daily_table_loads_with_a_row_a_day(city):
    path = city / "杭州" / "商品房可售_按日宽表.json"
    days = json.loads(path.read_text(encoding="utf-8"))
    records = list(read_records(path))
    assert [record["date"] for record in records] == [day["date"] for day in days]
    assert records[0]["可售套数_上城"] == "1793"
    assert records[0]["可售面积_上城"] == "266775.84"


def test_every_raw_interface_answer_gives_its_records(city):
    name = "appSchoolDistrictInfoEntityList"
    for path in sorted((city / "杭州" / "原始接口_学校").glob("*.json")):
        lists = {
            f"result.{key}": value
            for key, value in json.loads(path.read_text(encoding="utf-8"))["result"].items()
            if isinstance(value, list) and value and isinstance(value[0], dict)
        }
        connector = opened(path)
        read = connector.describe()["records"]
        assert len(rows_of(connector)) == len(lists[read]) == max(map(len, lists.values())), path.name
        others = [
            finding.detail["others"] for finding in connector.findings() if finding.code == "json_other_lists"
        ]
        assert sorted([read, *(others[0] if others else ())]) == sorted(lists)
        assert len(rows_of(path, records=f"result.{name}")) == len(lists[f"result.{name}"])


def test_every_daily_trade_file_gives_a_row_a_district(city):
    paths = sorted((city / "杭州" / "商品房成交_每日").glob("*.json"))
    assert len(paths) == 194
    for path in paths:
        document = json.loads(path.read_text(encoding="utf-8"))
        connector = opened(path, records="availableHouse", context="date")
        rows = rows_of(connector)
        assert [list(row[1:]) for row in rows] == document["availableHouse"], path.name
        assert {row[0] for row in rows} == {document["date"]}


def test_meanings_of_the_city_tables_are_recognised(city, real_data):
    found = {
        column.name: column.recognition.meaning
        for column in profile_file(city / "杭州" / "hz_学校基本信息_2022.csv").columns
    }
    expected = {
        "createTime": Meaning.TIMESTAMP,
        "schoolName": Meaning.ORGANISATION_NAME,
        "address": Meaning.ADDRESS,
        "schoolTel": Meaning.TELEPHONE,
        "szqdm": Meaning.REGION_CODE,
        "lng": Meaning.LONGITUDE,
        "lat": Meaning.LATITUDE,
    }
    assert {name: found[name] for name in expected} == expected
    assert Meaning.BANK_CARD not in found.values()
    assert Meaning.PERSON_NAME not in found.values()
    companies = profile_file(next((real_data / "3_companies").glob("企业_*.csv")))
    assert companies.column("统一社会信用代码").recognition.confidence == 1.0
    assert propose_items(companies)[0].key


def test_proposed_names_of_real_columns_are_unique(city):
    names = list(opened(city / "杭州" / "商品房可售_按日宽表.json").columns())
    assert len(set(field_names(names))) == len(names)
