"""`jutong retention`: a rule, what is due, the three decisions, the proof and the holds, for people and for programs."""

import json

import pytest
from click.testing import CliRunner

from jutong.entrypoints.cli import main
from jutong.processes.destruction import destroy
from tests.functional.test_destruction_of_data import city  # noqa: F401  # a home with a collected entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(city, monkeypatch):  # noqa: F811
    monkeypatch.setenv("JUTONG_HOME", str(city.home.root))
    return lambda *arguments: CliRunner().invoke(main, ["retention", *arguments])


def said(answer) -> object:
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.output)


def test_from_the_rule_to_the_verified_proof(run, city):  # noqa: F811
    rule = ("set", "hydj_jbxx", "--months", "240", "--item", "registered_on", "--basis", "档案管理办法")
    said(run(*rule, "--as", "civil_officer", "--json"))
    assert said(run("due", "hydj_jbxx", "--as", "civil_officer", "--json"))["due"] == 2
    number = said(run("propose", "hydj_jbxx", "--as", "civil_officer", "--json"))["number"]
    assert run("decide", number, "review", "--as", "civil_officer").exit_code == 4
    assert said(run("decide", number, "review", "--as", "civil_approver", "--json"))["stage"] == "reviewed"
    assert said(run("decide", number, "approve", "--as", "reviewer", "--json"))["stage"] == "approved"
    destroy(number, home=city.home, clock=city.clock)
    assert said(run("show", number, "--as", "reviewer", "--json"))["proof"]["rows_destroyed"] == 2
    assert said(run("verify", "--as", "reviewer", "--json")) == {
        "proofs": 1,
        "intact": True,
        "first_bad": None,
    }
    (line,) = said(run("list", "--as", "reviewer", "--json"))
    assert (line["service"], line["months"]) == ("hydj_jbxx", 240)


def test_a_hold_is_placed_and_lifted(run):
    placed = said(
        run(
            "hold",
            "--service",
            "hydj_jbxx",
            "--document",
            "1号",
            "--reason",
            "审计",
            "--as",
            "reviewer",
            "--json",
        )
    )
    assert "hydj_jbxx" in run("list", "--as", "reviewer").output
    assert run("lift", placed["number"], "--reason", "审结", "--as", "tax_approver").exit_code == 4
    assert run("lift", placed["number"], "--reason", "审结", "--as", "reviewer").exit_code == 0
    assert run("lift", placed["number"], "--reason", "审结", "--as", "reviewer").exit_code == 5
