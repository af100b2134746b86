"""Plants faults in clean registers and keeps the truth of what was planted where."""
# ruff: noqa: S608  # every text in the SQL is from this package, no value comes from outside

from typing import Final

import duckdb

from jutong.demo.nouns import Duplicates, Fault, Register

# Values that are wrong, as SQL over the row they replace.
ABOLISHED_REGIONS: Final = ("330103", "330104", "330185", "330183", "330184", "330181")
WRONG_CHECK: Final = (
    "substr({0}, 1, 17) || substr('0123456789', 1 + (strpos('0123456789', substr({0}, 18, 1)) % 10), 1)"
)


def wrong_check(field: str, rate: float, *, where: str = "TRUE", kind: str = "id_check_digit") -> Fault:
    """The last character of an 18-character code is another digit than it should be."""
    return Fault(
        kind=kind,
        field=field,
        value=WRONG_CHECK.format(field),
        rate=rate,
        where=f"{field} IS NOT NULL AND {where}",
    )


def wrong_uscc(field: str, rate: float) -> Fault:
    return wrong_check(field, rate, kind="uscc_check_digit")


def abolished_region(rate: float, field: str = "region_code") -> Fault:
    """A county that was merged or renamed away (上城区 took in 330104 in 2021, and so on)."""
    codes = ", ".join(f"'{code}'" for code in ABOLISHED_REGIONS)
    return Fault(
        kind="abolished_region", field=field, rate=rate,
        value=f"[{codes}][1 + pick(n, 'abolished', {len(ABOLISHED_REGIONS)})]",
    )  # fmt: skip


def missing(field: str, rate: float) -> Fault:
    return Fault(kind="missing_required", field=field, value="NULL", rate=rate, where=f"{field} IS NOT NULL")


def future(field: str, rate: float, pattern: str = "%Y-%m-%d") -> Fault:
    """A day that has not come yet."""
    return Fault(
        kind="future_date", field=field, rate=rate,
        value=f"strftime(today() + 40 + CAST(pick(n, 'future', 3000) AS INTEGER), '{pattern}')",
    )  # fmt: skip


def outside(field: str, rate: float, values: tuple[str, ...]) -> Fault:
    texts = ", ".join(f"'{value}'" for value in values)
    return Fault(
        kind="out_of_range", field=field, value=f"[{texts}][1 + pick(n, 'outside', {len(values)})]", rate=rate
    )


def unlisted(field: str, rate: float, values: tuple[str, ...]) -> Fault:
    texts = ", ".join(f"'{value}'" for value in values)
    return Fault(
        kind="not_in_code_list",
        field=field,
        value=f"[{texts}][1 + pick(n, 'unlisted', {len(values)})]",
        rate=rate,
    )


def bad_mobile(field: str, rate: float) -> Fault:
    """Ten digits, an old number, a telephone of another kind, or letters."""
    return Fault(
        kind="wrong_format", field=field, rate=rate, where=f"{field} IS NOT NULL",
        value=f"[substr({field}, 1, 10), '2' || substr({field}, 2), {field} || '0', substr({field}, 1, 8) || 'ABC']"
        "[1 + pick(n, 'mobile', 4)]",
    )  # fmt: skip


def other_birth_date(field: str, rate: float) -> Fault:
    """The day differs from the one that the other departments hold; the ID number stays right."""
    return Fault(
        kind="conflict_birth_date", field=field, rate=rate, where=f"{field} IS NOT NULL",
        value=f"strftime(CAST({field} AS DATE) - 1 - CAST(pick(n, 'other day', 700) AS INTEGER), '%Y-%m-%d')",
    )  # fmt: skip


def other_name(field: str, rate: float) -> Fault:
    """Another given name: a character misheard or misread."""
    return Fault(
        kind="conflict_name", field=field, rate=rate,
        value=f"substr({field}, 1, length({field}) - 1) || substr('囡垚犇淼焱骉', 1 + pick(n, 'other name', 6), 1)",
    )  # fmt: skip


def other_address(field: str, rate: float) -> Fault:
    """Another building in the same street: moved, and only one department knows it."""
    return Fault(
        kind="conflict_address", field=field, rate=rate,
        value=f"regexp_replace({field}, '[0-9]+号.*', '') || (1000 + pick(n, 'moved', 500)) || '号1幢1单元101室'",
    )  # fmt: skip


def swapped(field: str, rate: float) -> Fault:
    """The names of two rows stand in each other's place."""
    return Fault(kind="swapped_name", field=field, value="", rate=rate)


