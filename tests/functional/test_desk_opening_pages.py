"""An entry is opened through the release gate, adjusted and withdrawn on the pages of the workbench."""

import pytest

from jutong.control.opening import api as opening
from jutong.control.opening.api import DatasetStatus
from jutong.vocabulary.catalogue import Level, Meaning, OpenType, SharingType
from tests.support.control import a_city, a_published_entry, an_item
from tests.support.desk import at_the_desk, inputs_of
from tests.support.open_datasets import SCHOOL_ITEMS, an_open_dataset

pytestmark = pytest.mark.django_db

PAGE = "/desk/datasets/schools/"


@pytest.fixture
def city(tmp_path, settings):
    made = a_city(tmp_path / "home")
    settings.DATA_HOME = made.home
    return made


def a_mixed_entry(city) -> None:
    """Schools that may be opened, with a head whose name may not."""
    head = an_item(
        "head",
        name="校长姓名",
        meaning=Meaning.PERSON_NAME,
        level=Level.L3,
        sharing_type=SharingType.UNCONDITIONAL,
        open_type=OpenType.NOT_OPEN,
    )
    a_published_entry(
        city,
        "schools",
        title="中小学校名录",
        abstract="本市中小学校名录，含名称、所在区县和规模，供公众查询使用。",
        items=(*SCHOOL_ITEMS, head),
        sharing_type=SharingType.UNCONDITIONAL,
        sharing_condition="",
        sharing_reason="",
        open_type=OpenType.UNCONDITIONAL,
        query_keys=(("code",),),
    )


def test_an_entry_that_may_be_opened_is_offered_and_opened(city):
    a_mixed_entry(city)
    approver = at_the_desk(city, "civil_approver")
    assert "可开放的目录条目" in approver.read("/desk/datasets/")
    page = approver.read(PAGE)
    assert "不能开放的信息项" in page
    assert "校长姓名" in page
    fields = inputs_of(page)
    assert "head" not in fields["items"]
    page = approver.send(PAGE, **fields | {"theme": "education", "title": "中小学校名录"})
    assert "已开放。文件正在生成" in page
    assert opening.dataset("schools").status is DatasetStatus.PREPARING
    assert "中小学校名录" in approver.read("/desk/datasets/")


def test_the_gate_refuses_on_the_page_and_nothing_is_lost(city):
    a_mixed_entry(city)
    approver = at_the_desk(city, "civil_approver")
    fields = inputs_of(approver.read(PAGE)) | {"theme": "education", "title": "改过的名称"}
    page = approver.send(PAGE, **fields | {"items": ["code", "name", "head"]})
    assert "发布关口不放行" in page
    assert "该信息项标为不予开放" in page
    assert "[opening.release_held]" in page
    assert "改过的名称" in page
    assert inputs_of(page)["items"] == ["code", "name", "head"]
    page = approver.send(PAGE, **{name: value for name, value in fields.items() if name != "items"})
    assert "这个字段是必填项。" in approver.complaints


def test_an_open_dataset_is_withdrawn_with_a_reason_and_may_be_opened_again(city):
    an_open_dataset(city)
    approver = at_the_desk(city, "civil_approver")
    assert "在门户查看" in approver.read(PAGE)
    page = approver.send(f"{PAGE}withdraw/", reason="数据有误")
    assert "数据集已下架" in page
    assert "在门户查看" not in page
    assert opening.dataset("schools").status is DatasetStatus.WITHDRAWN
    assert "已开放。文件正在生成" in approver.send(PAGE, **inputs_of(approver.read(PAGE)))


def test_others_see_what_is_open_and_cannot_change_it(city):
    an_open_dataset(city)
    reader = at_the_desk(city, "tax_officer")
    page = reader.read(PAGE)
    assert "开放的信息项" in page
    assert "重新开放" not in page
    assert (
        reader.post(
            PAGE, {"items": "code", "theme": "education", "licence": "cc_by", "title": "x"}
        ).status_code
        == 403
    )
    assert reader.post(f"{PAGE}withdraw/", {"reason": "x"}).status_code == 403
