"""Choices that the filters of many pages offer."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from jutong.control.directory import api as directory
from jutong.pages.components import Option, Select


def department_select(
    chosen: str, *, name: str = "department", label: str = "", reach: Collection[str] | None = None
) -> Select:
    """One department or all of them; with `reach`, of these alone."""
    options = [Option(value="", text=_("全部部门"))]
    options += [
        Option(value=one.code, text=one.name)
        for one in directory.departments()
        if reach is None or one.code in reach
    ]
    return Select(name=name, label=label or _("部门"), options=options, chosen=chosen)
