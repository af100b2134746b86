"""Draws the components of `jutong.pages.components` and writes values as people of the field read them."""

import datetime as dt
import math
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.http import QueryDict
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from jutong import __version__
from jutong.pages.components import (
    Badge,
    Chart,
    Column,
    Empty,
    Filters,
    Link,
    Map,
    Pages,
    Progress,
    Step,
    Table,
    Tile,
)
from jutong.pages.context import error_language
from jutong.vocabulary.terms import Term

register = template.Library()

DASH: Final = "—"
_SIZE_UNITS: Final = ("B", "KB", "MB", "GB", "TB")


@register.simple_tag
def asset(path: str) -> str:
    """Address of a static file; carries the platform's version, so that an upgrade is seen at once."""
    return f"{static(path)}?v={__version__}"


@register.filter
def label(value: Any) -> str:
    """The name of a catalogue term in the reader's language; anything else as it is."""
    if isinstance(value, Term):
        return value.label(error_language())
    return DASH if value is None or value == "" else str(value)


@register.filter
def figure(value: Any) -> str:
    """A number with separators; a dash where there is none."""
    if value is None or value == "":
        return DASH
    if isinstance(value, int | float) and not isinstance(value, bool):
        if isinstance(value, float) and not math.isfinite(value):
            return DASH
        return f"{value:,.1f}" if value % 1 else f"{int(value):,}"
    return str(value)


@register.filter
def size(size_bytes: int | None) -> str:
    """A file's size in the unit that keeps it below a thousand."""
    if size_bytes is None:
        return DASH
    amount = float(size_bytes)
    for unit in _SIZE_UNITS:
        if amount < 1024 or unit == _SIZE_UNITS[-1]:
            return f"{amount:.0f} {unit}" if unit == "B" or amount >= 100 else f"{amount:.1f} {unit}"
        amount /= 1024
    raise AssertionError  # the last unit always answers


@register.filter
def day(value: Any) -> str:
    """A day as 2026-05-31; an instant counts as the day in Asia/Shanghai on which it falls."""
    if isinstance(value, dt.datetime):
        return (
            timezone.localtime(value).strftime("%Y-%m-%d")
            if timezone.is_aware(value)
            else f"{value:%Y-%m-%d}"
        )
    return value.isoformat() if isinstance(value, dt.date) else DASH


