"""Whatever a draft holds, the workbook gives it back."""

import string
from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st

from jutong.control.catalogue.api import Assignment, EntryDraft
from jutong.control.catalogue.terms import Provision
from jutong.control.interchange.api import ExportRow, read_workbook, write_workbook
from jutong.control.interchange.columns import CELL_LIMIT, Kind
from jutong.vocabulary.catalogue import (
    SHARING_STRICTNESS,
    DataGrade,
    DataType,
    FormatClass,
    Level,
    MaskMethod,
    Meaning,
    OpenType,
    ResourceClass,
    SharingMethod,
    SharingType,
    UpdateFrequency,
)
from jutong.vocabulary.contracts import InformationItem, RuleSpec

AWKWARD = (
    "=1+1", "+1", "-2", "@x", "'单引号", "007", "1e5", "TRUE", "是", "#REF!", "_x000D_", "_x0041_", "〔长文本:1〕", "[甲]",
    "a\nb", "a\r\nb", "\r", "  两端 ", "\t", "<b>&amp;", "http://x.example", "𠀀𪜀", "\ufffe", "2026-03-02",
    "1,000", "\u2028", "\x85",
)  # fmt: skip
CHARACTERS = st.characters(codec="utf-8", exclude_categories=("Cs",), exclude_characters=[
    chr(n) for n in (*range(9), 11, 12, *range(14, 32))
])  # fmt: skip
TEXT = st.one_of(st.sampled_from(AWKWARD), st.text(CHARACTERS, max_size=20))
FIELD = st.text(string.ascii_letters + string.digits + "_", min_size=1, max_size=12).map(lambda t: f"f{t}")
CODES = st.lists(TEXT, max_size=3).map(tuple)
WHOLE = st.one_of(st.none(), st.integers(0, 10**17))


def short(limit: int):
    return TEXT.map(lambda text: text[:limit])


def items(sharing: SharingType):
    stricter = [one for one in SharingType if SHARING_STRICTNESS[one] >= SHARING_STRICTNESS[sharing]]
    item = st.builds(
        InformationItem,
        name=short(120).filter(str.strip),
        field=FIELD,
        data_type=st.sampled_from(DataType),
        length=WHOLE,
        scale=WHOLE,
        required=st.booleans(),
        key=st.booleans(),
        level=st.sampled_from(Level),
        sharing_type=st.sampled_from(stricter),
        sharing_condition=TEXT,
        open_type=st.sampled_from(OpenType),
        meaning=st.none() | st.sampled_from(Meaning),
        code_list=short(60),
        data_element=short(60),
        mask=st.none() | st.sampled_from(MaskMethod),
        description=TEXT,
    )
    return st.lists(item, max_size=3, unique_by=lambda one: one.field.lower()).map(tuple)


RULES = st.lists(
    st.builds(
        RuleSpec,
        code=TEXT,
        kind=TEXT,
        fields=CODES,
        parameters=st.dictionaries(
            TEXT, TEXT | st.integers(-(10**9), 10**9) | st.booleans() | CODES.map(list)
        ),
        blocking=st.booleans(),
    ),
    max_size=2,
).map(tuple)


@st.composite
def drafts(draw) -> EntryDraft:
    sharing = draw(st.sampled_from(SharingType))
    return draw(
        st.builds(
            EntryDraft,
            title=short(120).filter(str.strip),
            resource_class=st.sampled_from(ResourceClass),
            classification=st.sampled_from(("", "307", "101001")),
            provider_unit=short(120),
            abstract=TEXT,
            format_class=st.sampled_from(FormatClass),
            format=short(20),
            items=items(sharing),
            sharing_type=st.just(sharing),
            sharing_condition=TEXT,
            sharing_reason=TEXT,
            basis_document=short(200),
            basis_number=short(80),
            basis_article=short(80),
            sharing_methods=st.lists(st.sampled_from(SharingMethod), max_size=4).map(tuple),
            open_type=st.sampled_from(OpenType),
            open_condition=TEXT,
            update_frequency=st.sampled_from(UpdateFrequency),
            related_codes=CODES,
            declared_level=st.sampled_from(Level),
            system=TEXT,
            contact_name=short(60),
            contact_phone=short(40),
            contact_email=short(120),
            domain_area=short(60),
            scene=TEXT,
            business_frequency=st.none() | st.sampled_from(UpdateFrequency),
            assignment=st.sampled_from(Assignment),
            without_key=st.booleans(),
            is_result=st.booleans(),
            is_certificate=st.booleans(),
            assessment=TEXT,
            duties=CODES,
            secret=st.booleans(),
            provision=st.sampled_from(Provision),
            data_grade=st.sampled_from(DataGrade),
            storage_mb=WHOLE,
            row_count=WHOLE,
            query_keys=st.lists(st.lists(TEXT | FIELD, max_size=2).map(tuple), max_size=3).map(tuple),
            rules=RULES,
        )
    )


def through_a_workbook(*entries: EntryDraft) -> tuple[EntryDraft, ...]:
    target = BytesIO()
    write_workbook(target, [ExportRow(draft=one, provider="市民政局") for one in entries])
    reading = read_workbook(target.getvalue())
    assert reading.problems == ()
    return tuple(entry.draft for entry in reading.entries)


@settings(max_examples=60)
@given(drafts())
def test_a_draft_comes_back_as_it_was(draft):
    assert through_a_workbook(draft) == (draft,)


def test_a_text_longer_than_a_cell_comes_back_whole():
    rules = tuple(
        RuleSpec(code=f"R{n}", kind="code_list", fields=("f",), parameters={"why": "长" * 4000})
        for n in range(9)
    )
    draft = EntryDraft(title="规则很多的目录", rules=rules, duties=tuple(f"{n:05d}" for n in range(9000)))
    assert len("\n".join(draft.duties)) > CELL_LIMIT
    assert through_a_workbook(draft, draft.__class__(title="另一个目录"))[0] == draft


def test_every_element_of_a_draft_and_an_item_has_its_column():
    from dataclasses import fields

    from jutong.control.interchange.columns import ENTRY_COLUMNS, ITEM_COLUMNS

    beside = {"number", "code", "service", "provider", "provider_uscc", "entry_number"}

    def read(columns) -> set[str]:
        return {column.key for column in columns if column.kind is not Kind.SHOWN} - beside

    assert read(ENTRY_COLUMNS) == {one.name for one in fields(EntryDraft)} - {"items"}
    assert read(ITEM_COLUMNS) == {one.name for one in fields(InformationItem)}
