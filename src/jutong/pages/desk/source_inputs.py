"""The form in which a source is registered."""

from collections.abc import Mapping
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jutong.control.collection.values import SourceDraft
from jutong.dataflow.connectors import kinds
from jutong.vocabulary.catalogue import FormatClass

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

DATABASE_KINDS: Final = frozenset({"sqlite", "postgresql"})
SERVERS: Final = frozenset({"postgresql"})
"""Kinds that are reached over the network: an address instead of a file."""
KIND_NAMES: Final[Mapping[str, "str | _StrPromise"]] = {
    "csv": gettext_lazy("CSV 文件"),
    "excel": gettext_lazy("Excel 文件"),
    "json": gettext_lazy("JSON 文件"),
    "geojson": gettext_lazy("GeoJSON 文件"),
    "sqlite": gettext_lazy("SQLite 数据库"),
    "postgresql": gettext_lazy("PostgreSQL 数据库"),
}
OPTION_NAMES: Final[Mapping[str, "str | _StrPromise"]] = {
    "path": gettext_lazy("文件"),
    "table": gettext_lazy("表名"),
    "sheet": gettext_lazy("工作表"),
    "encoding": gettext_lazy("编码"),
    "header": gettext_lazy("表头"),
}
FORMATS_OF_KIND: Final[Mapping[str, tuple[FormatClass, str]]] = {
    "csv": (FormatClass.SPREADSHEET, "csv"),
    "excel": (FormatClass.SPREADSHEET, "xlsx"),
    "json": (FormatClass.SELF_DESCRIBED, "json"),
    "geojson": (FormatClass.SELF_DESCRIBED, "geojson"),
    "sqlite": (FormatClass.DATABASE, "sqlite"),
    "postgresql": (FormatClass.DATABASE, "postgresql"),
}
FILES_SHOWN: Final = 500


class SourceForm(forms.Form):
    """Where a department's rows come from. A file lies in the department's own folder below the sources folder."""

    department = forms.ChoiceField(label=gettext_lazy("所属部门"))
    name = forms.CharField(
        label=gettext_lazy("名称"), max_length=120, help_text=gettext_lazy("如“婚姻登记系统每日导出”。")
    )
    code = forms.CharField(
        label=gettext_lazy("代码"),
        max_length=39,
        help_text=gettext_lazy("小写字母开头，只含小写字母、数字和下划线。"),
    )
    kind = forms.ChoiceField(label=gettext_lazy("类型"))
    path = forms.CharField(
        label=OPTION_NAMES["path"],
        required=False,
        help_text=gettext_lazy("数据源文件夹下的路径，以部门代码开头；PostgreSQL 不填。"),
    )
    sheet = forms.CharField(
        label=OPTION_NAMES["sheet"],
        required=False,
        max_length=120,
        help_text=gettext_lazy("Excel 有多个工作表时填写；不填取第一个有数据的。"),
    )
    table = forms.CharField(
        label=OPTION_NAMES["table"],
        required=False,
        max_length=120,
        help_text=gettext_lazy("SQLite 和 PostgreSQL 填写。"),
    )
    dsn = forms.CharField(
        label=gettext_lazy("连接串"),
        required=False,
        widget=forms.PasswordInput,
        help_text=gettext_lazy("PostgreSQL 填写；加密保存，不再显示。"),
    )

    def __init__(self, *args: Any, departments: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = departments  # type: ignore[attr-defined]
        self.fields["kind"].choices = [(kind, KIND_NAMES.get(kind, kind)) for kind in kinds()]  # type: ignore[attr-defined]
        self.fields["path"].widget.attrs["list"] = "known-files"

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("kind") in SERVERS:
            if not values.get("dsn"):
                self.add_error("dsn", _("请填写连接串，如 postgresql://用户:口令@主机/库。"))
        else:
            self._check_path(values.get("path", ""), values.get("department", ""))
        if values.get("kind") in DATABASE_KINDS and not values.get("table"):
            self.add_error("table", _("请填写要归集的表名。"))
        return values

    def _check_path(self, path: str, department: str) -> None:
        """One department must not register what another one delivered."""
        if not path:
            self.add_error(
                "path", _("请填写文件路径，如 %(example)s。") % {"example": f"{department}/renkou.csv"}
            )
        elif PurePosixPath(path).parts[0] != department or ".." in PurePosixPath(path).parts:
            text = _("文件须放在本部门的文件夹内，路径以 %(folder)s 开头。")
            self.add_error("path", text % {"folder": f"{department}/"})

    def draft(self) -> SourceDraft:
        values = self.cleaned_data
        wanted = {"path": values["kind"] not in SERVERS, "sheet": values["kind"] == "excel"}
        wanted["table"] = values["kind"] in DATABASE_KINDS
        options = {name: values[name] for name, used in wanted.items() if used and values[name]}
        return SourceDraft(
            code=values["code"],
            name=values["name"],
            department=values["department"],
            kind=values["kind"],
            options=options,
            secret_options={"dsn": values["dsn"]} if values["kind"] in SERVERS else {},
        )


def delivered_files(root: Path, departments: list[str]) -> list[str]:
    """Paths below `root` of what lies in the departments' folders, at most `FILES_SHOWN`."""
    found = (
        path.relative_to(root).as_posix()
        for department in departments
        for path in sorted((root / department).rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    )
    return list(islice(found, FILES_SHOWN))
