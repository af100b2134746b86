"""A department's interface from its registration with a sealed secret to increments in the lake."""

from dataclasses import replace

import pytest

from jutong.dataflow.connectors import ReadLimits, open_connector
from jutong.dataflow.lake import TableName
from jutong.dataflow.pipelines.incremental import collect_increment
from jutong.dataflow.pipelines.terms import LandingTerms
from jutong.dataflow.pipelines.upserting import Landing
from jutong.kernel.clock import FixedClock
from jutong.vocabulary.catalogue import DataType
from jutong.vocabulary.collection import CollectionPolicy
from jutong.vocabulary.contracts import InformationItem
from tests.support.command_line import jutong_each
from tests.support.control import a_contract
from tests.support.deliveries import NOON
from tests.support.interfaces import CLIENT, LOOPBACK, SECRET, Asked, Said, json_interface, records, signed
from tests.support.lakes import open_lake
from tests.support.worker_home import make_home

POOL = TableName("pool", "shops")
ITEMS = (
    InformationItem(name="编号", field="bh", key=True, required=True),
    InformationItem(name="名称", field="mc", required=True),
    InformationItem(name="更新时间", field="gx", data_type=DataType.TIMESTAMP),
)
CONTRACT = replace(a_contract(), service="shops", items=ITEMS, query_keys=(("bh",),), rules=())
OPTIONS = {
    "preset": "shandong_portal",
    "page_size": "10",
    "unique": "bh",
    "since_parameter": "since",
    "since_column": "gx",
}
LIMITS = replace(ReadLimits(), http_networks=LOOPBACK, http_backoff_s=0.001)


@pytest.fixture
def world(tmp_path):
    with json_interface() as interface, open_lake(tmp_path / "lake") as lake:
        yield World(interface, lake, tmp_path)


class World:
    def __init__(self, interface, lake, folder):
        self.interface, self.lake, self.folder, self.runs = interface, lake, folder, 0
        self.rows, self.exclusive = records(25), False
        interface.answer = self.answer

    def answer(self, asked: Asked) -> Said:
        since, page = asked.query.get("since", ""), int(asked.query["pageNum"])
        found = [row for row in self.rows if row["gx"] > since or (not self.exclusive and row["gx"] == since)]
        return Said(body={"object": {"records": found[(page - 1) * 10 : page * 10], "total": len(found)}})

    def run(self):
        self.runs += 1
        landing = Landing(
            contract=CONTRACT,
            lake=self.lake,
            mapping=None,
            department="minzheng",
            system="shops",
            run_id=f"run-{self.runs}",
            clock=FixedClock(NOON),
            progress=lambda _progress: None,
            terms=LandingTerms(policy=CollectionPolicy(cursor="gx")),
        )
        options = {"url": f"{self.interface.root}/x", **OPTIONS}
        connector = open_connector("http_json", options, root=self.folder, limits=LIMITS)
        self.interface.asked.clear()
        return collect_increment(landing, connector)

    def pool(self):
        return sorted(
            (row["bh"], row["mc"]) for row in self.lake.read(POOL, columns=("bh", "mc")).to_pylist()
        )


@pytest.mark.parametrize("exclusive", [False, True])
def test_an_interface_is_collected_by_what_has_changed_since(exclusive, world):
    assert world.run().landed == 25
    world.exclusive = exclusive
    still = world.run()
    assert (still.inserted, still.updated) == (0, 0)
    assert all("since" in asked.query for asked in world.interface.asked)
    world.rows[3] |= {"mc": "改名", "gx": "2024-06-01 09:00:00"}
    world.rows.append({"bh": "90000", "mc": "新店", "gx": "2024-06-01 09:00:00"})
    grown = world.run()
    assert (grown.inserted, grown.updated) == (1, 1)
    assert world.pool() == sorted((row["bh"], row["mc"]) for row in world.rows)
    assert world.lake.position(POOL) == "2024-06-01 09:00:00"


def test_an_interface_is_registered_with_a_sealed_secret_and_tested_from_a_shell(tmp_path):
    make_home(tmp_path / "home", rows=10)

    def answer(asked: Asked) -> Said:
        start = int(asked.query["STARTNUM"])
        return Said(
            body={"code": 200, "data": records(25)[start : start + 500]} if signed(asked) else {"code": 300}
        )

    with json_interface() as interface:
        interface.answer = answer
        given = f"-o url={interface.root}/gateway/api/1/x -o preset=linyi -o client_id={CLIENT} -o retries=0"
        add = "source add {} --department minzheng --name 接口 --as civil_engineer --kind http_json " + given
        lines = [
            f"{add.format('good')} --secret-env secret=API_SECRET",
            f"{add.format('wrong')} --secret-env secret=OTHER",
            f"{add.format('open')} -o secret={SECRET}",
            "source test good --as civil_engineer --json",
            "source test wrong --as civil_engineer --json",
        ]
        variables = {"API_SECRET": SECRET, "OTHER": "x", "JUTONG_READ_HTTP_NETWORKS": LOOPBACK}
        said = jutong_each(tmp_path, *lines, **variables)
    assert [said[line].code for line in lines] == [0, 0, 2, 0, 1], [said[line].err for line in lines]
    assert (said[lines[3]].json()["columns"], said[lines[3]].json()["rows"]) == (3, 10)
    assert said[lines[4]].json()["code"] == "connectors.http_code"
    assert not any(SECRET in one.out + one.err for one in (said[line] for line in (*lines[:2], *lines[3:])))
    assert SECRET.encode() not in (tmp_path / "home/control.sqlite").read_bytes()
