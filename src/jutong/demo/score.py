"""What the platform found of what was planted: counted row by row against the truth, nothing taken on trust."""
# ruff: noqa: S608  # every name in the SQL is from this package's own registers

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import msgspec

from jutong.dataflow.lake import Lake, TableName
from jutong.dataflow.lake.lake import CATALOGUE
from jutong.dataflow.lake.names import POOL, QUARANTINE
from jutong.dataflow.quality import QualityRule, check, rules_of
from jutong.demo.build import is_late
from jutong.demo.comparison import compare_departments, pool
from jutong.demo.errors import CityMissing
from jutong.demo.kinds import FOUND_BY_RULE, FaultKind
from jutong.demo.nouns import Register
from jutong.demo.registers import registers
from jutong.demo.truth import TRUTH_FILE, demo_folder, read_record
from jutong.kernel.clock import Clock, business_date
from jutong.kernel.home import DataHome
from jutong.vocabulary.contracts import EntryContract, RunReport

SCORE_FILE: Final = "score.json"
_FINDINGS: Final = "score_findings"


@dataclass(frozen=True, slots=True, kw_only=True)
class KindScore:
    """One kind of fault: how many were planted, how many of these were found, and what was flagged wrongly."""

    kind: str
    zh: str
    en: str
    means_zh: str
    means_en: str
    planted: int
    found: int
    false_alarms: int

    @property
    def missed(self) -> int:
        return self.planted - self.found

    @property
    def recall(self) -> float | None:
        """Share of what was planted that was found; None when nothing was planted."""
        return round(self.found / self.planted, 4) if self.planted else None

    @property
    def precision(self) -> float | None:
        """Share of what was flagged that is right; None when nothing was flagged."""
        flagged = self.found + self.false_alarms
        return round(self.found / flagged, 4) if flagged else None


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentScore:
    department: str
    planted: int
    found: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CityScore:
    """The score of a demo city at one moment."""

    made_at: datetime
    persons: int
    seed: int
    rows: int
    kinds: tuple[KindScore, ...]
    departments: tuple[DepartmentScore, ...]
    not_collected: tuple[str, ...] = ()
    """Services whose faults cannot be found because nothing of theirs has landed."""

    @property
    def planted(self) -> int:
        return sum(each.planted for each in self.kinds)

    @property
    def found(self) -> int:
        return sum(each.found for each in self.kinds)

    @property
    def false_alarms(self) -> int:
        return sum(each.false_alarms for each in self.kinds)

    def to_json(self) -> str:
        """The fields, and the shares and sums that follow from them."""
        values = msgspec.to_builtins(self)
        for row, each in zip(values["kinds"], self.kinds, strict=True):
            row |= {"missed": each.missed, "recall": each.recall, "precision": each.precision}
        values |= {"planted": self.planted, "found": self.found, "false_alarms": self.false_alarms}
        return msgspec.json.format(msgspec.json.encode(values)).decode()


def score_city(
    home: DataHome, contracts: Mapping[str, EntryContract], *, lake: Lake, clock: Clock
) -> CityScore:
    """Compare findings on the lake with the truth, and keep the result as `demo/score.json`.

    `contracts`: service → the contract under which it was collected.

    Raises:
        CityMissing: no demo city was generated in this data home.
    """
    record = read_record(home.root)
    truth_file = demo_folder(home.root) / TRUTH_FILE
    if not truth_file.is_file():
        raise CityMissing
    chosen = registers(postgresql=record.postgresql)
    lake.engine.run(
        f"CREATE OR REPLACE TEMP TABLE {_FINDINGS}"
        " (means VARCHAR, kind VARCHAR, service VARCHAR, row_no BIGINT, field VARCHAR)"
    )
    landed = {table.name for table in lake.tables(POOL)}
    for register in chosen:
        if register.service in landed and register.service in contracts:
            _find_by_rules(lake, contracts[register.service])
    compare_departments(lake, into=_FINDINGS)
    _find_late(lake, home.sources, [each for each in chosen if each.service in landed])
    lake.engine.run(
        "CREATE OR REPLACE TEMP TABLE score_truth AS SELECT * FROM read_parquet(?)", [str(truth_file)]
    )
    score = CityScore(
        made_at=clock.now(),
        persons=record.persons,
        seed=record.seed,
        rows=sum(record.rows.values()),
        kinds=_by_kind(lake),
        departments=_by_department(lake),
        not_collected=tuple(each.service for each in chosen if each.service not in landed),
    )
    for name in (_FINDINGS, "score_truth", "score_matched", "differing"):
        lake.engine.run(f"DROP TABLE IF EXISTS {name}")
    write_score(home, score)
    return score


