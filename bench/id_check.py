"""How many citizen ID numbers a second the rule `CitizenIdValid` judges: check character, day of birth, region.

Medians of three over numbers that lie in the engine's memory, with the findings table written.
"""

import argparse
import tempfile
from datetime import date
from pathlib import Path

from bench._support import THREADS, median, persons, progress, report, timed
from jutong.dataflow.lake import DuckDBEngine, LakeSettings
from jutong.dataflow.quality import CitizenIdValid, check


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jutong-bench-") as folder:
        engine = DuckDBEngine.start(LakeSettings(threads=THREADS), Path(folder))
        progress(f"making {arguments.rows} numbers")
        engine.write("numbers", f"SELECT i + 1 AS _row_no, id_no FROM ({persons(arguments.rows)})")
        rule = CitizenIdValid(code="id", item="id_no", at=date(2026, 1, 1))
        runs = [timed(lambda: check(engine, "numbers", [rule])) for _round in range(arguments.rounds)]
        engine.close()
    seconds, cpu = median(run[0] for run in runs), median(run[1] for run in runs)
    wrong = runs[-1][2][0].failed
    assert wrong == -(-arguments.rows // 997), wrong
    report(
        "id_check.rows",
        f"身份号码校验 ID numbers checked: {arguments.rows / seconds:,.0f} 行/秒 rows/s "
        f"({cpu / arguments.rows * 1e9:,.0f} ns CPU)",
        rows=arguments.rows,
        wrong=wrong,
        rows_per_second=round(arguments.rows / seconds),
        cpu_s=round(cpu, 2),
        rounds=arguments.rounds,
    )


if __name__ == "__main__":
    main()
