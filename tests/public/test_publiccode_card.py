"""`publiccode.yml`, the card by which public-sector software is found (publiccode.yml standard 0.4)."""

import re

import pytest

from jutong import __version__
from tests.support.project import ROOT

yaml = pytest.importorskip("yaml")


def test_the_card_is_complete_and_within_the_limits_of_the_standard():
    card = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    required = {
        "publiccodeYmlVersion", "name", "url", "platforms", "categories", "developmentStatus", "softwareType",
        "description", "legal", "maintenance", "localisation",
    }  # fmt: skip
    assert required <= set(card)
    assert card["softwareVersion"] == __version__
    assert card["legal"]["license"] == "Apache-2.0"
    assert card["maintenance"]["type"] in {"internal", "contract", "community", "none"}
    assert card["maintenance"]["contacts"]
    assert set(card["description"]) == set(card["localisation"]["availableLanguages"])
    for text in card["description"].values():
        assert len(text["shortDescription"]) <= 150
        assert 150 <= len(text["longDescription"]) <= 10_000
        assert text["features"]
    assert re.fullmatch(r"https://\S+", card["url"])