def _find_by_rules(lake: Lake, contract: EntryContract) -> None:
    """Which rows broke the rules that the run's own report counts faults for.

    Rows that landed are judged once more, for the report keeps a few row numbers of each rule only; why the
    others were set aside stands in quarantine.
    """
    report = _last_report(lake, contract.service)
    broken = {rule.code for rule in report.rules if rule.failed} if report else set()
    rules = [
        rule
        for rule in rules_of(contract, _collected_on(lake, contract.service))
        if rule.code in broken and rule.kind in FOUND_BY_RULE
    ]
    if not rules:
        return
    judged_again = [rule for rule in rules if rule.kind != "unique"]
    lake.engine.run(f"CREATE OR REPLACE TEMP VIEW score_rows AS SELECT * FROM {pool(contract.service)}")
    if judged_again:
        check(lake.engine, "score_rows", judged_again, findings="score_broken")
    else:
        lake.engine.run("CREATE OR REPLACE TEMP TABLE score_broken (_row_no BIGINT, broken VARCHAR[])")
    meanings = ", ".join(
        f"('{rule.code}', '{FOUND_BY_RULE[rule.kind][0].value}', '{_judged(rule)}')" for rule in rules
    )
    lake.engine.run(
        f"INSERT INTO {_FINDINGS} SELECT DISTINCT 'rule', m.kind, ?, c.row_no, m.field FROM ("
        " SELECT _row_no AS row_no, unnest(broken) AS code FROM score_broken"
        f' UNION ALL SELECT _row_no, unnest(reasons) FROM "{CATALOGUE}"."{QUARANTINE}"."{contract.service}"'
        f" WHERE _row_no IS NOT NULL) c JOIN (VALUES {meanings}) m(code, kind, field) USING (code)",
        [contract.service],
    )
    lake.engine.run("DROP VIEW score_rows")
    lake.engine.drop("score_broken")


def _last_report(lake: Lake, service: str) -> RunReport | None:
    """What the newest run into the pool said of itself."""
    for version in lake.versions(TableName(POOL, service)):
        if version.note:
            return RunReport.from_json(version.note)
    return None


def _judged(rule: QualityRule) -> str:
    """The item that the rule judges; a repeated key is a fault of the whole row."""
    return "" if rule.kind == "unique" else rule.fields[0]


def _collected_on(lake: Lake, service: str) -> date:
    return business_date(_collected_at(lake, service))


def _collected_at(lake: Lake, service: str) -> datetime:
    row = lake.engine.run(f"SELECT epoch(max(_load_time)) FROM {pool(service)}").fetchone()
    return datetime.fromtimestamp(row[0] if row and row[0] is not None else 0, UTC)


def _find_late(lake: Lake, sources: Path, landed: Sequence[Register]) -> None:
    """How old each file was when it was collected, against the cycle that its entry promises."""
    for register in landed:
        path = sources / register.delivery.path
        if register.delivery.kind == "postgresql" or not path.is_file():
            continue
        age_s = _collected_at(lake, register.service).timestamp() - path.stat().st_mtime
        if is_late(register, hours=age_s / 3600):
            lake.engine.run(
                f"INSERT INTO {_FINDINGS} VALUES ('delivery', ?, ?, NULL, '')",
                [FaultKind.LATE_FILE.value, register.service],
            )


def _by_kind(lake: Lake) -> tuple[KindScore, ...]:
    """A fault is found when its row and item are flagged as what it is. A flag is false when nothing was planted there."""
    duplicates = f"('{FaultKind.EXACT_DUPLICATE.value}', '{FaultKind.KEY_DUPLICATE.value}')"
    lake.engine.run(f"""
        CREATE OR REPLACE TEMP TABLE score_matched AS
        SELECT t.*, EXISTS (
            SELECT 1 FROM {_FINDINGS} f WHERE f.service = t.service AND f.row_no IS NOT DISTINCT FROM t.row_no
                AND (f.kind = t.kind AND f.field = t.field
                    OR t.kind IN {duplicates} AND f.kind = '{FaultKind.KEY_DUPLICATE.value}')
        ) AS found FROM score_truth t
    """)
    planted = {
        kind: (total, found)
        for kind, total, found in lake.engine.run(
            "SELECT kind, count(*), count(*) FILTER (found) FROM score_matched GROUP BY kind"
        ).fetchall()
    }
    wrong = dict(
        lake.engine.run(f"""
            SELECT f.kind, count(*) FROM (SELECT DISTINCT kind, service, row_no, field FROM {_FINDINGS}) f
            WHERE NOT EXISTS (
                SELECT 1 FROM score_truth t WHERE t.service = f.service AND t.row_no IS NOT DISTINCT FROM f.row_no
                    AND (t.field = f.field OR t.kind IN {duplicates} AND f.field = '')
            ) GROUP BY f.kind
        """).fetchall()
    )
    return tuple(
        KindScore(
            kind=kind.value,
            zh=kind.zh,
            en=kind.en,
            means_zh=kind.means[0],
            means_en=kind.means[1],
            planted=planted.get(kind.value, (0, 0))[0],
            found=planted.get(kind.value, (0, 0))[1],
            false_alarms=wrong.get(kind.value, 0),
        )
        for kind in FaultKind
    )


def _by_department(lake: Lake) -> tuple[DepartmentScore, ...]:
    rows = lake.engine.run(
        "SELECT department, count(*), count(*) FILTER (found) FROM score_matched GROUP BY department ORDER BY department"
    ).fetchall()
    return tuple(DepartmentScore(department=row[0], planted=row[1], found=row[2]) for row in rows)


def write_score(home: DataHome, score: CityScore) -> Path:
    path = demo_folder(home.root) / SCORE_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".part")
    temporary.write_text(score.to_json(), encoding="utf-8")
    temporary.replace(path)
    return path


def read_score(home: DataHome) -> CityScore | None:
    """The score of the last build, for a page; None when there is none."""
    try:
        text = (demo_folder(home.root) / SCORE_FILE).read_bytes()
    except OSError:
        return None
    return msgspec.json.decode(text, type=CityScore)
