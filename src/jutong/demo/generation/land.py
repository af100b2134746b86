"""Parcels of land, the homes on them, and who owns these (自然资源); counts of homes a county (住建)."""
# ruff: noqa: S608  # every text in the SQL is from this package, no value comes from outside

import duckdb

from jutong.demo.generation.places import PARCEL_REACH
from jutong.demo.nouns import CityPlan


def make_land(connection: duckdb.DuckDBPyConnection, plan: CityPlan, *, points: int) -> None:
    """Make the clean registers of parcels (squares of about 60 m), homes, and counts of homes.

    Unit numbers are those of GB/T 37346-2019: 28 characters, without a check digit.
    """
    _make_parcels(connection, parcels=max(60, plan.persons // 25), points=points)
    _make_homes(connection)


def _make_parcels(connection: duckdb.DuckDBPyConnection, *, parcels: int, points: int) -> None:
    connection.execute(f"""
        CREATE TABLE parcel AS
        WITH drawn AS (
            SELECT l, pick(l, 'village', (SELECT count(*) FROM village)) AS number FROM range({parcels}) t(l)
        ),
        placed AS (
            SELECT l, v.county_code, v.county, v.township,
                row_number() OVER (PARTITION BY v.county_code ORDER BY l) - 1 AS k FROM drawn JOIN village v USING (number)
        )
        SELECT a.*, a.county_code || lpad(CAST(1 + a.k // 400 % 900 AS VARCHAR), 3, '0') || lpad(CAST(1 + a.k % 20
                AS VARCHAR), 3, '0')
                || 'GB' || lpad(CAST(1 + a.k AS VARCHAR), 5, '0') AS parcel_code,
            p.lon + (u(l, 'east') - 0.5) * 2 * {PARCEL_REACH / 2} AS lon,
            p.lat + (u(l, 'north') - 0.5) * 2 * {PARCEL_REACH / 2} AS lat
        FROM placed a JOIN point p ON p.county_code = a.county_code AND p.k = a.k % {points}
    """)
    half = PARCEL_REACH / 2
    connection.execute(f"""
        CREATE TABLE clean_land_parcel AS
        SELECT l AS n, parcel_code || 'W00000000' AS unit_no, county_code AS region_code,
            '浙江省杭州市' || county || township AS location,
            ['0701', '0701', '0701', '0602', '0501', '0801'][1 + pick(l, 'use', 6)] AS land_use,
            round(2000 + u(l, 'area') * 60000, 2) AS area_m2,
            DATE '1998-01-01' + CAST(pick(l, 'granted', 9800) AS INTEGER) AS granted_date,
            round(lon, 6) AS longitude, round(lat, 6) AS latitude,
            printf('{{"type": "Polygon", "coordinates": [[[%.6f, %.6f], [%.6f, %.6f], [%.6f, %.6f
                ], [%.6f, %.6f], [%.6f, %.6f]]]}}',
                lon - {half}, lat - {half}, lon + {half}, lat - {half}, lon + {half}, lat + {half},
                lon - {half}, lat + {half},
                lon - {half}, lat - {half}) AS geometry, '合成' AS data_nature
        FROM parcel ORDER BY l
    """)


def _make_homes(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("""
        CREATE TABLE clean_land_housing AS
        WITH stock AS (SELECT county_code, count(*) AS parcels FROM parcel GROUP BY county_code),
        owner AS (
            SELECT p.*, pick(h, 'parcel', s.parcels) AS k FROM person p JOIN stock s USING (county_code)
            WHERE role = 0 AND death_date IS NULL AND u(h, 'owns') < 0.66
        ),
        housed AS (
            SELECT o.*, l.parcel_code, l.lon, l.lat,
                row_number() OVER (PARTITION BY l.parcel_code ORDER BY o.h) AS unit
            FROM owner o JOIN parcel l ON l.county_code = o.county_code AND l.k = o.k
        )
        SELECT row_number() OVER (ORDER BY h) - 1 AS n,
            parcel_code || 'F' || lpad(CAST(1 + unit // 60 AS VARCHAR), 4, '0') || lpad(CAST(unit
                AS VARCHAR), 4, '0') AS unit_no,
            id_no AS owner_id, name AS owner_name, address AS location, county_code AS region_code,
            round(38 + u(h, 'floor area') * 132, 2) AS floor_area_m2, 1 + pick(h, 'storey', 33) AS storey, 33 AS storeys,
            greatest(birth_date + 22 * 366, DATE '1999-01-01' + CAST(pick(h, 'bought', 9600) AS INTEGER)) AS registered_date,
            10 AS planned_use, round(lon, 6) AS longitude, round(lat, 6) AS latitude, '合成' AS data_nature
        FROM housed ORDER BY n
    """)
    connection.execute(
        "UPDATE clean_land_housing SET registered_date = today() - 30 WHERE registered_date > today() - 30"
    )
    connection.execute("""
        CREATE TABLE clean_construction_housing_count AS
        SELECT row_number() OVER (ORDER BY region_code) - 1 AS n, region_code, any_value(county) AS county, count(*) AS homes,
            round(sum(floor_area_m2), 2) AS floor_area_m2, round(avg(floor_area_m2), 2) AS mean_floor_area_m2,
            count(*) FILTER (registered_date > today() - 365) AS registered_last_year, '合成' AS data_nature
        FROM clean_land_housing JOIN county ON county_code = region_code GROUP BY region_code ORDER BY n
    """)


def make_medical_institutions(
    connection: duckdb.DuckDBPyConnection, *, institutions: int, points: int
) -> None:
    """Make the clean register of designated medical institutions (定点医药机构), each at a point inside its county."""
    connection.execute(f"""
        CREATE TABLE clean_medical_institution AS
        WITH drawn AS (SELECT i, pick(i, 'institution village', (SELECT count(*) FROM village)) AS number
            FROM range({institutions}) t(i))
        SELECT i AS n,
        (CASE WHEN u(i, 'shop') < 0.6 THEN 'P' ELSE 'H' END) || v.county_code || lpad(CAST(i AS VARCHAR), 5, '0')
                AS institution_code,
            v.township || CASE WHEN u(i, 'shop') < 0.6 THEN '便民药店' ELSE '社区卫生服务站' END || (1 + i)
                || '（合成）' AS name,
            CASE WHEN u(i, 'shop') < 0.6 THEN '定点零售药店' ELSE '定点医疗机构' END AS kind,
            v.county_code AS region_code, '浙江省杭州市' || v.county || v.township || v.name AS address,
            p.lon AS longitude, p.lat AS latitude, '合成' AS data_nature
        FROM drawn d JOIN village v USING (number)
        JOIN point p ON p.county_code = v.county_code AND p.k = (i * 7 + 3) % {points}
        ORDER BY i
    """)
