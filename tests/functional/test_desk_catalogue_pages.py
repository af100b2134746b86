"""An entry is written, checked, reviewed, published, changed and withdrawn on the pages of the workbench."""

import json

import pytest

from jutong.control.catalogue import api as catalogue
from jutong.vocabulary.catalogue import EntryStatus
from tests.support.control import a_city, a_draft, a_published_entry
from tests.support.desk import at_the_desk, inputs_of

pytestmark = pytest.mark.django_db(transaction=True)

NEW = "/desk/catalogue/new/"
ENTRY = "/desk/catalogue/hydj_jbxx/"


@pytest.fixture
def city(tmp_path, settings):
    made = a_city(tmp_path / "home")
    settings.DATA_HOME = made.home
    return made


def an_item_row(number: int, name: str, field: str, **more: str) -> dict[str, str]:
    values = {
        "name": name,
        "field": field,
        "data_type": "text",
        "length": "60",
        "level": "l2",
        "sharing_type": "conditional",
        "open_type": "not_open",
        **more,
    }
    return {f"items-{number}-{key}": value for key, value in values.items()}


def test_the_list_is_searched_narrowed_and_says_when_nothing_fits(city):
    a_published_entry(city)
    desk = at_the_desk(city, "reviewer")
    assert "婚姻登记基本信息" in desk.read("/desk/catalogue/?q=婚姻&status=published&department=minzheng")
    assert "没有找到目录条目" in desk.read("/desk/catalogue/?q=没有这样的词")
    assert "没有找到目录条目" in desk.read("/desk/catalogue/?level=l1")


def test_an_empty_catalogue_says_how_it_is_filled(city):
    assert "目录还是空的" in at_the_desk(city, "reviewer").read("/desk/catalogue/")


def test_an_entry_goes_from_a_page_to_publication(city):
    officer = at_the_desk(city, "civil_officer")
    fields = inputs_of(officer.read(NEW)) | {"provider": "minzheng", "title": "收养登记信息"}
    page = officer.send(NEW, **fields)
    assert "收养登记信息" in page
    assert "编制检查" in page  # what is still missing, in words
    (row,) = catalogue.entries(city.civil_officer).rows
    edit = f"/desk/catalogue/{row.service}/edit/"
    fields = inputs_of(officer.read(edit)) | {
        "abstract": "本市收养登记机关办理的收养登记的基本信息，用于核验收养关系。",
        "classification": "307",
        "provider_unit": "社会事务处",
        "sharing_condition": "用于核验收养关系",
        "sharing_reason": "涉及个人信息",
        "system": "hydj",
        "contact_name": "测试联系人",
        "contact_phone": "0571-88888888",
        "assessment": "已评估，风险可控",
        "query_keys": "cert_no",
        **an_item_row(0, "登记证号", "cert_no", key="on", required="on"),
        **an_item_row(1, "登记机关名称", "office"),
    }
    page = officer.send(edit, **fields)
    assert "编制检查没有发现问题" in page, officer.complaints
    act = f"/desk/catalogue/{row.service}/act/"
    officer.send(act, action="submit")
    assert "待我处理的目录" in at_the_desk(city, "civil_approver").read("/desk/")
    at_the_desk(city, "civil_approver").send(act, action="accept")
    page = at_the_desk(city, "reviewer").send(act, action="publish")
    assert "已发布" in page
    view = catalogue.entry(city.reviewer, row.service)
    assert view.summary.status is EntryStatus.PUBLISHED
    assert view.summary.code in page
    assert [item.field for item in view.present.items] == ["cert_no", "office"]
    known = json.loads((city.home.policies / "current.json").read_text("utf-8"))
    assert row.service in json.dumps(known)  # the gateway knows the service at once


def test_nothing_of_a_refused_form_is_lost(city):
    officer = at_the_desk(city, "civil_officer")
    fields = inputs_of(officer.read(NEW)) | {
        "title": "收养登记信息",
        "abstract": "本市收养登记。",
        "classification": "999999",
        **an_item_row(0, "登记证号", "cert_no"),
        **an_item_row(1, "只有名称", ""),
    }
    page = officer.send(NEW, **fields)
    assert "名称和字段要一起填写；整行不要时两格都清空。" in officer.complaints
    for kept in ("收养登记信息", "本市收养登记。", "999999", "cert_no", "只有名称"):
        assert kept in page
    fields |= an_item_row(1, "经办机关", "office")
    page = officer.send(NEW, **fields)
    assert "[catalogue.classification_invalid]" in page
    for kept in ("收养登记信息", "本市收养登记。", "999999", "cert_no", "经办机关"):
        assert kept in page
    assert catalogue.entries(city.civil_officer).rows == ()


def test_a_text_of_ten_megabytes_is_refused_and_still_on_the_page(city):
    officer = at_the_desk(city, "civil_officer")
    long = "长" * 3_400_000
    fields = inputs_of(officer.read(NEW)) | {"title": "收养登记信息", "abstract": long}
    page = officer.send(NEW, **fields | an_item_row(0, "登记证号", "cert_no"))
    assert any("字" in complaint for complaint in officer.complaints)
    assert long in page
    assert catalogue.entries(city.civil_officer).rows == ()


