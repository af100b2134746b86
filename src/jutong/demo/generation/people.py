"""Households and the people in them: who is born when, is called what, lives where, and has died."""
# ruff: noqa: S608  # every text in the SQL is from this package, no value comes from outside

from typing import Final

import duckdb

from jutong.demo.generation.database import text_list
from jutong.demo.nouns import CityPlan

# Share a thousand of the most common surnames, roughly (2020 name report of the Ministry of Public Security).
_SURNAMES: Final = (
    "王72李71张67刘51陈47杨31黄22赵20吴20周19徐17孙15马13朱13胡12郭11何11高10林10罗9郑9梁8谢8宋7唐7许6韩6邓6"
    "冯6曹6彭6曾6肖6田5董5潘5袁5蔡5蒋5余5于5杜4叶4程4魏4苏4吕4丁4任4卢4姚4沈4钟4姜4崔3谭3陆3范3汪3廖3石3金3"
    "韦3贾3夏3付3方3邹3熊3白3孟2秦2邱2侯2江2尹2薛2阎2段2雷2龙2黎2史2陶2贺2毛2郝2顾2龚2邵2万2覃2武2钱2戴2严2莫2"
    "孔2向2常2汤2俞2章2楼1裘1郦1厉1应1寿1诸1华1骆1洪1"
)
_MALE: Final = (
    "伟强磊军洋勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林阳建国志文海东峰亮成光荣生德庆祥新春江波毅晨"
    "泽轩睿博瀚铭煜宸奕辰昊天佑嘉启航云翔子豪梓承恩思源景行修远"
)
_FEMALE: Final = (
    "芳娜敏静丽艳娟霞秀英玲桂兰红燕梅琴云莉萍婷雪倩颖洁欣怡佳慧琳瑶梦璐莹菲晶晓丹蓉凤珍素美淑惠月香春"
    "梓涵诗语若曦一诺雨桐欣妍可馨依晨紫萱沐瑾舒然知夏念安书瑶"
)
_NATIONS: Final = ("01",) * 188 + ("03", "08", "11", "15", "22", "02", "10", "06", "05", "07", "04", "13")
_ROADS: Final = (
    "文一路", "文二路", "文三路", "天目山路", "凤起路", "庆春路", "解放路", "中河路", "莫干山路", "古墩路", "江南大道",
    "滨盛路", "市心路", "金城路", "人民路", "世纪大道", "科技大道", "新安路", "富春路", "迎宾路",
)  # fmt: skip

# Age spans in years at which things happen in a generated life.
_LEAST_HEAD_AGE: Final = 24
_GENERATION: Final = 24


def make_people(connection: duckdb.DuckDBPyConnection, plan: CityPlan) -> None:
    """Make the tables `household` and `person` (exactly `plan.persons` rows, numbered from 0)."""
    _define_names(connection)
    _make_households(connection, households=int(plan.persons / 2.05) + 60)
    _make_members(connection, plan.persons)
    _make_persons(connection)


def _define_names(connection: duckdb.DuckDBPyConnection) -> None:
    weighted = _weighted_surnames()
    connection.execute(
        f"CREATE MACRO surname(i, purpose) AS {text_list(weighted)}[1 + pick(i, purpose, {len(weighted)})]"
    )
    for macro, characters in (("male_part", _MALE), ("female_part", _FEMALE)):
        connection.execute(
            f"CREATE MACRO {macro}(i, purpose) AS substr('{characters}', 1 + pick(i, purpose, {len(characters)}), 1)"
        )


def _weighted_surnames() -> list[str]:
    names: list[str] = []
    current, digits = "", ""
    for character in _SURNAMES + "。":
        if character.isdigit():
            digits += character
            continue
        if current:
            names.extend([current] * int(digits or "1"))
        current, digits = character, ""
    return names


def _make_households(connection: duckdb.DuckDBPyConnection, households: int) -> None:
    connection.execute(f"""
        CREATE TABLE household AS
        WITH drawn AS (
            SELECT h, CASE WHEN u(h, 'head sex') < 0.72 THEN 1 ELSE 2 END AS head_sex,
                {_LEAST_HEAD_AGE} * 365 + CAST(pow(u(h, 'head age'), 1.25) * 64 * 365 AS BIGINT) AS head_days,
                pick(h, 'village', (SELECT count(*) FROM village)) AS number
            FROM range({households}) t(h)
        )
        SELECT h, head_sex, head_days, u(h, 'spouse') < 0.70 AS coupled,
            v.code AS village_code, v.township_code, v.township, v.county_code, v.county,
            '浙江省杭州市' || v.county || v.township || {text_list(_ROADS)}[1 + pick(h, 'road', {len(_ROADS)})]
                || (1 + pick(h, 'door', 980)) || '号' || (1 + pick(h, 'house', 36)) || '幢'
                || (1 + pick(h, 'stair', 4)) || '单元' || (101 + 100 * pick(h, 'storey', 18) + pick(h, 'flat', 4))
                || '室' AS address,
            surname(h, 'surname head') AS head_surname, surname(h, 'surname spouse') AS spouse_surname,
            surname(h, 'surname elder') AS elder_surname
        FROM drawn JOIN village v USING (number)
    """)


