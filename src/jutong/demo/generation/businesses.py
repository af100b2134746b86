"""Enterprises with valid codes, their taxes, and the people insured through them."""
# ruff: noqa: S608  # every text in the SQL is from this package, no value comes from outside

from collections.abc import Mapping
from typing import Final

import duckdb
import pyarrow as pa

from jutong.demo.generation.database import text_list
from jutong.demo.nouns import CityPlan

# Sections of GB/T 4754 with a word of trade for a name, and how many enterprises in a hundred are of each.
_SECTIONS: Final[Mapping[str, tuple[tuple[str, ...], int]]] = {
    "A": (("农业", "生态农业"), 3),
    "C": (("制造", "机械", "电子", "纺织", "食品"), 18),
    "E": (("建设", "装饰工程"), 8),
    "F": (("贸易", "商贸", "供应链"), 26),
    "G": (("物流", "运输"), 4),
    "H": (("餐饮管理", "酒店管理"), 5),
    "I": (("软件", "网络科技", "信息技术"), 12),
    "J": (("投资管理",), 2),
    "K": (("置业", "物业服务"), 3),
    "L": (("商务服务", "人力资源"), 8),
    "M": (("科技", "检测技术"), 6),
    "N": (("环境工程",), 1),
    "O": (("家政服务",), 2),
    "P": (("教育科技",), 1),
    "R": (("文化传媒",), 1),
}
_BRAND: Final = (
    "安邦晨诚创德迪鼎东帆方飞丰福光广海浩恒宏华汇佳嘉江金锦精景聚凯康科蓝乐力利联林龙隆茂美明铭诺平启千乾青庆"
    "泉荣瑞睿润森盛世拓泰天通同万维沃西祥欣新信兴旭雅阳业益银盈优宇元远悦云泽展兆哲正志中卓"
)


