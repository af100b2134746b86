"""What of a delivery counts as drift, case by case, and what does not."""

from dataclasses import replace

import msgspec
import pytest

from jutong.dataflow.lake import TableName
from jutong.dataflow.pipelines import collect
from jutong.dataflow.pipelines.drift import resized, stopping
from jutong.dataflow.pipelines.drift_columns import (
    Arrival,
    column_findings,
    family,
    mapping_after,
    renamed_columns,
)
from jutong.dataflow.pipelines.errors import ColumnMissing, NothingLanded, TooManyRefused
from jutong.dataflow.pipelines.terms import LandingTerms
from jutong.kernel.clock import FixedClock
from jutong.vocabulary.catalogue import DataType, Level, Meaning
from jutong.vocabulary.collection import (
    CollectionMode,
    CollectionPolicy,
    DriftAction,
    DriftFinding,
    DriftKind,
)
from jutong.vocabulary.contracts import InformationItem
from tests.support.deliveries import NOON, MemorySource, people_contract
from tests.support.lakes import open_lake

K = DriftKind
BEFORE = (
    ("身份证号", "VARCHAR"),
    ("姓名", "VARCHAR"),
    ("出生日期", "DATE"),
    ("性别", "INTEGER"),
    ("备注", "VARCHAR"),
)


def columns(*changes):
    """The columns before with these changed: `(place, name, type)`; a name of None takes the column away."""
    now = list(BEFORE)
    for place, name, kind in changes:
        if place == len(now):
            now.append((name, kind))
        else:
            now[place] = (name, kind)
    return tuple(pair for pair in now if pair[0])


@pytest.mark.parametrize(
    ("now", "found"),
    [
        (BEFORE, []),
        (tuple(reversed(BEFORE)), []),
        (columns((1, " 姓名 ", "VARCHAR")), []),
        (columns((3, "性别", "BIGINT")), []),
        (columns((3, "性别", "DECIMAL(4,1)")), []),
        (columns((3, "性别", "VARCHAR:empty")), []),
        (columns((3, "性别", "VARCHAR:mixed")), []),
        (columns((5, "手机号", "VARCHAR")), [(K.NEW_COLUMN, "手机号", "accept")]),
        (columns((2, None, None)), [(K.MISSING_COLUMN, "出生日期", "stop")]),
        # No item takes the remark: it may go.
        (columns((4, None, None)), [(K.MISSING_COLUMN, "备注", "accept")]),
        (columns((2, "出生日期", "VARCHAR:text")), [(K.RETYPED_COLUMN, "出生日期", "stop")]),
        (columns((3, "性别", "VARCHAR")), [(K.RETYPED_COLUMN, "性别", "stop")]),
        (columns((4, "备注", "INTEGER")), [(K.RETYPED_COLUMN, "备注", "accept")]),
        (columns((1, "姓名（全称）", "VARCHAR")), [(K.RENAMED_COLUMN, "name", "stop")]),
        (columns((2, "出生年月日", "DATE")), [(K.RENAMED_COLUMN, "birth_date", "stop")]),
        # Alike in name, yet of another type: another column.
        (
            columns((2, "出生年月日", "VARCHAR")),
            [(K.MISSING_COLUMN, "出生日期", "stop"), (K.NEW_COLUMN, "出生年月日", "accept")],
        ),
        (
            columns((1, None, None), (5, "单位", "VARCHAR")),
            [(K.MISSING_COLUMN, "姓名", "stop"), (K.NEW_COLUMN, "单位", "accept")],
        ),
    ],
)
def test_columns_that_differ(now, found):
    contract, policy = people_contract(), CollectionPolicy()
    renamed = renamed_columns(contract, None, BEFORE, now, lambda _field, _column: None)
    findings = column_findings(contract, None, BEFORE, now, renamed, policy)
    assert [(one.kind, one.column, one.action.value) for one in findings] == found


@pytest.mark.parametrize(
    ("name", "shared", "is_renamed"),
    [("名字", 0.9, True), ("名字", 0.1, False), ("住址", 0.9, True), ("住址", None, False)],
)
def test_values_that_the_pool_knows_speak_for_another_name(name, shared, is_renamed):
    now = columns((1, name, "VARCHAR"))
    renamed = renamed_columns(people_contract(), None, BEFORE, now, lambda *_: shared)
    assert bool(renamed) is is_renamed


def test_a_renamed_column_keeps_its_item_in_the_mapping():
    (pair,) = renamed_columns(
        people_contract(), {"姓名": "name"}, BEFORE, columns((1, "姓名全称", "VARCHAR")), lambda *_: None
    )
    assert mapping_after({"姓名": "name", "性别": "sex"}, [pair]) == {"姓名全称": "name", "性别": "sex"}


