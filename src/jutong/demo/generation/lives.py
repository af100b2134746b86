"""What happens in the lives of the generated people: births, marriages, deaths, funerals, school."""
# ruff: noqa: S608  # every text in the SQL is from this package, no value comes from outside

from typing import Final

import duckdb

from jutong.demo.generation.database import text_list

_HOSPITALS: Final = (
    "妇产科医院（合成）",
    "市第一人民医院（合成）",
    "市第二人民医院（合成）",
    "妇幼保健院（合成）",
    "中西医结合医院（合成）",
)
_PARLOURS: Final = ("市殡仪馆（合成）", "城南殡仪馆（合成）", "城北殡仪馆（合成）")
_CAUSES: Final = ("I25", "I64", "C34", "J44", "C22", "E14", "N18", "C16", "V89", "R54")


def make_population(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the clean population register, and the number of residents of each township."""
    connection.execute("""
        CREATE TABLE clean_police_population AS
        SELECT p AS n, id_no, name, sex, nation, strftime(birth_date, '%Y%m%d') AS birth_date, county_code AS region_code,
            township_code, address, 'H' || lpad(CAST(h AS VARCHAR), 9, '0') AS household_no,
            CASE role WHEN 0 THEN '户主' WHEN 1 THEN '配偶' WHEN 4 THEN '父母' ELSE '子女' END AS relation,
            education, mobile, CASE WHEN death_date IS NULL THEN '1' ELSE '2' END AS status,
            strftime(coalesce(death_date, greatest(birth_date, today() - CAST(1 + pick(p, 'updated', 2000)
                AS INTEGER))), '%Y%m%d')
                AS updated_date, '合成' AS data_nature
        FROM person ORDER BY p
    """)
    connection.execute("""
        CREATE TABLE clean_police_township_population AS
        SELECT row_number() OVER (ORDER BY township_code) - 1 AS n, county_code AS region_code, any_value(county) AS county,
            township_code, any_value(township) AS township, count(DISTINCT h) AS households, count(*) AS residents,
            count(*) FILTER (sex = '1') AS male, count(*) FILTER (sex = '2') AS female,
            count(*) FILTER (age >= 60) AS aged_60_or_more, '合成' AS data_nature
        FROM person WHERE death_date IS NULL GROUP BY county_code, township_code ORDER BY n
    """)


def make_births(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the clean birth certificates of the last three years, and their monthly counts a county."""
    hospitals = text_list(_HOSPITALS)
    connection.execute(f"""
        CREATE TABLE clean_health_birth AS
        WITH parent AS (SELECT h, sex, id_no, name FROM person WHERE role IN (0, 1))
        SELECT row_number() OVER (ORDER BY c.birth_date, c.p) - 1 AS n,
            'Y' || lpad(CAST(330000000 + c.p AS VARCHAR), 9, '0') AS certificate_no, c.name, c.sex, c.birth_date,
            c.id_no AS child_id, m.name AS mother_name, m.id_no AS mother_id, f.name AS father_name, f.id_no AS father_id,
            c.county_code AS region_code, {hospitals}[1 + pick(c.p, 'hospital', {len(_HOSPITALS)})] AS hospital,
            2400 + pick(c.p, 'weight', 1900) AS weight_g, '合成' AS data_nature
        FROM person c JOIN parent m ON m.h = c.h AND m.sex = '2' JOIN parent f ON f.h = c.h AND f.sex = '1'
        WHERE c.role IN (2, 3) AND c.birth_date > today() - 1095 ORDER BY n
    """)
    connection.execute("""
        CREATE TABLE clean_health_birth_monthly AS
        SELECT row_number() OVER (ORDER BY strftime(birth_date, '%Y-%m'), region_code) - 1 AS n,
            strftime(birth_date, '%Y-%m') AS month, region_code, any_value(county) AS county, count(*) AS births,
            count(*) FILTER (sex = '1') AS boys, count(*) FILTER (sex = '2') AS girls, '合成' AS data_nature
        FROM clean_health_birth JOIN county ON county_code = region_code
        GROUP BY strftime(birth_date, '%Y-%m'), region_code ORDER BY n
    """)


def make_deaths(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the clean death certificates of the last three years and the funerals after nine of ten."""
    connection.execute(f"""
        CREATE TABLE clean_health_death AS
        SELECT row_number() OVER (ORDER BY death_date, p) - 1 AS n,
        'S' || lpad(CAST(330000000 + p AS VARCHAR), 9, '0') AS certificate_no,
            id_no, name, sex, birth_date, death_date,
            {text_list(_CAUSES)}[1 + pick(p, 'cause', {len(_CAUSES)})] AS cause_code, county_code AS region_code,
            address AS residence, '合成' AS data_nature
        FROM person WHERE death_date IS NOT NULL ORDER BY n
    """)
    connection.execute(f"""
        CREATE TABLE clean_civil_funeral AS
        SELECT row_number() OVER (ORDER BY d.n) - 1 AS n,
            'B' || lpad(CAST(20000000 + d.n AS VARCHAR), 8, '0') AS service_no,
            d.name, d.id_no, d.death_date,
            least(d.death_date + 1 + CAST(pick(d.n, 'funeral', 5) AS INTEGER), today()) AS service_date,
            {text_list(_PARLOURS)}[1 + pick(d.n, 'parlour', {len(_PARLOURS)})] AS parlour, d.region_code,
            800 + 20 * pick(d.n, 'fee', 160) AS fee, '合成' AS data_nature
        FROM clean_health_death d WHERE u(d.n, 'funeral held') < 0.92 ORDER BY n
    """)


def make_marriages(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the clean marriage register since 2000: both of the couple of a household, both of age."""
    connection.execute("""
        CREATE TABLE clean_civil_marriage AS
        WITH couple AS (
            SELECT m.h, m.name AS male_name, m.id_no AS male_id, f.name AS female_name, f.id_no AS female_id,
                m.county_code, greatest(m.birth_date + 22 * 366, f.birth_date + 20 * 366)
                    + CAST(pick(m.h, 'wedding', 2600) AS INTEGER) AS day
            FROM person m JOIN person f ON f.h = m.h AND f.sex = '2' AND f.role IN (0, 1)
            WHERE m.sex = '1' AND m.role IN (0, 1)
        )
        SELECT row_number() OVER (ORDER BY day, h) - 1 AS n, 'J' || county_code || '-' || year(day) || '-'
                || lpad(CAST(row_number() OVER (PARTITION BY county_code, year(day) ORDER BY day, h) AS VARCHAR), 6, '0')
                AS certificate_no,
            male_name, male_id, female_name, female_id, day AS registered_date, county_code AS region_code,
            '1' AS business_type, '合成' AS data_nature
        FROM couple WHERE day BETWEEN DATE '2000-01-01' AND today() - 10 ORDER BY n
    """)


def make_schools(connection: duckdb.DuckDBPyConnection, *, schools: int, points: int) -> None:
    """Make the clean school register (each at a point inside its county), and the pupils of school age."""
    stages = text_list(("小学", "小学", "小学", "初级中学", "初级中学", "普通高中"))
    connection.execute(f"""
        CREATE TABLE school AS
        -- every county has at least one school of each stage; the rest follow the villages
        WITH drawn AS (
            SELECT s, pick(s, 'village', (SELECT count(*) FROM village)) AS number, pick(s, 'stage', 6) AS stage_draw,
                s < 3 * (SELECT count(*) FROM county) AS first
            FROM range({schools}) t(s)
        ),
        spread AS (
            SELECT d.s, CASE WHEN first THEN c.county_code ELSE v.county_code END AS county_code,
                CASE WHEN first THEN [1, 4, 6][1 + s % 3] ELSE 1 + stage_draw END AS stage_number,
                v.township AS township_drawn, v.county_code AS village_county
            FROM drawn d JOIN village v USING (number) LEFT JOIN county c ON c.number = s // 3
        )
        SELECT s, x.county_code, c.county, {stages}[stage_number] AS stage, p.lon, p.lat,
            row_number() OVER (PARTITION BY x.county_code, {stages}[stage_number] ORDER BY s) AS k,
            count(*) OVER (PARTITION BY x.county_code, {stages}[stage_number]) AS stage_size,
            CASE WHEN village_county = x.county_code THEN township_drawn ELSE '' END AS township
        FROM spread x JOIN county c USING (county_code)
        JOIN point p ON p.county_code = x.county_code AND p.k = s % {points}
    """)
    connection.execute("""
        CREATE TABLE clean_education_school AS
        SELECT s AS n, '3133' || lpad(CAST(s AS VARCHAR), 6, '0') AS school_code,
            '杭州市' || county || '第' || k || CASE stage WHEN '普通高中' THEN '高级中学' ELSE stage END
                || '（合成）' AS name,
            stage, CASE WHEN u(s, 'public') < 0.85 THEN '公办' ELSE '民办' END AS ownership, county_code AS region_code,
            '浙江省杭州市' || county || township || '学院路' || (1 + pick(s, 'door', 400)) || '号' AS address,
            '0571-8' || lpad(CAST(pick(s, 'telephone', 10000000) AS VARCHAR), 7, '0') AS telephone,
            12 + pick(s, 'classes', 40) AS classes, lon AS longitude, lat AS latitude, '合成' AS data_nature
        FROM school ORDER BY s
    """)
    connection.execute("""
        CREATE TABLE clean_education_pupil AS
        WITH aged AS (
            -- whoever is six by the end of August enters school
            SELECT *, year(today() - INTERVAL 8 MONTH) - year(birth_date + INTERVAL 4 MONTH) AS school_years FROM person
            WHERE death_date IS NULL AND role IN (2, 3)
        ),
        staged AS (
            SELECT *, CASE WHEN school_years BETWEEN 6 AND 11 THEN '小学' WHEN school_years BETWEEN 12 AND 14 THEN '初级中学'
                WHEN school_years BETWEEN 15 AND 17 THEN '普通高中' END AS stage FROM aged
        )
        SELECT p.p AS n, 'G' || p.id_no AS pupil_no, p.id_no, p.name, p.sex, p.birth_date, s.school_code,
            p.school_years - 5 AS grade, p.address AS home_address, p.county_code AS region_code,
            make_date(year(today() - INTERVAL 8 MONTH) - CAST((p.school_years - 6) % 3 AS INTEGER), 9, 1)
                AS enrolled_date, '合成' AS data_nature
        FROM staged p
        JOIN school k ON k.county_code = p.county_code AND k.stage = p.stage AND k.k = 1 + pick(p.p, 'school', k.stage_size)
        JOIN clean_education_school s ON s.n = k.s
        ORDER BY p.p
    """)