def _make_members(connection: duckdb.DuckDBPyConnection, persons: int) -> None:
    """Role 0 head, 1 spouse, 2 and 3 children, 4 a parent of the head."""
    connection.execute(f"""
        CREATE TABLE member AS
        WITH roles AS (
            SELECT h.*, role, h.h * 8 + role AS m,
                CASE role
                    WHEN 0 THEN head_days
                    WHEN 1 THEN greatest(22 * 365, head_days + CAST((u(h.h, 'spouse age') - 0.5) * 8 * 365 AS BIGINT))
                    WHEN 4 THEN head_days + CAST((22 + u(h.h, 'elder age') * 9) * 365 AS BIGINT)
                    ELSE head_days - CAST(({_GENERATION} + u(h.h, 'child age') * 8 + (role - 2) * (2.2 + 2 * u(h.h, 'gap')))
                        * 365 AS BIGINT)
                END AS days
            FROM household h CROSS JOIN (VALUES (0), (1), (2), (3), (4)) r(role)
        ),
        living AS (
            SELECT *, CASE role WHEN 0 THEN head_sex WHEN 1 THEN 3 - head_sex
                    ELSE CASE WHEN u(m, 'sex') < 0.512 THEN 1 ELSE 2 END END AS sex
            FROM roles
            WHERE role = 0
                OR (role = 1 AND coupled)
                OR (role = 2 AND coupled AND days BETWEEN 0 AND 26 * 365 AND u(m, 'child') < 0.86)
                OR (role = 3 AND coupled AND days BETWEEN 0 AND 24 * 365 AND u(m, 'child') < 0.36)
                OR (role = 4 AND head_days < 58 * 365 AND u(m, 'elder') < 0.20)
        )
        SELECT row_number() OVER (ORDER BY h, role) - 1 AS p, * EXCLUDE (head_sex) REPLACE (CAST(sex AS VARCHAR) AS sex),
            CASE role WHEN 0 THEN head_surname WHEN 1 THEN spouse_surname
                WHEN 4 THEN CASE WHEN sex = 1 THEN head_surname ELSE elder_surname END
                ELSE CASE WHEN head_sex = 1 THEN head_surname ELSE spouse_surname END END AS surname,
            today() - CAST(days AS INTEGER) AS birth_date
        FROM living
        ORDER BY h, role
        LIMIT {persons}
    """)


def _make_persons(connection: duckdb.DuckDBPyConnection) -> None:
    nations = text_list(_NATIONS)
    connection.execute(f"""
        CREATE TABLE person AS
        WITH numbered AS (
            SELECT m.*, r.codes[1 + pick(m.p, 'first region', len(r.codes))] AS first_region
            FROM member m JOIN id_region r ON r.year = greatest(1985, year(m.birth_date))
        ),
        bodied AS (
            SELECT *, first_region || strftime(birth_date, '%Y%m%d') || lpad(CAST(
                2 * row_number() OVER (PARTITION BY first_region, birth_date, sex ORDER BY p)
                    - CASE sex WHEN '1' THEN 1 ELSE 0 END AS VARCHAR), 3, '0') AS body
            FROM numbered
        ),
        aged AS (
            SELECT *, body || id_check(body) AS id_no, days / 365.25 AS age,
                CASE sex
                    WHEN '1' THEN surname || male_part(p, 'given 1')
                        || CASE WHEN u(p, 'short') < 0.16 THEN '' ELSE male_part(p, 'given 2') END
                    ELSE surname || female_part(p, 'given 1')
                        || CASE WHEN u(p, 'short') < 0.16 THEN '' ELSE female_part(p, 'given 2') END
                END AS name
            FROM bodied
        )
        SELECT p, h, role, id_no, name, sex, birth_date, age, {nations}[1 + pick(h, 'nation', {len(_NATIONS)})] AS nation,
            first_region, county_code, county, township_code, township, village_code, address,
            CASE WHEN age >= 14 THEN '1' || [3, 5, 7, 8, 9][1 + pick(p, 'operator', 5)]
                || lpad(CAST(pick(p, 'mobile', 1000000000) AS VARCHAR), 9, '0') END AS mobile,
            CASE WHEN age < 7 THEN '90' WHEN age < 13 THEN '80' WHEN age < 16 THEN '70' WHEN age < 22 THEN '60' ELSE
                ['10', '20', '30', '40', '60', '70'][1 + CAST(least(5, 5.9 * pow(u(p, 'education'),
                    CASE WHEN age < 45 THEN 1.6 ELSE 0.5 END)) AS INTEGER)] END AS education,
            CASE WHEN u(p, 'death') < least(0.75, 3 * 0.0002 * exp(0.082 * greatest(age - 20, 0)))
                THEN today() - 5 - CAST(pick(p, 'death day', least(1090, CAST(age * 365 AS BIGINT) + 1)) AS INTEGER) END
                AS death_date
        FROM aged ORDER BY p
    """)
    connection.execute("UPDATE person SET death_date = birth_date WHERE death_date < birth_date")
    connection.execute("DROP TABLE member")
    connection.execute("""
        CREATE TABLE adult AS SELECT row_number() OVER (ORDER BY p) - 1 AS a, p FROM person
        WHERE age BETWEEN 20 AND 70 AND death_date IS NULL
    """)
