"""A completeness proof of a big table: against its collection, and one corrupted row found and mended.

Beside it the parts: what the server takes for its own hashes, and the pool's side alone.

    python -m bench.collect_proof                    # 5 M rows
    python -m bench.collect_proof --kind mariadb
"""

import argparse
import tempfile
from pathlib import Path

from bench._people import contract, drop_people, make_mariadb, make_people, options
from bench._support import THREADS, median, progress, report, timed
from jutong.dataflow.connectors.registry import open_connector
from jutong.dataflow.lake import Lake, LakeSettings
from jutong.dataflow.pipelines import collect
from jutong.dataflow.pipelines.proof import Comparison, ProofTerms, prove
from jutong.kernel.clock import SystemClock

TABLE = "jutong_bench_proof"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--kind", choices=["postgresql", "mariadb"], default="postgresql")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    try:
        progress(f"making {arguments.rows} made-up people in {arguments.kind}")
        (make_mariadb if arguments.kind == "mariadb" else make_people)(TABLE, arguments.rows)
        with tempfile.TemporaryDirectory(prefix="jutong-bench-") as folder:
            measure(arguments, Path(folder))
    finally:
        drop_people(TABLE)


def measure(arguments, folder):
    clock = SystemClock()
    opened = open_connector(arguments.kind, options(arguments.kind, TABLE), root=folder)
    with Lake.open(folder / "lake", LakeSettings(threads=THREADS, memory="640MB")) as lake:
        runs = [
            timed(
                lambda number=number: collect(
                    contract(),
                    opened,
                    lake=lake,
                    department="b",
                    system="b",
                    run_id=f"r{number}",
                    clock=clock,
                )
            )
            for number in range(2)
        ]
        terms = ProofTerms(department="b", system="b", proof_id="p1")

        def proved():
            return prove(contract(), opened, lake=lake, mapping=None, terms=terms, clock=clock)

        proofs = [timed(proved) for _round in range(arguments.rounds)]
        assert all(run[2].complete and not run[2].mismatches for run in proofs)
        comparison = Comparison.of(contract(), opened, lake, None, terms)
        ranges = comparison.ranges()
        server = timed(lambda: opened.fingerprints(comparison.key, comparison.columns, ranges))
        pool = timed(lambda: comparison.pool.fingerprints(ranges))
        lake.engine.run(
            "UPDATE lake.pool.people SET address = address || '改' WHERE _row_no = ?", [arguments.rows // 2]
        )
        found = timed(proved)
        assert found[2].complete
        assert found[2].repaired == 1, found[2]
    collect_s, proof_s = min(run[0] for run in runs), median(run[0] for run in proofs)
    report(
        f"collect_proof.{arguments.kind}",
        f"{arguments.rows:,} 行证明 rows proved in {proof_s:.1f} s, 占归集 of collection {proof_s / collect_s:.0%}; "
        f"一行损坏，定位并修复 one corrupted row found and mended in {found[0]:.1f} s",
        rows=arguments.rows,
        ranges=len(ranges),
        collect_s=round(collect_s, 2),
        proof_s=round(proof_s, 2),
        proof_share=round(proof_s / collect_s, 3),
        server_alone_s=round(server[0], 2),
        pool_alone_s=round(pool[0], 2),
        corrupted_row_s=round(found[0], 2),
        rounds=arguments.rounds,
    )


if __name__ == "__main__":
    main()