@pytest.mark.parametrize(
    ("kind", "about"),
    [
        ("BIGINT", "number"),
        ("DECIMAL(18,4)", "number"),
        ("TIMESTAMP WITH TIME ZONE", "timestamp"),
        ("VARCHAR:date", "date"),
        ("VARCHAR:mixed", ""),
        ("INTEGER[]", "list"),
        ("GEOMETRY", "geometry"),
    ],
)
def test_types_are_compared_by_what_they_are_about(kind, about):
    assert family(kind) == about


@pytest.mark.parametrize(
    ("rows", "read", "landed", "changes", "found"),
    [
        (100, 100, 100, {}, []),
        (100, 50, 50, {}, []),
        (100, 49, 49, {}, [(K.SHRUNK, "stop")]),
        (100, 100, 49, {}, [(K.SHRUNK, "stop")]),
        (100, 0, 0, {}, [(K.EMPTY, "stop")]),
        (0, 0, 0, {}, []),
        (100, 1, 1, {"shrink_percent": 0}, []),
        (100, 0, 0, {"shrink_percent": 0}, [(K.EMPTY, "stop")]),
        (100, 0, 0, {"drift": {K.EMPTY: DriftAction.ACCEPT}}, [(K.EMPTY, "accept")]),
        # There are no rows to set aside when rows are missing.
        (100, 1, 1, {"drift": {K.SHRUNK: DriftAction.QUARANTINE}}, [(K.SHRUNK, "stop")]),
    ],
)
def test_sizes_that_differ(rows, read, landed, changes, found):
    arrival = Arrival(contract=people_contract(), mapping=None, policy=CollectionPolicy(**changes))
    findings = resized(arrival, rows, read=read, landed=landed)
    assert [(one.kind, one.action.value) for one in findings] == found
    assert resized(replace(arrival, mode=CollectionMode.INCREMENTAL), rows, read=read, landed=landed) == ()


def test_a_yes_covers_what_was_shown_and_nothing_else():
    shrunk = DriftFinding(kind=K.SHRUNK, action=DriftAction.STOP, before="100", now="40", rows=60)
    gone = DriftFinding(kind=K.MISSING_COLUMN, action=DriftAction.STOP, column="性别", before="number")
    assert stopping([shrunk])
    assert not stopping([shrunk], [shrunk])
    assert not stopping([replace(shrunk, now="37", rows=63)], [shrunk])
    assert stopping([replace(shrunk, now="30", rows=70)], [shrunk])
    assert stopping([shrunk, gone], [shrunk])
    assert stopping([replace(gone, column="姓名")], [gone])
    assert not stopping([replace(gone, action=DriftAction.ACCEPT)])


# Rows: a table of districts, its figures as offices write them.

DISTRICTS = ("上城", "下城", "江干", "拱墅", "西湖")
TRADE = people_contract(
    service="trade",
    level=Level.L1,
    items=(
        InformationItem(name="区县", field="district", key=True, required=True),
        InformationItem(name="套数", field="flats"),
        InformationItem(name="面积", field="area"),
    ),
)


def figures(*districts, start=10):
    return [
        {"区县": name, "套数": f"{start + n}套", "面积": f"{1.5 * (start + n)}m²"}
        for n, name in enumerate(districts)
    ]


def total(rows, name="合计", *, more=0):
    flats = sum(int(row["套数"][:-1]) for row in rows) + more
    return {
        "区县": name,
        "套数": f"{flats}套",
        "面积": f"{sum(float(row['面积'][:-2]) for row in rows) + more}m²",
    }


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    with open_lake(tmp_path_factory.mktemp("lake")) as lake:
        yield lake


def land(lake, rows, run_id, *, contract=TRADE, mode="replace", names=("区县", "套数", "面积"), **terms):
    return collect(
        contract,
        MemorySource(rows, names=names),
        lake=lake,
        department="d",
        system="s",
        run_id=run_id,
        clock=FixedClock(NOON),
        mode=mode,
        terms=LandingTerms(**terms),
    )


def found(report):
    return [msgspec.convert(one, DriftFinding) for one in report.drift]


ORDINARY = figures(*DISTRICTS)


