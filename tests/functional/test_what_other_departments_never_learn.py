"""A change that is being drafted is its department's and the bureau's alone, whatever way another department looks."""

from dataclasses import replace

import pytest

from jutong.control.catalogue import api as catalogue
from jutong.control.one_source import api as one_source
from jutong.control.one_source.errors import CaseNotFound
from jutong.vocabulary.catalogue import Level
from tests.support.control import CIVIL, TAX, a_city, a_draft, a_published_entry, an_item

pytestmark = pytest.mark.django_db
SERVICE = "hydj_jbxx"


@pytest.fixture
def city(tmp_path):
    """The published entry is being changed: a new item, and a summary that a rule objects to."""
    made = a_city(tmp_path)
    a_published_entry(made)
    view = catalogue.begin_change(made.civil_officer, SERVICE, clock=made.clock)
    items = (*a_draft().items, an_item("secret_note", name="未公布的信息项", level=Level.L4))
    draft = replace(view.working, abstract="", items=items)
    catalogue.save_entry(made.civil_officer, SERVICE, draft, revision=view.revision, clock=made.clock)
    return made


def test_the_findings_of_a_change_in_the_making_are_for_insiders(city):
    inside = catalogue.lint(city.civil_officer, SERVICE, clock=city.clock)
    outside = catalogue.lint(city.tax_officer, SERVICE, clock=city.clock)
    assert any(finding.place == "abstract" for finding in inside)
    assert not any(finding.place == "abstract" for finding in outside)
    assert inside == catalogue.lint(city.reviewer, SERVICE, clock=city.clock)


def test_the_grading_of_a_change_in_the_making_is_for_insiders(city):
    def fields(actor):
        return {item.proposal.field for item in catalogue.grading_of(actor, SERVICE).items}

    assert "secret_note" in fields(city.civil_officer)
    assert "secret_note" in fields(city.reviewer)
    assert "secret_note" not in fields(city.tax_officer)


def test_a_case_of_drafts_alone_is_not_there_for_other_departments(city):
    items = (*a_draft().items, an_item("marital", name="婚姻状况", length=2, code_list="marital_status"))
    for actor, provider in ((city.civil_officer, CIVIL), (city.tax_officer, TAX)):
        draft = a_draft(title=f"{provider}未公布的信息", items=items, system="")
        catalogue.create_entry(
            actor, provider=provider, draft=draft, service=f"{provider}_new", clock=city.clock
        )
    one_source.detect(city.reviewer, clock=city.clock)
    everyone = {case.name: case.code for case in one_source.cases(city.reviewer).rows}
    code = everyone["婚姻状况代码"]
    assert len(one_source.case(city.tax_officer, code).items) == 1
    with pytest.raises(CaseNotFound):
        one_source.case(city.district_officer, code)
