"""A visitor of the portal finds, looks at and downloads what is open, and nothing else."""

import csv
import io
import json
import re
from urllib.parse import quote

import pytest
from django.test import Client

from jutong.control.opening import api as opening
from jutong.control.opening.api import Theme
from jutong.evidence import read_records
from jutong.pages.portal import views
from jutong.vocabulary.catalogue import OpenType
from tests.support.control import a_city
from tests.support.open_datasets import ROWS, an_open_dataset

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(tmp_path, settings):
    made = a_city(tmp_path / "home")
    settings.DATA_HOME = made.home
    return made


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"host": "127.0.0.1"})


def text(answer) -> str:
    return answer.content.decode()


def body(answer) -> bytes:
    return b"".join(answer.streaming_content)


def test_an_empty_portal_says_why_it_is_empty(city, visitor):
    for address in ("/", "/datasets/", "/statistics/"):
        answer = visitor.get(address)
        assert answer.status_code == 200
        assert "还没有开放的数据集" in text(answer)


def test_the_home_page_counts_what_is_open(city, visitor):
    an_open_dataset(city)
    page = text(visitor.get("/"))
    assert "中小学校名录" in page
    assert re.search(r"数据量（条）</dt>\s*<dd><strong>60</strong>", page)
    assert 'href="/datasets/?theme=education"' in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"中小学校名录", "社会组织名录"}),
        ("?q=中小学", {"中小学校名录"}),
        ("?theme=civil", {"社会组织名录"}),
        ("?provider=minzheng&frequency=monthly", {"中小学校名录", "社会组织名录"}),
        ("?open_type=conditional", set()),
        ("?theme=no-such-theme", {"中小学校名录", "社会组织名录"}),
        ("?q=%27%20OR%201=1--", set()),
    ],
)
def test_the_list_shows_what_was_asked_for(city, visitor, query, found):
    an_open_dataset(city)
    an_open_dataset(city, "societies", title="社会组织名录", theme=Theme.CIVIL, with_place=False)
    page = text(visitor.get(f"/datasets/{query}"))
    assert set(re.findall(r'<h3><a href="/datasets/\w+/">(.+?)</a>', page)) == found


def test_a_chosen_facet_can_be_taken_back(city, visitor):
    an_open_dataset(city)
    page = text(visitor.get("/datasets/?q=学校&theme=education"))
    assert f'href="?q={quote("学校")}" aria-current="true"' in page


def test_the_list_goes_on_where_the_page_before_ended(city, visitor, monkeypatch):
    monkeypatch.setattr(views, "PER_PAGE", 1)
    an_open_dataset(city)
    an_open_dataset(city, "societies", title="社会组织名录", theme=Theme.CIVIL, with_place=False)
    first = text(visitor.get("/datasets/"))
    onwards = re.search(r'rel="next" href="(\?cursor=[^"]+)"', first)
    second = text(visitor.get(f"/datasets/{onwards[1]}"))
    assert "社会组织名录</a></h3>" in first
    assert "中小学校名录</a></h3>" in second
    assert 'rel="next"' not in second


def test_a_dataset_page_tells_what_it_is_and_shows_thirty_rows(city, visitor):
    an_open_dataset(city)
    page = text(visitor.get("/datasets/schools/"))
    for expected in ("市民政局", "每月", "知识共享 署名 4.0", "所在区县", "学校名称（合成）", "2025-03-03"):
        assert expected in page
    assert page.count("合成第") == 30
    assert 'data-geojson="/datasets/schools/shapes.geojson"' in page
    assert 'data-chart="chart-1-data"' in page
    assert "/gateway/api/1/schools" in page


def test_a_downloaded_file_is_the_whole_release_under_its_chinese_name(city, visitor):
    an_open_dataset(city)
    answer = visitor.get("/datasets/schools/download/csv")
    assert answer.status_code == 200
    assert f"filename*=utf-8''{quote('中小学校名录_v1.csv')}" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(body(answer).decode("utf-8-sig"))))
    assert len(rows) == ROWS + 1
    assert rows[0][:2] == ["学校代码", "学校名称"]
    assert rows[1][0] == "0000"


@pytest.mark.parametrize("kind", ["json", "xlsx", "geojson"])
def test_every_format_can_be_downloaded(city, visitor, kind):
    an_open_dataset(city)
    content = body(visitor.get(f"/datasets/schools/download/{kind}"))
    if kind == "json":
        assert len(json.loads(content)) == ROWS
    elif kind == "geojson":
        assert json.loads(content)["features"][0]["geometry"]["coordinates"] == [118.0, 35.0]
    else:
        assert content[:2] == b"PK"


def test_a_download_is_counted_and_leaves_evidence(city, visitor):
    an_open_dataset(city)
    body(visitor.get("/datasets/schools/download/csv"))
    (stored,) = read_records(city.home.evidence)
    record = stored.record
    assert (record.kind, record.service, record.operation, record.rows) == (
        "download",
        "schools",
        "download.csv",
        ROWS,
    )
    assert record.items[:2] == ("code", "name")
    assert opening.dataset("schools").downloads == 1


def test_asking_for_the_size_alone_is_no_download(city, visitor):
    an_open_dataset(city)
    answer = visitor.head("/datasets/schools/download/csv")
    answer.close()
    assert int(answer.headers["Content-Length"]) > 0
    assert opening.dataset("schools").downloads == 0
    assert list(read_records(city.home.evidence)) == []


def test_nothing_goes_out_when_the_evidence_cannot_be_written(city, visitor, monkeypatch):
    from jutong.evidence import EvidenceUnavailable
    from jutong.pages.portal.evidence import evidence_writer

    an_open_dataset(city)
    writer = evidence_writer(city.home)
    writer.close()
    visitor.raise_request_exception = False
    answer = visitor.get("/datasets/schools/download/csv")
    assert answer.status_code == 503
    assert EvidenceUnavailable.code in text(answer)
    assert opening.dataset("schools").downloads == 0


def test_a_conditional_dataset_shows_its_items_but_no_rows(city, visitor):
    an_open_dataset(city, open_type=OpenType.CONDITIONAL)
    page = text(visitor.get("/datasets/schools/"))
    assert "所在区县" in page
    assert "合成第" not in page
    assert visitor.get("/datasets/schools/download/csv").status_code == 403
    assert visitor.get("/datasets/schools/shapes.geojson").status_code == 404


def test_a_withdrawn_dataset_gives_nothing_out(city, visitor):
    an_open_dataset(city)
    opening.withdraw_dataset(city.civil_approver, "schools", reason="数据有误", clock=city.clock)
    for address in (
        "/datasets/schools/",
        "/datasets/schools/download/csv",
        "/datasets/schools/shapes.geojson",
    ):
        assert visitor.get(address).status_code == 404
    assert "中小学校名录" not in text(visitor.get("/datasets/"))


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/datasets/no-such-dataset/", 404),
        ("/datasets/schools/download/exe", 404),
        ("/datasets/schools/download/release", 404),
        ("/datasets/..%2f..%2fsecrets/", 404),
        ("/datasets/?cursor=nonsense", 400),
    ],
)
def test_an_address_that_leads_nowhere_says_so(city, visitor, address, status):
    an_open_dataset(city)
    answer = visitor.get(address)
    assert answer.status_code == status
    assert "<h1>" in text(answer)


def test_robots_and_sitemap_name_the_public_pages(city, visitor):
    an_open_dataset(city)
    assert "Disallow: /desk/" in text(visitor.get("/robots.txt"))
    assert "http://127.0.0.1/datasets/schools/" in text(visitor.get("/sitemap.xml"))