@pytest.mark.parametrize(
    ("case", "rows", "aside"),
    [
        ("none", ORDINARY, 0),
        ("last", [*ORDINARY, total(ORDINARY)], 1),
        ("first", [total(ORDINARY, "全市合计"), *ORDINARY], 1),
        ("spaced", [*ORDINARY, total(ORDINARY, "合 计：")], 1),
        ("english", [*ORDINARY, total(ORDINARY, "Total")], 1),
        ("without_numbers", [*ORDINARY, {"区县": "总计", "套数": None, "面积": None}], 1),
        (
            "subtotals",
            [*ORDINARY[:2], total(ORDINARY[:2], "小计"), *ORDINARY[2:], total(ORDINARY[2:], "小 计")],
            2,
        ),
        # It counts a district that is not listed any more, as a real one did.
        ("beyond_the_list", [*ORDINARY, total(ORDINARY, more=7)], 1),
        # Called a total, yet it is the sum of nothing here: a row like others.
        ("not_a_sum", [*ORDINARY, {"区县": "合计", "套数": "3套", "面积": "1m²"}], 0),
        # Names that only hold the word.
        ("company", [*ORDINARY, {**total(ORDINARY), "区县": "合计商贸有限公司"}], 0),
        # A sum by chance, under an ordinary name.
        ("chance", [*ORDINARY, {**total(ORDINARY), "区县": "萧山"}], 0),
    ],
)
def test_totals_among_the_rows(lake, case, rows, aside):
    report = land(lake, rows, "r1", contract=replace(TRADE, service=f"totals_{case}"))
    assert report.outcome == "succeeded"
    assert (report.quarantined, report.landed) == (aside, len(rows) - aside)
    assert [(one.kind, one.rows) for one in found(report)] == ([(K.TOTALS_ROW, aside)] if aside else [])
    assert report.quarantine_reasons == ({"totals_row": aside} if aside else {})


def test_a_totals_row_without_a_name_is_told_by_its_sums(lake):
    contract = replace(
        TRADE, service="nameless", items=tuple(replace(i, key=False, required=False) for i in TRADE.items)
    )
    assert land(lake, [*ORDINARY, total(ORDINARY, "")], "r1", contract=contract).quarantined == 1
    other = replace(contract, service="nameless_2")
    assert land(lake, [*ORDINARY, total(ORDINARY, "", more=2)], "r1", contract=other).quarantined == 0


def test_what_is_called_a_total_and_lies_in_the_pool_already_belongs_there(lake):
    contract = replace(TRADE, service="ordinary_totals")
    accept = CollectionPolicy(drift={K.TOTALS_ROW: DriftAction.ACCEPT})
    rows = [*ORDINARY, total(ORDINARY)]
    first = land(lake, rows, "r1", contract=contract, policy=accept)
    assert (first.landed, found(first)[0].action) == (6, DriftAction.ACCEPT)
    assert land(lake, rows, "r2", contract=contract, before=first).drift == ()


def test_districts_that_come_and_go_are_named(lake):
    first = land(lake, ORDINARY, "r1")
    report = land(lake, figures("上城", "拱墅", "西湖", "临平"), "r2", before=first)
    (change,) = found(report)
    assert (change.kind, change.column, change.action) == (K.VALUES_CHANGED, "district", DriftAction.ACCEPT)
    assert (set(change.before.split("、")), change.now, change.rows) == ({"下城", "江干"}, "临平", 1)
    aside = CollectionPolicy(drift={K.VALUES_CHANGED: DriftAction.QUARANTINE})
    third = land(lake, figures("上城", "拱墅", "西湖", "临平", "钱塘"), "r3", before=report, policy=aside)
    assert (third.landed, third.quarantine_reasons) == (4, {"values_changed": 1})
    stop = CollectionPolicy(drift={K.VALUES_CHANGED: DriftAction.STOP})
    held = land(lake, figures("上城", "拱墅", "西湖"), "r4", before=third, policy=stop)
    assert (held.outcome, held.version) == ("held", None)
    assert (
        land(
            lake,
            figures("上城", "拱墅", "西湖"),
            "r5",
            before=third,
            policy=stop,
            confirmed=tuple(found(held)),
        ).landed
        == 3
    )


def test_values_of_people_are_never_told(lake):
    contract = people_contract(service="told")
    rows = [{"身份证号": f"33010619900101{n:04d}", "姓名": f"合成{n % 2}", "性别": "1"} for n in range(20)]
    names = ("身份证号", "姓名", "出生日期", "性别")
    first = land(lake, rows, "r1", contract=contract, names=names)
    others = [{**row, "姓名": "别名"} for row in rows]
    assert "别名" not in land(lake, others, "r2", contract=contract, names=names, before=first).to_json()


@pytest.mark.parametrize(
    ("case", "change", "told"),
    [
        ("open", {}, "C"),
        ("sex", {"meaning": Meaning.SEX}, "（1）"),
        ("sensitive", {"level": Level.L3}, "（1）"),
        ("key", {"key": True, "required": True}, "（1）"),
    ],
)
def test_listed_values_are_told_only_of_columns_that_name_nobody(lake, case, change, told):
    kind = InformationItem(name="门类", field="kind", code_list="industry")
    contract = replace(TRADE, service=f"kinds_{case}", items=(replace(kind, **change),))
    first = land(lake, [{"门类": "A"}, {"门类": "B"}], "r1", contract=contract, names=("门类",))
    report = land(
        lake, [{"门类": "A"}, {"门类": "C"}], "r2", contract=contract, names=("门类",), before=first
    )
    (change,) = [one for one in found(report) if one.kind is K.VALUES_CHANGED]
    assert (change.now, change.rows) == (told, 1)


