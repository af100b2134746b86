"""Two builders of one version at once, as after a restart, leave a whole snapshot and nothing beside it."""

from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa

from jutong.dataflow.serving import open_current, publish_snapshot
from jutong.vocabulary.catalogue import Level, OpenType, SharingType, UpdateFrequency
from jutong.vocabulary.contracts import EntryContract, InformationItem

CONTRACT = EntryContract(
    code="307000000000/000001",
    version=1,
    title="商铺（合成）",
    service="shops",
    provider="market",
    provider_name="市场监管局",
    items=(InformationItem(name="编号", field="code", key=True),),
    sharing_type=SharingType.UNCONDITIONAL,
    open_type=OpenType.UNCONDITIONAL,
    update_frequency=UpdateFrequency.DAILY,
    level=Level.L1,
    query_keys=(("code",),),
)


def test_builders_of_one_version_do_not_step_on_each_other(tmp_path):
    batch = pa.RecordBatch.from_pydict({"code": [f"{number:06d}" for number in range(20_000)]})
    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(publish_snapshot, tmp_path, CONTRACT, [batch], 1) for _ in range(8)]
    assert {one.result().rows for one in done} == {20_000}
    with open_current(tmp_path, "shops") as snapshot:
        assert snapshot.find({"code": "000007"}, columns=["code"], limit=2)[0][1] == "000007"
    assert sorted(path.name for path in (tmp_path / "shops").iterdir()) == ["current", "v1.sqlite"]
