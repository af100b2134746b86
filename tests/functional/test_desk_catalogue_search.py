"""The list of the catalogue at the workbench: search with marks, conditions, kept searches, acts on many, the map."""

import re
from datetime import timedelta

import pytest
from django.db import transaction

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.api import SearchQuery
from jutong.control.catalogue.values import EntryFilter
from jutong.control.datamap import api as datamap
from jutong.control.datamap.api import NodeKind
from jutong.control.datamap.errors import NodeNotFound
from jutong.vocabulary.catalogue import EntryStatus
from tests.support.control import CIVIL, a_city, a_draft, a_published_entry
from tests.support.desk import at_the_desk

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/desk/catalogue/"


@pytest.fixture
def city(tmp_path, settings):
    made = a_city(tmp_path / "home")
    settings.DATA_HOME = made.home
    return made


def drafts(city, *titles: str) -> list[str]:
    services = [f"entry_{number}" for number, _ in enumerate(titles)]
    for service, title in zip(services, titles, strict=True):
        draft = a_draft(title=title)
        catalogue.create_entry(
            city.civil_officer, provider=CIVIL, draft=draft, service=service, clock=city.clock
        )
    return services


def test_a_slip_is_understood_marked_and_explained_and_markup_stays_text(city):
    drafts(city, "收养登记信息 甲&乙", "低保对象信息")
    desk = at_the_desk(city, "civil_officer")
    page = desk.read(f"{LIST}?q=收养登机")
    assert "<mark>收养登记</mark>" in page
    assert "您是不是要找" in page
    assert "甲&amp;乙" in desk.get(f"{LIST}?q=收养").content.decode()
    assert "同义词" in desk.read(f"{LIST}?q=最低生活保障")


def test_facets_count_what_is_left_and_narrow_the_list(city):
    a_published_entry(city)
    drafts(city, "收养登记信息", "低保对象信息")
    page = at_the_desk(city, "reviewer").read(LIST)
    counts = re.findall(r"status=(\w+)\"[^>]*>.*?jt-count\">(\d+)", page)
    assert ("draft", "2") in counts
    assert ("published", "1") in counts
    narrowed = at_the_desk(city, "reviewer").read(f"{LIST}?status=draft&theme=307")
    assert "共 2 条" in narrowed


def test_nobody_finds_what_they_may_not_see(city):
    drafts(city, "收养登记信息")
    found = catalogue.search(city.tax_officer, SearchQuery(where=EntryFilter(text="收养登机")))
    assert (found.total, found.suggestions, found.hits) == (0, (), ())
    assert all(not values for values in found.facets.values())


def test_an_entry_is_found_as_it_is_now(city):
    (service,) = drafts(city, "收养登记信息")
    view = catalogue.entry(city.civil_officer, service)
    catalogue.save_entry(
        city.civil_officer,
        service,
        a_draft(title="殡葬服务机构名录"),
        revision=view.revision,
        clock=city.clock,
    )
    assert catalogue.count_entries(city.reviewer, EntryFilter(text="收养")) == 0
    assert catalogue.count_entries(city.reviewer, EntryFilter(text="殡葬")) == 1
    catalogue.submit(city.civil_officer, service, clock=city.clock)
    assert catalogue.count_entries(city.reviewer, EntryFilter(status=EntryStatus.SUBMITTED)) == 1


def test_what_was_undone_leaves_no_trace_in_the_index(city):
    with transaction.atomic():
        drafts(city, "收养登记信息")
        assert catalogue.count_entries(city.reviewer, EntryFilter(text="收养")) == 1
        transaction.set_rollback(True)
    assert catalogue.count_entries(city.reviewer, EntryFilter(text="收养")) == 0


def test_one_act_on_many_says_what_became_of_each(city):
    one, other = drafts(city, "收养登记信息", "低保对象信息")
    catalogue.submit(city.civil_officer, other, clock=city.clock)
    desk = at_the_desk(city, "civil_officer")
    page = desk.send(f"{LIST}together/", action="submit", service=[one, other], asked="q=")
    assert "1 条完成，1 条未办理" in page
    statuses = {row.service: row.status for row in catalogue.entries(city.civil_officer).rows}
    assert set(statuses.values()) == {EntryStatus.SUBMITTED}
    approver = at_the_desk(city, "civil_approver")
    page = approver.send(f"{LIST}together/", action="return", all="1", asked="status=submitted", reason="")
    assert page.count("须填写理由") == 2
    approver.send(f"{LIST}together/", action="accept", all="1", asked="status=submitted")
    reviewer = at_the_desk(city, "reviewer")
    assert "2 条完成" in reviewer.send(f"{LIST}together/", action="publish", service=[one, other])
    assert "没有选中条目" in reviewer.send(f"{LIST}together/", action="withdraw")


def test_what_changed_since_the_list_was_shown_is_not_acted_on(city):
    entry = catalogue.create_entry(
        city.civil_officer, provider=CIVIL, draft=a_draft(title="收养登记信息"), clock=city.clock
    )
    catalogue.save_entry(
        city.civil_officer, entry.service, entry.working, revision=entry.revision, clock=city.clock
    )
    officer = at_the_desk(city, "civil_officer")
    shown = {"service": entry.service, "seen": f"{entry.service}@{entry.revision}"}
    assert "已被他人修改" in officer.send(f"{LIST}together/", action="submit", **shown)
    assert catalogue.entry(city.civil_officer, entry.service).summary.status is EntryStatus.DRAFT