@register.filter
def moment(value: Any) -> str:
    """An instant as 2026-05-31 09:30 in Asia/Shanghai."""
    if isinstance(value, dt.datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return local.strftime("%Y-%m-%d %H:%M")
    return day(value)


@register.filter
def cell(value: Any) -> str | SafeString:  # noqa: PLR0911  # one answer a type
    """A table cell, drawn by its type."""
    match value:
        case None | "":
            return format_html('<span class="jt-muted" aria-label="{}">{}</span>', gettext("空"), DASH)
        case SafeString():
            return value
        case Badge():
            return format_html('<span class="jt-badge jt-tone-{}">{}</span>', value.tone.value, value.text)
        case Link():
            return format_html('<a href="{}">{}</a>', value.href, value.text)
        case bool():
            return gettext("是") if value else gettext("否")
        case int() | float():
            return figure(value)
        case dt.datetime():
            return moment(value)
        case dt.date():
            return day(value)
        case Term() | Enum():
            return label(value)
        case _:
            return str(value)


@register.filter
def item(mapping: Mapping[str, Any], key: str) -> Any:
    """The value under `key`; None where there is none."""
    return mapping.get(key)


@register.inclusion_tag("components/table.html", takes_context=True)
def table(context: template.Context, table: Table) -> dict[str, Any]:
    query: QueryDict = context["request"].GET if "request" in context else QueryDict()
    heads = [_head(column, table.sort, query) for column in table.columns]
    return {"table": table, "heads": heads}


def _head(column: Column, sort: str, query: QueryDict) -> dict[str, Any]:
    """A column with its direction and the address that orders by it (which drops the paging cursor)."""
    if not column.sort:
        return {"column": column}
    upwards, downwards = sort == column.sort, sort == f"-{column.sort}"
    wanted = query.copy()
    wanted.pop("cursor", None)
    wanted["sort"] = f"-{column.sort}" if upwards else column.sort
    direction = "ascending" if upwards else "descending" if downwards else "none"
    return {"column": column, "direction": direction, "href": f"?{wanted.urlencode()}"}


@register.inclusion_tag("components/tiles.html")
def tiles(tiles: list[Tile]) -> dict[str, Any]:
    return {"tiles": tiles}


@register.inclusion_tag("components/steps.html")
def steps(steps: list[Step], title: str = "") -> dict[str, Any]:
    return {"steps": steps, "title": title or gettext("办理进度")}


@register.inclusion_tag("components/badge.html")
def badge(text: Any, tone: str = "neutral") -> dict[str, Any]:
    if isinstance(text, Badge):
        return {"text": text.text, "tone": text.tone.value}
    return {"text": label(text), "tone": tone}


@register.inclusion_tag("components/alert.html")
def alert(text: str, tone: str = "info", title: str = "") -> dict[str, Any]:
    return {"text": text, "tone": tone, "title": title, "urgent": tone in {"bad", "warning"}}


@register.inclusion_tag("components/empty.html")
def empty_state(empty: Empty) -> dict[str, Any]:
    return {"empty": empty}


@register.inclusion_tag("components/page_header.html")
def page_header(title: str, lead: str = "", crumbs: tuple[Link, ...] = ()) -> dict[str, Any]:
    return {"title": title, "lead": lead, "crumbs": crumbs}


@register.inclusion_tag("components/pages.html")
def pagination(pages: Pages) -> dict[str, Any]:
    return {"pages": pages}


@register.inclusion_tag("components/filters.html")
def filters(filters: Filters) -> dict[str, Any]:
    return {"filters": filters}


@register.inclusion_tag("components/tabs.html")
def tabs(tabs: list[Link], title: str) -> dict[str, Any]:
    """Parts of one thing, each with its own address."""
    return {"tabs": tabs, "title": title}


@register.inclusion_tag("components/chart.html")
def chart(chart: Chart) -> dict[str, Any]:
    return {"chart": chart, "data_id": f"{chart.id}-data"}


@register.inclusion_tag("components/map.html")
def geo_map(map: Map) -> dict[str, Any]:  # noqa: A002  # the tag's parameter reads best by its noun
    return {"map": map, "labels_id": f"{map.id}-labels"}


@register.inclusion_tag("components/progress.html")
def progress(progress: Progress) -> dict[str, Any]:
    return {"progress": progress}


@register.inclusion_tag("components/code.html")
def code_block(text: str, code_id: str, title: str = "") -> dict[str, Any]:
    return {"text": text, "id": code_id, "title": title}


@register.inclusion_tag("components/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """A form field with its label, help and errors, tied together for screen readers."""
    widget = bound.field.widget
    grouped = isinstance(widget, RadioSelect | CheckboxSelectMultiple)
    if isinstance(widget, CheckboxInput):
        style = "form-check-input"
    elif isinstance(widget, Select) and not grouped:
        style = "form-select"
    else:
        style = "" if grouped else "form-control"
    if bound.errors and not grouped:
        style += " is-invalid"
    attrs: dict[str, str | bool] = {"class": style} if style else {}
    described = [f"id_{bound.html_name}_helptext"] if bound.help_text else []
    if bound.errors:
        attrs["aria-invalid"] = "true"
        described.append(f"id_{bound.html_name}_error")
    if described:
        attrs["aria-describedby"] = " ".join(described)
    return {
        "field": bound,
        "widget": bound.as_widget(attrs=attrs),
        "grouped": grouped,
        "checkbox": isinstance(widget, CheckboxInput),
    }


@register.inclusion_tag("components/form.html")
def fields(form: Any) -> dict[str, Any]:
    """Every field of a form, with what is wrong with the form as a whole above them."""
    return {"form": form}
