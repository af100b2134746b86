"""What each rule says of a value: small tables of values that keep it and values that break it."""

from datetime import date

import pytest

from jutong.dataflow.lake import DuckDBEngine, LakeSettings
from jutong.dataflow.quality import (
    KINDS,
    AgreesWithCitizenId,
    CastsTo,
    CitizenIdValid,
    DateSense,
    InCodeList,
    Length,
    Pattern,
    RegionValidAt,
    Required,
    Unique,
    UsccValid,
    WithinRange,
    check,
    rule_from,
    rules_of,
    spec_of,
)
from jutong.dataflow.quality.errors import CodeListMissing, RuleInvalid, RuleItemUnknown, RuleKindUnknown
from jutong.vocabulary.catalogue import DataType, Meaning
from jutong.vocabulary.contracts import InformationItem, RuleSpec
from tests.support.deliveries import people_contract
from tests.support.lakes import broken_rows

DAY = date(2026, 3, 2)


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    engine = DuckDBEngine.start(LakeSettings(threads=1, memory="512MB"), tmp_path_factory.mktemp("engine"))
    yield engine
    engine.close()


def rule(kind, **parameters):
    return kind(code="r", item="v", **parameters)


# (rule, values that keep it, values that break it); an empty value keeps every rule but Required.
TABLE = [
    (rule(Required), ["a", "0", "無"], [None, "", "  ", "\t", "\u3000"]),
    (rule(Length, least=2, most=4), ["张三", "张三李四", None, " "], ["张", "张三李四王"]),
    (rule(Pattern, pattern="[0-9]{6}|x"), ["310000", "x", None], ["31000", "3100000", "xx", "31000a"]),
    (rule(InCodeList, codes=("1", "2")), ["1", "2", None, ""], ["3", "12", "１"]),
    (
        rule(InCodeList, codes=tuple(f"{n:02d}" for n in range(1, 57))),
        ["01", "56", "20", None],
        ["00", "57", "1", "010", "0"],
    ),
    (rule(WithinRange, low=1, high=99), ["1", "99", " 5 ", "9e0", None], ["0", "99.01", "-1", "many", "nan"]),
    (
        rule(DateSense, latest=DAY),
        ["2026-03-02", "20260302", "2026/3/2", "1900-01-02", "2024-02-29", "2026-03-02 10:00:00", None],
        [
            "2026-03-03",
            "2023-02-29",
            "20230230",
            "1899-12-31",
            "1900-01-01",
            "9999-12-31",
            "0000-00-00",
            "明天",
            "2023",
        ],
    ),
    (
        rule(CitizenIdValid, at=DAY),
        ["11010519491231002X", "440524188001010014", "34052419800101001X", None, ""],
        [
            "110105194912310021",  # check character
            "11010519491231002x",  # lower case
            "110105491231002",  # 15 digits: out of use
            "11010519491231002X ",
            "990105194912310020",
            "１１０１０５１９４９１２３１００２X",
            "11010520491231002X",
            "0",
        ],
    ),
    (
        rule(UsccValid),
        ["11100000000013338W", "11370000MB284651XL", "914403001922038216", "91350100M000100Y43", None],
        ["11370000MB284651XM", "11370000MB284651XI", "11370000mb284651xl", "1137000", "113700O0MB284651XL"],
    ),
    (
        rule(RegionValidAt, at=date(2020, 6, 1)),
        ["330104", "330100", "330000", "330104001", "330104001002", None],
        ["330199", "33010", "3301040", "杭州", "330113"],
    ),
    (
        rule(RegionValidAt, at=date(2023, 6, 1)),
        ["330113"],
        ["330104"],
    ),
    (
        rule(CastsTo, data_type=DataType.INTEGER),
        ["1", "-5", "12.0", "+7", " 3 ", None, ""],
        ["1.5", "1e3", "1,000", "一", "0x10", "1_000"],
    ),
    (rule(CastsTo, data_type=DataType.NUMBER), ["1.5", "-2e-3", ".5", "7"], ["nan", "inf", "1,5", "5元"]),
    (
        rule(CastsTo, data_type=DataType.MONEY),
        ["0.0001", "99999999999999.9999", "1.50000"],
        ["0.00001", "999999999999999", "￥1", "1e3"],
    ),
    (rule(CastsTo, data_type=DataType.DATE), ["20240229", "2024-02-29"], ["20230229", "2024-2-30", "2024"]),
    (
        rule(CastsTo, data_type=DataType.TIMESTAMP),
        ["2024-02-29 23:59:59", "20240229235959", "2024-02-29", "2024/2/9 1:02:03"],
        ["2024-02-29 25:00:00", "昨天", "202402292359"],
    ),
    (rule(CastsTo, data_type=DataType.BOOLEAN), ["是", "0", "TRUE", "n"], ["2", "有"]),
]


