"""The database in which a city is put together, with the functions that its SQL is written in."""
# every text in the SQL is from this package, no value comes from outside

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb

from jutong.demo.nouns import CityPlan

_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_USCC_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_USCC_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@contextmanager
def build_database(
    folder: Path, plan: CityPlan, *, memory: str = "2GB"
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database file below `folder` that spills to disk and is gone afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "city.duckdb"
    _remove(folder, path)
    connection = duckdb.connect(
        str(path),
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": memory,
            "temp_directory": str(folder / "spill"),
        },
    )
    try:
        define_functions(connection, plan)
        yield connection
    finally:
        connection.close()
        _remove(folder, path)


def _remove(folder: Path, path: Path) -> None:
    for each in (path, path.with_suffix(".duckdb.wal")):
        each.unlink(missing_ok=True)
    spill = folder / "spill"
    if spill.is_dir():
        for each in spill.iterdir():
            each.unlink(missing_ok=True)
        spill.rmdir()


def define_functions(connection: duckdb.DuckDBPyConnection, plan: CityPlan) -> None:
    """Random numbers that depend on a row, a purpose and the seed alone; check digits (GB 11643, 32100, 11714)."""
    # Hashing the combined hash again breaks the likeness that an XOR leaves between two purposes.
    connection.execute(
        f"CREATE MACRO draw(i, purpose) AS hash(xor(hash(i, purpose), {_spread(plan.seed)}::UBIGINT))"
    )
    connection.execute("CREATE MACRO u(i, purpose) AS (draw(i, purpose) % 1000003)::DOUBLE / 1000003.0")
    connection.execute("CREATE MACRO pick(i, purpose, m) AS (draw(i, purpose) % (m)::UBIGINT)::BIGINT")
    connection.execute(f"CREATE MACRO today() AS DATE '{plan.today.isoformat()}'")
    digits = " + ".join(
        f"CAST(substr(body, {n}, 1) AS INTEGER) * {w}" for n, w in enumerate(_ID_WEIGHTS, start=1)
    )
    connection.execute(f"CREATE MACRO id_check(body) AS substr('10X98765432', 1 + ({digits}) % 11, 1)")
    uscc = _weighted(_USCC_ALPHABET, _USCC_WEIGHTS)
    connection.execute(
        f"CREATE MACRO uscc_check(body) AS substr('{_USCC_ALPHABET}', 1 + (31 - ({uscc}) % 31) % 31, 1)"
    )
    organisation = _weighted(_ORGANISATION_ALPHABET, _ORGANISATION_WEIGHTS)
    connection.execute(
        f"CREATE MACRO organisation_check(body) AS substr('0X987654321', 1 + ({organisation}) % 11, 1)"
    )
    places = " || ".join(
        f"substr('{_USCC_ALPHABET}', 1 + CAST((number // {31**n}) % 31 AS INTEGER), 1)"
        for n in range(4, -1, -1)
    )
    connection.execute(f"CREATE MACRO base31(number) AS {places}")


def _weighted(alphabet: str, weights: tuple[int, ...]) -> str:
    return " + ".join(
        f"(strpos('{alphabet}', substr(body, {n}, 1)) - 1) * {w}" for n, w in enumerate(weights, start=1)
    )


def _spread(seed: int) -> int:
    """Seeds that are neighbours should not look alike (64-bit Fibonacci hashing)."""
    return (seed * 0x9E3779B97F4A7C15 + 0x2545F4914F6CDD1D) % 2**63


def text_list(values: tuple[str, ...] | list[str]) -> str:
    """An SQL list of these texts."""
    return "[" + ", ".join("'" + each.replace("'", "''") + "'" for each in values) + "]"
