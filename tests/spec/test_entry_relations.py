"""Related codes: the same resource under another class names both ways; what leads back to its start is a circle."""

import pytest

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.errors import RelationCircular
from jutong.control.catalogue.relations import Related, circle_in
from jutong.vocabulary.catalogue import ResourceClass
from tests.support.control import a_city, a_draft, a_published_entry

B, T, D = ResourceClass.BASE, ResourceClass.THEME, ResourceClass.DEPARTMENT

# Relations (code: class, what it names) → the circle that begins with "1".
CASES = {
    "nothing is related": ({"1": (B, "")}, ""),
    "a base resource comes from two departments": ({"1": (B, "2 3"), "2": (D, ""), "3": (D, "")}, ""),
    "the same resource in two classes names both ways": ({"1": (B, "2"), "2": (D, "1")}, ""),
    "the same resource in three classes": ({"1": (B, "2 3"), "2": (T, "1 3"), "3": (D, "1 2")}, ""),
    "a code that nobody has": ({"1": (B, "9")}, ""),
    "an entry names itself": ({"1": (B, "1")}, "1 1"),
    "two of one class cannot come from each other": ({"1": (D, "2"), "2": (D, "1")}, "1 2 1"),
    "derivation runs round three classes": ({"1": (B, "2"), "2": (T, "3"), "3": (D, "1")}, "1 2 3 1"),
    "round by way of the other class": (
        {"1": (B, "2"), "2": (D, "1 3"), "3": (D, "4"), "4": (T, "1")},
        "2 3 4 1",
    ),
    "a circle elsewhere is not this entry's": ({"1": (B, "2"), "2": (D, "3"), "3": (D, "2")}, ""),
}


@pytest.mark.parametrize("case", CASES)
def test_a_circle_is_found_and_its_way_shown(case):
    relations, circle = CASES[case]
    known = {
        code: Related(resource_class=kind, codes=tuple(names.split()))
        for code, (kind, names) in relations.items()
    }
    assert " ".join(circle_in(known, "1")) == circle


@pytest.mark.django_db
def test_a_circle_cannot_be_saved_and_both_sides_show_the_relation(tmp_path):
    city = a_city(tmp_path)
    first = a_published_entry(city)
    second = a_published_entry(city, "second", title="离婚登记档案信息", related_codes=(first.summary.code,))
    draft = catalogue.begin_change(city.civil_officer, "hydj_jbxx", clock=city.clock)
    with pytest.raises(RelationCircular, match=second.summary.code):
        catalogue.save_entry(
            city.civil_officer,
            "hydj_jbxx",
            a_draft(related_codes=(second.summary.code,)),
            revision=draft.revision,
            clock=city.clock,
        )
    for service, other in (("hydj_jbxx", "second"), ("second", "hydj_jbxx")):
        assert [one.service for one in catalogue.related_entries(city.tax_officer, service)] == [other]
