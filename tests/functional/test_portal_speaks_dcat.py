"""Another portal reads the open datasets as DCAT-AP, page by page, and asks again only for what changed."""

import pytest
from django.test import Client
from rdflib import DCTERMS, RDF, Graph, Namespace, URIRef

from jutong.control.opening import api as opening
from jutong.vocabulary.catalogue import OpenType
from tests.spec.test_dcat_export import SHAPES, judged
from tests.support.control import a_city
from tests.support.open_datasets import an_open_dataset

pytestmark = pytest.mark.django_db
DCAT = Namespace("http://www.w3.org/ns/dcat#")
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")


@pytest.fixture
def city(tmp_path, settings):
    made = a_city(tmp_path / "home")
    settings.DATA_HOME = made.home
    return made


@pytest.fixture
def reader() -> Client:
    return Client(headers={"host": "127.0.0.1"})


def graph_of(answer, notation: str = "turtle") -> Graph:
    assert answer.status_code == 200, answer.content
    return Graph().parse(data=answer.content, format=notation)


def test_an_empty_portal_is_an_empty_catalogue(city, reader):
    graph = graph_of(reader.get("/catalog.ttl"))
    assert len(list(graph.subjects(RDF.type, DCAT.Catalog))) == 1
    assert not list(graph.subjects(RDF.type, DCAT.Dataset))


def test_pages_lead_to_every_dataset_once(city, reader):
    for number in range(3):
        an_open_dataset(city, f"schools_{number}", title=f"{'甲乙丙'[number]}区学校名录", with_place=False)
    address, seen, pages = "/catalog.jsonld?limit=2", [], 0
    while address:
        graph = graph_of(reader.get(address), "json-ld")
        seen += [str(name) for name in graph.subjects(RDF.type, DCAT.Dataset)]
        following = next(graph.objects(None, HYDRA.next), None)
        address = str(following).removeprefix("http://127.0.0.1") if following else ""
        pages += 1
    assert pages == 2
    assert sorted(seen) == [f"http://127.0.0.1/dataset/schools_{number}" for number in range(3)]


def test_a_dataset_is_described_by_itself_with_its_files(city, reader):
    an_open_dataset(city)
    graph = graph_of(reader.get("/dataset/schools.ttl"))
    downloads = {str(each).rpartition("/")[2] for each in graph.objects(None, DCAT.downloadURL)}
    assert {"csv", "json", "xlsx"} <= downloads
    right = graph.value(URIRef("http://127.0.0.1/dataset/schools"), DCTERMS.accessRights)
    assert str(right).endswith("/PUBLIC")


def test_what_must_be_asked_for_is_restricted_and_names_no_file(city, reader):
    an_open_dataset(city, open_type=OpenType.CONDITIONAL)
    graph = graph_of(reader.get("/dataset/schools.ttl"))
    assert not list(graph.objects(None, DCAT.downloadURL))
    right = graph.value(URIRef("http://127.0.0.1/dataset/schools"), DCTERMS.accessRights)
    assert str(right).endswith("/RESTRICTED")


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("text/turtle", "text/turtle"),
        ("application/ld+json", "application/ld+json"),
        ("application/json", "application/ld+json"),
        ("text/turtle;q=0.5, application/ld+json", "application/ld+json"),
    ],
)
def test_a_reader_gets_the_notation_it_asks_for(city, reader, accept, given):
    answer = reader.get("/catalog", headers={"accept": accept})
    assert answer.headers["Content-Type"].startswith(given)
    assert "Accept" in answer.headers["Vary"]


def test_a_browser_is_led_to_the_page(city, reader):
    an_open_dataset(city)
    browser = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    assert reader.get("/dataset/schools", headers=browser).url == "/datasets/schools/"


def test_an_unchanged_catalogue_is_not_sent_again(city, reader):
    an_open_dataset(city)
    tag = reader.get("/catalog.ttl").headers["ETag"]
    assert reader.get("/catalog.ttl", headers={"if-none-match": tag}).status_code == 304
    an_open_dataset(city, "schools_2", title="第二份名录")
    assert reader.get("/catalog.ttl", headers={"if-none-match": tag}).status_code == 200


def test_a_withdrawn_dataset_is_gone(city, reader):
    an_open_dataset(city)
    opening.withdraw_dataset(city.civil_approver, "schools", reason="测试", clock=city.clock)
    assert reader.get("/dataset/schools.ttl").status_code == 404
    assert not list(graph_of(reader.get("/catalog.ttl")).subjects(RDF.type, DCAT.Dataset))


def test_a_broken_cursor_is_refused(city, reader):
    assert reader.get("/catalog.ttl?cursor=nonsense").status_code == 400


@pytest.mark.real_data
@pytest.mark.parametrize("names", SHAPES[:3], ids="+".join)
def test_what_the_portal_sends_is_right_by_the_official_shapes(city, reader, real_data, names):
    an_open_dataset(city)
    found = judged(graph_of(reader.get("/catalog.ttl")), real_data / "4_catalogue/dcat-ap", names)
    assert not [path for (severity, path) in found if severity == "Violation"]
