"""Tables of made-up people on real servers, for the measures of collection: twelve columns, right check characters."""

import os
from contextlib import suppress

import psycopg
import pymysql

from bench.ingest import CONTRACT

POSTGRESQL = os.environ.get("JUTONG_TEST_POSTGRESQL") or "postgresql://postgres@127.0.0.1:5432/test"
MARIADB = os.environ.get("JUTONG_TEST_MARIADB") or "mysql://root@127.0.0.1:3306/test"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

# Region and birthday come again after 200,000 rows: what these add to the check character is worked out once.
_POSTGRESQL_ROWS = """
    WITH heads AS MATERIALIZED (SELECT j, born, region, head, {check} AS known
        FROM (SELECT j, born, region, region || to_char(born, 'YYYYMMDD') AS head
            FROM (SELECT j, date '1940-01-01' + j / 8 AS born,
                (ARRAY['330102', '330105', '330106', '330108', '330109', '330110', '110105', '440106'])[j % 8 + 1]
                    AS region
                FROM generate_series(0, 199999) t(j)) a) h)
    SELECT body || substr('10X98765432', sum % 11 + 1, 1), '合成' || chr(19968 + i % 5000), (i % 2 + 1)::text, born,
        (ARRAY['01', '02', '03', '11'])[1 + i % 4], region,
        '浙江省杭州市西湖区文三路' || (i % 900) || '号' || (i % 30) || '室',
        '138' || lpad((i % 100000000)::text, 8, '0'),
        'a' || i || '@example.cn', (i % 100000 * 1.37)::numeric(12, 2), 120 + (i % 1000) / 1000.0::float8,
        timestamp '2025-01-01' + (i % 8000000) * interval '1 second'
    FROM (SELECT s * 200000 + j AS i, born, region, head || lpad(s::text, 3, '0') AS body,
            known + s / 100 * 8 + s / 10 % 10 * 4 + s % 10 * 2 AS sum
        FROM heads, generate_series(0, ({rows} - 1) / 200000) t(s)) b WHERE i < {rows}
"""
_MARIADB_ROWS = """
    SELECT concat(body, substr('10X98765432', ({check}) % 11 + 1, 1)),
        concat('合成', convert(char(19968 + i % 5000 USING ucs2) USING utf8mb4)),
        concat(i % 2 + 1), born, elt(1 + i % 4, '01', '02', '03', '11'), region,
        concat('浙江省杭州市西湖区文三路', i % 900, '号', i % 30, '室'), concat('138', lpad(i % 100000000, 8, '0')),
        concat('a', i, '@example.cn'), i % 100000 * 1.37, 120 + (i % 1000) / 1000,
        '2025-01-01' + INTERVAL i % 8000000 SECOND
    FROM (SELECT i, born, region, concat(region, date_format(born, '%Y%m%d'), lpad(i DIV 200000, 3, '0')) AS body
        FROM (SELECT seq AS i, '1940-01-01' + INTERVAL seq DIV 8 % 25000 DAY AS born,
            elt(seq % 8 + 1, '330102', '330105', '330106', '330108', '330109', '330110', '110105', '440106') AS region
            FROM seq_0_to_{last}) a) b
"""


def contract():
    return CONTRACT


def _check(cast, digits=17):
    return " + ".join(f"{cast.format(n)} * {weight}" for n, weight in enumerate(_WEIGHTS[:digits], 1))


def make_people(table, rows):
    """A PostgreSQL table with a primary key, in no order of it, analysed."""
    with psycopg.connect(POSTGRESQL, autocommit=True) as connection:
        connection.execute(f"DROP TABLE IF EXISTS {table}")
        connection.execute(
            f"CREATE UNLOGGED TABLE {table} (id_no varchar(18) NOT NULL, name text NOT NULL, sex char(1), birth_date date,"
            " nation varchar(2), region_code varchar(6), address text, mobile varchar(11), email text,"
            " income numeric(12, 2), longitude double precision, updated_at timestamp)"
        )
        source = _POSTGRESQL_ROWS.format(check=_check("substr(head, {}, 1)::int", 14), rows=rows)
        connection.execute(f"INSERT INTO {table} {source}")
        connection.execute(f"ALTER TABLE {table} ADD PRIMARY KEY (id_no)")
        connection.execute(f"VACUUM ANALYZE {table}")


def make_mariadb(table, rows):
    with _mariadb() as connection, connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {table}")
        cursor.execute(
            f"CREATE TABLE {table} (id_no varchar(18) NOT NULL PRIMARY KEY, name varchar(50) NOT NULL, sex char(1),"
            " birth_date date, nation varchar(2), region_code varchar(6), address varchar(100), mobile varchar(11),"
            " email varchar(60), income decimal(12, 2), longitude double, updated_at datetime) CHARACTER SET utf8mb4"
        )
        check = _check("cast(substr(body, {}, 1) AS int)")
        cursor.execute(f"INSERT INTO {table} " + _MARIADB_ROWS.format(check=check, last=rows - 1))
        connection.commit()


def drop_people(table):
    with suppress(psycopg.Error), psycopg.connect(POSTGRESQL, autocommit=True) as connection:
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    with suppress(pymysql.Error), _mariadb() as connection, connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {table}")


def options(kind, table):
    if kind == "postgresql":
        return {"dsn": POSTGRESQL, "table": table}
    place = _place()
    return {
        "host": place["host"],
        "port": place["port"],
        "database": place["database"],
        "user": place["user"],
        "password": place["password"],
        "table": table,
    }


def _place():
    from urllib.parse import urlsplit

    url = urlsplit(MARIADB)
    return {
        "host": url.hostname or "127.0.0.1",
        "port": url.port or 3306,
        "user": url.username or "root",
        "password": url.password or "",
        "database": url.path.lstrip("/"),
    }


def _mariadb():
    return pymysql.connect(**_place(), charset="utf8mb4")
