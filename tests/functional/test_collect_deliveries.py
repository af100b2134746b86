"""A delivery becomes one version of the entry's table, or nothing changes and the reason is known."""

import json
from dataclasses import replace

import msgspec
import pyarrow as pa
import pytest

from jutong.dataflow.connectors import RejectedLine
from jutong.dataflow.lake import TableName
from jutong.dataflow.pipelines import collect, run_collection
from jutong.dataflow.pipelines.checking import check_table
from jutong.dataflow.pipelines.errors import ColumnMissing, MappingInvalid
from jutong.dataflow.pipelines.sealing import open_row
from jutong.dataflow.pipelines.terms import LandingTerms
from jutong.kernel.clock import FixedClock
from jutong.kernel.errors import JutongError
from jutong.vocabulary.catalogue import DataType
from jutong.vocabulary.collection import DriftFinding
from jutong.vocabulary.contracts import InformationItem, RuleSpec, RunReport
from tests.support.deliveries import NOON, PEOPLE, MemorySource, people_contract
from tests.support.lakes import open_lake

POOL = TableName("pool", "person")
QUARANTINE = TableName("quarantine", "person")
COLUMNS = tuple(PEOPLE[0])
KEY = bytes(range(16))


def opened(row):
    return json.loads(open_row(KEY, row["raw"], "person"))


class SourceBroken(JutongError):
    code = "test.source_broken"
    zh = "来源中断。"
    en = "The source broke off."


@pytest.fixture
def lake(tmp_path):
    with open_lake(tmp_path / "lake") as lake:
        yield lake


def run(lake, source, run_id="r1", contract=None, **changes):
    return collect(
        contract or people_contract(),
        source,
        lake=lake,
        department="police",
        system="hukou",
        run_id=run_id,
        clock=FixedClock(NOON),
        **changes,
    )


def tried(lake, source, run_id="r1", **changes):
    return run_collection(
        people_contract(),
        lambda: source,
        lake=lake,
        department="police",
        system="hukou",
        run_id=run_id,
        clock=FixedClock(NOON),
        **changes,
    )


def test_good_rows_land_typed_with_their_provenance(lake):
    report = run(lake, MemorySource(PEOPLE))
    assert (report.outcome, report.read, report.landed, report.quarantined) == ("succeeded", 3, 3, 0)
    assert report.extra_columns == ("备注",)
    landed = lake.read(POOL)
    assert landed.schema.field("birth_date").type == pa.date32()
    assert landed.column("id_no").to_pylist() == sorted(str(row["身份证号"]) for row in PEOPLE)
    assert set(landed.column("_batch_no").to_pylist()) == {"r1"}
    assert lake.count(QUARANTINE) == 0
    assert report.score == 100.0


def test_rows_that_may_not_land_are_set_aside_with_reason_and_source_row(lake):
    rows = [
        *PEOPLE,
        {**PEOPLE[0], "备注": "again"},
        {"姓名": "无号"},
        {"身份证号": "330106199001010011", "姓名": "赵合成", "出生日期": "1990-02-30"},
        {"身份证号": "bad", "姓名": " "},
    ]
    refused = (RejectedLine(line=9, reason="fewer_columns", text="a,b"),)
    terms = LandingTerms(sealing_key=KEY)
    report = run(lake, MemorySource(rows, names=COLUMNS, refused=refused), terms=terms)
    assert (report.read, report.landed, report.quarantined) == (8, 4, 4)
    assert report.quarantine_reasons == {
        "id_no.unique": 1,
        "id_no.required": 1,
        "birth_date.type": 1,
        "fewer_columns": 1,
    }
    held = {tuple(row["reasons"]): row for row in lake.read(QUARANTINE).to_pylist()}
    assert held["id_no.unique",]["_row_no"] == 4
    assert opened(held["id_no.unique",]) == {**PEOPLE[0], "备注": "again"}
    assert opened(held["fewer_columns",]) == {"line": 9, "place": "", "text": "a,b"}
    assert held["fewer_columns",]["_row_no"] is None
    # A wrong number and a blank name are the source's to mend: the row lands, and is counted.
    outcomes = {outcome.code: outcome for outcome in report.rules}
    assert outcomes["id_no.citizen_id"].sample_keys == ("6", "7")
    assert outcomes["name.required"].failed == 1
    assert {"bad"} <= set(lake.read(POOL).column("id_no").to_pylist())