@pytest.mark.parametrize(("rule", "keep", "break_"), TABLE, ids=lambda value: getattr(value, "kind", None))
def test_a_rule_lets_good_and_empty_values_pass_and_no_others(engine, rule, keep, break_):
    rows = [{"v": value} for value in [*keep, *break_]]
    wrong = [rows[number - 1]["v"] for number in broken_rows(engine, rows, rule)]
    assert wrong == break_


def test_the_first_row_of_a_repeated_key_keeps_the_rule(engine):
    rows = [
        {"a": "1", "b": "x"},
        {"a": "1", "b": "y"},
        {"a": "1", "b": "x"},
        {"a": None, "b": None},
        {"a": None, "b": None},
        {"a": "1", "b": None},
        {"a": "1", "b": None},
    ]
    assert broken_rows(engine, rows, Unique(code="k", items=("a", "b"))) == {3: ["k"], 7: ["k"]}


def test_birth_date_and_sex_are_held_against_the_id_number(engine):
    rows = [
        {"n": "11010519491231002X", "born": "1949-12-31", "sex": "2"},
        {"n": "11010519491231002X", "born": "19491231", "sex": "女"},
        {"n": "11010519491231002X", "born": "1949-12-30", "sex": "1"},
        {"n": "unreadable", "born": "1949-12-30", "sex": "1"},
    ]
    found = broken_rows(
        engine,
        rows,
        AgreesWithCitizenId(code="born", item="born", id_item="n", part="birth_date"),
        AgreesWithCitizenId(code="sex", item="sex", id_item="n", part="sex"),
    )
    assert found == {3: ["born", "sex"]}


def test_a_rule_judges_typed_columns_as_it_judges_text(engine):
    rows = [{"v": date(2024, 1, 1)}, {"v": date(1900, 1, 1)}, {"v": None}]
    assert list(broken_rows(engine, rows, rule(DateSense, latest=DAY))) == [2]
    assert list(broken_rows(engine, [{"v": 5}, {"v": 500}], rule(WithinRange, low=1, high=99))) == [2]


def test_the_report_counts_and_names_rows_but_no_values(engine):
    rows = [{"v": "secret-value"}] * 30 + [{"v": "1"}, {"v": None}]
    assert len(broken_rows(engine, rows, rule(InCodeList, codes=("1",)))) == 30
    (outcome,) = check(engine, "judged", [rule(InCodeList, codes=("1",))])
    assert (outcome.checked, outcome.failed) == (31, 30)
    assert outcome.sample_keys == tuple(str(number) for number in range(1, 11))
    assert "secret" not in outcome.to_json()


def test_more_rules_than_a_number_has_bits(engine):
    rules = [InCodeList(code=f"r{n}", item="v", codes=(str(n),)) for n in range(130)]
    found = broken_rows(engine, [{"v": "129"}, {"v": None}], *rules)
    assert found == {1: [f"r{n}" for n in range(129)]}


def test_no_rules_no_findings(engine):
    assert broken_rows(engine, [{"v": "1"}]) == {}


