import csv
import json
import sqlite3
from datetime import date
from hashlib import sha256

import duckdb
import pytest

from jutong.demo.build import plan_city
from jutong.demo.errors import ScaleInvalid
from jutong.demo.kinds import FaultKind
from jutong.demo.registers import registers
from jutong.vocabulary.divisions import valid_codes
from jutong.vocabulary.identifiers.citizen import is_citizen_id
from jutong.vocabulary.identifiers.organisation import is_uscc
from tests.support.demo_city import TODAY, small_city


def truth_rows(home, kind=None, service=None):
    rows = duckdb.sql(f"SELECT * FROM read_parquet('{home.root}/demo/truth.parquet')").fetchall()
    return [row for row in rows if kind in {None, row[0]} and service in {None, row[2]}]


def population(home):
    with sqlite3.connect(home.sources / "police/renkou.sqlite") as database:
        cursor = database.execute("SELECT * FROM t_czrk")
        names = [column[0] for column in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor]
    database.close()
    return found


def table(home, path, encoding="utf-8-sig", delimiter=","):
    with (home.sources / path).open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def planted_rows(home, service):
    return {row[4] for row in truth_rows(home, service=service)}


def clean(home, service, rows):
    spoilt = planted_rows(home, service)
    return [row for number, row in enumerate(rows, start=1) if number not in spoilt]


def test_every_id_number_of_the_population_is_valid_but_the_planted_ones():
    home, _ = small_city()
    wrong = {
        number
        for number, row in enumerate(population(home), start=1)
        if not is_citizen_id(row["gmsfhm"], TODAY)
    }
    assert wrong == {row[4] for row in truth_rows(home, "id_check_digit", "police_population")}


def test_no_two_persons_share_an_id_number():
    home, record = small_city()
    numbers = [row["gmsfhm"] for row in clean(home, "police_population", population(home))]
    assert len(numbers) == len(set(numbers))
    assert record.persons == 1000


def test_every_credit_code_is_valid_but_the_planted_ones():
    home, _ = small_city()
    rows = table(home, "tax/纳税人登记.txt", "gb18030", "\t")
    wrong = {number for number, row in enumerate(rows, start=1) if not is_uscc(row["社会信用代码"])}
    assert wrong == {row[4] for row in truth_rows(home, "uscc_check_digit", "tax_taxpayer")}


def test_departments_say_the_same_of_a_person_where_nothing_was_planted():
    home, _ = small_city()
    known = {row["gmsfhm"]: row for row in clean(home, "police_population", population(home))}
    insured = clean(home, "hrss_insured", table(home, "hrss/参保人员.csv", "gb18030"))
    both = [(row, known[row["公民身份号码"]]) for row in insured if row["公民身份号码"] in known]
    assert len(both) > 500
    for own, other in both:
        assert own["姓名"] == other["xm"]
        assert own["出生日期"].replace("-", "") == other["csrq"]
        assert own["联系地址"] == other["hjdz"]


def test_pupils_are_children_of_school_age():
    home, _ = small_city()
    rows = clean(home, "education_pupil", table(home, "education/学籍.csv"))
    ages = [(TODAY - date.fromisoformat(row["出生日期"])).days / 365.25 for row in rows]
    assert rows
    assert min(ages) > 5.5
    assert max(ages) < 19.5


def test_whoever_has_died_is_crossed_out_in_the_population_register():
    home, _ = small_city()
    deaths = json.loads((home.sources / "health/deaths.json").read_text(encoding="utf-8"))
    dead = {row["idNo"] for row in clean(home, "health_death", deaths)}
    rows = clean(home, "police_population", population(home))
    assert dead
    assert all(row["ryzt"] == "2" for row in rows if row["gmsfhm"] in dead)


def test_members_of_a_household_live_at_one_address():
    home, _ = small_city()
    addresses = {}
    for row in clean(home, "police_population", population(home)):
        addresses.setdefault(row["hh"], set()).add(row["hjdz"])
    assert all(len(found) == 1 for found in addresses.values())


def test_abolished_region_codes_are_those_planted():
    home, _ = small_city()
    valid = valid_codes(TODAY)
    wrong = {n for n, row in enumerate(population(home), start=1) if row["hjqh"] not in valid}
    assert wrong == {row[4] for row in truth_rows(home, "abolished_region", "police_population")}


def test_every_row_says_whether_it_is_synthetic():
    assert all("data_nature" in register.fields for register in registers())
    synthetic = [register for register in registers() if not register.real]
    assert all("合成" in register.title and "合成" in register.abstract for register in synthetic)
    home, _ = small_city()
    assert {row["数据性质"] for row in population(home)} == {"合成"}


def test_more_than_eight_departments_deliver_in_every_format():
    chosen = registers()
    assert len({register.department for register in chosen}) >= 8
    assert {register.delivery.kind for register in chosen} == {"csv", "excel", "json", "geojson", "sqlite"}
    assert registers(postgresql=True)[8].delivery.kind == "postgresql"


def test_every_kind_of_fault_is_planted_and_counted():
    home, record = small_city()
    rows = truth_rows(home)
    assert set(record.planted) == {kind.value for kind in FaultKind}
    assert sum(record.planted.values()) == len(rows)
    assert record.planted["late_file"] == 3


def test_a_row_carries_one_fault_at_most():
    home, _ = small_city()
    places = [(row[2], row[4]) for row in truth_rows(home) if row[4] is not None]
    assert len(places) == len(set(places))


def test_the_truth_holds_digests_and_no_values():
    home, _ = small_city()
    digests = [row[6] for row in truth_rows(home) if row[6]]
    assert digests
    assert all(len(digest) == 64 for digest in digests)


def test_names_are_swapped_in_pairs():
    home, _ = small_city()
    rows = table(home, "medical/insured.csv", delimiter="|")
    swapped = [rows[row[4] - 1] for row in truth_rows(home, "swapped_name")]
    known = {row["gmsfhm"]: row["xm"] for row in population(home)}
    own = sorted(row["psn_name"] for row in swapped)
    theirs = sorted(known[row["psn_certno"]] for row in swapped if row["psn_certno"] in known)
    assert len(swapped) >= 2
    assert own == theirs


def test_a_copy_comes_after_the_row_that_it_repeats():
    home, _ = small_city()
    copies = truth_rows(home, "exact_duplicate", "police_population")
    rows = population(home)
    assert copies
    for row in copies:
        assert row[4] > row[5]
        assert rows[row[4] - 1] == rows[row[5] - 1]


def test_the_same_seed_gives_the_same_files_and_another_seed_others():
    def digests(home):
        files = sorted(
            path for path in home.sources.rglob("*") if path.suffix in {".csv", ".json", ".txt", ".geojson"}
        )
        return {path.name: sha256(path.read_bytes()).hexdigest() for path in files}

    first, again, other = (small_city(seed, 0.02, copy)[0] for seed, copy in ((5, 0), (5, 1), (6, 0)))
    assert digests(first) == digests(again)
    assert digests(first)["参保人员.csv"] != digests(other)["参保人员.csv"]


def test_a_city_has_from_four_hundred_persons_to_ten_million():
    assert plan_city(0.02, 1, TODAY).persons == 400
    assert plan_city(500, 1, TODAY).persons == 10_000_000
    for scale in (0, 0.001, 501):
        with pytest.raises(ScaleInvalid):
            plan_city(scale, 1, TODAY)
