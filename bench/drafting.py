"""Drafting at the size of a city: 500 proposals confirmed at once, gaps of 10,000 duties, a schema of 1,000 tables.

python -m bench.drafting [--rounds 3]
"""

import argparse
import sqlite3
import tempfile
from pathlib import Path

from bench._support import median, progress, report, timed

DUTIES, CONFIRMED, TABLES = 10_000, 500, 1_000


def records(count):
    kinds = ("行政许可", "行政处罚", "行政确认", "公共服务", "行政检查")
    for number in range(count):
        yield {
            "事项编码": f"B-{number:06d}",
            "事项名称": f"{'甲乙丙丁戊己庚辛'[number % 8]}类第{number}号事项设立",
            "事项类型": kinds[number % 5],
            "实施部门": "市民政局",
            "区划代码": "330100",
            "设定依据": f"样例条例第{number % 60 + 1}条",
        }


def schema(path):
    """A system of 1,000 tables of 12 columns and 200 rows, as vendors name them."""
    columns = (
        "id INTEGER PRIMARY KEY, xm TEXT, sfzh TEXT, lxdh TEXT, jzdz TEXT, xb TEXT, csrq TEXT, dwmc TEXT,"
    )
    columns += " tyshxydm TEXT, je REAL, bz TEXT, gxsj TEXT"
    row = ("合成甲", "11010519491231002X", "13800000000", "甲市乙区丙路1号", "1", "1949-12-31", "合成公司")
    with sqlite3.connect(path) as connection:
        for number in range(TABLES):
            connection.execute(f"CREATE TABLE t_ywsj_{number:04d} ({columns})")
            connection.executemany(
                f"INSERT INTO t_ywsj_{number:04d} VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
                [(n, *row, "11370000MB284651XL", 1.5, "", f"2025-{n % 12 + 1:02d}-01") for n in range(200)],
            )
    connection.close()


def one_round(folder):
    from bench._catalogue import prepare

    home = Path(folder) / "home"
    prepare(str(home), "")
    from django.conf import settings

    from jutong.control.collection import api as collection
    from jutong.control.drafting import api as drafting
    from jutong.control.duties import api as duties
    from jutong.kernel.clock import SystemClock
    from jutong.processes.surveying import survey_source
    from tests.support.control import CIVIL, a_city

    city, clock = a_city(home), SystemClock()
    assert settings.DATA_HOME
    first, _, _ = timed(
        lambda: duties.import_list(
            city.reviewer, records(DUTIES), series="清单", kind=duties.DutyKind.POWER, clock=clock
        )
    )
    again, _, _ = timed(
        lambda: duties.import_list(
            city.reviewer, records(DUTIES), series="清单", kind=duties.DutyKind.POWER, clock=clock
        )
    )
    made, _, _ = timed(lambda: drafting.propose_from_duties(city.reviewer, clock=clock))
    numbers = drafting.numbers_of(city.civil_officer, drafting.EVERY_PROPOSAL)[:CONFIRMED]
    choices = [drafting.Choice(number=number) for number in numbers]
    confirmed, _, results = timed(lambda: drafting.confirm(city.civil_officer, choices, clock=clock))
    assert all(one.done for one in results)
    compared, _, _ = timed(lambda: drafting.gaps(city.reviewer, CIVIL))
    path = city.home.sources / CIVIL / "system.sqlite"
    path.parent.mkdir(parents=True)
    schema(path)
    draft = collection.SourceDraft(
        code="big",
        name="业务系统",
        department=CIVIL,
        kind="sqlite",
        options={"path": f"{CIVIL}/system.sqlite"},
    )
    collection.add_source(city.civil_engineer, draft, home=city.home, clock=clock)
    asked = drafting.request_survey(city.civil_engineer, "big", clock=clock)
    surveyed, _, outcome = timed(lambda: survey_source(asked.survey_id, home=city.home, clock=clock))
    assert outcome == "done"
    return {
        "import_10000_s": first, "import_again_s": again, "propose_s": made, "confirm_500_s": confirmed,
        "gaps_s": compared, "survey_1000_tables_s": surveyed,
    }  # fmt: skip


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=1)
    rounds = []
    for number in range(parser.parse_args().rounds):
        progress(f"round {number + 1}")
        with tempfile.TemporaryDirectory(prefix="jutong-bench-") as folder:
            rounds.append(one_round(folder))
    figures = {name: round(median([one[name] for one in rounds]), 2) for name in rounds[0]}
    human = ", ".join(f"{name} {value}" for name, value in figures.items())
    report("drafting", human, **figures)


if __name__ == "__main__":
    main()
