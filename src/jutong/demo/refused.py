"""Two entries whose departments refuse to share them, each on the law that says so (负面清单)."""

from dataclasses import replace
from typing import Final

from jutong.control.catalogue.api import EntryDraft
from jutong.demo.settling import publish_entry
from jutong.kernel.clock import Clock
from jutong.vocabulary.catalogue import (
    FormatClass,
    Level,
    Meaning,
    SharingType,
    UpdateFrequency,
)
from jutong.vocabulary.contracts import InformationItem

DECLARATION: Final = "tax_declaration"
ADOPTION: Final = "civil_adoption"


_REFUSED: Final = EntryDraft(
    title="",
    classification="307",
    format_class=FormatClass.DATABASE,
    format="sqlite",
    sharing_type=SharingType.NOT_SHARED,
    sharing_methods=(),
    open_condition="含依法应当保密的信息",
    update_frequency=UpdateFrequency.QUARTERLY,
    contact_name="数据专员（演示）",
    contact_phone="12345",
    scene="演示负面清单",
    assessment="已完成保密风险和个人信息保护影响评估：依法不予共享",
)


def publish_refused(*, clock: Clock) -> None:
    """Both go through every review like other entries; safe to repeat."""
    publish_entry("tax", DECLARATION, _declaration(), clock=clock)
    publish_entry("civil", ADOPTION, _adoption(), clock=clock)


def _declaration() -> EntryDraft:
    return replace(
        _REFUSED,
        title="纳税申报明细信息（合成）",
        abstract="合成数据：演示城市纳税人按期申报的税种、所属期和税额，由税务机关受理申报时产生，仅供税收征管使用。",
        items=(
            _item("申报序号", "declaration_no", key=True),
            _item("统一社会信用代码", "uscc", meaning=Meaning.USCC, length=18),
            _item("征收项目", "levy_item"),
            _item("税款所属期", "period", length=7),
            _item("应纳税额", "tax_due", length=20, level=Level.L3),
        ),
        provider_unit="征收管理处",
        system="tax_1",
        sharing_reason="税务机关依法为纳税人的生产经营和申报情况保密",
        basis_document="中华人民共和国税收征收管理法",
        basis_number="主席令第四十九号",
        basis_article="第八条第二款",
    )


def _adoption() -> EntryDraft:
    return replace(
        _REFUSED,
        title="收养登记信息（合成）",
        abstract="合成数据：演示城市收养登记的收养人、被收养人和登记日期，由民政部门办理收养登记时产生，按季更新。",
        items=(
            _item("收养登记证字号", "certificate_no", key=True),
            _item("收养人姓名", "adopter_name", meaning=Meaning.PERSON_NAME, level=Level.L3),
            _item("被收养人姓名", "adoptee_name", meaning=Meaning.PERSON_NAME, level=Level.L3),
            _item("登记年月", "registered_month", length=7),
        ),
        provider_unit="儿童福利处",
        system="civil_1",
        sharing_reason="收养人、送养人要求保守收养秘密",
        basis_document="中华人民共和国民法典",
        basis_number="主席令第四十五号",
        basis_article="第一千一百一十条",
    )


def _item(
    name: str,
    field: str,
    *,
    key: bool = False,
    meaning: Meaning | None = None,
    length: int = 50,
    level: Level = Level.L2,
) -> InformationItem:
    return InformationItem(
        name=name,
        field=field,
        length=length,
        key=key,
        required=key,
        meaning=meaning,
        level=level,
        sharing_type=SharingType.NOT_SHARED,
    )
