"""A CSV of a million rows into the pool: read, 18 rules, quarantine, provenance, versioned commit; beside DuckDB's bare COPY.

Medians of three, taken in turns. "Bare COPY" is `COPY … FROM` of the same file into a typed table of a plain
DuckDB file: no checks, no row numbers, no history.
"""

import argparse
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from bench._support import THREADS, connection, median, persons, progress, report, timed
from jutong.dataflow.connectors.registry import open_connector
from jutong.dataflow.connectors.settings import ReadLimits
from jutong.dataflow.lake import Lake, LakeSettings
from jutong.dataflow.pipelines import collect
from jutong.dataflow.quality import rules_of
from jutong.kernel.clock import SystemClock
from jutong.vocabulary.catalogue import DataType, Level, Meaning, OpenType, SharingType, UpdateFrequency
from jutong.vocabulary.contracts import EntryContract, InformationItem

Item = InformationItem
ITEMS = (
    Item(name="身份证号", field="id_no", length=18, key=True, required=True, meaning=Meaning.CITIZEN_ID),
    Item(name="姓名", field="name", length=50, required=True, meaning=Meaning.PERSON_NAME),
    Item(name="性别", field="sex", required=True, length=1),
    Item(name="出生日期", field="birth_date", data_type=DataType.DATE, meaning=Meaning.BIRTH_DATE),
    Item(name="民族", field="nation", length=2),
    Item(name="区划", field="region_code", meaning=Meaning.REGION_CODE),
    Item(name="地址", field="address", length=100, meaning=Meaning.ADDRESS),
    Item(name="手机", field="mobile", meaning=Meaning.MOBILE),
    Item(name="邮箱", field="email", meaning=Meaning.EMAIL),
    Item(name="收入", field="income", data_type=DataType.MONEY),
    Item(name="经度", field="longitude", data_type=DataType.DOUBLE, meaning=Meaning.LONGITUDE),
    Item(name="更新时间", field="updated_at", data_type=DataType.TIMESTAMP),
)
CONTRACT = EntryContract(
    code="bench/1",
    version=1,
    title="bench",
    service="people",
    provider="bench",
    provider_name="bench",
    items=ITEMS,
    sharing_type=SharingType.CONDITIONAL,
    open_type=OpenType.NOT_OPEN,
    update_frequency=UpdateFrequency.DAILY,
    level=Level.L3,
)
COLUMNS = (
    "id_no text, name text, sex text, birth_date date, nation text, region_code text, address text, "
    "mobile text, email text, income decimal(18, 4), longitude double, updated_at timestamp"
)


def write_csv(path, rows):
    connection().execute(f"""
        COPY (SELECT id_no, '合成' || chr(cast(19968 + hash(i) % 5000 AS int)) AS name, cast(i % 2 + 1 AS text) AS sex,
            born AS birth_date, ['01', '02', '03', '11'][1 + i % 4] AS nation, region AS region_code,
            '浙江省杭州市西湖区文三路' || (i % 900) || '号' || (i % 30) || '室' AS address,
            '138' || lpad(cast(i % 100000000 AS text), 8, '0') AS mobile, 'a' || i || '@example.cn' AS email,
            cast(i % 100000 * 1.37 AS decimal(18, 2)) AS income, 120 + (i % 1000) / 1000.0 AS longitude,
            strftime(timestamp '2025-01-01' + to_seconds(i % 8000000), '%Y-%m-%d %H:%M:%S') AS updated_at
            FROM ({persons(rows)})) TO '{path}' (HEADER)
    """)


def bare_copy(csv, folder, number):
    with duckdb.connect(str(folder / f"bare{number}.duckdb")) as opened:
        opened.execute(f"SET threads = {THREADS}; CREATE TABLE people ({COLUMNS})")
        opened.execute(f"COPY people FROM '{csv}' (HEADER)")


def collected(csv, lake, number):
    connector = open_connector("csv", {"path": csv.name}, root=csv.parent, limits=ReadLimits())
    return collect(
        CONTRACT,
        connector,
        lake=lake,
        department="bench",
        system="csv",
        run_id=f"r{number}",
        clock=SystemClock(),
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="jutong-bench-"))
    try:
        csv = folder / "people.csv"
        progress(f"writing {arguments.rows} made-up rows")
        write_csv(csv, arguments.rows)
        bare, ours = [], []
        with Lake.open(folder / "lake", LakeSettings(threads=THREADS)) as lake:
            for number in range(arguments.rounds):
                bare.append(timed(lambda number=number: bare_copy(csv, folder, number)))
                ours.append(timed(lambda number=number: collected(csv, lake, number)))
                progress(f"round {number + 1}: bare {bare[-1][0]:.2f} s, collect {ours[-1][0]:.2f} s")
        last = ours[-1][2]
        assert last.read == last.landed + last.quarantined == arguments.rows
        bare_s, ours_s = median(run[0] for run in bare), median(run[0] for run in ours)
        bare_cpu, ours_cpu = median(run[1] for run in bare), median(run[1] for run in ours)
        rules = len(rules_of(CONTRACT, datetime.now(UTC).date()))
        report(
            "ingest.csv_to_pool",
            f"{arguments.rows} 行 CSV 入资源池（{rules} 条规则） rows of CSV into the pool with {rules} rules: "
            f"{arguments.rows / ours_s:,.0f} 行/秒 rows/s; 裸 bare COPY {arguments.rows / bare_s:,.0f}; "
            f"比值 ratio {bare_s / ours_s:.2f}",
            rows=arguments.rows,
            columns=len(ITEMS),
            rules=rules,
            megabytes=round(csv.stat().st_size / 1e6),
            landed=last.landed,
            quarantined=last.quarantined,
            rows_per_second=round(arguments.rows / ours_s),
            bare_copy_rows_per_second=round(arguments.rows / bare_s),
            ratio=round(bare_s / ours_s, 3),
            cpu_s=round(ours_cpu, 2),
            bare_copy_cpu_s=round(bare_cpu, 2),
            rounds=arguments.rounds,
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
