"""At the desk: a source is registered and decided, entries are found, adopted in bulk, their changes taken over."""

import re

import pytest
from django.test import Client

from jutong.control.catalogue import api as catalogue
from jutong.control.harvest import api as harvest
from jutong.control.harvest.api import HarvestedFilter, JobStatus
from jutong.dataflow.catalogues import CatalogueSettings
from jutong.processes.harvest import harvest_turn
from tests.support.catalogues import LOOPBACK, a_dataset, a_site
from tests.support.control import CIVIL, a_city
from tests.support.desk import at_the_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(tmp_path, settings):
    made = a_city(tmp_path / "home")
    settings.DATA_HOME = made.home
    return made


@pytest.fixture
def site():
    with a_site() as made:
        yield made


def fill_in(desk, place, site, **changes):
    fields = {
        "code": "parks",
        "name": "园林平台",
        "kind": "datajson",
        "address": f"{site.root}/data.json",
        "cycle": "by_hand",
        "shrink_limit": 20,
    }
    answer = desk.post(place, fields | changes, follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain, desk.complaints
    return desk.text


def register(desk, site):
    return fill_in(desk, "/desk/harvest/sources/new/", site)


def visit(city, desk):
    desk.send("/desk/harvest/sources/parks/run/")
    job = harvest.jobs(city.reviewer, source="parks").rows[0]
    options = CatalogueSettings(allowed_networks=LOOPBACK)
    harvest_turn(job.job_id, home=city.home, clock=city.clock, worker="w", options=options)


def test_a_bureau_reviewer_registers_visits_and_decides(city, site):
    desk = at_the_desk(city, "reviewer")
    assert "还没有登记外部目录" in desk.read("/desk/harvest/")
    assert "园林平台" in register(desk, site)
    site.put("/data.json", {"dataset": [a_dataset(n, theme=["Moonbeams"]) for n in range(20)]})
    visit(city, desk)
    page = desk.read("/desk/harvest/sources/parks/")
    assert "主题「Moonbeams」没有对应的分类" in page
    assert "已完成" in page
    site.put("/data.json", {"dataset": [a_dataset(1)]})
    visit(city, desk)
    assert "查看并确认" in desk.read("/desk/harvest/")
    assert "来源确实删除，继续" in desk.read("/desk/harvest/sources/parks/")
    job = harvest.source(city.reviewer, "parks").last_job
    desk.send("/desk/harvest/sources/parks/decide/", job=job.job_id, action="give_up")
    assert harvest.job(city.reviewer, job.job_id).status is JobStatus.FAILED
    assert "最近一次采集没有成功" in desk.read("/desk/harvest/sources/parks/")
    page = fill_in(
        desk, "/desk/harvest/sources/parks/edit/", site, name="园林绿化平台", cycle="daily", active="on"
    )
    assert "园林绿化平台" in page


def test_a_department_adopts_in_bulk_and_takes_a_change_over(city, site):
    reviewer, officer = at_the_desk(city, "reviewer"), at_the_desk(city, "civil_officer")
    register(reviewer, site)
    site.put("/data.json", {"dataset": [a_dataset(n) for n in range(3)]})
    visit(city, reviewer)
    page = officer.read("/desk/harvest/?q=district")
    assert page.count('name="key"') == 3
    assert "已把 3 条编为目录草稿" in officer.send("/desk/harvest/adopt/", all="1", department=CIVIL)
    assert "没有选中条目" in officer.send("/desk/harvest/adopt/", department=CIVIL)
    site.put("/data.json", {"dataset": [a_dataset(0, title="Renamed"), a_dataset(1), a_dataset(2)]})
    visit(city, reviewer)
    (one,) = harvest.harvested(city.reviewer, HarvestedFilter(proposes=True)).rows
    page = officer.read(f"/desk/harvest/{one.key}/")
    assert "Renamed" in page
    assert "接受变化" in page
    officer.send(f"/desk/harvest/{one.key}/decide/", action="accept")
    assert catalogue.entry(city.civil_officer, one.adopted_service).present.title == "Renamed"


def test_markup_of_a_source_is_shown_as_text(city, site):
    desk = at_the_desk(city, "reviewer")
    register(desk, site)
    nasty = "<script>alert(1)</script>"
    site.put("/data.json", {"dataset": [a_dataset(1, title=nasty, description=nasty, keyword=[nasty])]})
    visit(city, desk)
    (one,) = harvest.harvested(city.reviewer).rows
    for address in ("/desk/harvest/", f"/desk/harvest/{one.key}/"):
        body = desk.get(address).content.decode()
        assert "<script>alert" not in body
        assert "&lt;script&gt;alert" in body


def test_who_may_not_manage_sees_no_button_and_is_refused(city, site):
    register(at_the_desk(city, "reviewer"), site)
    officer = at_the_desk(city, "civil_officer")
    page = officer.read("/desk/harvest/sources/parks/")
    assert ">立即采集<" not in page
    assert officer.post("/desk/harvest/sources/parks/run/").status_code == 403
    assert officer.get("/desk/harvest/sources/new/").status_code == 403
    assert at_the_desk(city, "auditor").get("/desk/harvest/").status_code == 403
    assert officer.get("/desk/harvest/4711/").status_code == 404


def test_a_person_makes_a_token_uses_it_and_revokes_it(city):
    desk = at_the_desk(city, "civil_officer")
    assert "还没有访问令牌" in desk.read("/desk/tokens/")
    page = desk.send("/desk/tokens/", name="统计脚本", days=30)
    secret = re.search(r"jtk_[0-9a-f]+_[\w-]+", page)[0]
    headers = {"host": "127.0.0.1", "authorization": f"Bearer {secret}"}
    assert Client().get("/api/v1/classifications", headers=headers).status_code == 200
    token_id = secret.split("_")[1]
    assert secret not in desk.read("/desk/tokens/"), "shown once"
    assert "已撤销" in desk.send(f"/desk/tokens/{token_id}/revoke/")
    assert Client().get("/api/v1/classifications", headers=headers).status_code == 401