def make_enterprises(
    connection: duckdb.DuckDBPyConnection, plan: CityPlan, industries: Mapping[str, tuple[str, str]]
) -> None:
    """Make `enterprise`: one for ten persons. `industries`: two-digit code → (section letter, name)."""
    _load_industries(connection, industries)
    count = max(50, plan.persons // 10)
    sections = text_list([letter for letter, (_, share) in _SECTIONS.items() for _ in range(share)])
    adults = "(SELECT count(*) FROM adult)"
    brand = f"substr('{_BRAND}', 1 + pick(e, '{{}}', {len(_BRAND)}), 1)"
    connection.execute(f"""
        CREATE TABLE enterprise AS
        WITH drawn AS (
            SELECT e, {sections}[1 + pick(e, 'section', {sum(share for _, share in _SECTIONS.values())})] AS section,
                pick(e, 'village', (SELECT count(*) FROM village)) AS number, pick(e, 'head', {adults}) AS a,
                today() - 30 - CAST(pow(u(e, 'founded'), 1.7) * 9000 AS INTEGER) AS founded_date,
                {brand.format("brand 1")} || {brand.format("brand 2")} AS brand
            FROM range({count}) t(e)
        ),
        placed AS (
            SELECT d.*, v.county_code, v.county, v.township_code, v.township, p.name AS head_name, p.id_no AS head_id,
                i.code AS industry_code, i.name AS industry, i.trades[1 + pick(e, 'trade', len(i.trades))] AS trade,
                -- MAX + five characters: one to one with e, as 1000003 and 31^5 have no common factor
                'MAX' || base31((e * 1000003 + 77) % 28629151) AS organisation
            FROM drawn d JOIN village v USING (number) JOIN adult USING (a) JOIN person p USING (p)
            JOIN industry i ON i.section = d.section AND i.k = pick(e, 'industry', i.section_size)
        ),
        coded AS (
            SELECT *, '91' || county_code || organisation || organisation_check(organisation) AS body FROM placed
        )
        SELECT e, body || uscc_check(body) AS uscc,
            '杭州' || brand || trade || CASE WHEN u(e, 'form') < 0.9 THEN '有限公司' ELSE '股份有限公司' END AS name,
            head_name, head_id, founded_date, section, industry_code, industry, county_code, county, township_code,
            '浙江省杭州市' || county || township || '创业路' || (1 + pick(e, 'door', 600)) || '号'
                || (101 + pick(e, 'room', 1800)) || '室' AS address,
            [10, 50, 100, 200, 500, 1000, 2000, 5000][1 + pick(e, 'capital', 8)] AS capital,
            CASE WHEN u(e, 'status') < 0.90 THEN '1' WHEN u(e, 'status') < 0.94 THEN '2' ELSE '3' END AS status,
            '1' || [3, 5, 7, 8, 9][1 + pick(e, 'firm operator', 5)]
                || lpad(CAST(pick(e, 'firm mobile', 1000000000) AS VARCHAR), 9, '0')
                AS mobile
        FROM coded ORDER BY e
    """)


def _load_industries(
    connection: duckdb.DuckDBPyConnection, industries: Mapping[str, tuple[str, str]]
) -> None:
    wanted = [(code, *named) for code, named in sorted(industries.items()) if named[0] in _SECTIONS]
    table = pa.table(
        {
            "code": [code for code, _, _ in wanted],
            "section": [section for _, section, _ in wanted],
            "name": [name for _, _, name in wanted],
            "trades": [list(_SECTIONS[section][0]) for _, section, _ in wanted],
        }
    )
    connection.register("industries_in", table)
    connection.execute("""
        CREATE TABLE industry AS
        SELECT *, row_number() OVER (PARTITION BY section ORDER BY code) - 1 AS k,
            count(*) OVER (PARTITION BY section) AS section_size
        FROM industries_in
    """)


def make_market_registers(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the clean registers of market regulation and tax."""
    connection.execute("""
        CREATE TABLE clean_market_enterprise AS
        SELECT e AS n, uscc, name, head_name AS legal_representative, head_id AS representative_id,
        county_code AS region_code,
            address, industry_code, capital AS registered_capital, founded_date, status, mobile, '合成' AS data_nature
        FROM enterprise ORDER BY e
    """)
    connection.execute("""
        CREATE TABLE clean_tax_taxpayer AS
        SELECT e AS n, uscc, name AS taxpayer_name, county_code AS region_code, address AS business_address,
            CASE WHEN u(e, 'vat') < 0.3 THEN '1' ELSE '2' END AS taxpayer_type,
            founded_date + CAST(3 + pick(e, 'tax delay', 25) AS INTEGER) AS registered_date,
            ['A', 'B', 'B', 'M', 'C', 'D'][1 + pick(e, 'credit', 6)] AS credit_grade, '合成' AS data_nature
        FROM enterprise WHERE status <> '3' AND u(e, 'taxed') < 0.97 ORDER BY e
    """)
    connection.execute("""
        CREATE TABLE clean_market_industry_count AS
        SELECT row_number() OVER (ORDER BY county_code, section) - 1 AS n, county_code AS region_code,
        any_value(county) AS county,
            section AS industry_section, count(*) AS enterprises, sum(capital) AS registered_capital, '合成' AS data_nature
        FROM enterprise WHERE status = '1' GROUP BY county_code, section ORDER BY n
    """)


def make_insured(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the clean registers of social security and medical insurance. Whoever has died is no longer insured."""
    connection.execute("""
        CREATE TABLE clean_hrss_insured AS
        WITH working AS (
            SELECT p.*, pick(p.p, 'employer', (SELECT count(*) FROM enterprise)) AS e FROM person p
            WHERE age >= 18 AND u(p.p, 'insured') < 0.86
        )
        SELECT w.p AS n, id_no, w.name, w.sex, w.birth_date, w.mobile, w.address AS contact_address,
            CASE WHEN w.age < 60 AND u(w.p, 'employed') < 0.78 THEN b.uscc END AS employer_uscc,
            w.county_code AS region_code, CASE WHEN w.age < 60 THEN '1' ELSE '2' END AS insurance_type,
            CASE WHEN death_date IS NOT NULL THEN '3' WHEN u(w.p, 'paused') < 0.06 THEN '2' ELSE '1' END AS status,
            greatest(w.birth_date + 18 * 366, DATE '1995-01-01' + CAST(pick(w.p, 'joined', 9000) AS INTEGER)) AS joined_date,
            4500 + 100 * pick(w.p, 'base', 190) AS payment_base,
            strftime(least(coalesce(death_date, today()), today()) - 32, '%Y-%m') AS last_paid_month, '合成' AS data_nature
        FROM working w JOIN enterprise b USING (e) ORDER BY w.p
    """)
    connection.execute(
        "UPDATE clean_hrss_insured SET joined_date = today() - 40 WHERE joined_date > today() - 40"
    )
    connection.execute("""
        CREATE TABLE clean_medical_insured AS
        SELECT p AS n, id_no, name, sex, birth_date, county_code AS region_code, address AS residence,
            CASE WHEN age BETWEEN 18 AND 60 AND u(p, 'employed') < 0.78 THEN '310' ELSE '390' END AS insurance_kind,
            CASE WHEN death_date IS NOT NULL THEN '4' ELSE '1' END AS status,
            year(today()) AS insured_year, '合成' AS data_nature
        FROM person WHERE u(p, 'medical') < 0.93 ORDER BY p
    """)
