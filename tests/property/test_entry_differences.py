"""Whatever two states of an entry are: their difference leads from one to the other, and nothing differs from itself."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from jutong.control.catalogue.api import EntryDraft, ItemChangeKind, apply_diff, diff_drafts
from jutong.vocabulary.catalogue import Level, OpenType
from jutong.vocabulary.contracts import InformationItem

items = st.builds(
    InformationItem,
    name=st.sampled_from(["姓名", "证号", "地址"]),
    field=st.sampled_from([f"f{number}" for number in range(8)]),
    length=st.sampled_from([None, 10, 20]),
    level=st.sampled_from(list(Level)),
)
drafts = st.builds(
    EntryDraft,
    title=st.sampled_from(["甲", "乙"]),
    abstract=st.sampled_from(["", "说明"]),
    open_type=st.sampled_from(list(OpenType)),
    row_count=st.sampled_from([None, 5]),
    related_codes=st.sampled_from([(), ("307000000000/000001",)]),
    items=st.lists(items, max_size=8, unique_by=lambda item: item.field).map(tuple),
)


@given(draft=drafts)
def test_nothing_differs_from_itself(draft):
    assert not diff_drafts(draft, draft)
    assert apply_diff(draft, diff_drafts(draft, draft)) == draft


@given(before=drafts, after=drafts)
def test_a_difference_carried_out_gives_the_later_state_and_back(before, after):
    assert apply_diff(before, diff_drafts(before, after)) == after
    assert apply_diff(after, diff_drafts(after, before)) == before
    assert bool(diff_drafts(before, after)) is (before != after)


@given(draft=drafts, data=st.data())
def test_a_new_order_alone_is_only_moves_and_never_of_all_items(draft, data):
    shuffled = replace(draft, items=tuple(data.draw(st.permutations(draft.items))))
    diff = diff_drafts(draft, shuffled)
    assert diff.elements == ()
    assert {change.kind for change in diff.items} <= {ItemChangeKind.MOVED}
    assert len(diff.items) < max(len(draft.items), 1)