def test_the_chosen_entries_are_exported(city):
    (service, _) = drafts(city, "收养登记信息", "低保对象信息")
    answer = at_the_desk(city, "civil_officer").post(
        f"{LIST}together/", {"action": "export", "service": [service]}
    )
    assert answer["Content-Type"].endswith("sheet")
    assert b"".join(answer.streaming_content)[:2] == b"PK"


def test_a_kept_search_says_what_is_new(city):
    desk = at_the_desk(city, "civil_officer")
    assert "已保存检索" in desk.send(f"{LIST}searches/", name="收养", asked="q=收养&status=draft")
    (kept,) = catalogue.saved_searches(city.civil_officer)
    assert (kept.fresh, kept.query.where.text, kept.query.where.status) == (0, "收养", EntryStatus.DRAFT)
    assert catalogue.saved_searches(city.reviewer) == ()
    city.clock.at = kept.looked_at + timedelta(minutes=1)
    drafts(city, "收养登记信息")
    assert "收养" in desk.read("/desk/")
    assert "1 条更新" in desk.read(LIST)
    assert "上次查看以来有 1 条" in desk.get(f"{LIST}searches/{kept.id}/", follow=True).content.decode()
    other = at_the_desk(city, "reviewer")
    assert other.post(f"{LIST}searches/{kept.id}/forget/").status_code == 404
    desk.send(f"{LIST}searches/{kept.id}/forget/")
    assert catalogue.saved_searches(city.civil_officer) == ()


def test_the_city_adds_and_removes_synonyms(city):
    drafts(city, "收养登记信息")
    reviewer = at_the_desk(city, "reviewer")
    assert catalogue.count_entries(city.reviewer, EntryFilter(text="领养孩子")) == 0
    reviewer.send(f"{LIST}synonyms/add/", terms="领养孩子 收养登记", note="群众说法")
    assert catalogue.count_entries(city.reviewer, EntryFilter(text="领养孩子")) == 1
    assert "收养登记" in catalogue.expand("领养孩子")
    reviewer.send(f"{LIST}synonyms/add/", terms="只有一个")
    assert reviewer.complaints
    (group,) = catalogue.synonym_groups(city.reviewer)
    assert at_the_desk(city, "tax_officer").post(f"{LIST}synonyms/{group.id}/remove/").status_code == 403
    reviewer.send(f"{LIST}synonyms/{group.id}/remove/")
    assert catalogue.count_entries(city.reviewer, EntryFilter(text="领养孩子")) == 0


def test_the_map_shows_what_hangs_together_with_an_entry(city):
    a_published_entry(city)
    part = datamap.graph(city.reviewer, "entry:hydj_jbxx", clock=city.clock)
    names = {(node.kind, node.name) for node in part.nodes}
    assert (NodeKind.DEPARTMENT, "市民政局") in names
    assert (NodeKind.SYSTEM, "婚姻登记管理系统") in names
    assert (NodeKind.ITEM, "公民身份号码") in names
    ids = {node.id for node in part.nodes}
    assert all(edge.start in ids and edge.end in ids for edge in part.edges)
    system = datamap.graph(city.reviewer, "system:hydj", clock=city.clock, depth=2)
    assert {node.kind for node in system.nodes} >= {NodeKind.DEPARTMENT, NodeKind.ENTRY, NodeKind.ITEM}
    few = datamap.graph(city.reviewer, "entry:hydj_jbxx", clock=city.clock, shown=1)
    assert [(one.kind, one.left) for one in few.more] == [(NodeKind.ITEM, 3)]


def test_the_map_hides_what_is_not_for_the_actor(city):
    drafts(city, "收养登记信息")
    for focus in ("entry:entry_0", "entry:none", "item:entry_0.name", "nothing", "grant:none", "duty:none"):
        with pytest.raises(NodeNotFound):
            datamap.graph(city.tax_officer, focus, clock=city.clock)
    around = datamap.graph(city.tax_officer, f"department:{CIVIL}", clock=city.clock)
    assert all(node.kind is not NodeKind.ENTRY for node in around.nodes)


def test_the_map_is_a_picture_a_table_and_files(city):
    a_published_entry(city)
    desk = at_the_desk(city, "reviewer")
    assert "市民政局" in desk.read("/desk/map/")
    page = desk.read("/desk/map/?focus=entry:hydj_jbxx&kind=item&kind=department")
    assert 'data-node="item:hydj_jbxx.id_no"' in page
    assert 'data-node="system:hydj"' not in page
    assert re.search(r"<td[^>]*><a[^>]*>市民政局</a></td>", page)
    assert "婚姻登记基本信息" in desk.read("/desk/map/?q=hydj")
    assert desk.get("/desk/map/?focus=entry:none").status_code == 404
    for form, begins in (
        ("nodes.csv", "\ufeffid"),
        ("edges.csv", "\ufeff起点"),
        ("json", "{"),
        ("graphml", "<?xml"),
    ):
        answer = desk.get(f"/desk/map/export/{form}/?focus=entry:hydj_jbxx")
        assert answer.content.decode().startswith(begins)
        assert "entry:hydj_jbxx" in answer.content.decode()