def test_no_value_of_a_row_is_in_the_report(lake):
    rows = [*PEOPLE, {"身份证号": "secret-number", "姓名": "密名", "出生日期": "secret-day"}]
    assert "secret" not in run(lake, MemorySource(rows, names=COLUMNS)).to_json()


def test_a_run_that_is_repeated_changes_nothing_and_gives_its_report_again(lake):
    first = run(lake, MemorySource(PEOPLE), mode="append")
    again = run(lake, MemorySource(PEOPLE), mode="append")
    assert again == first
    assert RunReport.from_json(first.to_json()) == first
    assert lake.count(POOL) == 3
    assert len(lake.versions(POOL)) == 1


def test_each_run_is_a_version_and_an_addition_adds(lake):
    run(lake, MemorySource(PEOPLE[:2]), "r1")
    run(lake, MemorySource(PEOPLE[2:]), "r2", mode="append")
    report = run(lake, MemorySource(PEOPLE[1:]), "r3")
    assert [version.rows for version in lake.versions(POOL)] == [2, 3, 2]
    assert report.version == lake.versions(POOL)[0].version


def test_an_empty_delivery_never_empties_a_table_by_accident(lake):
    nothing = MemorySource([], names=COLUMNS)
    assert run(lake, nothing, "r0").landed == 0  # there was nothing to lose
    run(lake, MemorySource(PEOPLE), "r1")
    report = tried(lake, nothing, "r2")
    assert (report.outcome, [finding["kind"] for finding in report.drift]) == ("held", ["empty"])
    assert lake.count(POOL) == 3
    seen = tuple(msgspec.convert(finding, DriftFinding) for finding in report.drift)
    assert tried(lake, nothing, "r3", terms=LandingTerms(confirmed=seen)).outcome == "succeeded"
    assert lake.count(POOL) == 0


def test_a_delivery_without_a_single_good_row_keeps_the_earlier_one(lake):
    run(lake, MemorySource(PEOPLE), "r1")
    report = tried(lake, MemorySource([{"姓名": "无号"}], names=COLUMNS), "r2")
    assert report.error_code == "pipelines.nothing_landed"
    assert lake.count(POOL) == 3


def test_a_source_that_breaks_off_leaves_everything_as_it_was(lake):
    run(lake, MemorySource(PEOPLE), "r1")
    source = MemorySource(PEOPLE, batch_rows=1, fails_after=2, failure=SourceBroken())
    report = tried(lake, source, "r2")
    assert (report.outcome, report.error_code) == ("failed", "test.source_broken")
    assert [version.run_id for version in lake.versions(POOL)] == ["r1"]
    assert tried(lake, MemorySource(PEOPLE[:2]), "r2").landed == 2  # the same run may be tried again


def test_a_required_column_that_is_missing_is_named(lake):
    with pytest.raises(ColumnMissing) as caught:
        run(lake, MemorySource([{"姓名": "张"}]))
    assert "身份证号" in caught.value.message("zh")
    assert not lake.exists(POOL)


def test_an_optional_column_that_is_missing_lands_empty_and_is_reported(lake):
    report = run(lake, MemorySource([{"ID_NO": "11010519491231002X", "姓名": "张"}]))
    assert report.missing_columns == ("birth_date", "sex")
    assert lake.read(POOL).column("birth_date").to_pylist() == [None]


def test_a_mapping_goes_before_names(lake):
    rows = [{"证件": "11010519491231002X", "姓名": "张", "name": "李"}]
    run(lake, MemorySource(rows), mapping={"证件": "id_no", "name": "name"})
    assert lake.read(POOL).column("name").to_pylist() == ["李"]
    with pytest.raises(MappingInvalid):
        run(lake, MemorySource(rows), "r2", mapping={"证件": "nobody"})
    with pytest.raises(MappingInvalid):
        run(lake, MemorySource(rows), "r2", mapping={"证件": "id_no", "姓名": "id_no"})


