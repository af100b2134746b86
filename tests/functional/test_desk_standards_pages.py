"""Data elements and code lists on the pages: registered, revised, abolished, bound, and taken from files or refused whole."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from jutong.control.catalogue import api as catalogue
from jutong.control.standards import api as standards
from jutong.control.standards.api import CodeItem, StandardStatus
from jutong.control.standards.errors import StandardConflict, StandardInvalid
from jutong.vocabulary.catalogue import DataType
from tests.support.control import CIVIL, a_city, a_draft, an_item
from tests.support.desk import at_the_desk, inputs_of

pytestmark = pytest.mark.django_db

PARKS = "代码,名称,上级代码\n1,公园,\n11,综合公园,1\n12,社区公园,1\n"
HEADER = "内部标识符,中文名称,数据类型,表示格式,值域代码集,同义名称\n"


@pytest.fixture
def city(tmp_path, settings):
    made = a_city(tmp_path / "home")
    settings.DATA_HOME = made.home
    return made


@pytest.fixture
def reviewer(city):
    return at_the_desk(city, "reviewer")


def a_file(text, name="标准.csv"):
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode("utf-8-sig"))


def content_of(answer):
    return b"".join(answer.streaming_content)


def list_fields(text, **more):
    about = {"name": "park_type", "zh": "公园类型", "source": "DB3301/T 0001", "valid_from": "2025-01-01"}
    return about | {"file": a_file(text)} | more


def test_the_platforms_own_standards_are_there_from_the_start(city, reviewer):
    assert len(standards.data_elements()) >= 60
    assert len(standards.code_lists()) == 26
    assert "公民身份号码" in reviewer.read("/desk/standards/?q=身份证")
    page = reviewer.read("/desk/standards/elements/DE01004/")
    assert "GB/T 2261.1-2003" in page
    assert "未与标准文本核对" in page
    assert "未知的性别" in reviewer.read("/desk/standards/lists/sex/")
    assert standards.install_standards() == 0


def test_an_element_is_registered_revised_and_abolished(city, reviewer):
    page = reviewer.read("/desk/standards/new/")
    fields = inputs_of(page) | {
        "code": "SZ01001", "zh": "公园名称", "data_type": "text", "format": "c..100", "synonyms": "绿地名称",
    }  # fmt: skip
    assert "第 1 版草案" in reviewer.send("/desk/standards/new/", **fields)
    step = "/desk/standards/elements/SZ01001/step/"
    assert "已发布" in reviewer.send(step, act="issue", day="2025-01-01", revision=1)
    fields |= {"revision": ""}
    save = "/desk/standards/elements/SZ01001/save/"
    page = reviewer.send(save, **fields | {"format": "c..200", "reason": "名称过长"})
    assert "第 2 版草案" in page
    page = reviewer.send(step, act="issue", day="2025-06-01", revision=1)
    assert "c..100 → c..200" in page
    assert standards.data_element("SZ01001", at=date(2025, 3, 1)).definition.format == "c..100"
    assert standards.data_element("SZ01001", at=date(2025, 7, 1)).definition.format == "c..200"
    revision = standards.data_element("SZ01001").revision
    reviewer.send(
        step, act="abolish", day="2026-01-01", reason="合并", replaced_by="DE02002", revision=revision
    )
    versions = standards.element_versions("SZ01001")
    assert [one.status for one in versions] == [StandardStatus.ABOLISHED, StandardStatus.SUPERSEDED]
    assert "DE02002" in reviewer.text


WRONG_ELEMENTS = (
    ({"format": "c**9"}, "看不懂"),
    ({"format": "d8"}, "不相容"),
    ({"synonyms": "姓名"}, "不能互为同义"),
    ({"synonyms": "甲、甲"}, "列了两次"),
    ({"code": "1"}, "字母开头"),
    ({"code": "DE01001", "zh": "另一名称"}, "已存在"),
    ({"zh": "姓名"}, "同名"),
)


def test_a_wrong_element_is_refused_and_nothing_typed_is_lost(reviewer):
    for change, complaint in WRONG_ELEMENTS:
        fields = {"code": "SZ9", "zh": "某项", "data_type": "text", "definition": "仍在"} | change
        page = reviewer.send("/desk/standards/new/", **fields)
        assert complaint in page
        assert "仍在" in page


def test_two_who_revise_at_once_get_one_draft_and_one_conflict(city):
    element = standards.data_element("DE01003").definition
    save = {"reason": "", "clock": city.clock}
    standards.save_element(city.reviewer, element, **save)
    with pytest.raises(StandardConflict):
        standards.save_element(city.reviewer, element, **save)
    standards.save_element(city.reviewer, element, revision=1, **save)
    with pytest.raises(StandardConflict):
        standards.save_element(city.reviewer, element, revision=1, **save)


def test_a_version_never_begins_before_the_one_it_follows(city, reviewer):
    reviewer.send("/desk/standards/upload/lists/", **list_fields(PARKS, valid_from="2025-05-01"))
    draft = standards.CodeListDraft(
        name="park_type", zh="x", source="y", items=(CodeItem(code="1", name="z"),)
    )
    kept = standards.save_code_list(city.reviewer, draft, clock=city.clock)
    term = {"valid_from": date(2025, 4, 1), "revision": kept.revision}
    with pytest.raises(StandardInvalid):
        standards.issue_code_list(city.reviewer, "park_type", **term, clock=city.clock)


def test_a_code_list_has_versions_and_the_old_one_stays(reviewer):
    upload = "/desk/standards/upload/lists/"
    assert "已发布第 1 版，共 3 个代码" in reviewer.send(upload, **list_fields(PARKS))
    changed = PARKS.replace("社区公园", "社区公园绿地") + "13,游园,1\n"
    page = reviewer.send(upload, **list_fields(changed, valid_from="2025-07-01", reason="修订"))
    assert "第 1 版到第 2 版的变化" in page
    diff = standards.compare_code_lists("park_type", 1, 2)
    assert [one.code for one in diff.added] == ["13"]
    assert [(old.name, new.name) for old, new in diff.renamed] == [("社区公园", "社区公园绿地")]
    assert len(standards.code_items("park_type", at=date(2025, 3, 1))) == 3
    assert len(standards.code_items("park_type", at=date(2025, 8, 1))) == 4
    exported = reviewer.get("/desk/standards/lists/park_type/?version=1&export=csv")
    assert content_of(exported).decode("utf-8-sig").splitlines()[2] == "11,综合公园,1,"


WRONG_FILES = (
    ("代码,名称\n1,甲\n1,乙\n", "重复"),
    ("代码,名称,上级代码\n1,甲,2\n2,乙,1\n", "成环"),
    ("代码,名称,上级代码\n1,甲,9\n", "不在代码集中"),
    ("编号,名称\n1,甲\n", "缺少列：代码"),
    ("代码,名称\n1,\n", "不能为空"),
    (b"PK\x03\x04 no workbook at all", "connectors.excel_damaged"),
)


def test_a_wrong_file_of_codes_is_refused_whole(reviewer):
    for text, complaint in WRONG_FILES:
        name = "codes.xlsx" if isinstance(text, bytes) else "codes.csv"
        fields = list_fields("") | {"file": a_file(text, name)}
        assert complaint in reviewer.send("/desk/standards/upload/lists/", **fields)
    assert "park_type" not in {one.name for one in standards.code_lists()}


def test_elements_go_out_and_come_back_unchanged(city, reviewer):
    exported = reviewer.get("/desk/standards/?export=xlsx")
    file = SimpleUploadedFile("elements.xlsx", content_of(exported))
    page = reviewer.send("/desk/standards/upload/elements/", file=file, valid_from="2025-01-01")
    count = len(standards.data_elements())
    assert f"新增 0 个数据元，修订 0 个，{count} 个没有变化" in page


def test_a_file_of_elements_is_taken_whole_or_not_at_all(reviewer):
    upload = "/desk/standards/upload/elements/"
    wrong = HEADER + (
        "SZ1,甲项,字符型,c..5,,\n"
        "SZ1,乙项,字符型,c..5,,\n"
        "SZ2,丙项,奇怪型,c..5,,\n"
        "SZ3,丁项,字符型,zz,nowhere,戊项\n"
        "SZ4,戊项,字符型,c5,,丁项\n"
    )
    page = reviewer.send(upload, file=a_file(wrong), valid_from="2025-01-01")
    for complaint in ("在文件中重复", "须为：字符型", "看不懂", "不存在或未发布", "不能互为同义"):
        assert complaint in page
    assert not [one for one in standards.data_elements() if one.code.startswith("SZ")]
    right = HEADER + "SZ1,甲项,C,c..5,sex,\nDE01003,曾用名,字符型,c..60,,别名\n"
    page = reviewer.send(upload, file=a_file(right), valid_from="2025-01-01")
    assert "新增 1 个数据元，修订 1 个" in page
    assert standards.data_element("DE01003").number == 2


def test_only_the_bureau_keeps_standards(city):
    officer = at_the_desk(city, "civil_officer")
    assert "登记数据元" not in officer.read("/desk/standards/")
    assert officer.get("/desk/standards/new/").status_code == 403
    answer = officer.post(
        "/desk/standards/elements/DE01003/step/", {"act": "abolish", "day": "2025-01-01", "revision": 1}
    )
    assert answer.status_code == 403
    assert officer.get("/desk/standards/elements/nothing/").status_code == 404
    assert officer.get("/desk/standards/lists/nothing/").status_code == 404


def test_unbound_items_are_bound_in_bulk(city):
    items = (
        an_item("cert_no", name="登记证号", key=True, required=True),
        an_item("sex", name="性别", length=1, code_list="sex"),
        an_item("born", name="出生年月日", data_type=DataType.DATE, length=None),
    )
    catalogue.create_entry(
        city.civil_officer,
        provider=CIVIL,
        draft=a_draft(items=items, query_keys=()),
        service="hydj",
        clock=city.clock,
    )
    officer = at_the_desk(city, "civil_officer")
    page = officer.read("/desk/standards/binding/")
    assert "hydj|sex|DE01004" in page
    page = officer.send("/desk/standards/binding/bind/", bind=["hydj|sex|DE01004", "hydj|born|DE01006"])
    assert "已绑定 2 个信息项" in page
    bound = catalogue.entry(city.civil_officer, "hydj").working.items
    assert [item.data_element for item in bound] == ["", "DE01004", "DE01006"]
    index = standards.standards_index(date(2025, 3, 3))
    assert standards.binding_faults(bound, index) == ()


def test_an_export_opens_as_a_workbook(reviewer):
    answer = reviewer.get("/desk/standards/lists/nation/?export=xlsx")
    assert content_of(answer).startswith(b"PK")
    assert "attachment" in answer.headers["Content-Disposition"]
