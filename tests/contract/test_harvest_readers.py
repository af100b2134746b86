"""Every reader of other catalogues: one dataset in each format is one record; what is wrong is said, never fatal."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from jutong.dataflow.catalogues import (
    AddressGuard,
    AddressNotAllowed,
    CatalogueSettings,
    CatalogueTooLarge,
    CatalogueUnreachable,
    CatalogueUnreadable,
    Fetcher,
    reader_of,
)
from jutong.dataflow.catalogues.datajson import REQUIRED
from jutong.vocabulary.catalogue import OpenType, UpdateFrequency
from jutong.vocabulary.harvest import CatalogueKind, Side
from tests.support.catalogues import Site, a_dataset, a_fetcher, a_package, a_site, turtle

SEARCH = "/api/3/action/package_search?rows=100&start={}&sort=metadata_created+asc%2C+id+asc"
KINDS = list(CatalogueKind)


@pytest.fixture
def site():
    with a_site() as made:
        yield made


def publish(site: Site, kind: CatalogueKind, numbers: range | list[int]) -> str:
    """The datasets `numbers` as a catalogue of `kind`; where it is."""
    if kind is CatalogueKind.DATA_JSON:
        site.put("/data.json", {"dataset": [a_dataset(number) for number in numbers]})
        return f"{site.root}/data.json"
    if kind is CatalogueKind.CKAN:
        found = {"count": len(numbers), "results": [a_package(number) for number in numbers]}
        site.put(SEARCH.format(0), {"success": True, "result": found})
        return site.root
    site.put("/catalog.ttl", turtle(*numbers), "text/turtle")
    return f"{site.root}/catalog.ttl"


def everything(address: str, kind: CatalogueKind, fetch: Fetcher) -> list[Any]:
    """Raw records of all pages."""
    cursor: str | None = ""
    found: list[Any] = []
    while cursor is not None:
        page = reader_of(kind).page(address, cursor, fetch=fetch, validators={})
        found += page.records
        cursor = page.following
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_a_faultless_dataset_is_read_whole_and_nothing_is_found(site, kind):
    (raw,) = everything(publish(site, kind, [7]), kind, a_fetcher())
    record, findings = reader_of(kind).record(raw)
    assert findings == ()
    assert record.title == "Parks of district 7"
    assert record.description.startswith("Every park of district 7")
    assert (record.publisher, record.contact_name) == ("Parks office", "Data desk")
    assert record.contact_email == "desk@example.org"
    assert record.frequency is UpdateFrequency.MONTHLY
    assert record.theme == "ENVI"
    assert sorted(record.keywords) == ["green", "parks"]
    assert record.openness is OpenType.UNCONDITIONAL
    assert record.modified.startswith("2024-05-01")
    assert [(one.address, one.format) for one in record.distributions] == [
        ("https://data.example.org/7.csv", "csv")
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_keeps_its_name_and_content_from_visit_to_visit(site, kind):
    address = publish(site, kind, range(5))
    first, second = everything(address, kind, a_fetcher()), everything(address, kind, a_fetcher())
    assert first == second
    assert len({record.identifier for record in first}) == 5


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("declared", ["text/html", "application/octet-stream", "image/png", ""])
def test_what_a_body_is_shows_in_it_and_not_in_what_its_sender_says(site, kind, declared):
    address = publish(site, kind, [1])
    for answer in site.answers.values():
        answer.content_type = declared
    assert len(everything(address, kind, a_fetcher())) == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   \n",
        b"<!DOCTYPE html><html><body>Sign in</body></html>",
        b"{",
        b"[" * 100_000,
        b'{"dataset": 1' + b"0" * 5000 + b"}",
        b"\xff\xfe\xff\xd8",
        b"<?xml version='1.0'?><rdf:RDF",
        b"not data at all .",
        b"{}",
        b'"text"',
    ],
    ids=["nothing", "blank", "page", "cut", "deep", "number", "noise", "xml", "prose", "object", "text"],
)
def test_a_broken_page_is_an_error_that_names_no_content(site, kind, body):
    address = publish(site, kind, [1])
    for answer in site.answers.values():
        answer.body = body
    with pytest.raises(CatalogueUnreadable) as caught:
        everything(address, kind, a_fetcher())
    assert caught.value.message("zh").endswith("。")


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_that_is_too_large_is_given_up_packed_or_not(site, kind):
    address = publish(site, kind, [1])
    path = next(iter(site.answers))
    site.put_packed(path, b"[" + b" " * 3_000_000 + b"]")
    assert len(site.answers[path].body) < 10_000
    with pytest.raises(CatalogueTooLarge):
        everything(address, kind, a_fetcher(page_mb=1))


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_drips_is_left_after_its_time(site, kind):
    address = publish(site, kind, range(40))
    for answer in site.answers.values():
        answer.pause_s = 0.1
        answer.body += b" " * 60_000
    started = time.monotonic()
    with pytest.raises(CatalogueUnreachable):
        everything(address, kind, a_fetcher(page_seconds=0.5))
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("kind", KINDS)
def test_redirects_are_followed_but_not_for_ever(site, kind):
    address = publish(site, kind, [1])
    path = next(iter(site.answers))
    whole = site.answers.pop(path)
    site.answers["/moved"] = whole
    site.put(path, b"", status=302, headers={"Location": "/moved"})
    assert len(everything(address, kind, a_fetcher())) == 1
    site.put("/moved", b"", status=301, headers={"Location": address.removeprefix(site.root) or "/"})
    site.put(path, b"", status=302, headers={"Location": path})
    with pytest.raises(CatalogueUnreachable):
        everything(address, kind, a_fetcher())


@pytest.mark.parametrize("kind", KINDS)
def test_a_busy_server_may_be_asked_again_and_a_forbidding_one_not(site, kind):
    address = publish(site, kind, [1])
    for answer in site.answers.values():
        answer.status = 503
    with pytest.raises(CatalogueUnreachable) as busy:
        everything(address, kind, a_fetcher())
    for answer in site.answers.values():
        answer.status = 403
    with pytest.raises(Exception, match=r"40[34]") as forbidding:
        everything(address, kind, a_fetcher())
    assert busy.value.retryable
    assert not forbidding.value.retryable


# One dataset with a fault, in each format: (value for data.json, value for CKAN); RDF has its own below.
FAULTS: dict[str, tuple[dict[str, Any], dict[str, Any], str, Side]] = {
    "broken text": (
        {"title": "半个\ud83d字\x01"},
        {"title": "半个\ud83d字\x01"},
        "text_broken",
        Side.THEIRS,
    ),
    "markup": (
        {"description": "<script>alert(1)</script><p>text</p>"},
        {"notes": "<script>alert(1)</script><p>text</p>"},
        "markup",
        Side.THEIRS,
    ),
    "ten megabytes": (
        {"description": "长" * 10_000_000},
        {"notes": "长" * 1_000_000},
        "shortened",
        Side.OURS,
    ),
    "unknown theme": (
        {"theme": ["Moonbeams"]},
        {"groups": [{"title": "Moonbeams"}]},
        "theme_unmapped",
        Side.OURS,
    ),
    "unknown cycle": (
        {"accrualPeriodicity": "when it rains"},
        {"extras": [{"key": "frequency", "value": "when it rains"}]},
        "frequency_unmapped",
        Side.OURS,
    ),
    "no day": ({"modified": "31/12/2024"}, {"metadata_modified": "yesterday"}, "date_invalid", Side.THEIRS),
    "no address": (
        {"landingPage": "javascript:alert(1)"},
        {"url": "javascript:alert(1)"},
        "address_invalid",
        Side.THEIRS,
    ),
    "no mailbox": (
        {"contactPoint": {"fn": "x", "hasEmail": "mailto:nobody"}},
        {"maintainer_email": "nobody"},
        "email_invalid",
        Side.THEIRS,
    ),
    "nothing to have": ({"distribution": []}, {"resources": []}, "distribution_missing", Side.THEIRS),
    "wrong types": ({"title": {"en": "x"}}, {"title": {"en": "x"}}, "wrong_type", Side.THEIRS),
}


@pytest.mark.parametrize("kind", [CatalogueKind.DATA_JSON, CatalogueKind.CKAN])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_said_on_the_right_side_and_the_record_is_still_read(site, kind, fault):
    for_data_json, for_ckan, code, side = FAULTS[fault]
    if kind is CatalogueKind.DATA_JSON:
        site.put("/data.json", {"dataset": [a_dataset(1, **for_data_json)]})
        address = f"{site.root}/data.json"
    else:
        found = {"count": 1, "results": [a_package(1, **for_ckan)]}
        site.put(SEARCH.format(0), {"success": True, "result": found})
        address = site.root
    (raw,) = everything(address, kind, a_fetcher())
    raw.raw.encode("ascii")
    record, findings = reader_of(kind).record(raw)
    assert (side, code) in {(found.side, found.code) for found in findings}
    assert all(found.zh and found.en for found in findings)
    record.to_json().encode("utf-8")
    assert len(record.description) <= 5000


def test_what_is_no_record_is_counted_and_the_others_are_read(site):
    site.put("/data.json", {"dataset": [None, a_dataset(1), 7, "x", [], a_dataset(2)]})
    page = reader_of(CatalogueKind.DATA_JSON).page(
        f"{site.root}/data.json", "", fetch=a_fetcher(), validators={}
    )
    assert len(page.records) == 2
    assert [found.code for found in page.findings] == ["not_an_object"] * 4


def test_ckan_is_searched_page_by_page_and_listed_where_search_is_closed(site):
    packages = [a_package(number) for number in range(130)]
    for start in (0, 100):
        page = {"count": 130, "results": packages[start : start + 100]}
        site.put(SEARCH.format(start), {"success": True, "result": page})
    assert len(everything(site.root, CatalogueKind.CKAN, a_fetcher())) == 130
    site.answers.clear()
    site.put(
        "/api/3/action/package_list", {"success": True, "result": [each["name"] for each in packages[:60]]}
    )
    for each in packages[:60]:
        site.put(f"/api/3/action/package_show?id={each['name']}", {"success": True, "result": each})
    found = everything(f"{site.root}/api/3/action", CatalogueKind.CKAN, a_fetcher())
    assert len({record.identifier for record in found}) == 60


RDF_FAULTS: dict[str, tuple[str, str]] = {
    "no title": ("dct:title", "title_missing"),
    "no description": ("dct:description", "description_missing"),
    "no publisher": ("dct:publisher", "publisher_missing"),
    "no distribution": ("dcat:distribution", "distribution_missing"),
}


@pytest.mark.parametrize("fault", RDF_FAULTS)
def test_what_a_dcat_dataset_lacks_is_their_matter(site, fault):
    predicate, code = RDF_FAULTS[fault]
    site.put("/catalog", turtle(1).replace(f"{predicate} ", "<urn:other> ", 1))
    (raw,) = everything(f"{site.root}/catalog", CatalogueKind.DCAT, a_fetcher())
    _, findings = reader_of(CatalogueKind.DCAT).record(raw)
    assert (Side.THEIRS, code) in {(found.side, found.code) for found in findings}


def test_a_nameless_dataset_keeps_a_name_of_our_making(site):
    def nameless(text: str) -> str:
        return turtle(1).replace("<http://data.example.org/dataset/1>", "_:b1").replace("_:b1", text)

    names = []
    for label in ("_:b1", "_:another"):
        site.put("/catalog", nameless(label))
        (raw,) = everything(f"{site.root}/catalog", CatalogueKind.DCAT, a_fetcher())
        names.append((raw.identifier, raw.raw))
    assert names[0] == names[1]
    assert names[0][0].startswith("urn:jutong:derived:")


def test_rdf_fetches_nothing_beside_and_reads_no_file(site, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    site.put("/catalog", {"@context": f"{site.root}/context.jsonld", "@id": "urn:x", "@type": "Dataset"})
    with pytest.raises(CatalogueUnreadable):
        everything(f"{site.root}/catalog", CatalogueKind.DCAT, a_fetcher())
    entity = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file://{secret}">]><rdf:RDF>&x;</rdf:RDF>'
    site.put("/catalog", entity)
    with pytest.raises(CatalogueUnreadable):
        everything(f"{site.root}/catalog", CatalogueKind.DCAT, a_fetcher())
    assert site.asked == ["/catalog", "/catalog"]


def test_a_catalogue_may_not_lead_to_another_host(site):
    site.put("/catalog", turtle(1, following="http://elsewhere.example.org/2"))
    with pytest.raises(AddressNotAllowed):
        everything(f"{site.root}/catalog", CatalogueKind.DCAT, a_fetcher())


def _resolving(*addresses: str) -> Callable[[str, int], list[str]]:
    return lambda _host, _port: list(addresses)


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1",
        "fc00::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
    ],
)
def test_private_addresses_are_not_fetched_whatever_their_name_is(ip):
    guard = AddressGuard(resolve=_resolving("93.184.216.34", ip))
    with pytest.raises(AddressNotAllowed):
        guard.target("http://data.example.org/catalog")


def test_an_allowed_network_may_be_fetched_and_its_neighbours_not():
    guard = AddressGuard(AddressGuard.parse("10.32.0.0/16").allowed, _resolving("10.32.4.5"))
    assert guard.target("http://county.example/").ip == "10.32.4.5"
    assert not guard.allows("10.33.0.1")
    assert guard.allows("::ffff:10.32.0.1")


@pytest.mark.parametrize(
    "address",
    [
        "ftp://data.example.org/",
        "gopher://x/",
        "http://",
        "http://user:word@data.example.org/",
        "http://[::1",
        "http://a b/",
        "http://data.example.org:99999/",
        "javascript:alert(1)",
        "//data.example.org/",
    ],
)
def test_what_is_no_address_for_us_is_refused(address):
    with pytest.raises(AddressNotAllowed):
        AddressGuard(resolve=_resolving("93.184.216.34")).target(address)


def test_a_file_is_read_below_the_sources_folder_alone(tmp_path):
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "data.json").write_text(json.dumps({"dataset": [a_dataset(1)]}))
    (tmp_path / "other.json").write_text("[]")
    (folder / "link.json").symlink_to(tmp_path / "other.json")
    fetch = a_fetcher(folder)
    assert len(everything("file:data.json", CatalogueKind.DATA_JSON, fetch)) == 1
    for outside in ("file:../other.json", "file:link.json"):
        with pytest.raises(AddressNotAllowed):
            fetch.get(outside)
    with pytest.raises(AddressNotAllowed):
        Fetcher(AddressGuard(), CatalogueSettings(), None).get("file:data.json")


UDATA = {
    "dcat__bnodes.xml": 3,
    "dcat__bnodes.jsonld": 3,
    "dcat__catalog.xml": 4,
    "dcat__flat.jsonld": 3,
    "dcat__nested.jsonld": 1,
    "dcat__geonetwork.xml": 1,
    "dcat__sig.oreme.rdf": 1,
    "dcat__udata.xml": 2,
    "dcat__series.xml": 1,
    "dcat__paged-collection-2.jsonld": 1,
    "dcat__partial-collection-2.jsonld": 1,
}


@pytest.mark.real_data
@pytest.mark.parametrize("name", UDATA)
def test_catalogues_of_a_great_portal_are_read(real_data, name):
    fetch = a_fetcher(real_data / "4_catalogue/udata_harvest")
    records = everything(f"file:{name}", CatalogueKind.DCAT, fetch)
    assert len(records) == UDATA[name]
    assert records == everything(f"file:{name}", CatalogueKind.DCAT, fetch)
    for raw in records:
        assert reader_of(CatalogueKind.DCAT).record(raw)[0].title


@pytest.mark.real_data
@pytest.mark.parametrize("style", ["paged", "partial"])
def test_real_pages_lead_to_all_four_datasets(real_data, site, style):
    for number in (1, 2):
        name = f"dcat__{style}-collection-{number}.jsonld"
        body = (real_data / "4_catalogue/udata_harvest" / name).read_text("utf-8")
        path = "/catalog.jsonld" if number == 1 else "/catalog.jsonld?page=2"
        # Addresses of datasets stay; those of pages lead to this server.
        site.put(path, body.replace("http://data.test.org/catalog", f"{site.root}/catalog"))
    found = everything(f"{site.root}/catalog.jsonld", CatalogueKind.DCAT, a_fetcher())
    assert len({record.identifier for record in found}) == 4


@pytest.mark.real_data
def test_eight_hundred_real_datasets_are_read_and_only_what_the_schema_asks_is_missed(real_data):
    folder = real_data / "4_catalogue"
    schema = json.loads((folder / "pod_schema/federal-v1.1__dataset.json").read_text("utf-8"))
    assert set(REQUIRED) == set(schema["required"]) - {"bureauCode", "programCode"}
    count = 0
    for path in sorted((folder / "datajson_us").glob("*.json")):
        records = everything(f"file:datajson_us/{path.name}", CatalogueKind.DATA_JSON, a_fetcher(folder))
        for raw in records:
            given = json.loads(raw.raw)
            _, findings = reader_of(CatalogueKind.DATA_JSON).record(raw)
            missed = {found.place for found in findings if found.code == "field_missing"}
            assert missed == {name for name in REQUIRED if given.get(name) in (None, "", [], {})}
            count += 1
    assert count == 865
