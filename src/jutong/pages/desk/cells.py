"""Cells of tables that say two things: the name of something and, below it, what it is known by."""

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from jutong.pages.templatetags.jutong import cell


def stacked(above: Any, below: Any, *, code: bool = False) -> SafeString:
    """`above` as any cell is drawn, `below` smaller on a line of its own; without `below` the first alone."""
    if below is None or below == "":
        return format_html("{}", cell(above))
    style = "jt-below jt-mono" if code else "jt-below"
    return format_html('{}<span class="{}">{}</span>', cell(above), style, cell(below))
