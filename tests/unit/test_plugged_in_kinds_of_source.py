"""Kinds that other packages bring by an entry point say of themselves the same as ours."""

from importlib.metadata import EntryPoint

import pytest

from jutong.dataflow.connectors import kinds, open_connector, registry, spec_of
from jutong.dataflow.connectors.csv_files import CsvConnector
from jutong.dataflow.connectors.errors import KindUnknown
from jutong.dataflow.connectors.kinds import CAPABILITY_NAMES, KindSpec
from jutong.dataflow.connectors.protocol import Capability


class Fax(CsvConnector):
    """A plug-in's connector."""

    kind = "fax"
    spec = KindSpec(
        **{name: getattr(CsvConnector.spec, name) for name in KindSpec.__slots__} | {"kind": "fax"}
    )


def plain(options, *, root, limits):
    """A plug-in that says nothing of itself."""
    return CsvConnector(options, root=root, limits=limits)


@pytest.fixture(autouse=True)
def plugged_in(monkeypatch):
    points = [
        EntryPoint("fax", f"{__name__}:Fax", registry.GROUP),
        EntryPoint("plain", f"{__name__}:plain", registry.GROUP),
        EntryPoint("csv", f"{__name__}:Fax", registry.GROUP),
    ]
    targets = {"fax": Fax, "plain": plain, "csv": Fax}
    monkeypatch.setattr(EntryPoint, "load", lambda self: targets[self.name])
    monkeypatch.setattr(
        registry,
        "entry_points",
        lambda group, name=None: [one for one in points if name in {None, one.name}],
    )


def test_a_plugged_in_kind_is_listed_described_and_opened(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    assert {"fax", "plain"} <= set(kinds())
    assert spec_of("fax") is Fax.spec
    assert spec_of("plain").capabilities == {Capability.SNAPSHOT}
    for kind in ("fax", "plain"):
        assert open_connector(kind, {"path": "a.csv"}, root=tmp_path).columns() == ("a", "b")


def test_a_plugged_in_kind_never_takes_the_place_of_ours():
    assert spec_of("csv") is CsvConnector.spec
    assert kinds().count("csv") == 1


def test_a_kind_that_nobody_offers_is_said():
    with pytest.raises(KindUnknown):
        spec_of("telex")


def test_every_kind_of_ours_declares_itself_whole():
    for kind in registry.BUILT_IN:
        spec = spec_of(kind)
        assert spec.kind == kind
        assert Capability.SNAPSHOT in spec.capabilities or Capability.PUSH in spec.capabilities, kind
        assert spec.tested_zh
        assert spec.tested_en
        names = [one.name for one in spec.options]
        assert len(names) == len(set(names))
        for one in spec.options:
            assert one.zh, (kind, one.name)
            assert one.en, (kind, one.name)
            assert not one.choices or one.default in {"", *one.choices}, (kind, one.name)
            assert not one.unless or one.unless in names, (kind, one.name)


def test_every_capability_has_its_words():
    assert set(CAPABILITY_NAMES) == set(Capability)
