"""After a delivery the worker sketches its columns, without those of the highest level, and never twice."""

import pytest

from jutong.control.collection import api as collection
from jutong.control.collection.api import SourceDraft
from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.control.one_source import api as one_source
from jutong.control.one_source.models import Sketch
from jutong.dataflow.lake import TableName
from jutong.dataflow.sketches import SketchSettings
from jutong.processes.lakes import lake_of
from jutong.processes.sketching import sketch_version, unsketched
from jutong.vocabulary.contracts import RunReport
from tests.support.control import CIVIL, MONDAY, a_city, a_published_entry
from tests.support.lakes import provenance

pytestmark = pytest.mark.django_db

ROWS = """
    SELECT 'J' || i AS cert_no, '1101051949123' || lpad(i::VARCHAR, 5, '0') AS id_no, '张合成' AS person,
        DATE '2024-02-14' AS registered_on
    FROM range(900) t(i)
"""


def test_a_delivery_is_sketched_once_and_no_value_is_kept(tmp_path, settings):
    city = a_city(tmp_path / "home")
    settings.DATA_HOME = city.home
    a_published_entry(city)
    source = SourceDraft(
        code="hydj", name="婚姻登记", department=CIVIL, kind="csv", options={"path": "minzheng/hydj.csv"}
    )
    collection.add_source(city.civil_officer, source, home=city.home, clock=city.clock)
    collection.bind(city.civil_officer, service="hydj_jbxx", source="hydj", clock=city.clock)
    run_id = collection.request_run(city.civil_officer, "hydj_jbxx", clock=city.clock).run_id
    collection.start_run(SYSTEM_ACTOR, run_id, worker="test", home=city.home, clock=city.clock)
    with lake_of(city.home) as lake:
        version = lake.replace(TableName("pool", "hydj_jbxx"), lake.engine.sql(ROWS), provenance(run_id))
    report = RunReport(
        run_id=run_id, service="hydj_jbxx", source="hydj", started_at=MONDAY, ended_at=MONDAY,
        outcome="succeeded", read=900, landed=900, version=version,
    )  # fmt: skip
    collection.record_report(SYSTEM_ACTOR, run_id, report, clock=city.clock)
    ((service, version),) = unsketched().items()

    personal_left_out = SketchSettings(size=256, highest_level=2)
    assert sketch_version(service, version, home=city.home, clock=city.clock, options=personal_left_out) == 2
    assert sketch_version(service, version, home=city.home, clock=city.clock) == 4
    assert unsketched() == {}
    one_source.follow_catalogue(SYSTEM_ACTOR, clock=city.clock)
    kept = {row.field: row for row in Sketch.objects.all()}
    assert set(kept) == {"cert_no", "id_no", "person", "registered_on"}
    assert kept["id_no"].rows == 900
    assert 700 < kept["id_no"].distinct < 1100
    assert (kept["person"].distinct, len(bytes(kept["person"].hashes))) == (1, 8)
