"""How a hit of the search is drawn: what was found marked, everything escaped, why it was found."""

from functools import lru_cache
from html import escape
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from jutong.control.catalogue.api import Fragment, Match, Reason, SearchHit
from jutong.pages.context import error_language
from jutong.pages.desk.badges import badge
from jutong.pages.templatetags.jutong import cell, day, figure
from jutong.vocabulary.catalogue import EntryStatus, Level


@lru_cache(10_000)
def _address(service: str) -> str:
    return reverse("desk:entry", args=[service])


def hit_row(hit: SearchHit) -> dict[str, Any]:
    """What the list shows of one entry. Made here and not in the template: a page has twenty, each of many parts."""
    one = hit.summary
    return {
        "service": one.service,
        "href": _address(one.service),
        "title": marked(hit.title),
        "revision": one.revision,
        "choose": _("选中 %(title)s") % {"title": one.title},
        "badges": _badges(one.status, one.level, error_language()),
        "facts": _facts(hit),
        "snippet": marked(hit.snippet),
        "items": mark_safe("".join(f"<span>{marked(item)}</span>" for item in hit.items)),  # noqa: S308  # escaped there
        "reasons": [_reason(reason) for reason in hit.reasons if reason.match is not Match.EXACT],
    }


@lru_cache(256)
def _badges(status: EntryStatus, level: Level, language: str) -> SafeString:  # noqa: ARG001 - the badges speak it
    return format_html("{}{}", cell(badge(status)), cell(badge(level)))


def marked(fragments: tuple[Fragment, ...]) -> SafeString:
    """The text with what was found in `mark` elements; every stretch is escaped by itself."""
    parts = (f"<mark>{escape(part.text)}</mark>" if part.marked else escape(part.text) for part in fragments)
    return mark_safe("".join(parts))  # noqa: S308  # each part is escaped just above


def _facts(hit: SearchHit) -> SafeString:
    one, language = hit.summary, error_language()
    plain = (
        f"{one.sharing_type.label(language)} · {one.open_type.label(language)}",
        one.update_frequency.label(language),
        _("%(count)s 个信息项") % {"count": figure(one.item_count)},
        _("更新于 %(day)s") % {"day": day(one.updated_at)},
    )
    return format_html(
        '<span>{}</span><span class="jt-mono">{}</span>{}',
        one.provider_name,
        one.code or one.service,
        format_html_join("", "<span>{}</span>", ((text,) for text in plain)),
    )


def _reason(reason: Reason) -> str:
    language = error_language()
    return _("“%(word)s”按%(match)s命中%(place)s“%(found)s”") % {
        "word": reason.word,
        "match": reason.match.label(language),
        "place": reason.place.label(language),
        "found": reason.found[:40],
    }
