"""Sources that are compared by the SHA-1 of their rows' texts: what differs is found and mended there as well."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from jutong.dataflow.connectors.protocol import Capability, KeyRange
from jutong.dataflow.connectors.registry import open_connector
from jutong.dataflow.lake import TableName
from jutong.dataflow.pipelines import collect
from jutong.dataflow.pipelines import proof as proofs
from jutong.dataflow.pipelines.proof import Comparison, ProofTerms, prove
from jutong.kernel.clock import FixedClock
from jutong.vocabulary.catalogue import DataType
from jutong.vocabulary.contracts import InformationItem
from tests.support.deliveries import NOON, people_contract
from tests.support.lakes import open_lake
from tests.support.mariadb import mariadb_database

ROWS = 300
TERMS = ProofTerms(department="d", system="s", proof_id="proof-1")


class Place:
    def __init__(self, kind, options, folder, items, lake, execute):
        self.contract = replace(people_contract(), items=items, rules=(), query_keys=())
        self.kind, self.options, self.folder, self.lake, self.at_source = kind, options, folder, lake, execute

    def connector(self):
        return open_connector(self.kind, self.options, root=self.folder)

    def collect(self):
        return collect(
            self.contract,
            self.connector(),
            lake=self.lake,
            department="d",
            system="s",
            run_id="r1",
            clock=FixedClock(NOON),
        )

    def prove(self, terms=TERMS):
        return prove(
            self.contract, self.connector(), lake=self.lake, mapping=None, terms=terms, clock=FixedClock(NOON)
        )

    def in_pool(self, statement):
        self.lake.engine.run(statement.replace("TABLE", "lake.pool.person"))

    def rows(self):
        fields = [item.field for item in self.contract.items]
        return sorted(self.lake.read(TableName("pool", "person"), columns=fields).to_pylist(), key=repr)

    def different_rows(self):
        """How many rows the two sides hash differently, asked of every row."""
        one = Comparison.of(self.contract, self.connector(), self.lake, None, TERMS)
        return sorted(one.differing_keys(*(side[0] for side in one.fingerprints((KeyRange(),)))))


@pytest.fixture(scope="module")
def mariadb():
    with mariadb_database() as opened:
        yield opened


@pytest.fixture
def small_ranges(monkeypatch):
    monkeypatch.setattr(proofs, "_ROWS_A_RANGE", 40)
    monkeypatch.setattr(proofs, "_LISTED_ROWS", 10)
    monkeypatch.setattr(proofs, "_SPLIT", 4)


def items(**types):
    return tuple(
        InformationItem(name=field, field=field, key=place == 0, data_type=data_type)
        for place, (field, data_type) in enumerate(types.items())
    )


def filled(execute, key, of, *, mariadb):
    execute("DROP TABLE IF EXISTS people")
    collated = " COLLATE utf8mb4_general_ci" if mariadb else " COLLATE NOCASE"
    execute(
        f"CREATE TABLE people (id {key}{'' if 'int' in key else collated} PRIMARY KEY, name varchar(40), "
        "born varchar(20), pay decimal(12,2), seen varchar(30))"
    )
    rows = ", ".join(
        f"({of(n)}, {'NULL' if n % 9 == 0 else repr(f'名{n}')}, '19{n % 90 + 10}-{n % 12 + 1}-{n % 28 + 1}', {n - 150}.5, "
        f"'2026-01-01 00:00:{n % 60:02d}')"
        for n in range(ROWS)
    )
    execute(f"INSERT INTO people VALUES {rows}")


@pytest.fixture(params=["mariadb", "sqlite"])
def opened(request, tmp_path):
    if request.param == "mariadb":
        options, cursor = request.getfixturevalue("mariadb")
        return "mariadb", {**options, "table": "people"}, cursor.execute

    def execute(statement):
        with closing(sqlite3.connect(tmp_path / "people.db")) as connection, connection:
            connection.execute(statement)

    return "sqlite", {"path": "people.db", "table": "people"}, execute


@pytest.mark.parametrize("key", ["int", "text"])
def test_wrong_missing_and_extra_rows_are_found_and_mended(opened, key, tmp_path, small_ranges):
    kind, options, execute = opened
    if key == "int":
        filled(execute, "int", lambda n: n * 7 - 400, mariadb=kind == "mariadb")
    else:
        filled(execute, "varchar(40)", lambda n: f"'{'甲aB乙'[n % 4]}-{n:04d}'", mariadb=kind == "mariadb")
    types = items(
        id=DataType.INTEGER if key == "int" else DataType.TEXT, name=DataType.TEXT, born=DataType.DATE,
        pay=DataType.MONEY, seen=DataType.TIMESTAMP,
    )  # fmt: skip
    with open_lake(tmp_path / "lake") as lake:
        place = Place(kind, options, tmp_path, types, lake, execute)
        assert Capability.PROOF in place.connector().capabilities
        place.collect()
        whole = place.rows()
        report = place.prove()
        assert (report.complete, report.mismatches, report.rows_source, report.rows_pool) == (
            True,
            (),
            ROWS,
            ROWS,
        )
        assert (report.method, report.unhashed) == ("sha1_text_v1", ())
        assert report.ranges > 4
        ids = [row["id"] for row in whole]
        place.in_pool(f"UPDATE TABLE SET name = '错' WHERE id = '{ids[17]}'")
        place.in_pool(f"UPDATE TABLE SET pay = pay + 1 WHERE id = '{ids[100]}'")
        place.in_pool(f"DELETE FROM TABLE WHERE id = '{ids[200]}'")
        place.in_pool(f"UPDATE TABLE SET id = '{'9' * 5}' WHERE id = '{ids[250]}'")
        execute("UPDATE people SET name = '新' WHERE name = '名55'")
        report = place.prove()
        assert (report.complete, report.repaired, report.rows_pool) == (True, 6, ROWS)
        assert [
            {**row, "name": "名55" if row["name"] == "新" else row["name"]} for row in place.rows()
        ] == whole
        assert place.prove().mismatches == ()


MARIADB = {
    "tinyint(4) zerofill": (["7", "0", "255"], "text integer money double date"),
    "bigint": (["-123456789012345678", "20200131", "1", "0"], "text integer money number date boolean timestamp"),
    "bigint unsigned": (["99999999999999999", "0"], "text integer"),
    "year": (["2020", "0"], "text integer"),
    "bit(1)": (["1", "0"], "text boolean"),
    "bit(9)": (["311", "0"], "text integer"),
    "decimal(12,2)": (["-0.05", "12.30", "7", "9999999999.99"], "text integer money double"),
    "decimal(20,6) zerofill": (["0.5", "12.300000", "12.34567", "7"], "text integer money double"),
    "decimal(38,10)": (["-1234567890123456789012345678.0123456789", "0.1", "0"], "text money double"),
    "double": (["0", "-0e0", "0.1", "-1.5", "1e15", "123456789.123456789", "1e-7", "5e-324", "1.7e308", "-2.5e-21", "9007199254740993e0", "1e18", "12"],  # noqa: E501
               "double number float integer money text"),
    "double(10,2)": (["0.1", "12.5", "-99999.99"], "double text"),
    "float": (["0.1", "123456.789", "16777217"], "double text"),
    "date": (["'2020-02-29'", "'0000-00-00'", "'0001-01-01'", "'9999-12-31'"], "text date timestamp"),
    "datetime": (["'2020-02-29 10:20:30'", "'0000-00-00'", "'0999-01-01 00:00:01'"], "text date timestamp"),
    "datetime(6)": (["'2020-02-29 10:20:30.123456'", "'2020-02-29 10:20:30.5'", "'2020-02-29'"], "text date timestamp"),
    "timestamp NULL": (["'2026-01-01 00:00:00'", "'1988-07-01 00:00:00'", "'1986-05-03 18:00:00'", "'1986-05-03 17:59:59'", "'1991-09-14 17:00:00'", "'0000-00-00'"],  # noqa: E501
                       "text date timestamp"),
    "timestamp(3) NULL": (["'2026-01-01 16:00:00.120'"], "text date timestamp"),
    "time(3)": (["'10:20:30.5'", "'-838:59:59'"], "text"),
    "char(9)": (["'a'", "'a  '", "''", "'Ä'"], "text"),
    "varchar(60) CHARACTER SET gbk": (["'张三'", "' 空格 '", "'12'"], "text integer"),
    "varchar(61) CHARACTER SET latin1": (["'é'", "'12.0'"], "text money"),
    "varchar(62)": (["'2001-9-1'", "'20010901'", "'2001/09/01 10:00'", "'x'", "'1990-02-30'", "' 1900-02-28'"], "text date"),
    "varchar(63)": (["'2001-09-01 10:20:30'", "'2001-9-1'", "'20010901102030'", "'1999-12-31 23:59:59.5'", "'2001/9/1 8:05'", "'😀'"], "timestamp"),  # noqa: E501
    "varchar(64)": (["'007'", "'12.0'", "'+3'", "'-5'", "' 8 '", "'1.50'", "'-0.10'", "'-0'", "'1e3'", "'.5'"], "integer money double"),  # noqa: E501
    "varchar(65)": (["'是'", "'N'", "'true'", "'否'", "'maybe'"], "boolean memo"),
    "enum('甲','乙')": (["'甲'", "'乙'"], "text"),
    "set('a','b')": (["'a,b'", "''"], "text"),
    "json": (["'{\"a\": 1}'"], "text"),
    "varbinary(9)": (["x'00ff'"], "text"),
    "uuid": (["'0123abcd-0000-4000-8000-0123456789ab'"], "text"),
    "inet6": (["'::1'"], "text"),
    "point": (["POINT(1, 2)"], "text"),
}  # fmt: skip
UNHASHED = {
    ("double", "text"),
    ("double(10,2)", "text"),
    ("float", "double"),
    ("float", "text"),
    ("varbinary(9)", "text"),
    ("point", "text"),
}


def test_every_type_of_mariadb_hashes_as_the_pool_does_or_is_said_not_to(mariadb, tmp_path):
    options, cursor = mariadb
    columns = [
        (kind, data_type, value, n)
        for n, (kind, data_type, values) in enumerate(
            (kind, one, values) for kind, (values, types) in MARIADB.items() for one in types.split()
        )
        for value in values
    ]
    kinds = {n: (kind, data_type) for kind, data_type, _, n in columns}
    declared = ", ".join(f"c{n} {kind}" for n, (kind, _) in kinds.items())
    cursor.execute(f"CREATE TABLE kinds (id int PRIMARY KEY, {declared})")
    for row, (_, _, value, n) in enumerate(columns):
        cursor.execute(f"INSERT INTO kinds (id, c{n}) VALUES ({row}, {value})")
    types = {f"c{n}": DataType(data_type) for n, (_, data_type) in kinds.items()}
    with open_lake(tmp_path / "lake") as lake:
        place = Place(
            "mariadb",
            {**options, "table": "kinds"},
            tmp_path,
            items(id=DataType.INTEGER, **types),
            lake,
            cursor.execute,
        )
        place.collect()
        landed = {str(row["id"]): row for row in place.rows()}
        compared = Comparison.of(place.contract, place.connector(), lake, None, TERMS)
        differing = [key for key in place.different_rows() if key in landed]
    assert {kinds[int(name[1:])] for name in compared.unhashed} == UNHASHED
    assert [(columns[int(key)], landed[key][f"c{columns[int(key)][3]}"]) for key in differing] == []
    assert len(landed) > 100