def test_a_key_that_numbers_certificates_is_no_list(lake):
    number = InformationItem(name="证书编号", field="number", key=True, required=True)
    contract = replace(TRADE, service="certificates", items=(number,))
    certificates = [{"证书编号": f"证字甲{n}号"} for n in range(10)]
    first = land(lake, certificates[:8], "r1", contract=contract, names=("证书编号",))
    report = land(lake, certificates[2:], "r2", contract=contract, names=("证书编号",), before=first)
    assert (report.landed, report.drift) == (8, ())


def test_a_column_under_another_name_feeds_its_item_once_a_person_says_yes(lake):
    contract = replace(TRADE, service="renaming")
    first = land(lake, ORDINARY, "r1", contract=contract)
    renamed = [{"所属区县": row["区县"], "套数": row["套数"], "面积": row["面积"]} for row in ORDINARY]
    names = ("所属区县", "套数", "面积")
    held = land(lake, renamed, "r2", contract=contract, names=names, before=first)
    assert (held.outcome, held.landed) == ("held", 0)
    (pair,) = found(held)
    assert (pair.kind, pair.column, pair.before, pair.now) == (
        K.RENAMED_COLUMN,
        "district",
        "区县",
        "所属区县",
    )
    yes = land(lake, renamed, "r3", contract=contract, names=names, before=first, confirmed=(pair,))
    assert yes.landed == 5
    assert set(lake.read(TableName("pool", "renaming")).column("district").to_pylist()) == set(DISTRICTS)


def test_a_needed_column_that_is_gone_altogether_ends_the_run(lake):
    contract = replace(TRADE, service="needed")
    first = land(lake, ORDINARY, "r1", contract=contract)
    with pytest.raises(ColumnMissing):
        land(lake, [{"套数": "1套"}], "r2", contract=contract, names=("套数",), before=first)
    with pytest.raises(ColumnMissing):  # a new column of another kind does not stand for it
        land(lake, [{"套数": "1套", "n": "7"}], "r2", contract=contract, names=("套数", "n"), before=first)


@pytest.mark.parametrize(
    ("limits", "fails"),
    [
        ({}, False),
        ({"max_quarantined_percent": 20.0}, False),
        ({"max_quarantined_percent": 19.0}, True),
        ({"max_quarantined_rows": 1}, False),
        ({"max_quarantined_rows": 0}, True),
    ],
)
def test_too_many_refused_rows_fail_the_run(lake, limits, fails):
    contract = replace(TRADE, service="limits")
    land(lake, ORDINARY, "r0", contract=contract)
    rows = [*figures("a", "b", "c", "d"), {"区县": None, "套数": "1套"}]
    run_id = f"r-{sorted(limits.items())}"
    if fails:
        with pytest.raises(TooManyRefused):
            land(lake, rows, run_id, contract=contract, policy=CollectionPolicy(**limits))
    else:
        assert land(lake, rows, run_id, contract=contract, policy=CollectionPolicy(**limits)).quarantined == 1
    with pytest.raises(NothingLanded):
        land(lake, [{"区县": None, "套数": "1套"}] * 5, f"{run_id}-x", contract=contract)


def test_additions_are_compared_with_the_delivery_before(lake):
    contract = replace(
        TRADE,
        service="daily",
        items=(InformationItem(name="日期", field="day", key=True, data_type=DataType.DATE), *TRADE.items),
    )
    names = ("日期", "区县", "套数", "面积")

    def day(number, *districts):
        return [{"日期": f"2026-03-{number:02d}", **row} for row in figures(*districts)]

    first = land(lake, day(1, *DISTRICTS), "r1", contract=contract, names=names, mode="append")
    second = land(
        lake,
        day(2, "上城", "拱墅", "西湖"),
        "r2",
        contract=contract,
        names=names,
        mode="append",
        before=first,
    )
    assert [one.kind for one in found(second)] == [K.VALUES_CHANGED]
    third = land(
        lake,
        day(3, "上城", "拱墅", "西湖"),
        "r3",
        contract=contract,
        names=names,
        mode="append",
        before=second,
    )
    assert (third.drift, third.landed) == ((), 3)
    for number, (rows, kind) in enumerate(((day(4, "上城"), K.SHRUNK), ([], K.EMPTY))):
        held = land(lake, rows, f"h{number}", contract=contract, names=names, mode="append", before=third)
        assert held.outcome == "held"
        assert kind in [one.kind for one in found(held)]
    assert lake.count(TableName("pool", "daily")) == 11
