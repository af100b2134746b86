"""A change that is being drafted is its department's and the bureau's alone, whatever way another department looks."""

from dataclasses import replace

import pytest

from jutong.control.catalogue import api as catalogue
from jutong.vocabulary.catalogue import Level
from tests.support.control import a_city, a_draft, a_published_entry, an_item

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