def test_more_than_a_form_can_hold_is_refused_in_plain_words(city):
    officer = at_the_desk(city, "civil_officer")
    answer = officer.post(NEW, {"title": "收养登记信息", "abstract": "x" * (33 << 20)})
    assert answer.status_code == 413
    assert "一次最多提交 32 MB" in officer.text


def test_more_rows_are_added_without_scripts_and_without_saving(city):
    officer = at_the_desk(city, "civil_officer")
    fields = (
        inputs_of(officer.read(NEW)) | {"title": "", "abstract": "写了一半"} | an_item_row(0, "证号", "no")
    )
    page = officer.send(NEW, **fields, more="1")
    assert officer.complaints == []
    assert 'name="items-13-name"' in page
    assert 'value="证号"' in page
    assert "写了一半" in page
    assert catalogue.entries(city.civil_officer).rows == ()


def test_a_row_that_is_cleared_is_gone(city):
    catalogue.create_entry(
        city.civil_officer, provider="minzheng", draft=a_draft(), service="hydj_jbxx", clock=city.clock
    )
    officer = at_the_desk(city, "civil_officer")
    fields = inputs_of(officer.read(f"{ENTRY}edit/")) | {"items-3-name": "", "items-3-field": ""}
    officer.send(f"{ENTRY}edit/", **fields)
    left = catalogue.entry(city.civil_officer, "hydj_jbxx").working
    assert [item.field for item in left.items] == ["cert_no", "id_no", "person"]
    assert left == a_draft(items=a_draft().items[:3])  # nothing else of it changed by going through the form


def test_a_save_over_someone_elses_newer_one_is_refused_and_kept_on_the_page(city):
    catalogue.create_entry(
        city.civil_officer, provider="minzheng", draft=a_draft(), service="hydj_jbxx", clock=city.clock
    )
    first, second = at_the_desk(city, "civil_officer"), at_the_desk(city, "civil_approver")
    mine, theirs = inputs_of(first.read(f"{ENTRY}edit/")), inputs_of(second.read(f"{ENTRY}edit/"))
    second.send(f"{ENTRY}edit/", **theirs | {"contact_name": "乙"})
    page = first.send(f"{ENTRY}edit/", **mine | {"contact_name": "甲", "provider_unit": "我写的处室"})
    assert "[catalogue.edit_conflict]" in page
    assert "我写的处室" in page
    assert catalogue.entry(city.civil_officer, "hydj_jbxx").working.contact_name == "乙"


def test_a_returned_entry_says_why_and_may_be_edited(city):
    catalogue.create_entry(
        city.civil_officer, provider="minzheng", draft=a_draft(), service="hydj_jbxx", clock=city.clock
    )
    catalogue.submit(city.civil_officer, "hydj_jbxx", clock=city.clock)
    approver = at_the_desk(city, "civil_approver")
    page = approver.send(f"{ENTRY}act/", action="return", reason="")
    assert "[catalogue." in page  # a reason is needed
    approver.send(f"{ENTRY}act/", action="return", reason="摘要没有写明来源")
    page = at_the_desk(city, "civil_officer").read(ENTRY)
    assert "摘要没有写明来源" in page
    assert "请按意见修改后重新提交" in page
    assert f'href="{ENTRY}edit/"' in page
    assert "待我处理的目录" in at_the_desk(city, "civil_officer").read("/desk/")


def test_a_pending_change_is_shown_beside_what_holds(city):
    a_published_entry(city)
    officer = at_the_desk(city, "civil_officer")
    assert "还没有改动" in officer.send(f"{ENTRY}act/", action="change")
    fields = inputs_of(officer.read(f"{ENTRY}edit/")) | {"contact_name": "新联系人", "items-1-length": "15"}
    page = officer.send(f"{ENTRY}edit/", **fields)
    assert "待发布的变更" in page
    for text in ("新联系人", "测试联系人", "信息项：公民身份号码", "长度 18", "长度 15"):
        assert text in page, text
    stranger = at_the_desk(city, "tax_officer").read(ENTRY)
    assert "待发布的变更" not in stranger
    assert "新联系人" not in stranger
    assert "待发布的变更" not in officer.send(f"{ENTRY}act/", action="discard")


def test_a_withdrawn_entry_says_so_and_takes_no_application(city):
    a_published_entry(city)
    page = at_the_desk(city, "reviewer").send(f"{ENTRY}act/", action="withdraw", reason="系统下线")
    assert "已下架，不再接受申请和归集" in page
    assert "系统下线" in page
    reader = at_the_desk(city, "tax_officer")
    assert reader.get(ENTRY).status_code == 404
    assert reader.get(f"{ENTRY}apply/").status_code == 404


def test_a_step_that_is_not_ones_own_is_refused_on_a_page(city):
    a_published_entry(city)
    stranger = at_the_desk(city, "tax_officer")
    assert stranger.post(f"{ENTRY}act/", {"action": "change"}).status_code == 403
    assert stranger.get(f"{ENTRY}edit/").status_code == 403
    assert "申请使用" in stranger.read(ENTRY)
    assert "申请使用" not in at_the_desk(city, "civil_officer").read(ENTRY)  # nobody applies to their own


def test_a_search_with_markup_stays_text(city):
    page = at_the_desk(city, "reviewer").get("/desk/catalogue/", {"q": '"><script>alert(1)</script>'})
    assert b"<script>alert" not in page.content
