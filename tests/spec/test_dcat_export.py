"""The catalogue as DCAT-AP: one description in two notations, whole for any text, and right by the official shapes."""

import json
from collections import Counter
from dataclasses import replace
from functools import lru_cache

import pyshacl
import pytest
from rdflib import DCTERMS, RDF, BNode, Graph, Namespace, URIRef
from rdflib.compare import isomorphic

from jutong.control.interchange.dcat.vocabularies import FREQUENCIES, THEME_OF_CLASSIFICATION, THEMES, theme
from jutong.vocabulary.catalogue import UpdateFrequency
from tests.support.dcat import ADDRESSES, a_document, a_resource, an_open_resource

SH = Namespace("http://www.w3.org/ns/shacl#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")
SPDX = Namespace("http://spdx.org/rdf/terms#")
DATASET = URIRef(ADDRESSES.dataset("hydj_jbxx"))
CATALOGUE = URIRef("https://data.example.org/catalog")
# The official shapes, each set as its authors mean it to be loaded.
SHAPES = (
    ("3.0.1__html__shacl__shapes",),
    ("3.0.1__html__shacl__range",),
    ("3.0.1__html__shacl__mdr-vocabularies.shape",),
    ("3.0.1__html__shacl__shapes_recommended",),
    ("3.0.1__html__shacl__deprecateduris",),
    ("3.0.1__shacl__dcat-ap-SHACL", "3.0.1__shacl__ranges"),
    ("3.0.0__shacl__dcat-ap-SHACL",),
    ("3.0.0__html__shacl__range",),
    ("3.0.0__html__shacl__shapes_recommended",),
    ("2.1.1__dcat-ap_2.1.1_shacl_range",),
    ("2.1.1__dcat-ap_2.1.1_shacl_shapes_recommended",),
    ("2.1.1__dcat-ap_2.1.1_shacl_deprecateduris",),
)


def parsed(text: str, notation: str = "turtle") -> Graph:
    return Graph().parse(data=text, format=notation)


@pytest.fixture(scope="module")
def graph() -> Graph:
    return parsed(a_document("ttl", a_resource(), an_open_resource()))


def test_turtle_and_json_ld_say_the_same(graph):
    other = parsed(a_document("jsonld", a_resource(), an_open_resource()), "json-ld")
    assert isomorphic(graph, other)


def test_an_entry_is_described_with_all_that_it_says(graph):
    said = {str(predicate).rpartition("/")[2].rpartition("#")[2] for predicate in graph.predicates(DATASET)}
    assert said >= {
        "title",
        "description",
        "identifier",
        "publisher",
        "theme",
        "keyword",
        "accrualPeriodicity",
        "spatial",
        "issued",
        "modified",
        "contactPoint",
        "accessRights",
        "distribution",
        "provenance",
        "applicableLegislation",
        "version",
        "conformsTo",
    }
    publisher = graph.value(DATASET, DCTERMS.publisher)
    assert "11330100002492381M" in {str(value) for value in graph.objects(publisher)}
    served = set(graph.subjects(DCAT.servesDataset, DATASET))
    assert len(served) == 1, "an entry shared by interface has its data service"


@pytest.mark.parametrize("ending", ["ttl", "jsonld"])
def test_no_text_breaks_a_document(ending):
    nasty = '引号"反斜杠\\换行\n制表\t回车\r<b>粗</b> \x00\x07 半个\ud83d 表情😀 """ \u2028'
    text = a_document(ending, a_resource(title=nasty, keywords=(nasty,), provenance=nasty))
    text.encode("utf-8")
    graph = parsed(text, "turtle" if ending == "ttl" else "json-ld")
    title = str(graph.value(DATASET, DCTERMS.title))
    assert title == nasty.replace("\x00", "\ufffd").replace("\ud83d", "\ufffd")


def test_an_address_with_blanks_and_brackets_stays_an_address():
    resource = a_resource(page=ADDRESSES.of('/a b<c>"{d}|'))
    assert isomorphic(parsed(a_document("ttl", resource)), parsed(a_document("jsonld", resource), "json-ld"))


def test_a_page_of_a_catalogue_leads_to_the_next():
    page, following = ADDRESSES.of("/catalog?page=1"), ADDRESSES.of("/catalog?cursor=abc")
    graph = parsed(a_document("ttl", a_resource(), page=page, first=page, following=following, total=400))
    hydra = Namespace("http://www.w3.org/ns/hydra/core#")
    assert graph.value(URIRef(page), hydra.next) == URIRef(following)
    assert int(graph.value(CATALOGUE, hydra.totalItems)) == 400