def test_items_and_quotes_in_parameters_are_never_sql(engine):
    name = 'v"; DROP TABLE judged; --'
    rows = [{name: "it's"}, {name: "'; DROP TABLE judged; --"}]
    found = broken_rows(engine, rows, InCodeList(code="a'b", item=name, codes=("it's",)))
    assert found == {2: ["a'b"]}


def test_an_entry_implies_rules_by_type_length_key_and_meaning():
    contract = people_contract()
    codes = {rule.code: rule.blocking for rule in rules_of(contract, DAY)}
    assert codes == {
        "id_no.required": True,
        "id_no.length": False,
        "id_no.citizen_id": False,
        "name.required": False,
        "name.length": False,
        "birth_date.type": True,
        "birth_date.date": False,
        "sex.length": False,
        "id_no.unique": True,
    }


def test_a_written_rule_replaces_the_implied_one_of_its_code():
    spec = RuleSpec(
        code="name.length", kind="length", fields=("name",), parameters={"most": 10}, blocking=True
    )
    rules = {rule.code: rule for rule in rules_of(people_contract(rules=(spec,)), DAY)}
    assert rules["name.length"] == Length(code="name.length", item="name", most=10, blocking=True)


SPECS = [
    RuleSpec(code="a", kind="required", fields=("name",)),
    RuleSpec(code="a", kind="length", fields=("name",), parameters={"least": 1, "most": 9}),
    RuleSpec(code="a", kind="pattern", fields=("name",), parameters={"pattern": "x+", "meaning": "几个 x"}),
    RuleSpec(code="a", kind="code_list", fields=("sex",), parameters={"codes": ["1", "2"]}),
    RuleSpec(code="a", kind="range", fields=("name",), parameters={"low": 1.5, "high": 2}, blocking=True),
    RuleSpec(code="a", kind="date", fields=("birth_date",), parameters={"latest": "2030-01-01"}),
    RuleSpec(code="a", kind="citizen_id", fields=("id_no",)),
    RuleSpec(code="a", kind="uscc", fields=("name",)),
    RuleSpec(code="a", kind="region", fields=("name",), parameters={"at": "2020-01-01"}),
    RuleSpec(code="a", kind="unique", fields=("id_no", "name")),
    RuleSpec(code="a", kind="type", fields=("name",), parameters={"data_type": "integer"}),
    RuleSpec(code="a", kind="agrees_with_id", fields=("sex", "id_no"), parameters={"part": "sex"}),
]


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.kind)
def test_a_rule_written_down_and_read_again_is_the_same(spec):
    rule = rule_from(spec, DAY)
    assert rule_from(spec_of(rule), DAY) == rule
    assert rule.describe("zh")
    assert rule.describe("en")


def test_every_kind_is_tried_above():
    assert {spec.kind for spec in SPECS} == set(KINDS)


@pytest.mark.parametrize(
    ("spec", "error"),
    [
        (RuleSpec(code="a", kind="magic", fields=("name",)), RuleKindUnknown),
        (RuleSpec(code="a", kind="length", fields=("name",), parameters={"longest": 3}), RuleInvalid),
        (RuleSpec(code="a", kind="length", fields=("name",), parameters={"most": "many"}), RuleInvalid),
        (RuleSpec(code="a", kind="required", fields=()), RuleInvalid),
        (RuleSpec(code="a", kind="pattern", fields=("name",), parameters={"pattern": "(?=x)"}), RuleInvalid),
        (RuleSpec(code="a", kind="required", fields=("nobody",)), RuleItemUnknown),
        (
            RuleSpec(code="a", kind="code_list", fields=("sex",), parameters={"code_list": "?"}),
            CodeListMissing,
        ),
    ],
)
def test_a_rule_that_cannot_be_understood_is_refused_before_any_row_is_read(spec, error):
    with pytest.raises(error):
        rules_of(people_contract(rules=(spec,)), DAY)


def test_an_item_with_an_unknown_code_list_is_refused():
    item = InformationItem(name="性别", field="sex", code_list="no such list", meaning=Meaning.SEX)
    with pytest.raises(CodeListMissing):
        rules_of(people_contract(items=(item,)), DAY)
