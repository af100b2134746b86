"""How pages write numbers, sizes, days and cells."""

import datetime as dt

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override

from jutong.pages.components import Badge, Chart, Column, Link, Series, Table, Tone
from jutong.pages.templatetags.jutong import cell, day, figure, label, moment, size
from jutong.vocabulary.catalogue import OpenType


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"),
        (1286, "1,286"),
        (96.4, "96.4"),
        (100.0, "100"),
        (None, "—"),
        (float("nan"), "—"),
        ("12 天", "12 天"),
    ],
)
def test_a_figure_has_separators_and_nothing_is_not_zero(value, written):
    assert figure(value) == written


@pytest.mark.parametrize(
    ("size_bytes", "written"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1536, "1.5 KB"),
        (250 * 1024**2, "250 MB"),
        (3 * 1024**4, "3.0 TB"),
        (None, "—"),
    ],
)
def test_a_size_is_in_the_unit_a_person_would_use(size_bytes, written):
    assert size(size_bytes) == written


def test_an_instant_is_written_in_the_time_of_shanghai():
    late_evening_in_london = dt.datetime(2026, 5, 31, 23, 30, tzinfo=dt.UTC)
    assert moment(late_evening_in_london) == "2026-06-01 07:30"
    assert day(late_evening_in_london) == "2026-06-01"


def test_a_term_is_named_in_the_readers_language():
    with override("en"):
        assert label(OpenType.CONDITIONAL) == "Conditional"
    with override("zh-hans"):
        assert label(OpenType.CONDITIONAL) == "有条件开放"


@pytest.mark.parametrize(
    "value", ["<script>", Link(text="<b>", href='"><script>'), Badge(text="<i>", tone=Tone.BAD)]
)
def test_no_cell_lets_markup_through(value):
    drawn = Template("{% load jutong %}{{ value|cell }}").render(Context({"value": value}))
    assert "<script>" not in drawn
    assert "<b>" not in drawn
    assert "<i>" not in drawn


def test_a_code_is_never_written_as_a_number():
    assert cell("007") == "007"


def _draw(table: Table, query: str = "") -> str:
    request = RequestFactory().get(f"/list/{query}")
    return Template("{% load jutong %}{% table t %}").render(Context({"t": table, "request": request}))


def test_sorting_keeps_the_filter_and_drops_the_place_in_the_list():
    table = Table(caption="c", columns=(Column(key="a", title="A", sort="a"),), rows=({"a": 1},), sort="a")
    drawn = _draw(table, "?q=x&cursor=abc")
    assert 'href="?q=x&amp;sort=-a"' in drawn
    assert 'aria-sort="ascending"' in drawn


def test_a_chart_always_has_the_table_of_its_figures():
    chart = Chart(
        id="c", title="各部门", categories=["公安", "教育"], series=[Series(name="目录", values=[3, None])]
    )
    drawn = Template("{% load jutong %}{% chart c %}").render(Context({"c": chart}))
    assert 'role="img"' in drawn
    assert '<th scope="row">公安</th><td class="jt-number">3</td>' in drawn
    assert '<th scope="row">教育</th><td class="jt-number">—</td>' in drawn


def test_chart_data_cannot_close_its_script():
    chart = Chart(id="c", title="</script><script>", categories=[], series=[])
    drawn = Template("{% load jutong %}{% chart c %}").render(Context({"c": chart}))
    assert "</script><script>" not in drawn