def test_json_ld_brings_its_context_along():
    context = json.loads(a_document("jsonld", a_resource()))["@context"]
    assert isinstance(context, dict)


def test_every_update_cycle_and_class_has_its_term_of_the_european_lists():
    assert set(FREQUENCIES) == set(UpdateFrequency)
    assert set(THEME_OF_CLASSIFICATION.values()) <= set(THEMES)
    assert theme("202001").endswith("/HEAL")
    assert theme("9").endswith("/GOVE")


@lru_cache
def shapes(folder, names: tuple[str, ...]) -> Graph:
    graph = Graph()
    for name in names:
        graph.parse(folder / f"{name}.ttl")
    # The generated file of 3.0.1 names shapes of properties whose path it forgot; no validator can run those.
    for shape, named in list(graph.subject_objects(SH.property)):
        if (named, SH.path, None) not in graph:
            graph.remove((shape, SH.property, named))
    return graph


def judged(graph: Graph, folder, names: tuple[str, ...]) -> Counter:
    """Results by (severity, path); what lies within another result is its detail and not counted."""
    _, report, _ = pyshacl.validate(graph, shacl_graph=shapes(folder, names), do_owl_imports=False)
    results = set(report.subjects(RDF.type, SH.ValidationResult)) - set(report.objects(None, SH.detail))
    return Counter(
        (str(report.value(one, SH.resultSeverity)).rpartition("#")[2], report.value(one, SH.resultPath))
        for one in results
    )


@pytest.mark.real_data
@pytest.mark.parametrize("names", SHAPES, ids="+".join)
def test_the_official_shapes_find_no_violation(graph, real_data, names):
    found = judged(graph, real_data / "4_catalogue/dcat-ap", names)
    assert not [path for (severity, path) in found if severity == "Violation"]


@pytest.mark.real_data
def test_the_older_profile_differs_in_two_places_only(graph, real_data):
    """2.1.1 knows SHA-1 alone and wants sizes as decimals; 3.0 changed both."""
    found = judged(graph, real_data / "4_catalogue/dcat-ap", ("2.1.1__dcat-ap_2.1.1_shacl_shapes",))
    violated = {path for (severity, path) in found if severity == "Violation"}
    assert violated == {DCAT.byteSize, SPDX.algorithm}


def _of(graph: Graph, kind: URIRef):
    return next(iter(sorted(graph.subjects(RDF.type, kind), key=str)))


MANDATORY = (
    (DCAT.Catalog, DCTERMS.title),
    (DCAT.Catalog, DCTERMS.description),
    (DCAT.Catalog, DCTERMS.publisher),
    (DCAT.Dataset, DCTERMS.title),
    (DCAT.Dataset, DCTERMS.description),
    (DCAT.Distribution, DCAT.accessURL),
    (DCAT.DataService, DCTERMS.title),
    (DCAT.DataService, DCAT.endpointURL),
    (FOAF.Agent, FOAF.name),
    (SPDX.Checksum, SPDX.checksumValue),
    (SPDX.Checksum, SPDX.algorithm),
)


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("kind", "path"), MANDATORY, ids=lambda iri: str(iri).rpartition("/")[2].rpartition("#")[2]
)
def test_each_mandatory_property_is_missed_by_the_shapes_when_it_is_gone(graph, real_data, kind, path):
    lacking = Graph()
    lacking += graph
    lacking.remove((_of(graph, kind), path, None))
    found = judged(lacking, real_data / "4_catalogue/dcat-ap", ("3.0.1__html__shacl__shapes",))
    assert ("Violation", path) in found


@pytest.mark.real_data
def test_a_wrong_kind_of_thing_is_found_by_the_ranges(graph, real_data):
    wrong = Graph()
    wrong += graph
    wrong.set((DATASET, DCTERMS.publisher, BNode()))
    assert judged(wrong, real_data / "4_catalogue/dcat-ap", ("3.0.1__html__shacl__range",))


def test_an_entry_without_contact_place_or_ways_is_still_described():
    bare = replace(a_resource(), region="", distributions=(), services=(), keywords=(), provenance="")
    graph = parsed(a_document("ttl", bare))
    assert graph.value(DATASET, DCTERMS.title)
