"""Whatever a list holds: importing it twice changes nothing the second time."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jutong.control.duties import api as duties
from tests.support.control import a_city
from tests.support.duties import a_record, import_duties

pytestmark = pytest.mark.django_db

TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zs", "Cf")), min_size=1, max_size=12
)
RECORDS = st.lists(
    st.builds(
        lambda number, name, kind, basis, label: a_record(
            number, 事项名称=name, 事项类型=kind, 设定依据=basis, 实施部门=label
        ),
        st.integers(1, 40),
        TEXT,
        st.sampled_from(["行政许可", "02", "公共服务", "没有这种", ""]),
        TEXT,
        st.sampled_from(["市民政局", "市税务局", "没有的局", ""]),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda record: record["事项编码"],
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("city")


@pytest.mark.django_db(transaction=False)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=RECORDS)
def test_the_same_list_again_changes_nothing(db, folder, records):
    from django.db import transaction

    with transaction.atomic():
        city = a_city(folder / "home")
        kept = [record for record in records if record["事项名称"].strip() not in {"", "-", "/", "—", "无"}]
        if kept:
            import_duties(city, *kept)
            before = duties.all_duties(city.reviewer)
            again = import_duties(city, *kept)
            assert again.counts["same"] == len(kept)
            assert duties.changes(city.reviewer, unsettled=True) == ()
            texts = [(one.code, one.name, one.status, one.department) for one in before]
            now = [
                (one.code, one.name, one.status, one.department) for one in duties.all_duties(city.reviewer)
            ]
            assert now == texts
        transaction.set_rollback(True)