def test_a_written_rule_can_hold_rows_back(lake):
    rule = RuleSpec(
        code="sex.known", kind="code_list", fields=("sex",), parameters={"codes": ["1"]}, blocking=True
    )
    report = run(lake, MemorySource(PEOPLE), contract=people_contract(rules=(rule,)))
    assert report.quarantine_reasons == {"sex.known": 1}


def test_items_may_be_called_like_the_pipelines_own_columns(lake):
    fields = ("c0", "c1", "raw", "reasons", "line", "select")
    items = tuple(InformationItem(name=f"项{field}", field=field, key=field == "c0") for field in fields)
    rows = [{f"项{field}": f"{field}-{number}" for field in reversed(fields)} for number in range(3)]
    run(lake, MemorySource(rows), contract=people_contract(items=items))
    assert lake.read(POOL, columns=fields).to_pylist() == [
        {field: f"{field}-{number}" for field in fields} for number in range(3)
    ]


def test_typed_sources_keep_their_values(lake):
    items = (
        InformationItem(name="n", field="n", data_type=DataType.INTEGER, key=True),
        InformationItem(name="at", field="at", data_type=DataType.TIMESTAMP),
        InformationItem(name="money", field="money", data_type=DataType.MONEY),
    )

    class Typed(MemorySource):
        def read(self):
            table = pa.table({"n": [1], "at": pa.array([NOON], pa.timestamp("us", "UTC")), "money": [12.5]})
            yield from table.to_batches()

    run(lake, Typed([], names=("n", "at", "money")), contract=people_contract(items=items))
    (row,) = lake.read(POOL, columns=["n", "at", "money"]).to_pylist()
    assert (row["n"], str(row["at"]), float(row["money"])) == (1, "2026-03-02 12:00:00", 12.5)


def test_progress_is_told_stage_by_stage(lake):
    told = []
    run(lake, MemorySource(PEOPLE), progress=told.append)
    assert [(step.stage, step.rows) for step in told] == [
        ("read", 2),
        ("read", 3),
        ("check", 3),
        ("land", 3),
        ("done", 3),
    ]


def test_a_run_leaves_nothing_behind_in_the_engine(lake):
    run(lake, MemorySource(PEOPLE))
    left = lake.engine.sql("SELECT table_name FROM duckdb_tables() WHERE temporary").to_pylist()
    assert left == []


def test_a_contract_with_another_service_lands_elsewhere(lake):
    run(lake, MemorySource(PEOPLE), contract=replace(people_contract(), service="other"))
    assert lake.tables() == (TableName("pool", "other"), TableName("quarantine", "other"))


def test_a_pool_of_several_deliveries_can_be_judged_again(lake):
    bad = {**PEOPLE[0], "身份证号": "bad"}
    run(lake, MemorySource(PEOPLE), "r1", mode="append")
    run(lake, MemorySource([bad, PEOPLE[0]]), "r2", mode="append")
    outcomes = {rule.code: rule for rule in check_table(people_contract(), lake=lake, on=NOON.date())}
    assert outcomes["id_no.citizen_id"].checked == 5
    assert outcomes["id_no.citizen_id"].failed == 1
    assert outcomes["id_no.unique"].failed == 1


def test_two_workers_with_one_run_land_its_rows_once(tmp_path):
    def landed_by_another(progress):
        if progress.stage == "land":
            with open_lake(tmp_path / "lake") as other:
                run(other, MemorySource(PEOPLE), mode="append")

    with open_lake(tmp_path / "lake") as lake:
        report = run(lake, MemorySource(PEOPLE), mode="append", progress=landed_by_another)
        assert lake.count(POOL) == report.landed
        assert [version.run_id for version in lake.versions(POOL)] == ["r1"]
        assert report.version == lake.versions(POOL)[0].version