def plant(connection: duckdb.DuckDBPyConnection, register: Register) -> None:
    """Make `delivered_<service>` (all text, `row_no` from 1) and add to `truth` what was planted.

    A row carries one fault at most, so that each finding can be told from the others.
    """
    table, fields = register.table, register.fields
    texts = ", ".join(f"CAST({name} AS VARCHAR) AS {name}" for name in fields)
    connection.execute(f"CREATE OR REPLACE TEMP VIEW texts AS SELECT n, {texts} FROM {table}")
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE planted (n BIGINT, kind VARCHAR, field VARCHAR, original VARCHAR, given VARCHAR,"
        " copy BOOLEAN)"
    )
    total = _count(connection, table)
    for fault in register.faults:
        wanted = min(max(fault.minimum, round(fault.rate * total)), total // 4)
        if fault.kind == "swapped_name":
            _plant_swaps(connection, register, fault, wanted - wanted % 2)
        else:
            _plant_fault(connection, register, fault, wanted)
    for duplicates in register.duplicates:
        wanted = min(max(duplicates.minimum, round(duplicates.rate * total)), total // 4)
        _plant_copies(connection, register, duplicates, wanted)
    _deliver(connection, register, total)
    _keep_truth(connection, register)


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0


def _plant_fault(
    connection: duckdb.DuckDBPyConnection, register: Register, fault: Fault, wanted: int
) -> None:
    connection.execute(f"""
        INSERT INTO planted
        SELECT n, '{fault.kind}', '{fault.field}', {fault.field}, {fault.value}, FALSE
        FROM texts t WHERE ({fault.where}) AND NOT EXISTS (SELECT 1 FROM planted x WHERE x.n = t.n)
        ORDER BY draw(n, 'fault {register.service} {fault.kind} {fault.field}'), n LIMIT {wanted}
    """)


def _plant_swaps(
    connection: duckdb.DuckDBPyConnection, register: Register, fault: Fault, wanted: int
) -> None:
    connection.execute(f"""
        INSERT INTO planted
        WITH chosen AS (
            SELECT n, {fault.field} AS name, row_number() OVER (ORDER BY d, n) - 1 AS k
            FROM (SELECT *, draw(n, 'fault {register.service} swap') AS d FROM texts t
                WHERE NOT EXISTS (SELECT 1 FROM planted x WHERE x.n = t.n) ORDER BY d, n LIMIT {wanted})
        )
        SELECT a.n, '{fault.kind}', '{fault.field}', a.name, b.name, FALSE
        FROM chosen a JOIN chosen b ON b.k = xor(a.k, 1) WHERE a.name <> b.name ORDER BY a.k
    """)


def _plant_copies(
    connection: duckdb.DuckDBPyConnection, register: Register, duplicates: Duplicates, wanted: int
) -> None:
    given = duplicates.value or "NULL"
    connection.execute(f"""
        INSERT INTO planted
        SELECT n, '{duplicates.kind}', '{duplicates.changed}', NULL, {given}, TRUE
        FROM texts t WHERE NOT EXISTS (SELECT 1 FROM planted x WHERE x.n = t.n)
        ORDER BY draw(n, 'fault {register.service} {duplicates.kind}'), n LIMIT {wanted}
    """)


def _deliver(connection: duckdb.DuckDBPyConnection, register: Register, total: int) -> None:
    changed = {fault.field for fault in register.faults} | {
        each.changed for each in register.duplicates if each.changed
    }
    columns = ", ".join(
        f"CASE WHEN f.field = '{name}' THEN f.given ELSE t.{name} END AS {name}"
        if name in changed
        else f"t.{name}"
        for name in register.fields
    )
    connection.execute(f"""
        CREATE OR REPLACE TABLE delivered_{register.service} AS
        WITH all_rows AS (
            SELECT t.n AS position, t.n, FALSE AS copy, {columns} FROM texts t
            LEFT JOIN planted f ON f.n = t.n AND NOT f.copy
            UNION ALL
            SELECT t.n + 0.5 + pick(t.n, 'copied to', greatest({total} - t.n, 1)), t.n, TRUE, {columns} FROM texts t
            JOIN planted f ON f.n = t.n AND f.copy
        )
        SELECT row_number() OVER (ORDER BY position, n, copy) AS row_no, * EXCLUDE (position) FROM all_rows ORDER BY row_no
    """)


def make_truth(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the empty table `truth`: one row a planted fault, with digests instead of values."""
    connection.execute(
        "CREATE TABLE truth (kind VARCHAR, department VARCHAR, service VARCHAR, field VARCHAR, row_no BIGINT,"
        " partner_row BIGINT, original_digest VARCHAR)"
    )


def _keep_truth(connection: duckdb.DuckDBPyConnection, register: Register) -> None:
    connection.execute(f"""
        INSERT INTO truth
        SELECT f.kind, '{register.department}', '{register.service}', f.field, d.row_no, o.row_no,
            CASE WHEN f.original IS NOT NULL THEN sha256(f.original) END
        FROM planted f
        JOIN delivered_{register.service} d ON d.n = f.n AND d.copy = f.copy
        LEFT JOIN delivered_{register.service} o ON f.copy AND o.n = f.n AND NOT o.copy
        ORDER BY d.row_no
    """)
